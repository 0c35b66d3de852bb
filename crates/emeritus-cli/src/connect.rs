//! From settings to an open library: what every command that needs the organization begins with.

use std::path::PathBuf;
use std::sync::Arc;

use emeritus::id::UserId;
use emeritus::overrides::Override;
use emeritus::policy::{LiveWork, Mode, Patience, Policy, Reason, Strictness};
use emeritus::{Emeritus, Home, JournalError, PolicyFile};
use genesys::{Client, Credentials, Endpoint, Limits, SystemClock, Transport};
use jiff::SignedDuration;

use crate::args::{ConnectionArgs, HomeArgs, ModeArg, OverrideArgs, PolicyArgs, ReasonArg};
use crate::command;
use crate::config::Config;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::operator::Approver;
use crate::progress::Progress;

/// How long an account is held before it is deleted, unless somebody says otherwise.
const DEFAULT_HOLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The library, with what the command line and the other sources say.
pub(crate) struct Session {
    pub(crate) emeritus: Emeritus,
    pub(crate) config: Config,
    pub(crate) progress: Progress,
    pub(crate) approver: Approver,
}

impl Session {
    /// Opens the state directory and a client; nothing is sent yet. A state directory that is not there is made.
    pub(crate) fn open(args: &ConnectionArgs) -> Result<Self, Failure> {
        Self::of(Config::load(&args.home)?, args)
    }

    /// Runs a command's asynchronous part, until it ends or somebody stops it. What is stopped ends as a process that is
    /// killed does: between two writes of the journal.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        command::block_on(async {
            tokio::select! {
                biased;
                ended = work => ended,
                Ok(()) = tokio::signal::ctrl_c() => Err(self.progress.interrupted()),
            }
        })
    }

    /// As [`Session::open`], where only a state directory that exists can be meant.
    pub(crate) fn open_existing(args: &ConnectionArgs) -> Result<Self, Failure> {
        let config = Config::load(&args.home)?;
        existing(&config)?;
        Self::of(config, args)
    }

    /// As [`Session::open`], for what is done to everybody of whom there are runs. Nobody at all is what a wrong state
    /// directory looks like, so it is no success unless it is said that it may be so.
    pub(crate) fn open_for_all(args: &ConnectionArgs, may_be_empty: bool) -> Result<Self, Failure> {
        if may_be_empty {
            return Self::open(args);
        }
        let session = Self::open_existing(args)?;
        if session.emeritus.has_runs()? {
            return Ok(session);
        }
        let home = session.emeritus.home().path().display().to_string();
        Err(Failure::message(
            ExitCode::NotFound,
            format!("no run was ever made in {home}: nothing was looked at"),
        )
        .hint("--home names another state directory")
        .hint("if nobody was retired from here yet, and that is fine: --may-be-empty"))
    }

    fn of(config: Config, args: &ConnectionArgs) -> Result<Self, Failure> {
        let endpoint = config.endpoint(args)?;
        let credentials = config.credentials()?;
        let limits = Limits::default();
        let transport = Transport::network_by(&limits, Config::proxy()?).map_err(Failure::bug)?;
        let clock = Arc::new(SystemClock);
        let client = Client::new(endpoint, credentials, transport, clock.clone(), limits);
        let progress = Progress::default();
        progress.listen(&client);
        let home = open_home(&config)?;
        let emeritus = Emeritus::open(client, clock, home, progress.watch())?;
        Ok(Self { emeritus, config, progress, approver: Approver::of_this_process() })
    }

    /// Returns the policy that the arguments, the policy file and the configuration make together. Successors whom
    /// the file names are looked up.
    pub(crate) async fn policy(&self, args: &PolicyArgs) -> Result<Policy, Failure> {
        let file = self.policy_file(args)?;
        let policy = self.policy_of(args, &file)?;
        let treatments = self.emeritus.treatments(&file.things, None).await?;
        Ok(Policy { treatments, ..policy })
    }

    /// Returns the blocks that the arguments lift, each once.
    pub(crate) fn overrides(&self, args: &OverrideArgs) -> Result<Vec<Override>, Failure> {
        let because = args.because.as_deref().unwrap_or_default();
        let mut overrides = Vec::new();
        for block in &args.overrides {
            let lifted = Override::new(block, because, &self.approver.name)
                .map_err(|error| Failure::new(ExitCode::Usage, error).hint("--because \"TEXT\" says why"))?;
            if !overrides.contains(&lifted) {
                overrides.push(lifted);
            }
        }
        Ok(overrides)
    }

    /// Returns the policy of a restore: how patient it is. What a retirement takes is not its matter.
    pub(crate) fn restoring(&self) -> Policy {
        Policy { patience: self.patience(), ..Policy::default() }
    }

    fn policy_file(&self, args: &PolicyArgs) -> Result<PolicyFile, Failure> {
        let Some(path) = args.policy.as_deref().or_else(|| self.config.policy_file()) else {
            return Ok(PolicyFile::default());
        };
        let unusable = |error: anyhow::Error| {
            Failure::new(ExitCode::Config, error)
                .context(format!("could not use {} as a policy", path.display()))
                .hint("docs/concepts/policy.md lists every key, the folder policies has examples")
        };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.into()))?;
        PolicyFile::parse(crate::config::without_mark(&text)).map_err(|error| unusable(error.into()))
    }

    fn policy_of(&self, args: &PolicyArgs, file: &PolicyFile) -> Result<Policy, Failure> {
        if args.allow_last_admin {
            return Err(Failure::usage("--allow-last-admin is gone: it let everybody through")
                .hint("lift it for one role of one person: --override last-admin=ROLE --because TEXT"));
        }
        let mut protected = file.protected.clone();
        for id in self.config.protected().iter().chain(&args.protect) {
            protected.push(UserId::parse(id.as_str()).map_err(|error| {
                Failure::new(ExitCode::Config, error).context("the list of protected people takes user ids")
            })?);
        }
        let mode = mode(args, file)?;
        let returns_at = args.until.map(|day| day.0).or(file.returns);
        if returns_at.is_some() && mode != Mode::Keep {
            return Err(Failure::usage("a person who is expected back is not deleted")
                .hint("omit the day of return, or say --mode keep"));
        }
        let stated = args.reason.map(reason).or(file.reason);
        let live_work = args.wait_idle.map(|up_to| LiveWork::Drain { up_to: up_to.0 }).or(file.live_work);
        let unknown = args.strict.then_some(Strictness::Block).or(file.unknown);
        let default = Policy::default();
        Ok(Policy {
            mode,
            reason: stated.or(returns_at.map(|_| Reason::Seasonal)),
            live_work: live_work.unwrap_or(default.live_work),
            unknown: unknown.unwrap_or(default.unknown),
            protected,
            patience: self.patience(),
            again_after: file.again_after.clone().unwrap_or_else(|| default.again_after.clone()),
            archive_warning: file.archive_warning.unwrap_or(default.archive_warning),
            returns_at,
            ..default
        })
    }

    fn patience(&self) -> Patience {
        let (stated, default) = (self.config.patience(), Patience::default());
        Patience {
            staleness: stated.staleness.map_or(default.staleness, |length| length.0),
            observations: stated.observations.unwrap_or(default.observations),
            proof_readings: stated.proof_readings.unwrap_or(default.proof_readings),
            proof_pause: stated.proof_pause.map_or(default.proof_pause, |length| length.0),
            idle_poll: stated.idle_poll.map_or(default.idle_poll, |length| length.0),
            ..default
        }
    }
}

