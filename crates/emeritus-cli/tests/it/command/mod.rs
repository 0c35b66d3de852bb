//! One module a command.

mod completions;
mod demo;
mod doctor;
mod emulator;
mod evidence;
mod man;
mod plan;
mod prove;
mod restore;
mod resume;
mod retire;
mod status;
