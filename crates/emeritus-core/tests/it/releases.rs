//! What a retirement does about everything that hangs on a person: what it takes, in which order and how it is given
//! back, what stays, what is handed on, and what is lost for good.

use std::collections::BTreeMap;

use emeritus_core::finding::{FindingCode as Code, Severity};
use emeritus_core::holding::{Kind, Thing};
use emeritus_core::inventory::{Inventory, Part};
use emeritus_core::plan::{Plan, StepKind, Undo};
use emeritus_core::policy::{CutOrder, LiveWork, Mode, Policy, Strictness, Treatment};
use emeritus_core::{plan, planner::is_blocked};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::person::{With as _, ada, at, colleague, forbidden, history, live, now, planned, thing};
use crate::plans::fatal_codes;

/// A policy that treats every kind that allows it alike.
fn all(treatment: &Treatment, allows: fn(Kind) -> bool) -> Policy {
    let kinds = Kind::ALL.into_iter().filter(|kind| allows(*kind));
    Policy { treatments: kinds.map(|kind| (kind, treatment.clone())).collect(), ..Policy::default() }
}

fn treating(kind: Kind, treatment: Treatment) -> Policy {
    Policy { treatments: BTreeMap::from([(kind, treatment)]), ..Policy::default() }
}

/// Ada with one thing of every kind.
fn holder() -> Inventory {
    Kind::ALL.into_iter().fold(ada(), |ada, kind| ada.with(kind, "One"))
}

