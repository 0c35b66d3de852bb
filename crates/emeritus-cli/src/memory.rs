//! What this process has in memory, the client secret and the token among it, is in no core file, and no other process
//! of the same user may look at it.

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::output::say;

/// Comes first of all: nothing secret has been read yet.
pub(crate) fn keep_out_of_core_files() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none).and_then(|()| not_dumpable()) {
        say(&format!("warning: a core file of this process would hold its secrets: {error}"));
    }
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // A limit of zero does not stop a core that is piped to a program; this does.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
fn not_dumpable() -> rustix::io::Result<()> {
    Ok(())
}
