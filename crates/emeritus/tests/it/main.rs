//! The library against the emulated organization: the real client, the real journal, virtual time.

#[cfg(test)]
mod adopt;
#[cfg(test)]
mod again;
#[cfg(test)]
mod baggage;
#[cfg(test)]
mod between;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod history;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod journal_damage;
#[cfg(test)]
mod last_look;
#[cfg(test)]
mod live;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod restore;
#[cfg(test)]
mod retire;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod share;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod world;
