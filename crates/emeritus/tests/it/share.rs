//! Which part of the matrices is gone through. All of them are thousands of whole retirements; every row has its turn,
//! since the share changes: `EMERITUS_SHARE=I/N` takes row I and every N-th after it, `0/1` all of them.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Without the variable: one row in eight, the same each time.
const USUAL: Share = Share { part: 0, of: 8 };

/// A part of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    part: usize,
    of: usize,
}

impl Share {
    /// Returns the share of this process, and says which it is.
    pub(crate) fn of_this_run() -> Self {
        #[expect(clippy::disallowed_methods, reason = "`./test` says which share it is")]
        let set = std::env::var("EMERITUS_SHARE");
        let share = match set {
            Ok(text) => {
                Self::parse(&text).unwrap_or_else(|| panic!("EMERITUS_SHARE is {text}, not I/N with I < N"))
            }
            Err(_) => USUAL,
        };
        println!("share {}/{}", share.part, share.of);
        share
    }

    fn parse(text: &str) -> Option<Self> {
        let (part, of) = text.split_once('/')?;
        let share = Self { part: part.parse().ok()?, of: of.parse().ok()? };
        (share.part < share.of).then_some(share)
    }

    /// Returns a count of rows that says of each whether it is in the share.
    pub(crate) fn rows(self) -> Rows {
        Rows { share: self, next: AtomicUsize::new(0) }
    }

    /// Returns how many there have to be in the share where there have to be so many in all: what is few may be
    /// spread unevenly.
    pub(crate) fn at_least(self, in_all: usize) -> usize {
        if self.of == 1 { in_all } else { (in_all / self.of / 2).max(1) }
    }
}

/// The rows of a matrix, counted as they are gone through.
pub(crate) struct Rows {
    share: Share,
    next: AtomicUsize,
}

impl Rows {
    /// Returns whether the next row is in the share.
    pub(crate) fn take(&self) -> bool {
        self.next.fetch_add(1, Ordering::Relaxed) % self.share.of == self.share.part
    }
}

#[test]
fn every_row_has_its_turn_once() {
    let mut turns = [0; 20];
    for part in 0..3 {
        let rows = Share::parse(&format!("{part}/3")).unwrap().rows();
        turns.iter_mut().filter(|_| rows.take()).for_each(|turns| *turns += 1);
    }
    assert_eq!(turns, [1; 20]);
    assert!(["3/3", "1", "a/b", "-1/2", "0/0"].iter().all(|text| Share::parse(text).is_none()));
}
