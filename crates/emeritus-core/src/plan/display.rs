//! The plan as a person reads it: the dry run.

use std::fmt;

use super::{Basis, Bound, HistoryScope, Plan, Purpose, StationSlot, Step, StepKind, Undo};
use crate::evidence::span;
use crate::finding::{Finding, FindingCode as Code, Severity};
use crate::holding::{Kind, Thing};
use crate::inventory::{AccountState, Grant};

/// How many blocks of a finding are spelled out.
const SPELLED_OUT: usize = 5;

/// A heading, and which findings stand under it.
type Section = (&'static str, fn(&Finding) -> bool);

/// What the planner noticed, in the order in which somebody who is to approve it wants to read it.
const SECTIONS: [Section; 5] = [
    ("FATAL: what keeps the plan from being approved", |found| found.severity == Severity::Fatal),
    ("To look at before approving", |found| found.severity == Severity::Warn),
    ("To know", |found| {
        found.severity == Severity::Info && !matches!(found.code, Code::Kept | Code::NotReachable)
    }),
    ("Stays with the person", |found| found.severity == Severity::Info && found.code == Code::Kept),
    ("Out of reach, so neither looked at nor changed", |found| {
        found.severity == Severity::Info && found.code == Code::NotReachable
    }),
];

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match &self.purpose {
            Purpose::Retire if self.subject.state == AccountState::Deleted => {
                "Retire (deleted already: what is left)"
            }
            Purpose::Retire if self.deletes() => "Retire and delete",
            Purpose::Retire if self.subject.state == AccountState::Inactive => {
                "Retire (inactive already, keep the account)"
            }
            Purpose::Retire => "Retire (keep the account, inactive)",
            Purpose::Restore { basis: Basis::Whole, .. } => "Restore",
            Purpose::Restore { basis: Basis::Found { .. } | Basis::Named { .. }, .. } => "Put back in part",
            Purpose::Revive => "Revive (the account alone: there is no snapshot)",
        };
        let subject = &self.subject;
        writeln!(f, "{verb}: {} <{}>", subject.name, subject.email)?;
        let emulated = if self.emulated { "  [emulated]" } else { "" };
        writeln!(f, "  organization  {} ({}){emulated}", self.organization.name, self.organization.id)?;
        writeln!(f, "  user          {}, {}, version {}", subject.id, subject.state, subject.version)?;
        if self.purpose == Purpose::Retire {
            writeln!(
                f,
                "  history from  {} ({})",
                self.history.from.strftime("%Y-%m-%d"),
                self.history.why()
            )?;
        }
        if let Some(at) = self.policy.returns_at {
            writeln!(f, "  returns       {}", at.strftime("%Y-%m-%d"))?;
        }
        if let Ok(digest) = self.digest() {
            writeln!(f, "  plan          {digest}")?;
        }
        for (heading, is_in) in SECTIONS {
            let mut findings = self.findings.iter().filter(|finding| is_in(finding)).peekable();
            if findings.peek().is_some() {
                writeln!(f, "\n{heading}")?;
            }
            for finding in findings {
                writeln!(f, "  {}", finding.text)?;
                way_out(f, finding)?;
            }
        }
        writeln!(f, "\nSteps")?;
        if self.steps.is_empty() {
            writeln!(f, "  none: there is nothing to change")?;
        }
        for step in &self.steps {
            write!(f, "{step}")?;
        }
        if !self.losses.is_empty() {
            writeln!(f, "\nWhat a restore does not bring back")?;
            for loss in &self.losses {
                writeln!(f, "  {loss}")?;
            }
        }
        Ok(())
    }
}

/// How a fatal finding is lifted, ready to be typed. One that nobody may lift has no such line.
fn way_out(f: &mut fmt::Formatter<'_>, finding: &Finding) -> fmt::Result {
    if finding.severity != Severity::Fatal || finding.blocks.is_empty() {
        return Ok(());
    }
    let more = finding.blocks.len().saturating_sub(SPELLED_OUT);
    let named = finding.blocks.iter().take(SPELLED_OUT).map(crate::overrides::Block::argument);
    let named = named.collect::<Vec<_>>().join(" ");
    let more = if more == 0 { String::new() } else { format!(" (and {more} more: --json names them)") };
    writeln!(f, "    or lift it by name: {named} --because TEXT{more}")
}

