//! Arguments that say which run is meant.

use clap::{Args, Subcommand, ValueEnum};

use super::person::{PERSON_HELP, StatsArgs};
use super::{ConnectionArgs, HomeArgs, OverrideArgs, StatedArgs};

/// Arguments of `status`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  emeritus status\n  emeritus status ada@example.com\n  \
        emeritus status 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --json")]
pub(crate) struct StatusArgs {
    /// A run, or a person by e-mail or user id. Without it: what is not over, what is due, and the latest twenty runs.
    #[arg(value_name = "RUN|PERSON")]
    pub(crate) run_or_person: Option<String>,

    /// Every run there ever was.
    #[arg(long, conflicts_with = "run_or_person")]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `resume`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus resume 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e\n  \
    emeritus resume --all\n  \
    emeritus resume 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --free\n\n\
    Without a run it takes the one that is unfinished, if there is exactly one.")]
pub(crate) struct ResumeArgs {
    /// The run.
    #[arg(conflicts_with = "all")]
    pub(crate) run: Option<String>,

    /// Every run that is unfinished and not stuck.
    #[arg(long)]
    pub(crate) all: bool,

    /// A state directory that nobody was ever retired from is fine, too: end with 0 then.
    #[arg(long, requires = "all")]
    pub(crate) may_be_empty: bool,

    /// I have looked at the stuck run: let it go on.
    #[arg(long, requires = "run")]
    pub(crate) free: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `prove`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus prove ada@example.com\n  \
    emeritus prove 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --json\n  \
    emeritus prove --all --due\n  \
    emeritus prove --all --json\n\n\
    With --all, what is found is written to the journal of each run, and its evidence beside the sealed one; --json\n\
    then prints a line for each person and one for the sum.")]
pub(crate) struct ProveArgs {
    /// A run, or the person whose latest run is meant: e-mail or user id [default: TARGET_USER_EMAIL].
    #[arg(value_name = "RUN|PERSON", conflicts_with = "all")]
    pub(crate) subject: Option<String>,

    /// Everybody who is retired and was not put back since.
    #[arg(long)]
    pub(crate) all: bool,

    /// Of them, only whose proof is due: 30, 90 and 365 days after the end of their run, or as their policy says.
    #[arg(long, requires = "all")]
    pub(crate) due: bool,

    /// A state directory that nobody was ever retired from is fine, too: end with 0 then.
    #[arg(long, requires = "all")]
    pub(crate) may_be_empty: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// What an account is to be, where no snapshot says that it was active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccountArg {
    /// The person can log in again.
    Active,
    /// As it was when the run began.
    AsFound,
}

/// Arguments of `restore`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus restore ada@example.com\n  \
    emeritus restore --run 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --yes --json\n  \
    emeritus restore --due --yes\n\n\
    Puts a person back to what they were before they first left, over all runs since they were last put back. Where\n\
    nobody knows that, since the account was not active any more when the first run began, it says what can be given\n\
    back and asks for --account. Where no run of this state directory has taken anything, it brings back the account\n\
    that exists, and nothing else.")]
pub(crate) struct RestoreArgs {
    #[arg(value_name = "PERSON", help = PERSON_HELP, conflicts_with = "email")]
    pub(crate) person: Option<String>,

    /// Put back what the person was when this run began, also where that is not what they were before they first left.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["person", "email"])]
    pub(crate) run: Option<String>,

    /// What the account is to be where it was not active when the run began that is put back.
    #[arg(long, value_name = "STATE")]
    pub(crate) account: Option<AccountArg>,

    /// The same as PERSON.
    #[arg(long, value_name = "PERSON")]
    pub(crate) email: Option<String>,

    /// Everybody whose day of return has come; each has a plan and an approval of their own.
    #[arg(long, conflicts_with_all = ["person", "email", "run", "account", "overrides", "because"])]
    pub(crate) due: bool,

    /// A state directory that nobody was ever retired from is fine, too: end with 0 then.
    #[arg(long, requires = "due")]
    pub(crate) may_be_empty: bool,

    #[command(flatten)]
    pub(crate) lift: OverrideArgs,

    /// Do not ask. The person then has to be named here, or by --run or --due.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) stated: StatedArgs,

    #[command(flatten)]
    pub(crate) stats: StatsArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `journal`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  emeritus journal check\n  emeritus journal check --home /mnt/copy --json"
)]
pub(crate) struct JournalArgs {
    #[command(subcommand)]
    pub(crate) command: JournalCommand,
}

/// What to do with the journal.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum JournalCommand {
    /// Read all of it, and hold everything in it against everything else. Writes nothing; a copy will do.
    #[command(
        after_help = "Examples:\n  emeritus journal check\n  emeritus journal check --home /mnt/copy --json\n  \
            emeritus journal check --rebuild-index"
    )]
    Check(CheckArgs),
}

/// Arguments of `journal check`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CheckArgs {
    /// First make the index again from the events, which have to be whole. It holds nothing else.
    #[arg(long)]
    pub(crate) rebuild_index: bool,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `evidence`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus evidence 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e\n  \
    emeritus evidence 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --verify\n  \
    emeritus evidence 01935b6c-3f8e-7c6a-9d0e-2f1b4a5c6d7e --conversation 5a0b6c1e-8f55-4b7e-a3b5-0a9b7d3a3a11")]
pub(crate) struct EvidenceArgs {
    /// The run.
    pub(crate) run: String,

    /// Hold what was written before against the journal.
    #[arg(long)]
    pub(crate) verify: bool,

    /// Show that the sealed census holds this conversation.
    #[arg(long, value_name = "ID", conflicts_with = "verify")]
    pub(crate) conversation: Option<String>,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}
