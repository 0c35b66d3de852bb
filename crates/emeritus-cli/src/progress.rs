//! What a person at a terminal sees while something takes longer than a second: one line on standard error with the reason.
//! Where standard error is not a terminal there is nothing.

use std::io::IsTerminal as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use emeritus::event::{Event, Place, Record};
use emeritus::evidence::grouped;
use emeritus::id::RunId;
use emeritus::text::shown;
use emeritus::{Notice, Plan, Watch};
use genesys::{Client, WaitReason};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Failure;
use crate::exit_code::ExitCode;

/// Nothing is shown before this.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// The line, when there is one.
#[derive(Clone, Default)]
pub(crate) struct Progress {
    line: Arc<Mutex<Line>>,
}

#[derive(Default)]
struct Line {
    bar: Option<ProgressBar>,
    text: String,
    steps: Vec<String>,
    /// The run that is under way.
    run: Option<RunId>,
    client: Option<Client>,
}

/// The line is there as long as this is.
#[must_use = "the line goes when this is dropped"]
pub(crate) struct Shown {
    progress: Progress,
    _ends: Sender<()>,
}

impl Progress {
    /// Shows the line, once a second has passed, until the answer is dropped.
    pub(crate) fn show(&self, message: &str) -> Shown {
        let (ends, ended) = channel();
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(ProgressStyle::default_spinner());
            self.with(|line| {
                line.bar = Some(bar.clone());
                line.say(message);
            });
            let progress = self.clone();
            std::thread::spawn(move || {
                if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                // The client says what it waits for only when it is asked.
                while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    progress.with(|line| line.tick());
                }
            });
        }
        Shown { progress: self.clone(), _ends: ends }
    }

    /// Names the client whose waits are to be shown.
    pub(crate) fn listen(&self, client: &Client) {
        self.with(|line| line.client = Some(client.clone()));
    }

    /// Names the steps, so that an event of one can say which it is.
    pub(crate) fn follow(&self, plan: &Plan) {
        let steps = plan.steps.iter().map(|step| step.kind.to_string()).collect();
        self.with(|line| line.steps = steps);
    }

    /// Names the run that is resumed.
    pub(crate) fn begin(&self, run: &RunId) {
        self.with(|line| line.run = Some(run.clone()));
    }

    /// Returns what there is to say when somebody stops the command.
    pub(crate) fn interrupted(&self) -> Failure {
        let run = self.line.lock().unwrap_or_else(PoisonError::into_inner).run.clone();
        let failure = Failure::message(ExitCode::Interrupted, "interrupted: nothing more is sent");
        match run {
            Some(run) => {
                failure.hint(format!("run {run} is not over, and what it sent is in the journal")).hint(
                    format!("`emeritus resume {run}` goes on; `emeritus status {run}` says where it stands"),
                )
            }
            None => failure.hint("no run was under way"),
        }
    }

    /// Returns what the library is to call with what it notices.
    pub(crate) fn watch(&self) -> Watch {
        let progress = self.clone();
        Arc::new(move |notice: &Notice<'_>| progress.notice(notice))
    }

    fn notice(&self, notice: &Notice<'_>) {
        match notice {
            Notice::Event(record) => {
                if let Event::Started { plan, .. } = &record.event {
                    self.follow(plan.plan());
                }
                self.with(|line| line.event(record));
            }
            Notice::Reading { what, done, of, found } => {
                let text = match of {
                    Some(of) => format!(
                        "{what}: window {} of {}, {} conversations",
                        grouped(*done),
                        grouped(*of),
                        grouped(*found)
                    ),
                    None => format!("{what}: {}", grouped(*done)),
                };
                self.with(|line| line.say(&text));
            }
            Notice::Pausing { why, until } => {
                let text = format!("waiting until {}: {why}", until.strftime("%H:%M:%S UTC"));
                self.with(|line| line.say(&text));
            }
        }
    }

    fn with(&self, change: impl FnOnce(&mut Line)) {
        change(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Line {
    fn say(&mut self, text: &str) {
        self.text = shown(text).to_string();
        if let Some(bar) = &self.bar {
            bar.set_message(self.text.clone());
        }
    }

    fn tick(&self) {
        let Some(bar) = &self.bar else { return };
        let waiting = self.client.as_ref().and_then(Client::waiting).map(|waiting| {
            let reason = match waiting.reason {
                WaitReason::Budget => "the request budget",
                WaitReason::Backoff => "another try",
                WaitReason::Reread => "another reading of a list",
                WaitReason::Job => "a job of the vendor",
            };
            format!("waiting for {reason} until {}", waiting.until.strftime("%H:%M:%S UTC"))
        });
        bar.set_message(waiting.unwrap_or_else(|| self.text.clone()));
        bar.tick();
    }

    fn event(&mut self, record: &Record) {
        match &record.event {
            Event::Intended { place, .. } => self.at(*place, "doing"),
            Event::Answered { place, .. } | Event::Observed { place, .. } => self.at(*place, "looking"),
            Event::Unwinding { .. } => self.say("taking back what was done"),
            Event::Started { run, .. } => self.run = Some(run.clone()),
            // Over, held or stuck: the executor lets go of it.
            Event::Counted { .. } => self.run = None,
            Event::Resumed { .. }
            | Event::NotSeen { .. }
            | Event::Waiting { .. }
            | Event::Waited { .. }
            | Event::Measured { .. }
            | Event::Proved { .. }
            | Event::Unreadable { .. }
            | Event::Compared { .. }
            | Event::Stuck { .. }
            | Event::Freed
            | Event::Finished { .. }
            | Event::ClocksSeen { .. }
            | Event::AccountSeen { .. }
            | Event::ProvedAgain { .. } => {}
        }
    }

    fn at(&mut self, place: Place, doing: &str) {
        let what = usize::from(place.step.0).checked_sub(1).and_then(|index| self.steps.get(index));
        let what = what.map_or("", String::as_str);
        let undo = if place.undo.is_some() { "undo of " } else { "" };
        self.say(&format!("{undo}step {} of {}: {what} ({doing})", place.step, self.steps.len()));
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.progress.with(|line| {
            if let Some(bar) = line.bar.take() {
                bar.finish_and_clear();
            }
        });
    }
}
