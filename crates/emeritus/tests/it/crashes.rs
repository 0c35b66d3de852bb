//! A crash before and after each journal write and each send, then a resume: the world ends as without the crash.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use emeritus::{Emeritus, Failpoint, Side};
use genesys::Transport;
use genesys_emulator::{FaultKind, Preset, RandomFaults, UserTruth};
use http::{Request, Response};
use http_body_util::Full;

use crate::share::Share;
use crate::verify;
use crate::world::World;

/// Ends a process at its n-th request: the request never leaves, or its answer never arrives.
#[derive(Clone)]
struct Wire {
    router: axum::Router,
    at: u64,
    side: Side,
    sent: Arc<AtomicU64>,
    dead: Arc<AtomicBool>,
}

type Answer = Result<Response<axum::body::Body>, std::convert::Infallible>;

impl tower::Service<Request<Full<bytes::Bytes>>> for Wire {
    type Response = Response<axum::body::Body>;
    type Error = std::convert::Infallible;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<bytes::Bytes>>) -> Self::Future {
        let fatal = self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        let (dead, side) = (Arc::clone(&self.dead), self.side);
        let answer = tower::Service::call(&mut self.router, request);
        Box::pin(async move {
            if fatal && side == Side::Before {
                dead.store(true, Ordering::SeqCst);
                return std::future::pending().await;
            }
            let answer = answer.await;
            if fatal {
                dead.store(true, Ordering::SeqCst);
                return std::future::pending().await;
            }
            answer
        })
    }
}

/// Runs a future until it ends or its process dies.
pub(crate) async fn mortal<F: Future>(future: F, dead: &AtomicBool) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if dead.load(Ordering::SeqCst) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

struct Reference {
    truth: UserTruth,
    writes: u64,
    sends: u64,
    /// How many of them come before the approval, when nothing has been written yet.
    planning: u64,
}

fn variants() -> [(Preset, bool); 4] {
    [
        (Preset::Documented, false),
        (Preset::Documented, true),
        (Preset::AsReported, false),
        (Preset::AsReported, true),
    ]
}

fn world(preset: Preset, deletes: bool) -> World {
    let world = World::small(preset);
    if deletes { world.deleting() } else { world }
}

/// What must be equal however often the process died; the version counts changes by others too.
fn settled(truth: UserTruth) -> UserTruth {
    UserTruth { version: 0, ..truth }
}

fn reference(preset: Preset, deletes: bool) -> Reference {
    let rehearsal = world(preset, deletes);
    rehearsal.plan(&rehearsal.executor());
    let planning = rehearsal.emulator.requests().len() as u64;
    let world = world(preset, deletes);
    let executor = world.executor();
    let report = world.run(world.retirement(&executor)).report();
    assert!(report.state.outcome().is_some(), "{:?}", report.state.stuck());
    let lessons = u64::from(preset == Preset::AsReported);
    Reference {
        truth: settled(world.truth()),
        writes: report.state.sequence() + lessons,
        sends: world.emulator.requests().len() as u64,
        planning,
    }
}

/// Goes on as an operator would: resumes what is there, or starts when nothing was begun.
fn recover(world: &World, context: &str) {
    if world.records().is_empty() {
        let executor = world.executor();
        let attempt = world.run(world.retirement(&executor));
        assert!(attempt.is_ok(), "{context}: {attempt:?}");
    } else {
        world.resume_all();
    }
}

fn ends_as(world: &World, before: &UserTruth, reference: &Reference, context: &str) {
    verify::invariants(world, before, context);
    assert_eq!(settled(world.truth()), reference.truth, "{context}");
    // I15: recovery of what is over changes nothing.
    let changes = world.changes().len();
    world.resume_all();
    assert_eq!(world.changes().len(), changes, "{context}: an idle recovery changed something");
}

#[test]
fn a_crash_at_any_journal_write_ends_in_the_same_world() {
    let rows = Share::of_this_run().rows();
    for (preset, deletes) in variants() {
        let reference = reference(preset, deletes);
        for write in 1..=reference.writes {
            for side in [Side::Before, Side::After].into_iter().filter(|_| rows.take()) {
                let context = format!("{preset} delete={deletes} crash {side:?} write {write}");
                let world = world(preset, deletes);
                let before = world.truth();
                let executor = world.executor_with(Failpoint::at(write, side));
                let attempt = world.run(world.retirement(&executor));
                assert!(attempt.broke_off(), "{context}: did not fire: {attempt:?}");
                drop(executor);
                recover(&world, &context);
                ends_as(&world, &before, &reference, &context);
            }
        }
    }
}

