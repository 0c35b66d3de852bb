//! The command as a person or a script meets it: in a clean environment, against an emulated organization on loopback.

#[cfg(test)]
mod command;
#[cfg(test)]
mod config;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod field;
#[cfg(test)]
mod help;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kill_there_and_back;
#[cfg(test)]
mod organization;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod shelf;
#[cfg(test)]
mod size;
#[cfg(test)]
mod steering;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod tidy;

#[test]
fn no_file_of_tests_is_forgotten() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for (directory, list) in
        [(tests.clone(), include_str!("main.rs")), (tests.join("command"), include_str!("command/mod.rs"))]
    {
        for entry in std::fs::read_dir(directory).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some(module) = name.strip_suffix(".rs") else { continue };
            if !matches!(module, "main" | "mod") {
                assert!(list.contains(&format!("mod {module};")), "{name} is in no list");
            }
        }
    }
}
