//! Numbers, times and names as people read them.

use jiff::{SignedDuration, Timestamp};

use super::{Cut, StepOutcome, Story};
use crate::census::{Control, NotComparable, Verdict};
use crate::event::{Completeness, FailureCode, Place, StepFailure};
use crate::plan::{Approval, Bound, HistoryScope, Means, Operator, Since, StepKind, Undo};
use crate::retention::Retention;

/// Returns a number with its thousands set apart: `12,034`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number of things: `1 conversation`, `12,034 conversations`.
#[must_use]
pub fn count(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// Returns a moment to the second, in UTC: `2026-11-21 09:14:03 UTC`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Returns a length of time: whole days as days, anything else as hours, minutes and seconds.
#[must_use]
pub fn span(length: SignedDuration) -> String {
    let seconds = length.as_secs().unsigned_abs();
    if seconds > 0 && seconds.is_multiple_of(24 * 60 * 60) && !length.is_negative() {
        return count(seconds / (24 * 60 * 60), "day");
    }
    format!("{length:#}")
}

impl Story<'_> {
    /// Returns what an action does, if the plan has it.
    pub(super) fn kind(&self, place: Place) -> Option<&StepKind> {
        self.state.kind(place)
    }

    /// Returns an action as people read it: `step 3, leave queue Billing`.
    pub(super) fn name(&self, place: Place) -> String {
        match self.kind(place) {
            Some(kind) => format!("{place}, {kind}"),
            None => place.to_string(),
        }
    }

    /// Returns since when an action proves the history, if it does.
    pub(super) fn since(&self, place: Place) -> Option<Since> {
        let StepKind::Prove { since } = self.kind(place)? else { return None };
        Some(*since)
    }
}

pub(super) fn after(since: Since) -> &'static str {
    match since {
        Since::Cut => "after the cut",
        Since::Hold => "after the hold",
        Since::Delete => "after the delete",
        Since::PutBack => "after the put-back",
    }
}

pub(crate) fn why_not_comparable(why: &NotComparable) -> String {
    match why {
        NotComparable::ControlSawNothing => {
            "nothing was found before the first write, and no control query showed that this client can see \
             conversations at all"
                .to_owned()
        }
        NotComparable::DifferentWindows => "the two readings are of different windows".to_owned(),
        NotComparable::Unreadable { code } => format!("the history could not be read ({code})"),
    }
}

pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Intact => "intact".to_owned(),
        Verdict::Broken { missing, altered } => {
            let (missing, altered) = (missing.len() as u64, altered.len() as u64);
            format!("broken: {} missing, {} altered", grouped(missing), grouped(altered))
        }
        Verdict::NoHistoryFound => "no history found".to_owned(),
        Verdict::NotComparable(why) => format!("not comparable: {}", why_not_comparable(why)),
    }
}

/// Returns why something was not done: what was written down for people, and of the vendor's answer what that does
/// not say already.
pub(super) fn failure(failure: &StepFailure) -> String {
    let mut parts = vec![failure.detail.clone()];
    let status = failure.status.map(|status| (status.to_string(), format!("HTTP {status}")));
    let code = failure.vendor_code.as_ref().map(|code| (code.clone(), code.clone()));
    let facts = status.into_iter().chain(code);
    parts.extend(facts.filter(|(fact, _)| !failure.detail.contains(fact.as_str())).map(|(_, text)| text));
    parts.join("; ")
}

/// Returns a failure with its code: `refused: …`.
pub(super) fn coded(why: &StepFailure) -> String {
    format!("{}: {}", code(why.code), failure(why))
}

/// Returns a failure's code as it is stored.
pub(super) fn code(code: FailureCode) -> String {
    serde_json::to_string(&code)
        .map_or_else(|_| format!("{code:?}"), |name| name.trim_matches('"').to_owned())
}

impl std::fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Verified => "verified",
            Self::AlreadySo => "already so",
            Self::AcceptedNotSeen => "accepted, not seen",
            Self::Refused => "refused",
            Self::NotDone => "not done",
            Self::OutcomeUnknown => "outcome unknown",
            Self::Undone => "undone",
            Self::UnderWay => "under way",
            Self::Done => "done",
            Self::NotReached => "not reached",
        })
    }
}

pub(super) fn means(means: Means) -> &'static str {
    match means {
        Means::Asked => "a person answered at a terminal",
        Means::TypedEmail => "a person typed the e-mail address of the person to be deleted",
        Means::Flag => "`--yes` on the command line",
        Means::PlanFile => "a plan file was handed over to be run",
    }
}

/// Returns how an approval was given, what the machine says of who gave it, and what was stated.
pub(super) fn approved(approval: &Approval) -> String {
    let operator = approval.operator.as_ref().map(Operator::words);
    let stated = approval.stated.words().map(|words| format!("stated, not checked: {words}"));
    let parts = std::iter::once(means(approval.means).to_owned()).chain(operator).chain(stated);
    parts.collect::<Vec<_>>().join("; ")
}

/// What it means that a step was done which sends nothing: it was itself the look, so there is nothing to verify.
fn looked(kind: &StepKind, differs: bool) -> Option<&'static str> {
    if matches!(kind, StepKind::Baseline | StepKind::Prove { .. }) {
        Some("read")
    } else if matches!(kind, StepKind::AwaitIdle { .. } | StepKind::Hold { .. }) {
        Some("waited out")
    } else if *kind == StepKind::CheckAccess {
        Some(if differs { "not seen" } else { "seen" })
    } else {
        (*kind == StepKind::Compare).then_some("compared")
    }
}

