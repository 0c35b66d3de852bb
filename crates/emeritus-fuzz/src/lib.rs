//! What comes from outside, one function a reader. Each takes any bytes and must come back: with a value or an error, never a
//! panic, and what it returns must keep its own word. `fuzz/` drives them, `tests/` replays what was found.

mod files;
mod vendor;

pub use files::{dotenv, journal, people, plan, policy};
pub use vendor::{conversation, details_page, user};

/// A reader of bytes.
pub type Target = fn(&[u8]);

/// Every reader under the name of its fuzz target and of its folder in the corpus.
pub const TARGETS: [(&str, Target); 8] = [
    ("conversation", conversation),
    ("details_page", details_page),
    ("dotenv", dotenv),
    ("journal", journal),
    ("people", people),
    ("plan", plan),
    ("policy", policy),
    ("user", user),
];
