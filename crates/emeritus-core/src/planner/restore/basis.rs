//! What a snapshot is to the person, in words: whether it is what they were before they first left, what else would be
//! there to be put back, what others changed meanwhile, and which run is given up for it.

use super::Aim;
use crate::entries::{self, Entries};
use crate::evidence::moment;
use crate::finding::{Finding, FindingCode as Code};
use crate::holding::{Kind, Loss};
use crate::inventory::{AccountState, Inventory};
use crate::person::{Before, Standing, held_until};
use crate::plan::{AccountChoice, Basis};
use crate::planner::losses;
use crate::state::RunState;

pub(super) fn findings(aim: &Aim<'_>, current: &Inventory) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(not_whole(aim, current));
    if let Some(standing) = aim.standing {
        found.extend(gives_up(standing));
        if aim.basis == Basis::Whole {
            found.extend(standing.retirements().iter().filter_map(|run| besides(aim, run, current)));
        }
    }
    found
}

/// A run that is not over cannot be resumed once the person is put back, and its delete never comes.
pub(super) fn gives_up(standing: &Standing<'_>) -> Option<Finding> {
    let run = standing.unfinished()?;
    let how = match (run.stuck(), held_until(run)) {
        (Some(_), _) => "is stuck".to_owned(),
        (None, Some(until)) => format!("holds the account until {} before it deletes it", moment(until)),
        (None, None) => "is not over".to_owned(),
    };
    let text = format!("run {} {how}: this gives it up, and it is not resumed after that", run.run());
    Some(Finding::warn(Code::GivesUp, text))
}

/// Why there is no snapshot to put anything back from but the account.
pub(super) fn no_snapshot(standing: Option<&Standing<'_>>) -> String {
    const BY_HAND: &str = "roles, division, queues, numbers and everything else have to be given by hand";
    match standing.and_then(|standing| Some((standing.put_back()?, standing.last_active()))) {
        Some((put_back, Some(last))) => format!(
            "run {} put this person back, and no run of this journal has taken anything since, so what they were when \
             they left is in no snapshot: {BY_HAND}; `emeritus restore --run {}` puts back what they were on {}",
            put_back.run(),
            last.run(),
            moment(last.snapshot().taken_at),
        ),
        Some((_, None)) | None => {
            format!("no run of this journal retired this person, so there is no snapshot: {BY_HAND}")
        }
    }
}

fn not_whole(aim: &Aim<'_>, current: &Inventory) -> Option<Finding> {
    let (was, run) = (aim.snapshot.account.state, &aim.from_run);
    match aim.basis {
        Basis::Whole => None,
        Basis::Found { account } => {
            let mut text = format!(
                "nobody knows what this person was before they left: the account was {was} already when run {run} began. \
                 What can be given back is what runs of this journal took since then"
            );
            let is_open = account.is_none() && current.account.state != AccountState::Active;
            if is_open {
                text.push_str(
                    ". Say what the account is to be: `--account active` makes it active, `--account as-found` leaves it \
                     as it was then",
                );
            }
            text.extend(known_before(aim, current));
            Some(if is_open {
                Finding::fatal(Code::NotWhole, text)
            } else {
                Finding::warn(Code::NotWhole, text)
            })
        }
        Basis::Named { account } => {
            let of = match aim.standing.and_then(Standing::before) {
                Some(Before::Whole(first)) if first.run() != run => format!(
                    ", and not before they first left: without --run, a restore works from run {}",
                    first.run()
                ),
                Some(Before::Unknown(_) | Before::Whole(_)) | None => String::new(),
            };
            let left = match account {
                Some(AccountChoice::Active) => "",
                Some(AccountChoice::AsFound) | None if was == AccountState::Active => "",
                Some(AccountChoice::AsFound) | None => "; the account is not made active",
            };
            let text = format!(
                "this puts back what the person was when run {run} began, with the account {was}{of}{left}"
            );
            Some(Finding::warn(Code::NotWhole, text))
        }
    }
}

/// What the latest snapshot of an active account names besides.
fn known_before(aim: &Aim<'_>, current: &Inventory) -> Option<String> {
    let last = aim.standing?.last_active()?;
    let mut named = entries::missing(last.snapshot(), aim.snapshot);
    let held = entries::of(current, Kind::can_be_released);
    named.retain(|thing, _| !held.contains_key(thing));
    let at = moment(last.snapshot().taken_at);
    let besides = if named.is_empty() {
        "nothing besides".to_owned()
    } else {
        format!("{} besides", entries::words(&named))
    };
    Some(format!(
        ". The account was last known active on {at}, when run {} began, with {besides}: `--run {}` puts that back",
        last.run(),
        last.run()
    ))
}

/// What a later run of the same absence took from the person, and the first snapshot does not name.
fn besides(aim: &Aim<'_>, run: &RunState, current: &Inventory) -> Option<Finding> {
    if *run.run() == aim.from_run {
        return None;
    }
    let mut taken = entries::missing(run.snapshot(), aim.snapshot);
    let held = entries::of(current, Kind::can_be_released);
    taken.retain(|thing, _| !held.contains_key(thing));
    let again = run.snapshot().account.state == AccountState::Active;
    if taken.is_empty() && !again {
        return None;
    }
    let mut text = format!("run {} ", run.run());
    if again {
        text.push_str(
            "found the account active again, made so by somebody else, without all that the person had before they first \
             left. What is put back is what they had then",
        );
    }
    if !taken.is_empty() {
        let given =
            if again { ". Not of that, and held when it began: " } else { "took what somebody gave since: " };
        text.extend([given, &entries::words(&taken), ", which is not put back"]);
    }
    text.extend(["; `--run ", run.run().as_str(), "` puts back what the person was when it began"]);
    Some(Finding::warn(Code::ChangedSince, text))
}

/// Returns what others changed since the snapshot and a restore leaves as it is. It is said beforehand, so it is no
/// surprise afterwards.
pub(super) fn changed_since(snapshot: &Inventory, current: &Inventory) -> Vec<Loss> {
    let (was, now) = (&snapshot.account, &current.account);
    let mut found = Vec::new();
    let because = |now: &str| format!("somebody made it {now} since, and it is not changed back");
    if !was.email.eq_ignore_ascii_case(&now.email) {
        found.push(losses::of("e-mail", "", &was.email, &because(&now.email)));
    }
    if was.name != now.name {
        found.push(losses::of("name", "", &was.name, &because(&now.name)));
    }
    let named = entries::of(snapshot, |_| true);
    let mut since: Entries = entries::of(current, |_| true);
    // The whole list of skills, or of languages, is set to what it was.
    let is_set = |kind: Kind| named.keys().any(|(part, _)| *part == kind.label());
    let set = [Kind::Skills, Kind::Languages].map(|kind| is_set(kind).then(|| kind.label()));
    since.retain(|thing, _| !named.contains_key(thing) && !set.contains(&Some(thing.0)));
    since.retain(|(part, _), _| *part != entries::MANAGER);
    let stays = "given since by somebody else, and it stays";
    found.extend(since.iter().map(|((part, id), name)| losses::of(part, id, name, stays)));
    found
}