/// The library over the state directory alone, for commands that send nothing and so need no credentials.
pub(crate) struct Local {
    pub(crate) emeritus: Emeritus,
}

impl Local {
    /// Opens a state directory to read it: nothing is made there, and nothing need be writable.
    pub(crate) fn open(args: &HomeArgs) -> Result<Self, Failure> {
        let config = Config::load(args)?;
        let home = existing(&config)?;
        Self::of(|client, clock| Emeritus::open_to_read(client, clock, home, Arc::new(|_| ())))
    }

    /// As [`Local::open`], or `None` where there is no journal, which is told by its path.
    pub(crate) fn open_if_any(args: &HomeArgs) -> Result<Result<Self, PathBuf>, Failure> {
        let home = Home::existing(Config::load(args)?.home()?);
        if home.has_journal() { Self::open(args).map(Ok) } else { Ok(Err(home.path().to_owned())) }
    }

    /// Opens a state directory that exists, to write in it too.
    pub(crate) fn open_to_write(args: &HomeArgs) -> Result<Self, Failure> {
        let config = Config::load(args)?;
        existing(&config)?;
        let home = open_home(&config)?;
        Self::of(|client, clock| Emeritus::open_existing(client, clock, home, Arc::new(|_| ())))
    }

    fn of(
        open: impl FnOnce(Client, Arc<SystemClock>) -> Result<Emeritus, JournalError>,
    ) -> Result<Self, Failure> {
        // The library wants a client. This one has nobody to talk to and nothing to say.
        let nowhere = "http://127.0.0.1:9";
        let endpoint = Endpoint::loopback(nowhere, nowhere).map_err(Failure::bug)?;
        let credentials = Credentials { client_id: String::new(), client_secret: String::new().into() };
        let transport = Transport::network().map_err(Failure::bug)?;
        let clock = Arc::new(SystemClock);
        let client = Client::new(endpoint, credentials, transport, clock.clone(), Limits::default());
        Ok(Self { emeritus: open(client, clock)? })
    }
}

