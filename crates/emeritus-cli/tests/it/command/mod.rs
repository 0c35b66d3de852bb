//! One module a command.

mod adopt;
mod approval;
mod archive;
mod completions;
mod demo;
mod doctor;
mod emulator;
mod evidence;
mod feed;
mod history;
mod journal;
mod last_look;
mod lift;
mod man;
mod people;
mod plan;
mod policy;
mod prove;
mod restore;
mod resume;
mod retire;
mod roster;
mod status;
mod who;
