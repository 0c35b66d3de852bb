//! The documented permissions: with exactly these everything works, without one of them precisely that is refused which
//! `doctor` said, and nobody is retired whom the client could not put back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use emeritus::census::Control;
use emeritus::event::{Event, Outcome};
use emeritus::finding::{Finding, FindingCode, Severity};
use emeritus::holding::Kind;
use emeritus::id::RunId;
use emeritus::permission::{self, Without};
use emeritus::{Check, CheckVerdict, Failpoint, Recheck, Trouble, Who, Whose};
use genesys::Needs;
use genesys_emulator::{Preset, RequestRecord};
use serde_json::json;

use crate::baggage::{heavy, takes_everything};
use crate::between::between;
use crate::share::Share;
use crate::world::{EMAIL, World};

/// The emulated vendor takes the station in use with the cut, so that nobody is asked to clear it here.
const TAKEN_BY_THE_CUT: &str = "telephony:station:disassociate";

/// A world in which Ada holds everything, with people who left and still hold roles.
fn full(preset: Preset) -> World {
    let mut world = heavy(preset);
    world.emulator.add_retired(12, 12, 16, 5);
    world.policy = takes_everything();
    world.deleting()
}

fn documented_without(left_out: Option<&str>) -> Vec<&'static str> {
    let mut permissions = permission::documented();
    permissions.retain(|permission| Some(*permission) != left_out);
    permissions
}

/// The endpoint that a request was for: the template with the fewest arguments that fits.
fn endpoint(request: &RequestRecord) -> (&'static str, &'static str, Needs) {
    let fits = |template: &str| {
        let (expected, given): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), request.path.split('/').collect());
        expected.len() == given.len()
            && expected.iter().zip(given).all(|(part, segment)| part.starts_with('{') || *part == segment)
    };
    let all = Needs::all().filter(|(method, template, _)| *method == request.method && fits(template));
    all.min_by_key(|(_, template, _)| template.matches('{').count())
        .unwrap_or_else(|| panic!("{} {} is nobody's", request.method, request.path))
}

fn refused(world: &World) -> BTreeSet<(&'static str, &'static str)> {
    let log = world.emulator.requests();
    let refused = log.iter().filter(|request| request.status == 403 && request.path != "/oauth/token");
    refused.map(endpoint).map(|(method, template, _)| (method, template)).collect()
}

fn blocks(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Fatal).collect()
}

/// Reads everything that commands read which change nothing.
fn read_all(world: &World) {
    let executor = world.executor();
    drop(world.run(executor.explain(&Who::parse(EMAIL).unwrap(), None)));
    drop(world.run(executor.find(&Who::parse(EMAIL).unwrap())));
    drop(world.run(executor.prove_again(Whose::Everybody, |_, _| ())));
    for run in executor.runs().unwrap() {
        drop(world.run(executor.prove(run.run())));
    }
}

/// Relieves those who left of what they still hold.
fn adopt(world: &World) {
    let executor = world.executor();
    let Ok(found) = world.run(executor.leavers()) else { return };
    let holds =
        |kind: Kind| found.leavers.iter().find(|one| one.leftovers.iter().any(|(held, _)| *held == kind));
    for leaver in [Kind::Roles, Kind::Queues].into_iter().filter_map(holds) {
        let who = Who::Id(leaver.person.id.clone());
        if let Ok(planned) = world.run(executor.plan(&who, world.policy.clone(), None))
            && blocks(&planned.plan.findings).is_empty()
        {
            // Somebody who holds both may be in a run that got stuck on the first.
            drop(world.start(&executor, planned, Recheck::WhenOld));
        }
    }
}

/// Retires Ada, unless the plan is blocked: then what blocks it.
fn retired(world: &World) -> Result<RunId, Vec<Finding>> {
    let executor = world.executor();
    let who = Who::Id(world.ada_id());
    let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    let blocked: Vec<_> = blocks(&planned.plan.findings).into_iter().cloned().collect();
    if !blocked.is_empty() {
        return Err(blocked);
    }
    Ok(world.start(&executor, planned, Recheck::WhenOld).unwrap().state.run().clone())
}

fn is_good(check: &Check) -> bool {
    check.verdict == CheckVerdict::Good
}

