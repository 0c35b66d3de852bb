//! What speaks for and against retiring a person.

use jiff::Timestamp;

use super::{Awaited, Lacking, Outlook, kept, retire::has_leftovers};
use crate::evidence::{count, span};
use crate::finding::{Finding, FindingCode as Code};
use crate::forecast::{Calendar, Forecast};
use crate::holding::Kind;
use crate::inventory::{AccountState, Inventory, LiveInteraction, Part, Via};
use crate::overrides;
use crate::plan::Step;
use crate::policy::{LiveWork, Mode, Policy, Strictness, Treatment};
use crate::retention::Retention;

/// How many conversations a finding spells out.
const SPELLED_OUT: usize = 5;

pub(super) fn of_retirement(inventory: &Inventory, policy: &Policy, steps: &[Step]) -> Vec<Finding> {
    let mut found = Vec::new();
    guards(inventory, policy, &mut found);
    live_work(inventory, policy, &mut found);
    state(inventory, policy, steps, &mut found);
    kept::findings(inventory, policy, steps, &mut found);
    unknown(inventory, policy, &mut found);
    losses(inventory, policy, steps, &mut found);
    found
}

/// What is known of how long the history stays, and what is not.
pub(super) fn of_history(
    outlook: &Outlook,
    retention: &Retention,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let doubtful = match retention {
        Retention::Unknown(why) => Some(why.to_string()),
        Retention::NotALength(days) => Some(format!("{days} days are stated, which is no length of time")),
        Retention::Days(_) | Retention::NoLimit | Retention::NotTold => None,
    };
    if let Some(why) = doubtful {
        let text = format!("retention: unknown, {why}; what the organization will drop is not foretold");
        found.push(match policy.unknown {
            Strictness::Block => {
                Finding::fatal(Code::UnknownPart, text).of([(overrides::part_name("retention"), None)])
            }
            Strictness::Warn => Finding::warn(Code::UnknownPart, text),
        });
    }
    match &outlook.calendar {
        Part::Known(calendar) => found.extend(archive_first(calendar, retention, policy, now)),
        Part::Unknown(why) => found.push(Finding::warn(
            Code::UnknownPart,
            format!("age of the history: unknown before it is read, {why}; look whether to archive it first"),
        )),
    }
    found
}

/// What a restore could not give back, by what the client may do.
pub(super) fn of_restore(outlook: &Outlook, policy: &Policy) -> Vec<Finding> {
    let text = |lacking: &Lacking| {
        format!(
            "a restore could not give back {}: the client lacks {}. Add it to a role of the client first",
            lacking.what.join(", "),
            lacking.permission,
        )
    };
    let lacking = outlook.unrestorable.iter();
    let finding = |lacking: &Lacking| {
        Finding::fatal(Code::Restore, text(lacking)).of([(lacking.permission.clone(), None)])
    };
    let mut found: Vec<_> = lacking.map(finding).collect();
    if let Some(why) = &outlook.rights_unknown {
        let text = format!(
            "permissions of this client: unknown, {why}; whether a restore could give back what is taken away is not \
             known"
        );
        found.push(match policy.unknown {
            Strictness::Block => {
                let part = overrides::part_name("permissions of this client");
                Finding::fatal(Code::UnknownPart, text).of([(part, None)])
            }
            Strictness::Warn => Finding::warn(Code::UnknownPart, text),
        });
    }
    found
}

/// What will soon be gone at the vendor, or is out of reach of its views already.
fn archive_first(
    calendar: &Calendar,
    retention: &Retention,
    policy: &Policy,
    now: Timestamp,
) -> Option<Finding> {
    let forecast = Forecast::of(calendar, retention, now);
    let mut parts = Vec::new();
    if let (Some(at), Some(days)) = (forecast.next_drop, retention.days()) {
        let soon = Forecast::within(calendar, days, now, policy.archive_warning);
        if soon > 0 {
            parts.push(format!(
                "at least {} that this person handled go within {} ({days} days of retention, the next on {})",
                count(soon, "conversation"),
                span(policy.archive_warning),
                at.strftime("%Y-%m-%d"),
            ));
        }
    }
    if forecast.out_of_view > 0 {
        parts.push(format!(
            "at least {} that this person handled are out of reach of the vendor's detail view (older than 18 months)",
            count(forecast.out_of_view, "conversation")
        ));
    }
    let text = format!("archive first with `emeritus archive`: {}", parts.join("; "));
    (!parts.is_empty()).then(|| Finding::warn(Code::ArchiveFirst, text))
}

/// A delete ends the waiting for somebody who was to come back.
pub(super) fn not_awaited(awaited: &Awaited) -> Finding {
    let day = awaited.at.strftime("%Y-%m-%d");
    let text = format!(
        "run {} expects this person back on {day}: this delete ends that, and `emeritus restore --due` does not put \
         them back then",
        awaited.run
    );
    Finding::warn(Code::Returns, text)
}

fn guards(inventory: &Inventory, policy: &Policy, found: &mut Vec<Finding>) {
    let account = &inventory.account;
    if policy.protected.contains(&account.id) {
        found.push(Finding::fatal(
            Code::ProtectedUser,
            "the policy protects this person: take them off the list first",
        ));
    }
    if inventory.client_owner.known().is_some_and(|owner| owner.as_ref() == Some(&account.id)) {
        found.push(Finding::fatal(
            Code::OwnClient,
            "this person made the OAuth client that Emeritus runs as: move it to another owner first",
        ));
    }
    for role in inventory.last_holder_of.known().into_iter().flatten() {
        let text = format!(
            "this person is the last holder of the role {}: give it to somebody else first",
            role.name
        );
        let id = role.id.to_string();
        let name = if role.name.is_empty() { id.clone() } else { role.name.to_string() };
        found.push(Finding::fatal(Code::LastAdmin, text).of([(name, Some(id))]));
    }
}

