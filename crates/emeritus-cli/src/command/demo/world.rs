//! An emulated organization on loopback, served by a thread of its own, with people who have a past.

use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use genesys_emulator::{Emulator, FaultKind, FaultRule, Preset, Settings, UserTruth};
use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::error::Failure;

const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Longer than anybody in the demo waits.
const NEVER: Duration = Duration::from_secs(120);

/// A person of the story.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) email: String,
}

/// An organization that is being served.
pub(super) struct World {
    emulator: Emulator,
    pub(super) url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    /// Begins an organization. Each of one story has a seed of its own, so that nobody is somebody else there.
    pub(super) fn begin(preset: Preset, seed: u64) -> Result<Self, Failure> {
        let emulator = Emulator::new(Settings {
            preset,
            seed,
            users: 12,
            conversations: 500,
            years: 1,
            rate_per_minute: 30_000,
            ..Settings::default()
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Failure::bug)?;
        listener.set_nonblocking(true).map_err(Failure::bug)?;
        let url = format!("http://{}", listener.local_addr().map_err(Failure::bug)?);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = emulator.clone();
        let thread = std::thread::spawn(move || serve(&served, listener, stopped));
        Ok(Self { emulator, url, stop: Some(stop), thread: Some(thread) })
    }

    /// Adds somebody who has worked here for a year.
    pub(super) fn hire(&self, name: &str, conversations: u64) -> Person {
        let id = self
            .emulator
            .user(name)
            .in_division("Service")
            .in_queue("Billing")
            .in_queue("Retention")
            .joined(false)
            .with_role("agent")
            .skill("Spanish", 4.0)
            .station(&format!("Desk of {name}"))
            .add();
        let now = self.emulator.clock().now();
        self.emulator.give_history(&id, conversations, now - YEAR, now);
        let email = self.truth(&id).map(|truth| truth.email).unwrap_or_default();
        Person { id, email }
    }

    /// The organization's own record of somebody, read past its API.
    pub(super) fn truth(&self, id: &str) -> Option<UserTruth> {
        self.emulator.truth(id)
    }

    pub(super) fn conversations_of(&self, id: &str) -> u64 {
        self.emulator.conversations_of(id).len() as u64
    }

    /// How many requests have changed anything so far.
    pub(super) fn changes(&self) -> usize {
        self.emulator.requests().iter().filter(|request| request.changed).count()
    }

    /// How many requests to change this person's state or other fields have arrived so far.
    pub(super) fn changes_of_state(&self, id: &str) -> usize {
        let (user, state) = (format!("/api/v2/users/{id}"), format!("/api/v2/users/{id}/state"));
        let requests = self.emulator.requests();
        let sent = requests.iter().filter(|request| {
            (request.method == "PATCH" && request.path == user)
                || (request.method == "PUT" && request.path == state)
        });
        sent.count()
    }

    /// Lets the answer to the next change of somebody's state be lost: it happens, and nobody is told.
    pub(super) fn lose_the_answer(&self, id: &str) {
        let kind = FaultKind::HangAfterCommit(NEVER);
        self.emulator.fault(FaultRule::new(kind.clone()).on("PUT", &format!("/api/v2/users/{id}/state")));
        self.emulator.fault(FaultRule::new(kind).on("PATCH", &format!("/api/v2/users/{id}")));
    }

    pub(super) fn end_faults(&self) -> usize {
        self.emulator.clear_faults();
        self.emulator.faults_fired().len()
    }

    /// What a command needs to reach it.
    pub(super) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("EMERITUS_API_URL", self.url.clone()),
            ("EMERITUS_LOGIN_URL", self.url.clone()),
            ("GENESYS_CLIENT_ID", self.emulator.client_id()),
            ("GENESYS_CLIENT_SECRET", self.emulator.client_secret()),
        ]
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell: what went wrong in it showed in the answers.
            drop(thread.join());
        }
    }
}

fn serve(emulator: &Emulator, listener: TcpListener, stopped: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        // A failure shows to whoever calls it: nothing answers.
        drop(emulator.serve(listener, async move { drop(stopped.await) }).await);
    });
}
