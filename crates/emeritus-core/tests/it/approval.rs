//! An approval binds to one digest: whatever changes in a plan takes the approval away.

use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::id::{PlanDigest, StepId};
use emeritus_core::plan::{
    Approval, ApprovalError, Basis, Bound, HistoryScope, PLAN_FORMAT, Plan, Purpose, Undo,
};
use emeritus_core::policy::{Mode, Policy};
use jiff::SignedDuration;
use serde_json::Value;

use crate::person::{With as _, ada, approval, at, planned, run_id, user};

fn deletion() -> Plan {
    let policy = Policy { mode: Mode::Delete { hold: SignedDuration::from_hours(24) }, ..Policy::default() };
    planned(&ada().in_queue("Billing", true).at_stations("Desk 4", ""), &policy)
}

fn refusal(plan: Plan, approval: Approval) -> ApprovalError {
    plan.approve(approval).unwrap_err()
}

#[test]
fn an_approval_that_fits_is_taken() {
    let plan = deletion();
    let approved = plan.clone().approve(approval(&plan)).unwrap();
    assert_eq!((approved.plan(), approved.approval()), (&plan, &approval(&plan)));
}

#[test]
fn a_fatal_finding_cannot_be_approved() {
    let plan = planned(&ada().talking("voice", "c-1"), &Policy::default());
    let ApprovalError::Fatal { count, first } = refusal(plan.clone(), approval(&plan)) else { panic!() };
    assert_eq!(count, 1);
    assert!(first.starts_with("in 1 conversation(s) now: voice c-1"), "{first}");
}

#[test]
fn the_digest_of_another_plan_approves_nothing() {
    let (plan, other) = (deletion(), planned(&ada(), &Policy::default()));
    let refused = refusal(plan.clone(), approval(&other));
    let expected =
        ApprovalError::OtherPlan { approved: other.digest().unwrap(), actual: plan.digest().unwrap() };
    assert_eq!(refused, expected);
    let near = PlanDigest(plan.digest().unwrap().0.to_uppercase());
    assert!(plan.clone().approve(Approval { digest: near, ..approval(&plan) }).is_err());
}

#[test]
fn an_approval_after_the_plan_expired_is_refused_and_one_just_before_is_not() {
    let plan = deletion();
    let given = |text| Approval { at: at(text), ..approval(&plan) };
    assert!(plan.clone().approve(given("2026-11-22T08:59:59Z")).is_ok());
    let expected = ApprovalError::Expired { expired_at: at("2026-11-22T09:00:00Z") };
    assert_eq!(refusal(plan.clone(), given("2026-11-22T09:00:00Z")), expected);
}

/// Approved in time and started too late is too late.
#[test]
fn an_approval_holds_until_the_plan_expires() {
    let plan = deletion();
    let approved = plan.clone().approve(approval(&plan)).unwrap();
    assert_eq!(approved.holds(at("2026-11-22T08:59:59Z")), Ok(()));
    let expected = ApprovalError::Expired { expired_at: at("2026-11-22T09:00:00Z") };
    assert_eq!(approved.holds(at("2026-11-22T09:00:00Z")), Err(expected));
}

#[test]
fn a_plan_of_another_format_is_refused() {
    let plan = Plan { format: PLAN_FORMAT + 1, ..deletion() };
    assert_eq!(refusal(plan.clone(), approval(&plan)), ApprovalError::Format { format: PLAN_FORMAT + 1 });
}