fn live_work(inventory: &Inventory, policy: &Policy, found: &mut Vec<Finding>) {
    let sessions = inventory.live.known().into_iter().flatten();
    let open = inventory.open_conversations.known().into_iter().flatten();
    let mut conversations: Vec<_> = sessions.chain(open).collect();
    conversations.sort_by(|a, b| a.conversation.cmp(&b.conversation));
    conversations.dedup_by(|a, b| a.conversation == b.conversation);
    let (lifted, going_on): (Vec<_>, Vec<_>) =
        conversations.into_iter().partition(|live| policy.lifts_live(&live.conversation));
    for live in lifted {
        let text = format!("in conversation {} {} now", live.media, live.conversation);
        let name = (live.conversation.to_string(), None);
        found.push(Finding::fatal(Code::LiveInteraction, text).of([name]));
    }
    if going_on.is_empty() {
        return;
    }
    let text = format!("in {} now: {}", count_of(&going_on), spelled_out(&going_on));
    let finding = match policy.live_work {
        LiveWork::Block => Finding::fatal(
            Code::LiveInteraction,
            format!("{text}. Wait for them to end (--wait-idle 30m), or hand them over"),
        ),
        LiveWork::Drain { .. } => Finding::warn(Code::LiveInteraction, text),
    };
    found.push(finding.of(going_on.iter().map(|live| (live.conversation.to_string(), None))));
}

fn count_of(conversations: &[&LiveInteraction]) -> String {
    format!("{} conversation(s)", conversations.len())
}

fn spelled_out(conversations: &[&LiveInteraction]) -> String {
    let more = conversations.len().saturating_sub(SPELLED_OUT);
    let list = conversations.iter().take(SPELLED_OUT);
    let list =
        list.map(|live| format!("{} {}", live.media, live.conversation)).collect::<Vec<_>>().join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

fn state(inventory: &Inventory, policy: &Policy, steps: &[Step], found: &mut Vec<Finding>) {
    let account = &inventory.account;
    let text = format!("the account is already {}", account.state);
    match account.state {
        AccountState::Active => {}
        AccountState::Inactive | AccountState::Deleted if steps.is_empty() => {
            found.push(Finding::info(
                Code::NothingToDo,
                format!("{text}, and nothing was found that a retirement releases"),
            ));
        }
        AccountState::Inactive | AccountState::Deleted if has_leftovers(inventory, policy) => {
            found.push(Finding::warn(
                Code::LeftoversOfInactive,
                format!("{text}, and still holds what is released below"),
            ));
        }
        AccountState::Inactive | AccountState::Deleted => {
            found.push(Finding::info(Code::NothingToDo, text));
        }
    }
}

fn unknown(inventory: &Inventory, policy: &Policy, found: &mut Vec<Finding>) {
    // What a person does not hold cannot be in the way: but what could not be read may well be.
    let guards = ["live interactions", "owner of this OAuth client", "last holder of a role"];
    for (part, why) in inventory.unknown_parts() {
        let text = format!("{part}: unknown, {why}");
        // Of somebody who never logged in the vendor's record says nothing, and nothing rests on it.
        let blocks = (policy.unknown == Strictness::Block && part != "last login")
            || (part == "live interactions" && inventory.open_conversations.known().is_none());
        found.push(if blocks {
            Finding::fatal(Code::UnknownPart, text).of([(overrides::part_name(part), None)])
        } else if guards.contains(&part) {
            Finding::warn(Code::UnknownPart, format!("{text}; this guard is off"))
        } else if ["presence", "last login", "last token"].contains(&part) {
            Finding::info(Code::UnknownPart, text)
        } else {
            Finding::warn(Code::UnknownPart, format!("{text}; it is not released and not put back"))
        });
    }
}

fn losses(inventory: &Inventory, policy: &Policy, steps: &[Step], found: &mut Vec<Finding>) {
    if steps.is_empty() {
        return;
    }
    let grants = inventory.grants.known().map(Vec::as_slice).unwrap_or_default();
    let direct = grants.iter().filter(|grant| grant.via == Via::Direct).count();
    if inventory.account.state == AccountState::Active && direct > 0 {
        found.push(Finding::info(
            Code::RolesLost,
            format!(
                "{direct} role grant(s) are lost with the cut; a restore gives them again from the snapshot"
            ),
        ));
    }
    for queue in inventory.queues.known().into_iter().flatten().filter(|queue| queue.via_group) {
        let then = match policy.treatment(Kind::Groups) {
            Treatment::Release => "ends with it",
            Treatment::Keep | Treatment::Block | Treatment::Reassign { .. } => {
                "stays until the group is left"
            }
        };
        let text = format!("queue {} comes through a group and {then}", queue.queue.name);
        found.push(Finding::info(Code::QueueThroughGroup, text));
    }
    if let Some(at) = policy.returns_at {
        let day = at.strftime("%Y-%m-%d");
        let text = format!("expected back on {day}: `emeritus restore --due` puts everybody back who is due");
        found.push(Finding::info(Code::Returns, text));
    }
    if matches!(policy.mode, Mode::Delete { .. }) && inventory.account.state != AccountState::Deleted {
        let division = inventory.account.division.as_ref().map_or("its division", |division| &division.name);
        found.push(Finding::warn(
            Code::DeleteLoses,
            format!(
                "a delete moves the account from {division} to the Home division and drops extension and default \
                 station; the vendor brings back neither, a restore puts back what the snapshot holds and is still \
                 free"
            ),
        ));
    }
}