pub(crate) fn mortal_executor(world: &World, at: u64, side: Side) -> (Emeritus, Arc<AtomicBool>) {
    let dead = Arc::new(AtomicBool::new(false));
    let wire = Wire {
        router: world.emulator.router(),
        at,
        side,
        sent: Arc::new(AtomicU64::new(0)),
        dead: Arc::clone(&dead),
    };
    (world.executor_over(Transport::over(wire), Failpoint::never()), dead)
}

#[test]
fn a_crash_at_any_send_ends_in_the_same_world() {
    let rows = Share::of_this_run().rows();
    for (preset, deletes) in variants() {
        let reference = reference(preset, deletes);
        let rehearsed = (1..=reference.planning).step_by(9);
        for send in rehearsed.chain(reference.planning + 1..=reference.sends) {
            for side in [Side::Before, Side::After].into_iter().filter(|_| rows.take()) {
                let context = format!("{preset} delete={deletes} crash {side:?} send {send}");
                let world = world(preset, deletes);
                let before = world.truth();
                let (executor, dead) = mortal_executor(&world, send, side);
                let ended = world.run(mortal(world.retirement(&executor), &dead));
                assert!(ended.is_none(), "{context}: did not fire");
                drop(executor);
                recover(&world, &context);
                ends_as(&world, &before, &reference, &context);
            }
        }
    }
}

#[test]
fn a_crash_during_recovery_ends_in_the_same_world() {
    let rows = Share::of_this_run().rows();
    for (preset, deletes) in variants() {
        let reference = reference(preset, deletes);
        for seed in (0..40).filter(|_| rows.take()) {
            let running = reference.sends - reference.planning;
            let (first, second) = (reference.planning + 1 + seed * 7 % running, 1 + seed * 13 % 23);
            let context = format!("{preset} delete={deletes} crash at send {first}, then at {second}");
            let world = world(preset, deletes);
            let before = world.truth();
            let (executor, dead) = mortal_executor(&world, first, Side::After);
            assert!(world.run(mortal(world.retirement(&executor), &dead)).is_none(), "{context}");
            drop(executor);
            let (executor, dead) = mortal_executor(&world, second, Side::After);
            if let Some(run) = executor.runs().unwrap().last() {
                // A short rest of the run may end before it can die again.
                drop(world.run(mortal(executor.resume(run.run(), false), &dead)));
            }
            drop(executor);
            recover(&world, &context);
            ends_as(&world, &before, &reference, &context);
        }
    }
}

#[test]
fn crashes_amid_random_faults_never_break_an_invariant() {
    let kinds = vec![
        FaultKind::ServerError { status: 500, committed: true },
        FaultKind::ServerError { status: 503, committed: false },
        FaultKind::ResetAfterCommit,
        FaultKind::ResetBefore,
        FaultKind::TruncatedJson,
        FaultKind::StaleRead,
        FaultKind::VersionRace,
        FaultKind::TooManyRequests { retry_after: Some(3) },
    ];
    let (mut fired, mut died) = (0_usize, 0_usize);
    let share = Share::of_this_run();
    let rows = share.rows();
    let seeds = (0_u64..60).zip(variants().into_iter().cycle());
    for (seed, (preset, deletes)) in seeds.filter(|_| rows.take()) {
        let context = format!("{preset} delete={deletes} seed {seed}");
        let world = world(preset, deletes);
        let before = world.truth();
        world.emulator.random_faults(RandomFaults {
            seed,
            per_thousand: 120,
            kinds: kinds.clone(),
            at_most: Some(6),
        });
        for at in [45 + seed * 3 % 50, 3 + seed % 17] {
            let (executor, dead) = mortal_executor(&world, at, Side::After);
            let run = executor.runs().unwrap().last().map(|run| run.run().clone());
            let ended = match run {
                None => world.run(mortal(world.retirement(&executor), &dead)).is_some(),
                Some(run) => world.run(mortal(executor.resume(&run, true), &dead)).is_some(),
            };
            died += usize::from(!ended);
        }
        fired += world.emulator.faults_fired().len();
        world.emulator.clear_faults();
        let executor = world.executor();
        match executor.runs().unwrap().last() {
            None => recover(&world, &context),
            Some(run) if run.outcome().is_none() => {
                world.run(executor.resume(run.run(), true)).unwrap();
            }
            Some(_) => {}
        }
        drop(executor);
        verify::invariants(&world, &before, &context);
    }
    let enough = fired > share.at_least(100) && died > share.at_least(60);
    assert!(enough, "{fired} faults fired, {died} processes died");
}
