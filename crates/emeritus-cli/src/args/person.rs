//! Arguments that say who is to be retired, and how.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use emeritus::{Day, Length};

use super::{ConnectionArgs, OverrideArgs, StatedArgs};

/// Who is meant: the text of every command that takes a person.
pub(crate) const PERSON_HELP: &str =
    "The person: e-mail, user id, employee:ID or external:AUTHORITY:KEY [default: TARGET_USER_EMAIL]";

/// How far a retirement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    /// Inactive; account and history are kept.
    Keep,
    /// Inactive, then, after a hold, deleted.
    Delete,
}

/// The reason to record at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReasonArg {
    /// They chose to.
    Voluntary,
    /// The season is over.
    Seasonal,
    /// Leave of absence.
    Leave,
    /// Performance.
    Performance,
    /// Conduct.
    Conduct,
    /// Not stated.
    Unknown,
}

/// How to retire somebody. A plan file has all of it in it already.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PolicyArgs {
    /// Policy file: what happens to each kind of thing, and defaults for the options below [also: policy in the
    /// configuration file].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// How far to go [default: keep].
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<ModeArg>,

    /// How long the account stays inactive before it is deleted, as 30d, 12h, 30m or 90s. The command ends when it begins,
    /// unless it is two minutes or less [default: 30d].
    #[arg(long, value_name = "LENGTH")]
    pub(crate) hold: Option<Length>,

    /// Delete at once, without a hold.
    #[arg(long)]
    pub(crate) delete_without_hold: bool,

    /// Wait this long at most for live conversations to end. Without it, live conversations stop the plan.
    #[arg(long, value_name = "LENGTH")]
    pub(crate) wait_idle: Option<Length>,

    /// Prove the history from this day on, as 2023-01-01 [default: as far back as the organization keeps it].
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<Day>,

    /// Reason to record at the vendor.
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: Option<ReasonArg>,

    /// The day on which the person returns, as 2027-03-01: a season or a leave. `restore --due` puts them back then.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<Day>,

    /// Refuse the plan if anything about the person could not be read.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Never retire the user with this id; may be given several times, and adds to the configuration.
    #[arg(long, value_name = "USER_ID")]
    pub(crate) protect: Vec<String>,

    /// Of older releases: see --override last-admin=ROLE.
    #[arg(long, hide = true)]
    pub(crate) allow_last_admin: bool,
}

/// Whether requests are counted for people to see.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct StatsArgs {
    /// Say in the end how many requests were sent, and for what.
    #[arg(long)]
    pub(crate) stats: bool,
}

/// Arguments of `plan`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus plan ada@example.com\n  \
    emeritus plan ada@example.com --mode delete --hold 30d --out plan.json\n  \
    emeritus plan employee:4711 --wait-idle 30m --strict --json\n  \
    emeritus plan ada@example.com --policy policies/supervisor.toml\n  \
    emeritus plan ada@example.com --until 2027-03-01")]
pub(crate) struct PlanArgs {
    #[arg(value_name = "PERSON", help = PERSON_HELP)]
    pub(crate) person: Option<String>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    #[command(flatten)]
    pub(crate) lift: OverrideArgs,

    /// Write the plan with its digest to a file, for `retire --plan`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) stats: StatsArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `retire`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus retire ada@example.com\n  \
    emeritus retire ada@example.com --mode delete --hold 30d --reason voluntary\n  \
    emeritus retire --plan plan.json --yes --json\n  \
    emeritus retire ada@example.com --until 2027-03-01\n\n\
    Shows the plan and asks; for a delete the e-mail address has to be typed. Without a terminal it needs --yes.\n\
    With a hold it ends after the cut, and `emeritus resume RUN` deletes once the hold is over.")]
pub(crate) struct RetireArgs {
    #[arg(value_name = "PERSON", help = PERSON_HELP)]
    pub(crate) person: Option<String>,

    /// Run exactly the plan in this file; refused if anything changed since.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "person", "policy", "mode", "hold", "delete_without_hold", "wait_idle", "since", "reason", "until", "strict",
            "protect", "allow_last_admin", "overrides", "because",
        ]
    )]
    pub(crate) plan: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    #[command(flatten)]
    pub(crate) lift: OverrideArgs,

    /// Do not ask. The person then has to be named here, or by --plan.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) stated: StatedArgs,

    #[command(flatten)]
    pub(crate) stats: StatsArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}
