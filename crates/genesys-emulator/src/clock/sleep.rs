//! The future behind [`Clock::sleep`](super::Clock::sleep).

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{Clock, Source, TimerKey, lock};

pub(super) struct Sleep {
    clock: Clock,
    state: State,
}

enum State {
    /// The tokio timer is made at the first poll, because making it needs a runtime.
    Wall {
        until: Instant,
        timer: Option<Pin<Box<tokio::time::Sleep>>>,
    },
    Virtual(TimerKey),
}

impl Sleep {
    pub(super) fn new(clock: Clock, duration: Duration) -> Self {
        let state = match &*clock.source {
            Source::Real { .. } => {
                let now = Instant::now();
                let until = now.checked_add(duration).unwrap_or_else(|| now + FAR);
                State::Wall { until, timer: None }
            }
            Source::Virtual(time) => {
                let mut time = lock(time);
                let deadline = time.elapsed_at.saturating_add(duration).unwrap_or(Timestamp::MAX);
                let sequence = time.next_sequence;
                time.next_sequence += 1;
                State::Virtual(TimerKey { deadline, sequence })
            }
        };
        Self { clock, state }
    }
}

/// Stands in for a deadline that the platform's instants cannot express.
const FAR: Duration = Duration::from_secs(86_400 * 365);

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match (&mut this.state, &*this.clock.source) {
            (State::Wall { until, timer }, _) => timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until((*until).into())))
                .as_mut()
                .poll(context),
            (State::Virtual(key), Source::Virtual(time)) => {
                let mut time = lock(time);
                if time.elapsed_at >= key.deadline {
                    drop(time.timers.remove(key));
                    return Poll::Ready(());
                }
                drop(time.timers.insert(*key, context.waker().clone()));
                Poll::Pending
            }
            (State::Virtual(_), Source::Real { .. }) => Poll::Ready(()),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let (State::Virtual(key), Source::Virtual(time)) = (&self.state, &*self.clock.source) {
            drop(lock(time).timers.remove(key));
        }
    }
}