impl super::Evidence {
    /// Returns what became of a step, for people.
    #[must_use]
    pub fn became(&self, step: &super::StepEntry) -> String {
        let planned = self.plan.step(step.place.step);
        let kind = planned.and_then(|planned| match (step.place.undo, &planned.undo) {
            (None, _) => Some(&planned.kind),
            (Some(part), Undo::By(kinds)) => kinds.get(usize::from(part)),
            (Some(_), Undo::Nothing | Undo::Irreversible { .. }) => None,
        });
        let differs = self.differences.iter().any(|difference| !difference.foretold);
        let looked =
            kind.filter(|_| step.outcome == StepOutcome::Done).and_then(|kind| looked(kind, differs));
        looked.map_or_else(|| step.outcome_words(), str::to_owned)
    }

    /// Returns how the approval was given, what the machine says of who gave it, and what was stated, for people.
    #[must_use]
    pub fn approved_how(&self) -> String {
        approved(&self.approval)
    }

    /// Returns why history is read no further back, for people.
    #[must_use]
    pub fn history_bound(&self) -> String {
        bound(&self.history)
    }
}

pub(super) fn bound(history: &HistoryScope) -> String {
    match history.bound {
        Bound::Retention { days } => Retention::Days(days).to_string(),
        Bound::Stated => "the operator asked for this start".to_owned(),
        Bound::Counted { first, asked_from } => {
            let asked = asked_from.strftime("%Y-%m-%d");
            let counts = first.map_or_else(
                || "count nothing of this person".to_owned(),
                |first| format!("first count anything of this person in {}", first.strftime("%Y-%m")),
            );
            format!(
                "{}; the vendor's aggregates, asked back to {asked}, {counts}, \
                 and a month more was read, five years at least",
                history.told()
            )
        }
        Bound::Uncounted { days, refused } => {
            let why = if refused { "this client may not ask" } else { "could not be asked" };
            format!(
                "{}, and how far this person's history goes {why}, so \
                 {} days were read",
                history.told(),
                grouped(u64::from(days))
            )
        }
        Bound::Default { days } => {
            format!("{}; so {} days were read", history.told(), grouped(u64::from(days)))
        }
    }
}

impl super::StepEntry {
    /// Returns what became of the step, with the code of what kept it from being done: `refused (forbidden)`.
    #[must_use]
    pub fn outcome_words(&self) -> String {
        match &self.failure {
            Some(failure) => format!("{} ({})", self.outcome, code(failure.code)),
            None => self.outcome.to_string(),
        }
    }
}

impl super::Reading {
    /// Returns how the reading was made sure to be whole, for people.
    #[must_use]
    pub fn completeness_words(&self) -> &'static str {
        self.completeness.words()
    }

    /// Returns what the control query saw, for people.
    #[must_use]
    pub fn control_words(&self) -> String {
        self.control.words()
    }

    /// Returns what the comparison shows, for people; for the first reading, what it is for.
    #[must_use]
    pub fn verdict_words(&self) -> String {
        match &self.verdict {
            None => "the baseline".to_owned(),
            Some(found) => verdict(found),
        }
    }
}

impl Completeness {
    /// Returns how a census was made sure to be whole, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ByCount => "by count",
            Self::ByTwoReadings => "by two readings that agree",
            Self::ByJob => "by jobs read to their last page",
        }
    }
}

impl Control {
    /// Returns what the control query saw, for people.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Sees { conversations } => format!("sees {}", count(conversations, "conversation")),
            Self::SeesNothing => "sees nothing".to_owned(),
            Self::Refused => "refused".to_owned(),
            Self::Unreadable => "no answer that could be read".to_owned(),
            Self::NotNeeded => "not asked, since there were conversations before".to_owned(),
        }
    }
}

impl Cut {
    /// Returns when access ended, in words that say no more than was observed.
    #[must_use]
    pub fn sentence(&self) -> String {
        let account = match (self.inactive_seen_at, self.was_inactive) {
            (Some(at), _) => format!("the account was seen inactive at {}", self.clock(at)),
            (None, true) => "the account was already inactive when the run began".to_owned(),
            (None, false) => return "That access has ended was not observed.".to_owned(),
        };
        let tokens = match (self.tokens_seen_at, self.tokens_accepted_at) {
            (Some(at), _) => {
                format!("its tokens were revoked, and none newer was seen at {}", self.clock(at))
            }
            (None, Some(at)) => {
                format!(
                    "the revocation of its tokens was accepted at {}, and not seen to hold",
                    self.clock(at)
                )
            }
            (None, None) => "that its tokens were revoked was not observed".to_owned(),
        };
        match self.at {
            Some(at) => format!("Access ended {}: {account}; {tokens}.", moment(at)),
            None => format!("Access: {account}; {tokens}."),
        }
    }

    /// Returns a moment without its date where that is the date of the cut.
    fn clock(&self, at: Timestamp) -> String {
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        if self.at.map(day) == Some(day(at)) { at.strftime("%H:%M:%S").to_string() } else { moment(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [0, 7, 999, 1_000, 12_034, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "7", "999", "1,000", "12,034", "1,234,567"]);
        assert_eq!((count(1, "event"), count(2, "event")), ("1 event".to_owned(), "2 events".to_owned()));
    }

    #[test]
    fn whole_days_are_days() {
        assert_eq!(span(SignedDuration::from_hours(24)), "1 day");
        assert_eq!(span(SignedDuration::from_hours(720)), "30 days");
        assert_eq!(span(SignedDuration::from_mins(90)), "1h 30m");
        assert_eq!(span(SignedDuration::ZERO), "0s");
    }
}