/// Refuses a state directory without a journal: one is made by what begins something, not by what looks for it.
fn existing(config: &Config) -> Result<Home, Failure> {
    let home = Home::existing(config.home()?);
    if home.has_journal() {
        return Ok(home);
    }
    let place = home.path().display().to_string();
    Err(Failure::message(ExitCode::NotFound, format!("there is no journal in {place}"))
        .hint("--home names another state directory; `emeritus retire` begins one"))
}

fn open_home(config: &Config) -> Result<Home, Failure> {
    Ok(Home::open(config.home()?)?)
}

fn mode(args: &PolicyArgs, file: &PolicyFile) -> Result<Mode, Failure> {
    let of_file = if file.deletes == Some(true) { ModeArg::Delete } else { ModeArg::Keep };
    match args.mode.unwrap_or(of_file) {
        ModeArg::Keep if args.hold.is_some() || args.delete_without_hold => {
            Err(Failure::usage("a hold is for a delete, and the mode is keep").hint("add --mode delete"))
        }
        ModeArg::Keep => Ok(Mode::Keep),
        ModeArg::Delete => hold(args, file).map(|hold| Mode::Delete { hold }),
    }
}

fn hold(args: &PolicyArgs, file: &PolicyFile) -> Result<SignedDuration, Failure> {
    // A hold of the file gives way to what the command line says, the waiver included.
    let of_file = file.hold.filter(|_| !args.delete_without_hold);
    match (args.hold.map(|hold| hold.0).or(of_file), args.delete_without_hold) {
        (None, false) => Ok(DEFAULT_HOLD),
        (Some(SignedDuration::ZERO), false) => Err(Failure::usage(
            "a hold of 0 deletes at once, which has to be said on the command line: add --delete-without-hold",
        )
        .hint("a hold lets a mistake be put right without loss; the default is 30d")),
        (None | Some(SignedDuration::ZERO), true) => Ok(SignedDuration::ZERO),
        (Some(hold), false) => Ok(hold),
        (Some(_), true) => Err(Failure::usage("--hold and --delete-without-hold contradict each other")),
    }
}

fn reason(reason: ReasonArg) -> Reason {
    match reason {
        ReasonArg::Voluntary => Reason::Voluntary,
        ReasonArg::Seasonal => Reason::Seasonal,
        ReasonArg::Leave => Reason::Leave,
        ReasonArg::Performance => Reason::Performance,
        ReasonArg::Conduct => Reason::Conduct,
        ReasonArg::Unknown => Reason::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> PolicyArgs {
        use clap::Parser as _;
        let line = ["emeritus", "plan", "ada@x.example"].into_iter().chain(text.split_whitespace());
        let command = crate::args::Cli::try_parse_from(line).unwrap().command;
        let crate::args::Command::Plan(plan) = command else { panic!("{command:?}") };
        plan.policy
    }

    fn mode_of(text: &str) -> Result<Mode, String> {
        mode(&args(text), &PolicyFile::default()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_delete_is_held_thirty_days_unless_told() {
        assert_eq!(mode_of(""), Ok(Mode::Keep));
        assert_eq!(mode_of("--mode delete"), Ok(Mode::Delete { hold: SignedDuration::from_hours(720) }));
        assert_eq!(
            mode_of("--mode delete --hold 12h"),
            Ok(Mode::Delete { hold: SignedDuration::from_hours(12) })
        );
    }

    #[test]
    fn a_delete_without_hold_has_to_be_said() {
        let refusal = mode_of("--mode delete --hold 0").unwrap_err();
        assert!(refusal.contains("--delete-without-hold"), "{refusal}");
        for text in ["--mode delete --hold 0 --delete-without-hold", "--mode delete --delete-without-hold"] {
            assert_eq!(mode_of(text), Ok(Mode::Delete { hold: SignedDuration::ZERO }), "{text}");
        }
        assert!(mode_of("--mode delete --hold 30d --delete-without-hold").is_err());
        assert!(mode_of("--hold 30d").is_err());
        assert!(mode_of("--delete-without-hold").is_err());
    }

    #[test]
    fn the_command_line_wins_over_the_policy_file() {
        let file = PolicyFile::parse("[retire]\nmode = \"delete\"\nhold = \"7d\"").unwrap();
        let mode_of = |text: &str| mode(&args(text), &file).map_err(|failure| failure.to_string());
        let hours = |hours| Ok(Mode::Delete { hold: SignedDuration::from_hours(hours) });
        assert_eq!(mode_of(""), hours(7 * 24));
        assert_eq!(mode_of("--hold 1d"), hours(24));
        assert_eq!(mode_of("--delete-without-hold"), hours(0));
        assert_eq!(mode_of("--mode keep"), Ok(Mode::Keep));
        let at_once = PolicyFile::parse("[retire]\nmode = \"delete\"\nhold = \"0\"").unwrap();
        assert!(mode(&args(""), &at_once).is_err());
    }
}
