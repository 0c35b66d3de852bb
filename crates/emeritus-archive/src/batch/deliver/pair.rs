//! Two threads for work that is a processor's. Always the same two: each thread keeps what memory it once had, so
//! work that wanders over a pool has many times as much as it needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

type Work = Box<dyn FnOnce() + Send>;

/// For how many works there is place: each has a row group in memory.
const PLACES: usize = 2;

/// Two threads that take work in turns.
pub(super) struct Pair {
    threads: [Sender<Work>; 2],
    turn: AtomicUsize,
    places: Arc<Semaphore>,
}

impl Pair {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            threads: [thread()?, thread()?],
            turn: AtomicUsize::new(0),
            places: Arc::new(Semaphore::new(PLACES)),
        })
    }

    /// Waits until there is place for what a work needs in memory. The place is free again when it is dropped.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// Has work done by the thread whose turn it is; its outcome comes unless it panics.
    pub(super) fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (done, outcome) = oneshot::channel();
        let [even, odd] = &self.threads;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let thread = if turn.is_multiple_of(2) { even } else { odd };
        // Whoever asked may be gone by then; a thread that is gone shows as an outcome that does not come.
        drop(thread.send(Box::new(move || drop(done.send(work())))));
        outcome
    }
}

fn thread() -> std::io::Result<Sender<Work>> {
    let (send, works) = channel::<Work>();
    std::thread::Builder::new()
        .name("archive-reader".to_owned())
        .spawn(move || works.into_iter().for_each(|work| work()))?;
    Ok(send)
}