#[test]
fn with_exactly_the_documented_permissions_everything_works() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = full(preset).permitted(&documented_without(None));
        let checks = world.run(world.executor().doctor());
        assert!(checks.iter().all(is_good), "{preset}: {checks:#?}");
        let executor = world.executor();
        let planned = world.plan(&executor);
        let unknown = |finding: &&Finding| finding.code == FindingCode::UnknownPart;
        let hidden: Vec<_> = planned.plan.findings.iter().filter(unknown).map(|one| &one.text).collect();
        assert!(hidden.is_empty(), "{preset}: {hidden:?}");
        let run = retired(&world).unwrap();
        read_all(&world);
        let restored = world.restore(&run).unwrap();
        assert_eq!(restored.state.outcome(), Some(Outcome::Verified), "{preset}");
        adopt(&world);
        assert_eq!(refused(&world), BTreeSet::new(), "{preset}");
    }
}

#[test]
fn without_one_of_them_that_is_refused_which_doctor_said() {
    let rows = Share::of_this_run().rows();
    for permission in permission::documented().into_iter().filter(|_| rows.take()) {
        let world = full(Preset::Documented).permitted(&documented_without(Some(permission)));
        let checks = world.run(world.executor().doctor());
        let (own, others): (Vec<_>, Vec<_>) =
            checks.iter().partition(|check| check.name == format!("permission {permission}"));
        let [said] = own.as_slice() else { panic!("{permission}: {checks:#?}") };
        // Without these nothing is looked up, and what is not tried is not known.
        let blind = ["oauth:client:view", "authorization:role:view"].contains(&permission);
        let other = others.iter().find(|check| !is_good(check));
        assert_eq!(other.is_some(), blind, "{permission}: {other:?}");
        assert!(!others.iter().any(|check| matches!(check.verdict, CheckVerdict::Bad(_))), "{permission}");
        let named: Vec<_> =
            permission::uses_of(permission).into_iter().filter(|one| said.text.contains(one.what)).collect();
        let needed = named.iter().any(|one| one.without.is_needed());
        let verdict = if needed { CheckVerdict::Bad(Trouble::Settings) } else { CheckVerdict::Warn };
        assert_eq!(said.verdict, verdict, "{said:?}");

        world.emulator.forget_requests();
        let run = retired(&world);
        read_all(&world);
        adopt(&world);
        let mut found = refused(&world);
        match run {
            Ok(run) => {
                // Whom this client retired it can put back: nothing that a restore looks at or does is refused.
                world.emulator.forget_requests();
                let executor = world.executor();
                let planned = world.run(executor.plan_restore(Some(&run), None, world.policy.clone()));
                let planned = planned.unwrap_or_else(|error| panic!("{permission}: {error:?}"));
                world.start(&executor, planned, Recheck::WhenOld).unwrap();
                let effects: Vec<_> =
                    world.effects().into_iter().filter(|request| request.status == 403).collect();
                assert!(effects.is_empty(), "{permission}: {effects:?}");
            }
            Err(blocked) => {
                assert!(
                    blocked
                        .iter()
                        .all(|one| one.code == FindingCode::Restore && one.text.contains(permission)),
                    "{permission}: {blocked:?}"
                );
                // And it could not be: somebody else retires, this client restores.
                let world = full(Preset::Documented);
                let run = retired(&world).unwrap();
                let world = world.permitted(&documented_without(Some(permission)));
                world.emulator.forget_requests();
                let executor = world.executor();
                if let Ok(planned) = world.run(executor.plan_restore(Some(&run), None, world.policy.clone()))
                {
                    drop(world.start(&executor, planned, Recheck::WhenOld));
                }
                let at_restore = refused(&world);
                assert!(!at_restore.is_empty(), "{permission} is not needed to restore");
                found.extend(at_restore);
            }
        }
        assert!(
            !found.is_empty() || permission == TAKEN_BY_THE_CUT,
            "{permission}: nothing was refused without it"
        );
        let said_of: BTreeSet<_> = named.iter().flat_map(|one| one.endpoints()).collect();
        let unsaid: Vec<_> = found.difference(&said_of).collect();
        assert!(unsaid.is_empty(), "{permission}: {unsaid:?} was refused, and doctor said only {said:?}");
    }
}

#[test]
fn what_is_denied_to_the_client_is_missing_in_its_role_too() {
    let world = World::small(Preset::Documented);
    world.emulator.deny(&["oauth:token:delete", "wfm:publishedSchedule:view", "wfm:schedule:view"]);
    let checks = world.run(world.executor().doctor());
    let bad: Vec<_> =
        checks.iter().filter(|check| !is_good(check)).map(|check| check.name.as_str()).collect();
    assert_eq!(bad, ["permission oauth:token:delete", "permission wfm:publishedSchedule:view"]);
    // Another of the permissions of which one is enough will do.
    world.emulator.deny(&["wfm:publishedSchedule:view"]);
    let checks = world.run(world.executor().doctor());
    let schedule = checks.iter().find(|check| check.name.contains("publishedSchedule")).unwrap();
    assert!(
        is_good(schedule) && schedule.text.contains("wfm:schedule:view is, and is enough"),
        "{schedule:?}"
    );
}

