//! What the core promises: the plans it makes, the runs it steers, the formats it stores, the evidence it gives.

#[cfg(test)]
mod again;
#[cfg(test)]
mod approval;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod last_look;
#[cfg(test)]
mod lifting;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod mishaps;
#[cfg(test)]
mod objections;
#[cfg(test)]
mod particulars;
#[cfg(test)]
mod person;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod restores;
#[cfg(test)]
mod running;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod specimen;
mod specimen_account;
#[cfg(test)]
mod specimen_clocks;
#[cfg(test)]
mod specimen_held;
#[cfg(test)]
mod specimen_later;
#[cfg(test)]
mod specimen_told;
#[cfg(test)]
mod standings;
#[cfg(test)]
mod transitions;
#[cfg(test)]
mod world;

#[test]
fn no_file_is_forgotten() {
    let main = include_str!("main.rs");
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    for entry in std::fs::read_dir(directory).expect("the directory of this file can be read") {
        let name =
            entry.expect("its entries can be read").file_name().into_string().expect("their names are text");
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            assert!(main.contains(&format!("mod {module};")), "{name} is not compiled");
        }
    }
}