impl HistoryScope {
    /// Returns why history is read no further back, for people.
    #[must_use]
    pub fn why(&self) -> String {
        match self.bound {
            Bound::Retention { days } => format!("the organization keeps {days} days"),
            Bound::Stated => "as asked".to_owned(),
            Bound::Default { days } => format!("{days} days; {}", self.told()),
            Bound::Counted { first, asked_from } => {
                let asked = asked_from.strftime("%Y-%m-%d");
                let counts = first.map_or_else(
                    || "counts nothing".to_owned(),
                    |first| format!("first counts anything in {}", first.strftime("%Y-%m")),
                );
                format!("{}; the vendor was asked back to {asked}, and {counts}", self.told())
            }
            Bound::Uncounted { days, refused } => {
                let asked = if refused { "may not be asked" } else { "could not be asked" };
                format!("{days} days; {}, and how far the history goes {asked}", self.told())
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:>2}. {}", self.id, self.kind)?;
        writeln!(f, "      why   {}", self.why)?;
        match &self.undo {
            Undo::Nothing => Ok(()),
            Undo::By(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(ToString::to_string).collect();
                writeln!(f, "      undo  {}", kinds.join("; "))
            }
            Undo::Irreversible { because } => writeln!(f, "      undo  none: {because}"),
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Baseline => f.write_str("read the whole history and fingerprint it"),
            Self::AwaitIdle { up_to } => write!(f, "wait for live work to end, {up_to:#} at most"),
            Self::SetState { from, to, reason: None } => write!(f, "set state {from} -> {to}"),
            Self::SetState { from, to, reason: Some(reason) } => {
                write!(f, "set state {from} -> {to}, reason {reason:?}")
            }
            Self::RevokeTokens => f.write_str("revoke all tokens"),
            Self::ClearStation { slot, station } => {
                let slot = slot_name(*slot);
                match station {
                    Some(station) => write!(f, "clear {slot} station {}", station.name),
                    None => write!(f, "clear {slot} station"),
                }
            }
            Self::LeaveQueue { queue, joined: _ } => write!(f, "leave queue {}", queue.name),
            Self::Prove { since } => {
                let when = match since {
                    super::Since::Cut => "the cut",
                    super::Since::Hold => "the hold",
                    super::Since::Delete => "the delete",
                    super::Since::PutBack => "the put-back",
                };
                write!(f, "prove the history again after {when}")
            }
            Self::Hold { length } => write!(f, "hold for {}", span(*length)),
            Self::Delete => f.write_str("delete the account"),
            Self::MoveDivision { to } => write!(f, "move to division {}", to.name),
            Self::GrantRoles { grants } => write!(f, "grant {}", role_names(grants)),
            Self::SetSkills { skills } if skills.is_empty() => f.write_str("remove every skill"),
            Self::SetSkills { skills } => write!(f, "set {} skill(s)", skills.len()),
            Self::SetLanguages { languages } => write!(f, "set {} language(s)", languages.len()),
            Self::JoinQueue { queue } => write!(f, "join queue {}", queue.name),
            Self::SetJoined { queue, joined: true } => write!(f, "take work from queue {}", queue.name),
            Self::SetJoined { queue, joined: false } => write!(f, "take no work from queue {}", queue.name),
            Self::SetRing { queue, ring } => write!(f, "stand in ring {ring} of queue {}", queue.name),
            Self::SetStation { slot, station } => {
                write!(f, "set {} station {}", slot_name(*slot), station.name)
            }
            Self::SetManager { manager } => write!(f, "set manager {}", manager.name),
            Self::JoinGroup { group } => write!(f, "join group {}", group.name),
            Self::LeaveGroup { group } => write!(f, "leave group {}", group.name),
            Self::RevokeRoles { grants } => write!(f, "take away {}", role_names(grants)),
            Self::RemoveLanguage { language } => write!(f, "remove language {}", language.skill.name),
            Self::Release { kind, thing } => write!(f, "release {}", held(*kind, thing)),
            Self::GiveBack { kind, thing } => write!(f, "give back {}", held(*kind, thing)),
            Self::Reassign { kind, thing, from, to } => {
                write!(f, "hand {} from {} to {}", held(*kind, thing), from.name, to.name)
            }
            Self::CheckAccess => f.write_str("see that access has ended"),
            Self::Compare => f.write_str("compare with the snapshot, field by field"),
        }
    }
}

/// Of what a person has one of, the kind says it all.
fn held(kind: Kind, thing: &Thing) -> String {
    if thing.id == Thing::OWN { kind.label().to_owned() } else { format!("{kind} {thing}") }
}

fn role_names(grants: &[Grant]) -> String {
    let names = grants.iter().map(|grant| format!("{} in {}", grant.role.name, grant.division.name));
    names.collect::<Vec<_>>().join(", ")
}

fn slot_name(slot: StationSlot) -> &'static str {
    match slot {
        StationSlot::Associated => "associated",
        StationSlot::Default => "default",
    }
}