#[test]
fn a_refused_retention_is_no_limit_nowhere() {
    let world = World::new(Preset::Documented);
    world.emulator.deny(&["analytics:dataRetention:view"]);
    let executor = world.executor();
    let planned = world.plan(&executor);
    let text = planned.plan.to_string();
    assert!(text.contains("unknown: needs permission analytics:dataRetention:view"), "{text}");
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    let page = std::fs::read_to_string(report.evidence_dir.join("report.html")).unwrap();
    let evidence = crate::world::file(&report.evidence_dir.join("evidence.json"));
    let told = &evidence["history"]["retention"]["unknown"]["forbidden"]["permissions"];
    assert_eq!(told[0], "analytics:dataRetention:view", "{}", evidence["history"]);
    assert_eq!(evidence["forecast"]["retention"], evidence["history"]["retention"]);
    let run = report.state.run().clone();
    let later = world.run(executor.prove(&run)).unwrap().forecast.unwrap();
    for said in [text, page, evidence.to_string(), later.sentences().join(" ")] {
        assert!(!said.contains("no limit") && !said.contains("life of the contract"), "{said}");
    }
    assert!(evidence["not_checked"].to_string().contains("How long the organization keeps"));
}

/// Somebody of whom nothing is found, and a client that is not allowed to ask for everybody's.
#[test]
fn a_control_query_that_is_refused_is_not_one_that_saw_nothing() {
    let world = World::with(Preset::Documented, 0).deleting();
    let transport = between(&world, |answered| {
        let is_control = answered.path == "v2/analytics/conversations/details/query"
            && answered.sent.get("segmentFilters").is_none();
        is_control.then(|| (403, json!({ "status": 403, "code": "missing.any.permissions" })))
    });
    let executor = world.executor_over(transport, Failpoint::never());
    let report = world.retire_by(&executor).unwrap();
    let records = executor.records(report.state.run()).unwrap();
    let controls: Vec<_> = records
        .iter()
        .filter_map(|record| {
            if let Event::Proved { comparison, .. } = &record.event {
                return Some(comparison.control);
            }
            if let Event::Measured { control, .. } = record.event { Some(control) } else { None }
        })
        .collect();
    assert!(controls.len() > 1 && controls.iter().all(|one| *one == Control::Refused), "{controls:?}");
    let not_checked =
        crate::world::file(&report.evidence_dir.join("evidence.json"))["not_checked"].to_string();
    let page = std::fs::read_to_string(report.evidence_dir.join("report.html")).unwrap();
    for said in [not_checked, page] {
        assert!(said.contains("the control query was refused") && !said.contains("saw none"), "{said}");
    }
    assert_eq!(world.truth().state, "inactive", "nobody is deleted on it");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer asks for the page to be written")]
fn the_page_names_the_permissions_and_what_each_is_for() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate/connect-an-org.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (start, end) = ("<!-- permissions -->\n", "<!-- /permissions -->\n");
    let (before, rest) = text.split_once(start).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let mut table = "| permission | needed to | without it |\n|---|---|---|\n".to_owned();
    for permission in permission::documented() {
        let uses = permission::uses_of(permission);
        let what: Vec<_> = uses.iter().map(|one| one.what).collect();
        let worst = uses.iter().map(|one| one.without).min().unwrap();
        let others = permission::enough_for_some(permission);
        let others: Vec<_> = others.iter().map(|other| format!("`{other}`")).collect();
        let or = if others.is_empty() {
            String::new()
        } else {
            format!(". For some of it one of these is enough: {}", others.join(", "))
        };
        let without = match worst {
            Without::Stops => "no retirement comes to a good end",
            Without::NoRestore => "who holds such things is not retired, since no restore could be made",
            Without::NoDelete => "nobody is deleted: leave it out unless you use `--mode delete`",
            Without::Unknown => "the part is *unknown*: neither released nor given back",
            Without::Refused => "the step is refused; leave it out if your policy keeps these things",
            Without::LessSaid => "it works, and says what it could not know",
        };
        let what = what.join("; ");
        writeln!(table, "| `{permission}` | {what} | {without}{or} |").unwrap();
    }
    let made = format!("{before}{start}{table}{end}{after}");
    if std::env::var("EMERITUS_WRITE_DOCS").is_ok() {
        std::fs::write(&page, &made).unwrap();
    }
    assert_eq!(text, made, "write the page again with EMERITUS_WRITE_DOCS=1");
}