#[test]
fn every_field_of_a_plan_is_in_its_digest() {
    let base = deletion();
    // Named one by one, so that a new field does not compile until it is changed below.
    let Plan {
        format,
        purpose: _,
        organization,
        emulated,
        subject,
        policy,
        made_at: _,
        expires_at: _,
        inventory_digest: _,
        history,
        steps,
        findings,
        losses,
    } = base.clone();
    let mut other_organization = organization;
    other_organization.name = format!("{}2", other_organization.name).into();
    let mut other_subject = subject;
    other_subject.id = user("u-2");
    let other_policy = Policy { allow_last_admin: !policy.allow_last_admin, ..policy };
    let mut other_steps = steps.clone();
    other_steps.swap(0, 1);
    let mut fewer_findings = findings;
    fewer_findings.pop();
    let mut fewer_losses = losses;
    fewer_losses.pop().expect("a retirement takes something for good");
    let mut irreversible = steps;
    irreversible[0].undo = Undo::Irreversible { because: "of a whim".to_owned() };
    let changed = [
        Plan { format: format + 1, ..base.clone() },
        Plan { purpose: Purpose::Restore { from_run: run_id(), basis: Basis::Whole }, ..base.clone() },
        Plan {
            purpose: Purpose::Restore { from_run: run_id(), basis: Basis::Found { account: None } },
            ..base.clone()
        },
        Plan { organization: other_organization, ..base.clone() },
        Plan { emulated: !emulated, ..base.clone() },
        Plan { subject: other_subject, ..base.clone() },
        Plan { policy: other_policy, ..base.clone() },
        Plan { made_at: at("2026-11-21T09:00:01Z"), ..base.clone() },
        Plan { expires_at: at("2026-11-22T09:00:01Z"), ..base.clone() },
        Plan { inventory_digest: "0".repeat(64), ..base.clone() },
        Plan { history: HistoryScope { bound: Bound::Stated, ..history }, ..base.clone() },
        Plan { steps: other_steps, ..base.clone() },
        Plan { steps: irreversible, ..base.clone() },
        Plan { findings: fewer_findings, ..base.clone() },
        Plan { losses: fewer_losses, ..base.clone() },
    ];
    let mut digests: Vec<_> = changed.iter().map(|plan| plan.digest().unwrap()).collect();
    digests.push(base.digest().unwrap());
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), changed.len() + 1, "no two of these plans share a digest");
}

/// Returns every value that differs from `value` in one leaf.
fn mutants(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::from("x"), Value::from(1)],
        Value::Bool(flag) => vec![Value::from(!flag)],
        Value::Number(number) => {
            vec![Value::from(number.as_i64().map_or(9, |number| number + 1))]
        }
        Value::String(text) => {
            let sibling =
                text.replace("2026-11-21", "2026-11-20").replace("Ada", "Eve").replace("PT", "PT1M");
            vec![Value::from(format!("{text}x")), Value::from(sibling)]
        }
        Value::Array(items) => {
            let mut all = Vec::new();
            for (place, item) in items.iter().enumerate() {
                for mutant in mutants(item) {
                    let mut copy = items.clone();
                    copy[place] = mutant;
                    all.push(Value::Array(copy));
                }
                let mut shorter = items.clone();
                shorter.remove(place);
                all.push(Value::Array(shorter));
            }
            all
        }
        Value::Object(members) => {
            let mut all = Vec::new();
            for (name, member) in members {
                for mutant in mutants(member) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), mutant);
                    all.push(Value::Object(copy));
                }
            }
            all
        }
    }
}

#[test]
fn no_leaf_of_a_stored_plan_can_be_changed_under_an_approval() {
    let plan = deletion();
    let approval = approval(&plan);
    let stored = serde_json::to_value(&plan).unwrap();
    let (mut readable, mut unreadable) = (0, 0);
    for mutant in mutants(&stored) {
        if mutant == stored {
            continue;
        }
        match serde_json::from_value::<Plan>(mutant.clone()) {
            Ok(read) => {
                readable += 1;
                assert!(read.approve(approval.clone()).is_err(), "approved though changed: {mutant}");
            }
            Err(_) => unreadable += 1,
        }
    }
    assert!(readable > 80, "only {readable} changes could be read ({unreadable} could not)");
}

#[test]
fn a_finding_added_afterwards_takes_the_approval_away() {
    let mut plan = deletion();
    let approval = approval(&plan);
    plan.findings.push(Finding {
        severity: Severity::Info,
        code: FindingCode::NothingToDo,
        text: "one more".to_owned(),
        blocks: Vec::new(),
    });
    assert!(matches!(refusal(plan, approval), ApprovalError::OtherPlan { .. }));
}

#[test]
fn a_stored_plan_read_again_has_the_digest_that_was_approved() {
    let plan = deletion();
    let text = serde_json::to_string_pretty(&plan).unwrap();
    let read: Plan = serde_json::from_str(&text).unwrap();
    assert_eq!((&read, read.digest().unwrap()), (&plan, plan.digest().unwrap()));
    assert_eq!(read.step(StepId(1)), plan.steps.first());
}
