//! Arguments of `adopt`.

use clap::Args;

use super::person::{PolicyArgs, StatsArgs};
use super::{ConnectionArgs, StatedArgs};

/// Arguments of `adopt`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus adopt\n  \
    emeritus adopt ada@example.com\n  \
    emeritus adopt --finish --limit 20\n  \
    emeritus adopt --finish --policy policies/agent.toml --yes --json\n\n\
    Without a person and without --finish it only looks: at everybody inactive or deleted, in one walk. It ends with\n\
    code 15 when somebody still holds something.")]
pub(crate) struct AdoptArgs {
    /// One person: what they still hold, and why their history may look empty. E-mail, user id, employee:ID or
    /// external:AUTHORITY:KEY.
    #[arg(value_name = "PERSON", conflicts_with = "finish")]
    pub(crate) person: Option<String>,

    /// Finish the job for everybody who was found: plan, ask, run, prove, each on their own.
    #[arg(long)]
    pub(crate) finish: bool,

    /// No more people than this, in order of their names.
    #[arg(long, value_name = "N", requires = "finish", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    /// Do not ask.
    #[arg(long, requires = "finish")]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) stated: StatedArgs,

    #[command(flatten)]
    pub(crate) stats: StatsArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}
