//! The command `emeritus`.

fn main() {}
