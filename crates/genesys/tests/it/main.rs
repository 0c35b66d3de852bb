//! Integration tests of the client. They reach no host but loopback.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod baggage;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod cursors;
#[cfg(test)]
mod disposition;
#[cfg(test)]
mod effects;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gzip;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod network;
#[cfg(test)]
mod published;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod records;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod retry;
#[cfg(test)]
mod things;
#[cfg(test)]
mod timeouts;
#[cfg(test)]
mod vendor;

#[cfg(test)]
#[test]
fn no_test_file_is_forgotten() {
    let this = include_str!("main.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(
            stem == "main" || this.contains(&format!("\nmod {stem};")),
            "{stem} is not a module of main.rs"
        );
    }
}
