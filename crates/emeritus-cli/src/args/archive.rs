//! Arguments of what is asked of an archive, and of what fills one.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use emeritus::Day;

use super::{ConnectionArgs, HomeArgs};

/// Which archive.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PlaceArgs {
    /// The archive: a folder, or s3://BUCKET/PREFIX [also: EMERITUS_ARCHIVE; place in the table [archive] of the
    /// configuration file].
    #[arg(long, value_name = "PLACE", help_heading = "Archive")]
    pub(crate) archive: Option<String>,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people.
    Table,
    /// For spreadsheets; what one would take for a formula gets an apostrophe.
    Csv,
    /// One object, as with --json.
    Json,
    /// One object a line.
    Jsonl,
    /// For other engines; needs --output, or a standard output that is no terminal.
    Parquet,
}

/// The form of a result, and where it goes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FormatArgs {
    /// The form of the result [default: table].
    #[arg(long, value_name = "FORM", help_heading = "Result")]
    pub(crate) format: Option<FormatArg>,

    /// Write the result to a file, whole or not at all; only you can read it.
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub(crate) output: Option<PathBuf>,
}

/// A stretch of days.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct DaysArgs {
    /// Conversations that began on this day (UTC) or later, as 2023-01-31.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,

    /// Conversations that began on this day (UTC) or earlier.
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
}

/// Arguments of `who`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus who 5a0b6c1e-8f55-4b7e-a3b5-0a9b7d3a3a11 --archive /srv/emeritus-archive\n  \
    emeritus who 5a0b6c1e-8f55-4b7e-a3b5-0a9b7d3a3a11 --format csv --output who.csv\n\n\
    Asks the archive alone: no credentials, and no network unless the archive is in a bucket.")]
pub(crate) struct WhoArgs {
    /// The conversation's id.
    #[arg(value_name = "CONVERSATION")]
    pub(crate) conversation: String,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `history`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus history ada@example.com --from 2023-01-01 --to 2023-12-31\n  \
    emeritus history 9c0a5c1e-0d8e-4a3e-8f6b-0f4f2f6a7c11 --media voice --format csv --output ada.csv\n  \
    emeritus history employee:4711 --queue 4c8a1b1e-5a0e-4c55-9a3e-0f4f2f6a7c11 --json\n\n\
    Asks the archive alone: no credentials, and no network unless the archive is in a bucket. The person is looked\n\
    up in the archive's roster, in every state, by what is or ever was true of them.")]
pub(crate) struct HistoryArgs {
    /// The person: user id, e-mail, or employee id (employee:ID where it looks like one of the others).
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,

    #[command(flatten)]
    pub(crate) days: DaysArgs,

    /// Conversations of this medium, such as voice, in the vendor's word.
    #[arg(long, value_name = "MEDIUM")]
    pub(crate) media: Option<String>,

    /// Conversations of the queue with this id.
    #[arg(long, value_name = "QUEUE_ID")]
    pub(crate) queue: Option<String>,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `roster`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    emeritus roster sync\n  \
    emeritus roster export --format csv --output people.csv\n  \
    emeritus roster check report.csv\n  \
    emeritus roster show ada@example.com")]
pub(crate) struct RosterArgs {
    #[command(subcommand)]
    pub(crate) command: RosterCommand,
}

/// What to do with the roster.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum RosterCommand {
    /// Read everybody of the organization, in every state, and write down what changed.
    #[command(
        after_help = "Examples:\n  emeritus roster sync\n  emeritus roster sync --archive s3://history/emeritus"
    )]
    Sync(RosterSyncArgs),

    /// Write the roster as a table. Sends nothing.
    #[command(after_help = "Examples:\n  \
        emeritus roster export --format csv --output people.csv\n  \
        emeritus roster export --as-of 2023-06-30 --format jsonl\n  \
        emeritus roster export --format parquet --output people.parquet")]
    Export(RosterExportArgs),

    /// Look up every user id of a report: which are somebody, and which are nobody the roster ever saw. Sends nothing.
    #[command(after_help = "Examples:\n  \
        emeritus roster check report.csv\n  \
        cut -d, -f3 export.csv | emeritus roster check -\n  \
        emeritus roster check agents.jsonl --column agentId --json\n\n\
        Ends with code 17 when an id is unknown.")]
    Check(RosterCheckArgs),

    /// Show what was true of a person over time. Sends nothing.
    #[command(
        after_help = "Examples:\n  emeritus roster show ada@example.com\n  emeritus roster show employee:4711 --json"
    )]
    Show(RosterShowArgs),
}

