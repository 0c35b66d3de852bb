//! Performing and observing one action.

use std::collections::BTreeMap;

use emeritus_core::event::{Answer, Because, EffectRecord, Event, FailureCode, Place, Sight, StepFailure};
use emeritus_core::id::{StepId, UserId};
use emeritus_core::plan::{Purpose, StepKind};
use emeritus_core::policy::LiveWork;
use emeritus_core::state::Progress;
use jiff::{SignedDuration, Timestamp};

use super::{DriveError, Executor};
use crate::collect::live::{self, Reach};
use crate::failure::Asked;
use crate::guard::Guard;
use crate::observe::{Look, Sent};
use crate::perform::PrepareError;
use crate::stats::Phase;
use crate::{failure, guard, observe, perform};

/// What an organization teaches when it answers "in use" to a cut.
pub(crate) const IN_USE_BLOCKS_CUT: &str = "in-use-blocks-cut";

impl Executor<'_> {
    fn user(&self) -> UserId {
        self.state.plan().subject.id.clone()
    }

    fn sent(&self, accepted: bool) -> Sent {
        let last_token = self.state.snapshot().last_token.known().copied().flatten();
        Sent { at: self.emeritus.in_vendor_time(self.state.last_at()), accepted, last_token }
    }

    /// Sends an effect once: guard, intent on disk, request, answer on disk.
    pub(super) async fn perform(
        &mut self,
        place: Place,
        attempt: u16,
        kind: &StepKind,
    ) -> Result<(), DriveError> {
        self.pause_between_tries(place, attempt).await;
        if !self.is_clear(place, kind).await? {
            return Ok(());
        }
        if let Some(failure) = self.unprovable(place, kind) {
            return self.append(Event::Stuck { place, failure });
        }
        let user = self.user();
        // What comes back by itself, with a group or because the vendor kept it, is not given twice; and a try that was
        // refused may have been performed all the same.
        let gives = self.state.plan().purpose != Purpose::Retire && place.undo.is_none();
        if (gives || attempt > 1 || matches!(kind, StepKind::SetJoined { .. }))
            && !kind.is_guarded()
            && let Some(look) = self.already_so(&user, kind).await
        {
            return self.append(Event::Observed { place, sight: Sight::Applied, facts: look.facts });
        }
        let plainly = self.last_failure(place).is_some_and(|last| last.code == FailureCode::NotOffered);
        let effect = match perform::effect(&self.emeritus.reader, &user, kind, plainly).await {
            Ok(effect) => effect,
            Err(PrepareError::Vendor(error)) => return self.not_prepared(place, kind, &error).await,
            Err(
                error @ (PrepareError::NoVersion
                | PrepareError::NoEffect
                | PrepareError::NoDocument
                | PrepareError::NoWay { .. }),
            ) => {
                let failure = StepFailure::of(FailureCode::Refused, error.to_string());
                return self.append(Event::Stuck { place, failure });
            }
        };
        self.send(place, attempt, kind, &effect).await
    }

    /// Looks at the account right before it is changed. What speaks against the change, or says that it is there, may
    /// be an old picture: it is read again before it counts. So may be what allows a delete, which a person who works
    /// again does not get over: two looks in a row have to say the same.
    async fn guard(&self, user: &UserId, kind: &StepKind) -> Result<Guard, genesys::Error> {
        let (reader, patience) = (&self.emeritus.reader, &self.state.plan().policy.patience);
        let deletes = *kind == StepKind::Delete;
        let mut before = guard::look(reader, user, kind, &self.state).await?;
        if before == Guard::Clear && !deletes {
            return Ok(before);
        }
        for _ in 1..patience.observations.max(2) {
            self.pause(patience.staleness, "two reads have to agree").await;
            let now = guard::look(reader, user, kind, &self.state).await?;
            if !deletes || now == before {
                return Ok(now);
            }
            before = now;
        }
        Ok(Guard::Unread { why: "no two looks at the account say the same".to_owned() })
    }

    /// Intent on disk, the request once, answer on disk.
    async fn send(
        &mut self,
        place: Place,
        attempt: u16,
        kind: &StepKind,
        effect: &genesys::Effect,
    ) -> Result<(), DriveError> {
        let record = EffectRecord {
            method: effect.method().to_owned(),
            path: effect.path(),
            body_sha256: effect.body_sha256(),
        };
        let changes_state = matches!(kind, StepKind::SetState { .. });
        let asked = Asked {
            removes: perform::removes(kind),
            // The call that records a reason is newer than the documented one.
            has_other_way: changes_state && record.method == "PUT",
            for_the_last_time: attempt >= self.state.plan().policy.patience.attempts,
        };
        if !self.clocks_allow(place).await? {
            return Ok(());
        }
        self.append(Event::Intended { place, attempt, effect: record })?;
        let phase = self.emeritus.meter.during(Phase::Effects);
        let sending = self.emeritus.writer.send(effect).await;
        drop(phase);
        let answer = match sending {
            Ok(receipt) => {
                Answer::Accepted { status: receipt.status, correlation_id: receipt.correlation_id }
            }
            Err(error) => failure::answer(&error, asked),
        };
        let in_use = matches!(&answer, Answer::Refused(failure) | Answer::Declined(failure) if failure.code == FailureCode::InUse);
        self.append(Event::Answered { place, attempt, answer })?;
        if in_use && changes_state {
            self.learn(IN_USE_BLOCKS_CUT)?;
        }
        Ok(())
    }

    /// Looks right before the account itself is changed, and writes down what keeps it from being changed now.
    async fn is_clear(&mut self, place: Place, kind: &StepKind) -> Result<bool, DriveError> {
        let user = self.user();
        let event = match self.guard(&user, kind).await {
            Ok(Guard::Clear) => return Ok(true),
            Ok(Guard::AlreadySo { state, version }) => {
                let facts = BTreeMap::from([
                    ("state".to_owned(), state.to_string()),
                    ("version".to_owned(), version.to_string()),
                ]);
                Event::Observed { place, sight: Sight::Applied, facts }
            }
            Ok(Guard::Drift { what }) => {
                Event::Stuck { place, failure: StepFailure::of(FailureCode::Drift, what.join("; ")) }
            }
            // As when the vendor refuses the cut for good: back, so that the next plan can say what is in the way.
            Ok(Guard::Busy { what }) => {
                let failure = StepFailure::of(FailureCode::LiveWork, what);
                Event::Unwinding { because: Because::Refused { step: place.step, failure } }
            }
            Ok(Guard::Unread { why }) => {
                Event::Stuck { place, failure: StepFailure::of(FailureCode::Unclear, why) }
            }
            Err(error) => return self.stop(place, &error).map(|()| false),
        };
        self.append(event).map(|()| false)
    }

    /// What is to be taken away may be gone altogether, and then it is as the step would leave it.
    async fn not_prepared(
        &mut self,
        place: Place,
        kind: &StepKind,
        error: &genesys::Error,
    ) -> Result<(), DriveError> {
        let user = self.user();
        if error.disposition() == genesys::Disposition::Absent
            && perform::removes(kind)
            && let Some(look) = self.already_so(&user, kind).await
        {
            return self.append(Event::Observed { place, sight: Sight::Applied, facts: look.facts });
        }
        self.stop(place, error)
    }

    async fn already_so(&self, user: &UserId, kind: &StepKind) -> Option<Look> {
        let sent = self.sent(false);
        let look = observe::look(&self.emeritus.reader, user, kind, sent).await.ok()?;
        look.is_there.then_some(look)
    }

    fn learn(&self, lesson: &str) -> Result<(), DriveError> {
        let organization = &self.state.plan().organization.id;
        self.emeritus
            .journal
            .learn(organization, lesson, &self.run, self.emeritus.now())
            .map_err(DriveError::Journal)
    }

    /// A read that had to come first failed after every retry: nothing was sent, and a person may try again.
    pub(super) fn stop(&mut self, place: Place, error: &genesys::Error) -> Result<(), DriveError> {
        let forbidden = error.disposition() == genesys::Disposition::Forbidden;
        let code = if forbidden { FailureCode::Forbidden } else { FailureCode::Unclear };
        self.append(Event::Stuck { place, failure: failure::step_failure(error, code) })
    }

    fn last_failure(&self, place: Place) -> Option<&StepFailure> {
        match self.state.progress(place) {
            Some(Progress::Pending { last, .. }) => last.as_ref(),
            _ => None,
        }
    }

    async fn pause_between_tries(&self, place: Place, attempt: u16) {
        if attempt < 2 {
            return;
        }
        let policy = &self.state.plan().policy;
        let in_use = self.last_failure(place).is_some_and(|last| last.code == FailureCode::InUse);
        let length = match policy.live_work {
            LiveWork::Drain { .. } if in_use => policy.patience.idle_poll,
            LiveWork::Drain { .. } | LiveWork::Block => policy.patience.staleness,
        };
        self.pause(length, "before another try").await;
    }

    /// Looks whether an effect is there, and writes down what was seen.
    pub(super) async fn observe(
        &mut self,
        place: Place,
        kind: &StepKind,
        looks: u16,
        accepted: bool,
    ) -> Result<(), DriveError> {
        let staleness = self.state.plan().policy.patience.staleness;
        if looks > 0 {
            self.pause(staleness * i32::from(looks), "before looking again").await;
        }
        let user = self.user();
        let sent = self.sent(accepted);
        let reader = &self.emeritus.reader;
        let first = observe::look(reader, &user, kind, sent).await;
        let second = match &first {
            Ok(look) if !look.is_there && !accepted => {
                self.pause(staleness, "two reads have to agree").await;
                Some(observe::look(reader, &user, kind, sent).await)
            }
            Ok(_) | Err(_) => None,
        };
        let (sight, facts) = match (first, second) {
            (Ok(first), None) => (observe::sight(&first, None, accepted), first.facts),
            (Ok(first), Some(Ok(second))) => (observe::sight(&first, Some(&second), accepted), second.facts),
            (Err(error), _) | (Ok(_), Some(Err(error))) => {
                (Sight::Unclear, BTreeMap::from([("error".to_owned(), error.to_string())]))
            }
        };
        self.append(Event::Observed { place, sight, facts })
    }

    /// Looks whether the person is idle by both opinions, but for what was lifted by name; if not, pauses.
    pub(super) async fn await_idle(&mut self, step: StepId, until: Timestamp) -> Result<(), DriveError> {
        if !self.is_busy().await {
            return self.append(Event::Waited { step });
        }
        let now = self.now().latest;
        let pause = self.state.plan().policy.patience.idle_poll.min(until.duration_since(now));
        let before = self.emeritus.now();
        self.pause(pause, "waiting for live work to end").await;
        let moved = self.emeritus.now().duration_since(before);
        self.stood_still += (pause - moved).max(SignedDuration::ZERO);
        Ok(())
    }

    /// Returns whether the person is in anything. What costs one question is asked first, so that a long wait asks for no
    /// more; that they are idle is said only after looking as far back as the plan did.
    async fn is_busy(&self) -> bool {
        let (user, now) = (self.user(), self.emeritus.by_both().latest);
        let (reader, policy) = (&self.emeritus.reader, &self.state.plan().policy);
        if live::keeps(&live::live(reader, &user).await, "live interactions", policy) {
            return true;
        }
        for reach in [Reach::Recent, Reach::Far] {
            let open = live::open_conversations(reader, &user, now, reach).await;
            if live::keeps(&open, "open conversations", policy) {
                return true;
            }
        }
        false
    }
}
