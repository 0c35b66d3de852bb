//! The emulated organization, seen from outside: through its router, its sockets and its public methods.

#[cfg(test)]
mod access;
#[cfg(test)]
mod analytics;
#[cfg(test)]
mod architect;
#[cfg(test)]
mod authorization;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod control;
#[cfg(test)]
mod development;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod group_owners;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod history;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod many;
#[cfg(test)]
mod own_settings;
#[cfg(test)]
mod page_faults;
#[cfg(test)]
mod personal;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod queues;
#[cfg(test)]
mod reported;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod stations;
#[cfg(test)]
mod status;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod telephony;
#[cfg(test)]
mod ties;
#[cfg(test)]
mod vendor;
#[cfg(test)]
mod work_items;
#[cfg(test)]
mod workforce;

#[cfg(test)]
mod forgotten {
    /// A test in a file that no `mod` line names would never run.
    #[test]
    fn every_file_of_tests_is_named_here() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
        let named = include_str!("main.rs");
        for entry in std::fs::read_dir(here).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some(module) = name.strip_suffix(".rs") else { continue };
            assert!(
                module == "main" || named.contains(&format!("mod {module};")),
                "{name} is not named in main.rs"
            );
        }
    }
}
