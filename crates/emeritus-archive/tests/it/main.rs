//! Tests of the archive: against the emulator's records, faults in the store, and kills.

#[cfg(test)]
mod damage;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod faulty;
#[cfg(test)]
mod full;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod lossless;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod roster;
#[cfg(test)]
mod whole;
