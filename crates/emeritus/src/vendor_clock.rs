//! The vendor's clock beside this machine's. The client notes the `Date` of every answer; here it is decided what may be
//! done on it. Invariant: nothing is written, and no hold is over, on the word of one clock alone.

use emeritus_core::clocks::{BOUND, Clocks, Now};
use emeritus_core::evidence::{apart, moment};
use emeritus_core::plan::Purpose;
use genesys::VendorDate;
use jiff::{SignedDuration, Timestamp};

use crate::Emeritus;

/// An answer that came longer ago than this says nothing of the present: this machine's clock may have been set since.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// To what a date is cut off.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How often the vendor is asked for the time at most: one odd date is no clock, two that agree are.
const QUESTIONS: u32 = 3;

/// Nothing may be written, for the two clocks do not say the same.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// They are further apart than the bound.
    #[error(
        "this machine's clock is {} {} the vendor's, and no more than {} is allowed: it says {}, the vendor's {}",
        apart(*.ahead), if .ahead.is_negative() { "behind" } else { "ahead of" }, apart(BOUND),
        moment(*.here), moment(*.vendor)
    )]
    Differ {
        /// How far this machine's is ahead; negative when it is behind.
        ahead: SignedDuration,
        /// What this machine's said.
        here: Timestamp,
        /// What the vendor's said.
        vendor: Timestamp,
    },
    /// The vendor's cannot be told.
    #[error("the vendor's clock could not be told: {why}")]
    Unknown {
        /// Why, for people.
        why: &'static str,
    },
    /// The vendor could not be asked.
    #[error("the vendor could not be asked for the time")]
    Vendor(#[source] genesys::Error),
}

/// What one answer says.
enum Told {
    /// This.
    Clocks { clocks: Clocks, ahead: SignedDuration, here: Timestamp, vendor: Timestamp },
    /// Nothing, and why.
    Nothing(&'static str),
}

impl Emeritus {
    /// Returns what time it is. In the virtual time of an emulated organization there is no other.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let here = self.clock.now();
        match self.client.vendor_date() {
            VendorDate::Stated(date) if date.is_virtual => date.vendor_now(here),
            VendorDate::Stated(_) | VendorDate::Unasked | VendorDate::Absent | VendorDate::Unreadable => here,
        }
    }

    /// Returns what time it is by both clocks. As long as the vendor's is not known, nothing is over by it.
    pub(crate) fn by_both(&self) -> Now {
        let here = self.now();
        match self.client.vendor_date() {
            VendorDate::Stated(date) if date.is_virtual => Now::from(here),
            VendorDate::Stated(date) => {
                let vendor = date.vendor_now(here);
                // What was cut off of its date may be as much as a second.
                let latest =
                    if vendor > here { vendor.saturating_add(SECOND).unwrap_or(vendor) } else { here };
                Now { earliest: here.min(vendor), latest }
            }
            VendorDate::Unasked | VendorDate::Absent | VendorDate::Unreadable => {
                Now { earliest: Timestamp::MIN, latest: here }
            }
        }
    }

    /// Returns what the vendor's clock said at a moment of this machine's: what the vendor dates is held against this.
    pub(crate) fn in_vendor_time(&self, here: Timestamp) -> Timestamp {
        match self.client.vendor_date() {
            // What is written down is in virtual time already.
            VendorDate::Stated(date) if date.is_virtual => here,
            VendorDate::Stated(date) => date.vendor_now(here),
            VendorDate::Unasked | VendorDate::Absent | VendorDate::Unreadable => here,
        }
    }

    /// Returns what was seen of the two clocks, when they allow that something is written. Asks the vendor only where the
    /// last answer is not enough.
    pub(crate) async fn agree(&self) -> Result<Clocks, ClockError> {
        Box::pin(self.clocks(false)).await
    }

    /// As [`agree`](Self::agree), but by an answer that is asked for now.
    pub(crate) async fn agree_anew(&self) -> Result<Clocks, ClockError> {
        Box::pin(self.clocks(true)).await
    }

    async fn clocks(&self, anew: bool) -> Result<Clocks, ClockError> {
        let (mut earlier, mut unknown) = (None, None);
        for asked in 0..=QUESTIONS {
            if asked > 0 {
                self.ask_the_time().await?;
            } else if anew {
                continue;
            }
            match self.told() {
                Told::Clocks { clocks: clocks @ Clocks::Virtual { .. }, .. } => return Ok(clocks),
                Told::Clocks { clocks, ahead, here, vendor } => {
                    let confirmed = earlier.map(|earlier: SignedDuration| {
                        ahead.checked_sub(earlier).is_some_and(|apart| apart.abs() <= BOUND)
                    });
                    if ahead.abs() <= BOUND && confirmed.unwrap_or(true) {
                        return Ok(clocks);
                    }
                    if confirmed == Some(true) {
                        return Err(ClockError::Differ { ahead, here, vendor });
                    }
                    (earlier, unknown) = (Some(ahead), Some("its dates jump from answer to answer"));
                }
                Told::Nothing(why) => unknown = Some(why),
            }
        }
        Err(ClockError::Unknown { why: unknown.unwrap_or("it was not asked") })
    }

    /// Asks for anything: the date comes with every answer, whatever else it says. No answer at all is an error.
    async fn ask_the_time(&self) -> Result<(), ClockError> {
        let before = self.client.vendor_date();
        match self.reader.organization().await {
            Err(error) if self.client.vendor_date() == before && error.status().is_none() => {
                Err(ClockError::Vendor(error))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn told(&self) -> Told {
        let date = match self.client.vendor_date() {
            VendorDate::Stated(date) => date,
            VendorDate::Unasked => return Told::Nothing("it was not asked"),
            VendorDate::Absent => return Told::Nothing("its answers state no date"),
            VendorDate::Unreadable => return Told::Nothing("the date of its answers cannot be read"),
        };
        if self.clock.now().duration_since(date.received).abs() > FRESH {
            return Told::Nothing("its last answer is too old");
        }
        let (vendor, ahead) = (date.date, date.ahead());
        let clocks =
            if date.is_virtual { Clocks::Virtual { vendor } } else { Clocks::Agree { vendor, ahead } };
        Told::Clocks { clocks, ahead, here: date.received, vendor }
    }
}

/// Returns what the clocks allow: somebody is put back also where the vendor's clock could not be told, since nothing is
/// lost by it and no length of time is counted.
pub(crate) fn permit(puts_back: bool, seen: Result<Clocks, ClockError>) -> Result<Clocks, ClockError> {
    match seen {
        Err(ClockError::Unknown { .. }) if puts_back => Ok(Clocks::Unknown),
        seen => seen,
    }
}

/// Returns whether a run of this purpose puts somebody back.
pub(crate) fn puts_back(purpose: &Purpose) -> bool {
    match purpose {
        Purpose::Restore { .. } | Purpose::Revive => true,
        Purpose::Retire => false,
    }
}
