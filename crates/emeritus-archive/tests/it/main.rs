//! Tests of the archive: against the emulator's records, faults in the store, and kills.
#[cfg(test)]
mod desk;
#[cfg(test)]
mod whole;