/// The steps, each with its way back.
fn steps(plan: &Plan) -> String {
    let lines = plan.steps.iter().map(|step| match &step.undo {
        Undo::By(back) => {
            let back: Vec<_> = back.iter().map(ToString::to_string).collect();
            format!("{} | {}", step.kind, back.join("; "))
        }
        Undo::Nothing | Undo::Irreversible { .. } => step.kind.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The steps that only somebody with this thing needs.
fn about(kind: Kind, policy: &Policy) -> Vec<String> {
    let bare = planned(&ada(), policy);
    let bare: Vec<_> = bare.steps.iter().map(|step| step.kind.to_string()).collect();
    let plan = planned(&ada().with(kind, "One"), policy);
    plan.steps.iter().map(|step| step.kind.to_string()).filter(|step| !bare.contains(step)).collect()
}

#[test]
fn everything_is_taken_in_order_and_each_step_knows_its_way_back() {
    let plan = planned(&holder(), &all(&Treatment::Release, Kind::can_be_released));
    assert_snapshot!(steps(&plan), @r"
    read the whole history and fingerprint it
    set state active -> inactive | set state inactive -> active; grant Agent in Sales, One in Sales
    revoke all tokens
    clear default station One | set default station One
    release phone One | give back phone One
    release direct number One | give back direct number One
    release extension One | give back extension One
    release call forwarding One | give back call forwarding One
    leave queue One | join queue One; take work from queue One
    leave group One | join group One
    release group ownership One | give back group ownership One
    release team One | give back team One
    remove every skill | set 1 skill(s)
    remove language One | set 1 language(s)
    release utilization One | give back utilization One
    release direct routing backup One | give back direct routing backup One
    release out of office One | give back out of office One
    release work item One | give back work item One
    release direct reports One | give back direct reports One
    see that access has ended
    prove the history again after the cut
    ");
}

#[test]
fn the_default_policy_takes_access_telephony_and_routing_and_leaves_the_rest() {
    assert_snapshot!(steps(&planned(&holder(), &Policy::default())), @r"
    read the whole history and fingerprint it
    set state active -> inactive | set state inactive -> active; grant Agent in Sales, One in Sales
    revoke all tokens
    clear default station One | set default station One
    release phone One | give back phone One
    release direct number One | give back direct number One
    release extension One | give back extension One
    release call forwarding One | give back call forwarding One
    leave queue One | join queue One; take work from queue One
    leave group One | join group One
    release team One | give back team One
    remove every skill | set 1 skill(s)
    remove language One | set 1 language(s)
    see that access has ended
    prove the history again after the cut
    ");
}

#[test]
fn where_queues_go_first_so_does_what_holds_in_them_and_nothing_else() {
    let policy = Policy { order: CutOrder::ReleaseFirst, ..Policy::default() };
    let plan = planned(&holder(), &policy);
    let kinds: Vec<_> = plan.steps.iter().map(|step| step.kind.to_string()).take(7).collect();
    assert_eq!(
        kinds,
        [
            "read the whole history and fingerprint it",
            "leave queue One",
            "leave group One",
            "release team One",
            "remove every skill",
            "set state active -> inactive",
            "revoke all tokens"
        ]
    );
    let left = plan.steps.iter().filter(|step| matches!(step.kind, StepKind::LeaveQueue { .. })).count();
    assert_eq!(left, 1, "once");
    let keeping = Policy { order: CutOrder::ReleaseFirst, ..treating(Kind::Queues, Treatment::Keep) };
    let kept = planned(&holder(), &keeping);
    assert!(!kept.steps.iter().any(|step| matches!(step.kind, StepKind::LeaveQueue { .. })), "{kept}");
}

#[test]
fn each_kind_is_released_kept_blocked_or_handed_on_as_the_policy_says() {
    for kind in Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Roles | Kind::Division)) {
        let person = ada().with(kind, "One");
        let taken = about(kind, &all(&Treatment::Release, Kind::can_be_released));
        assert_eq!(!taken.is_empty(), kind.can_be_released(), "{kind}: {taken:?}");

        let kept = planned(&person, &treating(kind, Treatment::Keep));
        assert_eq!(about(kind, &treating(kind, Treatment::Keep)), [""; 0], "{kind} is kept");
        let text = format!("{}: One. Stays: {}", kind.label(), kind.if_left());
        let told = kept.findings.iter().find(|finding| finding.text == text).unwrap();
        let code = if kind == Kind::DirectReports { Code::HasDirectReports } else { Code::Kept };
        assert_eq!(told.code, code);
        assert_eq!(fatal_codes(&kept), []);

        let blocked = planned(&person, &treating(kind, Treatment::Block));
        assert_eq!(fatal_codes(&blocked), [Code::PolicyBlocks], "{kind}");
        assert!(is_blocked(&blocked));
        let free = planned(&ada(), &treating(kind, Treatment::Block));
        assert_eq!(fatal_codes(&free), [], "nothing of {kind} is held");

        if kind.can_be_reassigned() {
            let handed = about(kind, &treating(kind, Treatment::Reassign { to: colleague("Grace") }));
            assert_eq!(handed, [format!("hand {kind} One from Ada Byron to Grace")]);
        }
    }
}

#[test]
fn what_is_handed_on_is_handed_back() {
    let policy = all(&Treatment::Reassign { to: colleague("Grace") }, Kind::can_be_reassigned);
    let plan = planned(&holder(), &policy);
    let handed: Vec<_> =
        plan.steps.iter().filter(|step| matches!(step.kind, StepKind::Reassign { .. })).collect();
    assert_eq!(handed.len(), 3, "group ownership, work items, direct reports");
    for step in handed {
        let StepKind::Reassign { kind, thing, from, to } = step.kind.clone() else { panic!() };
        assert_eq!((from.id.as_str(), &to), ("u-ada", &colleague("Grace")));
        let back = StepKind::Reassign { kind, thing, from: to, to: from };
        assert_eq!(step.undo, Undo::By(vec![back]));
    }
}

#[test]
fn what_stays_and_has_to_be_looked_after_is_a_warning() {
    let keeping = all(&Treatment::Keep, |kind| kind != Kind::Roles);
    let plan = planned(&holder(), &keeping);
    let warned = plan.findings.iter().filter(|finding| finding.severity == Severity::Warn);
    let warned: Vec<_> = warned.map(|finding| finding.text.split(':').next().unwrap()).collect();
    assert_eq!(
        warned.join(", "),
        "stations, phone, direct number, extension, call forwarding, queues, group ownership, work item, direct \
         reports, routing rule of queue, trusting organization, evaluation, calibration, coaching appointment, \
         schedule, flow"
    );
}

#[test]
fn no_more_than_five_names_are_spelt_out() {
    let names = ["One", "Two", "Three", "Four", "Five", "Six", "Seven"];
    let five = names[..5].iter().fold(ada(), |ada, name| ada.with(Kind::WorkItems, name));
    let seven = names.iter().fold(ada(), |ada, name| ada.with(Kind::WorkItems, name));
    let told = |person: &Inventory| {
        let plan = planned(person, &Policy::default());
        let mut texts = plan.findings.into_iter().map(|finding| finding.text);
        texts.find(|text| text.starts_with("work item:")).unwrap()
    };
    assert!(told(&five).starts_with("work item: One, Two, Three, Four, Five. Stays: "));
    assert!(told(&seven).starts_with("work item: One, Two, Three, Four, Five and 2 more. Stays: "));
}

#[test]
fn a_forwarding_that_is_off_is_left_as_it_is() {
    let forwarding = |on| thing(Kind::CallForwarding, "own").with_detail(Thing::ON, on);
    let taken = |on| planned(&ada().holding(Kind::CallForwarding, forwarding(on)), &Policy::default());
    assert_eq!(steps(&taken("no")), steps(&planned(&ada(), &Policy::default())));
    assert!(steps(&taken("yes")).contains("release call forwarding own | give back call forwarding own"));
    let inactive = ada().inactive().holding(Kind::CallForwarding, forwarding("no"));
    assert_eq!(steps(&planned(&inactive, &Policy::default())), "", "it is nothing left over either");
}

#[test]
fn roles_go_with_the_cut_and_are_taken_only_where_there_is_none() {
    assert_eq!(about(Kind::Roles, &Policy::default()), [""; 0]);
    let inactive = ada().inactive().with(Kind::Roles, "Agent");
    let plan = planned(&inactive, &Policy::default());
    assert!(steps(&plan).contains("take away Agent in Sales | grant Agent in Sales"), "{plan}");
}

#[test]
fn an_inactive_person_is_relieved_of_everything_that_an_active_one_is() {
    let mut holder = holder();
    holder.account.state = emeritus_core::inventory::AccountState::Inactive;
    assert_snapshot!(steps(&planned(&holder, &Policy::default())), @r"
    read the whole history and fingerprint it
    revoke all tokens
    clear default station One | set default station One
    release phone One | give back phone One
    release direct number One | give back direct number One
    release extension One | give back extension One
    release call forwarding One | give back call forwarding One
    leave queue One | join queue One; take work from queue One
    leave group One | join group One
    release team One | give back team One
    remove every skill | set 1 skill(s)
    remove language One | set 1 language(s)
    take away Agent in Sales, One in Sales | grant Agent in Sales, One in Sales
    see that access has ended
    prove the history again after the cut
    ");
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Division) {
        let left = planned(&ada().inactive().with(kind, "One"), &Policy::default());
        let is_left = kind.default_treatment() == Treatment::Release;
        let code = if is_left { Code::LeftoversOfInactive } else { Code::NothingToDo };
        assert!(left.findings.iter().any(|finding| finding.code == code), "{left}");
        assert_eq!(left.steps.is_empty(), !is_left, "{left}");
    }
}

#[test]
fn of_a_deleted_person_only_what_outlives_a_delete_is_released_and_the_account_is_left_alone() {
    let everything = all(&Treatment::Release, Kind::can_be_released);
    let mut holder = holder();
    holder.account.state = emeritus_core::inventory::AccountState::Deleted;
    let drained = LiveWork::Drain { up_to: SignedDuration::from_mins(5) };
    assert_snapshot!(steps(&planned(&holder, &Policy { live_work: drained, ..everything.clone() })), @r"
    read the whole history and fingerprint it
    release phone One | give back phone One
    leave queue One | join queue One; take work from queue One
    leave group One | join group One
    release group ownership One | give back group ownership One
    release team One | give back team One
    release work item One | give back work item One
    release direct reports One | give back direct reports One
    prove the history again after the cut
    ");
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Division) {
        for mode in [Mode::Keep, Mode::Delete { hold: SignedDuration::ZERO }] {
            let policy = Policy { mode, ..everything.clone() };
            let plan = planned(&ada().deleted().with(kind, "One"), &policy);
            assert_eq!(plan.steps.is_empty(), !kind.outlives_delete(), "{kind}: {plan}");
            let account = plan.steps.iter().any(|step| {
                let kind = &step.kind;
                kind.is_guarded() || matches!(kind, StepKind::RevokeTokens | StepKind::CheckAccess)
            });
            assert!(!account, "{plan}");
            assert!(!plan.findings.iter().any(|finding| finding.code == Code::DeleteLoses), "{plan}");
        }
    }
}

#[test]
fn what_nobody_can_reach_is_told_where_something_is_done_at_all() {
    let told = |person: &Inventory| {
        let plan = planned(person, &Policy::default());
        plan.findings.iter().filter(|finding| finding.code == Code::NotReachable).count()
    };
    assert_eq!((told(&ada()), told(&ada().inactive())), (4, 0));
}

#[test]
fn somebody_who_is_expected_back_is_kept_and_the_day_lies_ahead() {
    let back = |text: &str| Policy { returns_at: Some(at(text)), ..Policy::default() };
    let made = planned(&ada(), &back("2027-03-01T00:00:00Z"));
    let told = made.findings.iter().find(|finding| finding.code == Code::Returns).unwrap();
    assert_eq!(
        told.text,
        "expected back on 2027-03-01: `emeritus restore --due` puts everybody back who is due"
    );
    assert!(made.to_string().contains("\n  returns       2027-03-01\n"), "{made}");
    let refused = |policy: &Policy| plan(&ada(), &history(), policy, now()).unwrap_err().to_string();
    for past in ["2026-11-21T09:00:00Z", "2026-11-20T00:00:00Z"] {
        let text = format!("the return at {past} lies in the past: name a later day");
        assert_eq!(refused(&back(past)), text);
    }
    assert!(plan(&ada(), &history(), &back("2026-11-21T09:00:01Z"), now()).is_ok());
    let mode = Mode::Delete { hold: SignedDuration::ZERO };
    assert_eq!(
        refused(&Policy { mode, ..back("2027-03-01T00:00:00Z") }),
        "a person who is expected back is not deleted: take the return date away, or the delete"
    );
}

fn losses(person: &Inventory, policy: &Policy) -> String {
    planned(person, policy).losses.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_lost_for_good_is_said_before_anything_is_written() {
    let mut holder = holder().at_stations("Desk 4", "Desk 9");
    holder.live = Part::Known(vec![live("voice", "c-1")]);
    holder.skills = Part::Unknown(forbidden("routing:skill:view"));
    holder = holder.unread(Kind::Numbers).unread(Kind::Flows);
    let keep = Policy::default();
    assert_snapshot!(losses(&holder, &keep), @r"
    tokens and sessions: revoked ones stay revoked; the person logs in again
    presence: the person sets it when they log in
    associated station Desk 4: chosen by the person at the next login
    licence: the vendor assigns them by role and log-in; nobody gives one back by itself
    live interactions: a conversation that ends is not taken up again
    phone One: given back as a new phone of the same settings: its id and its station's id are new
    skills: not read (needs permission routing:skill:view), so it cannot be given back
    direct number: not read (needs permission x:y:view), so it cannot be given back
    ");
    let delete = Policy { mode: Mode::Delete { hold: SignedDuration::ZERO }, ..keep.clone() };
    let kept = losses(&holder, &keep);
    let more: Vec<_> =
        losses(&holder, &delete).lines().filter(|loss| !kept.contains(loss)).map(ToOwned::to_owned).collect();
    assert_snapshot!(more.join("\n"), @r"
    greeting: the vendor does not say whether it outlives a delete, and nothing gives it back
    voicemail: the vendor does not say whether it outlives a delete, and nothing gives it back
    trusting organization: the vendor does not say whether it outlives a delete, and nothing gives it back
    evaluation: the vendor does not say whether it outlives a delete, and nothing gives it back
    calibration: the vendor does not say whether it outlives a delete, and nothing gives it back
    coaching appointment: the vendor does not say whether it outlives a delete, and nothing gives it back
    learning assignment: the vendor does not say whether it outlives a delete, and nothing gives it back
    management unit: the vendor does not say whether it outlives a delete, and nothing gives it back
    schedule: the vendor does not say whether it outlives a delete, and nothing gives it back
    dashboard: the vendor does not say whether it outlives a delete, and nothing gives it back
    ");
    assert_eq!(losses(&ada().inactive(), &keep), "", "nothing is done, so nothing is lost");
}

#[test]
fn a_phone_is_lost_as_the_one_it_was_only_where_it_is_taken() {
    let phone = ada().with(Kind::Phones, "Desk 4");
    assert!(losses(&phone, &Policy::default()).contains("phone Desk 4: given back as a new phone"));
    assert!(!losses(&phone, &treating(Kind::Phones, Treatment::Keep)).contains("phone"));
}

#[test]
fn a_strict_policy_blocks_on_every_kind_that_could_not_be_read() {
    let strict = Policy { unknown: Strictness::Block, ..Policy::default() };
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        let dark = ada().unread(kind);
        assert_eq!(fatal_codes(&planned(&dark, &strict)), [Code::UnknownPart], "{kind}");
        let lax = planned(&dark, &Policy::default());
        assert_eq!(fatal_codes(&lax), [], "{kind}");
        assert_eq!(steps(&lax), steps(&planned(&ada(), &Policy::default())), "nothing is done on a guess");
        let lost = lax.losses.iter().any(|loss| loss.part == kind.label());
        assert_eq!(lost, kind.can_be_released(), "{lax}");
    }
}

#[test]
fn a_division_that_a_delete_changes_is_not_told_as_kept() {
    let stays = |policy: &Policy| {
        let plan = planned(&ada(), policy);
        plan.findings.iter().any(|finding| finding.text.starts_with("division: Sales. Stays"))
    };
    assert!(stays(&Policy::default()));
    assert!(!stays(&Policy { mode: Mode::Delete { hold: SignedDuration::ZERO }, ..Policy::default() }));
}
