//! The command line. What a flag means is decided where it is used; what it looks like is decided here.

mod adopt;
mod archive;
mod connection;
mod emulator;
mod lift;
mod person;
mod run;

use clap::{Parser, Subcommand};

pub(crate) use adopt::AdoptArgs;
pub(crate) use archive::{
    ArchiveArgs, ArchiveCommand, ArchiveListArgs, ArchiveVerifyArgs, DaysArgs, FeedArgs, FormatArg,
    FormatArgs, HistoryArgs, PlaceArgs, RosterArgs, RosterCheckArgs, RosterCommand, RosterExportArgs,
    RosterShowArgs, RosterSyncArgs, WhoArgs,
};
pub(crate) use connection::{ConnectionArgs, HomeArgs};
pub(crate) use emulator::{EmulatorArgs, TimeArg};
pub(crate) use lift::{OverrideArgs, StatedArgs};
pub(crate) use person::{ModeArg, PlanArgs, PolicyArgs, ReasonArg, RetireArgs, StatsArgs};
pub(crate) use run::{
    AccountArg, CheckArgs, EvidenceArgs, JournalArgs, JournalCommand, ProveArgs, RestoreArgs, ResumeArgs,
    StatusArgs,
};

/// Retire Genesys Cloud users without losing their history.
#[derive(Debug, Parser)]
#[command(
    name = "emeritus",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Results go to standard output, everything else to standard error.\n\
        Exit codes: docs/exit-codes.md. Credentials: GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET from the environment,\n\
        a .env file or the configuration file; never from an argument.",
    after_long_help = "Examples:\n  \
        emeritus demo\n  \
        emeritus doctor\n  \
        emeritus plan ada@example.com\n  \
        emeritus retire ada@example.com\n  \
        emeritus retire ada@example.com --mode delete --hold 30d\n\n\
        Results go to standard output, everything else to standard error.\n\
        Exit codes are listed in docs/exit-codes.md.\n\n\
        Settings come from a flag, else the environment, else a .env file in the current directory, else the\n\
        configuration file. The names: GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_REGION, TARGET_USER_EMAIL,\n\
        EMERITUS_API_URL, EMERITUS_LOGIN_URL, EMERITUS_HOME, EMERITUS_ARCHIVE. Secrets are never arguments."
)]
pub(crate) struct Cli {
    /// Print results as JSON, errors included.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell one story against an emulated organization, in under a minute.
    #[command(after_help = "Examples:\n  emeritus demo")]
    Demo(DemoArgs),

    /// Check region, clock, credentials and the permissions that each step needs.
    #[command(
        after_help = "Examples:\n  emeritus doctor\n  emeritus doctor --region eu-central-1 --json\n  \
                          emeritus doctor --print-role --json"
    )]
    Doctor(DoctorArgs),

    /// Find a person, and show what retiring them would do. Writes nothing.
    Plan(PlanArgs),

    /// Retire a person: cut access, prove that their history is whole, and delete only if asked.
    Retire(RetireArgs),

    /// Show the runs in the state directory, or one of them.
    Status(StatusArgs),

    /// Go on with a run that was interrupted, held, or stopped for a person to look at.
    Resume(ResumeArgs),

    /// Read a person's history again, or everybody's, and compare it with what their latest run sealed.
    Prove(ProveArgs),

    /// Put a person back from the snapshot of a run, and say what cannot come back.
    Restore(RestoreArgs),

    /// Find people who were made inactive or deleted by other means, show what they still hold, and finish the job.
    Adopt(AdoptArgs),

    /// Write or verify the evidence of a run.
    Evidence(EvidenceArgs),

    /// Check the journal: whether all of it is there, and is what was written.
    Journal(JournalArgs),

    /// Keep people's conversations in open files that need neither account nor vendor.
    Archive(ArchiveArgs),

    /// Say who handled a conversation, from the archive alone.
    Who(WhoArgs),

    /// List a person's conversations, from the archive alone.
    History(HistoryArgs),

    /// Everybody over time: keep it up to date, export it, look unknown ids up in it.
    Roster(RosterArgs),

    /// Serve an emulated organization on loopback.
    Emulator(EmulatorArgs),

    /// Print a completion script for a shell.
    #[command(after_help = "Examples:\n  \
        emeritus completions bash > ~/.local/share/bash-completion/completions/emeritus\n  \
        emeritus completions zsh > ~/.zfunc/_emeritus")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },

    /// Write a man page for each command into a directory.
    #[command(after_help = "Examples:\n  emeritus man ~/.local/share/man/man1")]
    Man {
        /// The directory; it must exist.
        directory: std::path::PathBuf,
    },
}

impl Command {
    /// Returns the form of result that the command line asks for, where it can.
    pub(crate) fn format(&self) -> Option<FormatArg> {
        match self {
            Self::Archive(args) => match &args.command {
                Some(ArchiveCommand::List(args)) => args.format.format,
                Some(ArchiveCommand::Verify(_)) | None => None,
            },
            Self::Who(args) => args.format.format,
            Self::History(args) => args.format.format,
            Self::Roster(args) => match &args.command {
                RosterCommand::Sync(_) => None,
                RosterCommand::Export(args) => args.format.format,
                RosterCommand::Check(args) => args.format.format,
                RosterCommand::Show(args) => args.format.format,
            },
            Self::Demo(_)
            | Self::Doctor(_)
            | Self::Plan(_)
            | Self::Retire(_)
            | Self::Status(_)
            | Self::Resume(_)
            | Self::Prove(_)
            | Self::Restore(_)
            | Self::Adopt(_)
            | Self::Evidence(_)
            | Self::Journal(_)
            | Self::Emulator(_)
            | Self::Completions { .. }
            | Self::Man { .. } => None,
        }
    }
}

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Print the permissions that a role needs for everything, as the vendor's role page shows them, and check nothing.
    /// With --json as the vendor's API takes them.
    #[arg(long)]
    pub(crate) print_role: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Where the demo keeps its state, to look at afterwards. A new directory by default.
    #[arg(long, value_name = "DIR")]
    pub(crate) keep_in: Option<std::path::PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_secret() {
        fn names(command: &clap::Command, found: &mut Vec<String>) {
            found.extend(command.get_arguments().map(|argument| argument.get_id().to_string()));
            command.get_subcommands().for_each(|command| names(command, found));
        }
        let mut found = Vec::new();
        names(&super::Cli::command(), &mut found);
        assert!(found.len() > 30, "{found:?}");
        assert!(!found.iter().any(|name| name.contains("secret") || name.contains("token")), "{found:?}");
    }
}
