//! The evidence of a run: what was done, by whom, when, what was observed, and what was not checked.
