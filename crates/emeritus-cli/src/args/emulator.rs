//! Arguments of `emulator`.

use clap::{Args, ValueEnum};
use genesys_emulator::Preset;

/// Whose time the organization lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimeArg {
    /// The machine's.
    Real,
    /// Its own, which stands still until it is advanced through the control interface.
    Virtual,
}

/// Arguments of `emulator`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus emulator\n  \
    emeritus emulator --users 500 --conversations 100000 --seed 7 --preset documented --port 0 --json\n  \
    emeritus emulator --preset as-reported --switch version_clash=conflict-409\n\n\
    With --json the first line, printed once it is ready, is an object with api_url, login_url, client_id,\n\
    client_secret and organization_id. It stops on SIGINT and SIGTERM.")]
pub(crate) struct EmulatorArgs {
    /// How many people work there.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub(crate) users: u32,

    /// How many past conversations they have had together.
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(..=20_000_000))]
    pub(crate) conversations: u64,

    /// Over how many years back these spread.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    pub(crate) years: u16,

    /// Decides every id, name, token and conversation: equal seeds give equal organizations.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// The world to be in: documented or as-reported.
    #[arg(long, value_name = "NAME", default_value = "documented")]
    pub(crate) preset: Preset,

    /// Settle one open question differently; may be given several times. docs/vendor.md lists them.
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub(crate) switches: Vec<Switch>,

    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,

    /// Requests that one token may make in a minute.
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rate: u32,

    /// The clock of the organization.
    #[arg(long, value_name = "WHOSE", default_value = "real")]
    pub(crate) time: TimeArg,
}

/// A switch with the value it is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Switch {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A text without `=`.
#[derive(Debug, thiserror::Error)]
#[error("write NAME=VALUE")]
pub(crate) struct NotASwitch;

impl std::str::FromStr for Switch {
    type Err = NotASwitch;

    fn from_str(text: &str) -> Result<Self, NotASwitch> {
        let (name, value) = text.split_once('=').ok_or(NotASwitch)?;
        Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}
