//! An emulated organization on loopback, served by a thread of its own.

use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use genesys_emulator::{Emulator, FaultKind, FaultRule, Preset, Settings, UserTruth};
use jiff::SignedDuration;
use tokio::sync::oneshot;

/// Longer than any test takes.
pub(crate) const NEVER: Duration = Duration::from_secs(600);

/// An organization that keeps two months of history, so that reading it takes few requests.
pub(crate) struct Organization {
    pub(crate) emulator: Emulator,
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Organization {
    pub(crate) fn documented() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn of(preset: Preset) -> Self {
        Self::with(|settings| settings.preset = preset)
    }

    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings =
            Settings { seed: 11, rate_per_minute: 60_000, retention_days: 60, ..Settings::default() };
        change(&mut settings);
        let emulator = Emulator::new(settings);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = emulator.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                served.serve(listener, async move { drop(stopped.await) }).await.unwrap();
            });
        });
        Self { emulator, url, stop: Some(stop), thread: Some(thread) }
    }

    /// Adds an agent who holds something of everything and has had 40 conversations; returns the id.
    pub(crate) fn agent(&self, name: &str) -> String {
        let id = self
            .emulator
            .user(name)
            .in_division("Service")
            .in_queue("Billing")
            .in_queue("Retention")
            .joined(false)
            .with_role("agent")
            .with_role_in("supervisor", "Home")
            .skill("Spanish", 4.0)
            .language("Italian", 3.0)
            .station(&format!("Desk of {name}"))
            .add();
        self.give_history(&id, 40);
        id
    }

    pub(crate) fn give_history(&self, id: &str, conversations: u64) {
        let now = self.emulator.clock().now();
        self.emulator.give_history(id, conversations, now - SignedDuration::from_hours(24 * 50), now);
    }

    pub(crate) fn truth(&self, id: &str) -> UserTruth {
        self.emulator.truth(id).unwrap()
    }

    /// Every request that changed something, as method and path, sorted.
    pub(crate) fn changes(&self) -> Vec<(String, String)> {
        let requests = self.emulator.requests().into_iter().filter(|request| request.changed);
        let mut changes: Vec<_> = requests.map(|request| (request.method, request.path)).collect();
        changes.sort();
        changes
    }

    /// Returns whether a request has arrived that a fault is holding back.
    pub(crate) fn holds_back(&self, method: &str, path: &str) -> bool {
        let requests = self.emulator.requests();
        requests.iter().any(|request| request.method == method && request.path == path && request.status == 0)
    }

    pub(crate) fn fault(&self, kind: FaultKind, method: &str, path: &str) {
        self.emulator.fault(FaultRule::new(kind).on(method, path));
    }
}

impl Drop for Organization {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The address under which everybody here is known.
pub(crate) fn email(name: &str) -> String {
    format!("{}@emulated.example", name.to_lowercase().replace(' ', "."))
}
