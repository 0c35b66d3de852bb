//! Virtual time: it moves only when everything that can happen now has happened.

use std::{
    collections::BTreeMap,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use genesys::Clock;
use jiff::{SignedDuration, Timestamp};

#[derive(Clone)]
pub(crate) struct TestClock(Arc<Mutex<Inner>>);

struct Inner {
    now: Timestamp,
    next: u64,
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
}

struct Sleep {
    clock: TestClock,
    key: (Timestamp, u64),
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl TestClock {
    pub(crate) fn new() -> Self {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        Self(Arc::new(Mutex::new(Inner { now, next: 0, sleepers: BTreeMap::new() })))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.0.lock().unwrap().now = now;
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut inner = self.0.lock().unwrap();
        inner.now = inner.now.checked_add(SignedDuration::try_from(by).unwrap()).unwrap();
    }

    /// Drives a future to its end, moving time to the next sleeper whenever nothing else is left to do.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            let flag = Arc::new(Flag(AtomicBool::new(false)));
            let waker = Waker::from(Arc::clone(&flag));
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
            if !flag.0.load(Ordering::SeqCst) {
                let mut inner = self.0.lock().unwrap();
                let ((at, _), sleeper) = inner.sleepers.pop_first().expect("nothing is left to happen");
                inner.now = inner.now.max(at);
                drop(inner);
                sleeper.wake();
            }
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, d: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut inner = self.0.lock().unwrap();
        let at = inner.now.checked_add(SignedDuration::try_from(d).unwrap()).unwrap();
        inner.next += 1;
        Box::pin(Sleep { key: (at, inner.next), clock: self.clone() })
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.clock.0.lock().unwrap();
        if inner.now >= self.key.0 {
            return Poll::Ready(());
        }
        inner.sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().sleepers.remove(&self.key);
    }
}