/// Arguments of `roster sync`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RosterSyncArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `roster export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RosterExportArgs {
    /// Everybody as they were at the end of this day (UTC), one row each; without it, every version of everybody.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Day>,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `roster check`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RosterCheckArgs {
    /// CSV with a header, JSON lines, or any text with user ids in it; - reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The column, or member, that holds the ids [default: every cell that is a user id].
    #[arg(long, value_name = "NAME")]
    pub(crate) column: Option<String>,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `roster show`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RosterShowArgs {
    /// The person: user id, e-mail, or employee id (employee:ID where it looks like one of the others).
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `archive`.
#[derive(Debug, Clone, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  \
        emeritus archive ada@example.com --archive /srv/emeritus-archive\n  \
        emeritus archive --all-retired\n  \
        emeritus archive ada@example.com bob@example.com --from 2022-01-01 --to 2022-12-31\n  \
        emeritus archive --people leavers.txt --groups names,addresses\n  \
        emeritus archive list\n  \
        emeritus archive verify ada@example.com\n\n\
        Once for the past, then again whenever something is to be added: what came since is added, and what was cut off\n\
        is completed. Time that is archived already is not read again, unless it is named or asked for. Without --groups the archive holds metadata and ids alone."
)]
pub(crate) struct ArchiveArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ArchiveCommand>,

    #[command(flatten)]
    pub(crate) feed: FeedArgs,
}

/// What to do with the archive, but for adding to it.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// List what was archived when: batches with their people, windows, counts and groups. Sends nothing.
    #[command(
        after_help = "Examples:\n  emeritus archive list\n  emeritus archive list --format csv --output batches.csv"
    )]
    List(ArchiveListArgs),

    /// Read the archive again: every record against its hash, or a person's conversations against what their run
    /// sealed. Sends nothing.
    #[command(
        after_help = "Examples:\n  emeritus archive verify\n  emeritus archive verify ada@example.com --json"
    )]
    Verify(ArchiveVerifyArgs),
}

/// Arguments of `archive` itself.
#[derive(Debug, Clone, Args)]
pub(crate) struct FeedArgs {
    /// Whose conversations: e-mail, user id, employee:ID or external:AUTHORITY:KEY; several may be named.
    #[arg(value_name = "PERSON", required_unless_present_any = ["all_retired", "people"])]
    pub(crate) person: Vec<String>,

    /// Everybody whom runs of this state directory have retired and who was not put back.
    #[arg(long)]
    pub(crate) all_retired: bool,

    /// A file that names people: one a line, or a table (CSV) with a column of names. Empty lines, lines that begin
    /// with #, and what follows ` #` are passed over. A row that names nobody is told, and the others are archived.
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) days: DaysArgs,

    /// Read again what is archived already, and add what changed at the vendor or came late since. A time that is named
    /// by --from or --to, and that of --all-retired, is read again anyway.
    #[arg(long)]
    pub(crate) again: bool,

    /// What to keep besides metadata and ids: attributes, addresses, names, notes [also: groups in the table [archive]
    /// of the configuration file].
    #[arg(long, value_name = "GROUP,…", value_delimiter = ',')]
    pub(crate) groups: Vec<String>,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `archive list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ArchiveListArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Arguments of `archive verify`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ArchiveVerifyArgs {
    /// A run, or the person whose latest run is meant: e-mail or user id. Without it, every record of the archive.
    #[arg(value_name = "RUN|PERSON")]
    pub(crate) subject: Option<String>,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}
