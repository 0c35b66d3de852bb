//! Overrides: what somebody may lift, by its name and with a reason, and what nobody may.

use emeritus_core::event::{Event, Record};
use emeritus_core::evidence::evidence;
use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::holding::Kind;
use emeritus_core::id::UserId;
use emeritus_core::inventory::{Inventory, Named, Part, Why};
use emeritus_core::overrides::{Block, BlockKind, NotAnOverride, Override};
use emeritus_core::plan::{PLAN_FORMAT, Plan};
use emeritus_core::planner::{Aim, PlanError, Survey};
use emeritus_core::policy::{LiveWork, Policy, Strictness, Treatment};
use emeritus_core::{plan, plan_restore, plan_revival};
use jiff::SignedDuration;

use crate::person::{
    With as _, ada, approval, colleague, forbidden, history, lifting, live, now, planned, role, run_id,
};
use crate::plans::fatal_codes;

/// Every finding that there is.
const FINDINGS: [FindingCode; 20] = [
    FindingCode::LiveInteraction,
    FindingCode::ProtectedUser,
    FindingCode::OwnClient,
    FindingCode::LastAdmin,
    FindingCode::LeftoversOfInactive,
    FindingCode::NothingToDo,
    FindingCode::UnknownPart,
    FindingCode::HasDirectReports,
    FindingCode::QueueThroughGroup,
    FindingCode::RolesLost,
    FindingCode::DeleteLoses,
    FindingCode::CannotComeBack,
    FindingCode::ChangedSince,
    FindingCode::Kept,
    FindingCode::PolicyBlocks,
    FindingCode::NotReachable,
    FindingCode::TwinAccount,
    FindingCode::Returns,
    FindingCode::ArchiveFirst,
    FindingCode::Restore,
];

/// Somebody whom everything blocks that can be lifted of a retirement.
fn blocked() -> (Inventory, Policy) {
    let mut ada = ada().talking("voice", "c-1");
    ada.open_conversations = Part::Known(vec![live("email", "c-2"), live("voice", "c-1")]);
    ada.last_holder_of = Part::Known(vec![role("Master Admin"), role("Owner")]);
    ada.queues = Part::Unknown(forbidden("routing:queue:view"));
    ada.direct_reports = Part::Known(vec![colleague("Grace")]);
    let treatments = [(Kind::DirectReports, Treatment::Block)].into();
    let policy = Policy { unknown: Strictness::Block, treatments, ..Policy::default() };
    (ada, policy)
}

fn with(policy: &Policy, blocks: &[&str]) -> Policy {
    Policy { overrides: blocks.iter().map(|block| lifting(block)).collect(), ..policy.clone() }
}

fn refusal(inventory: &Inventory, policy: &Policy) -> String {
    plan(inventory, &history(), policy, now()).unwrap_err().to_string()
}

/// What blocks a plan, as it is named to be lifted.
fn blocking(plan: &Plan) -> Vec<String> {
    let fatal = plan.findings.iter().filter(|found| found.severity == Severity::Fatal);
    fatal.flat_map(|found| &found.blocks).map(ToString::to_string).collect()
}

#[test]
fn who_is_protected_and_who_owns_our_client_is_never_lifted_and_every_other_block_is() {
    let liftable = FINDINGS.into_iter().filter_map(|code| Some((code, code.lifted_as()?)));
    let expected = [
        (FindingCode::LiveInteraction, BlockKind::LiveWork),
        (FindingCode::LastAdmin, BlockKind::LastAdmin),
        (FindingCode::UnknownPart, BlockKind::Unknown),
        (FindingCode::TwinAccount, BlockKind::Twin),
        (FindingCode::PolicyBlocks, BlockKind::Policy),
        (FindingCode::Restore, BlockKind::Restore),
    ];
    let mut liftable: Vec<_> = liftable.collect();
    liftable.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(liftable, expected);
    let mut ada = ada();
    ada.client_owner = Part::Known(Some(ada.account.id.clone()));
    let policy = Policy { protected: vec![ada.account.id.clone()], ..Policy::default() };
    let plan = planned(&ada, &policy);
    assert_eq!(fatal_codes(&plan), [FindingCode::ProtectedUser, FindingCode::OwnClient]);
    assert_eq!(blocking(&plan), Vec::<String>::new());
    let said = refusal(&ada, &with(&policy, &["live-work=c-1"]));
    assert!(said.contains("never to be lifted: the policy protects this person"), "{said}");
}

#[test]
fn each_block_is_lifted_by_its_own_name_and_no_other_with_it() {
    let (ada, policy) = blocked();
    let all = [
        "last-admin=Master Admin",
        "last-admin=Owner",
        "live-work=c-1",
        "live-work=c-2",
        "policy=direct_reports",
        "unknown=queues",
    ];
    let sorted = |plan: &Plan| {
        let mut names = blocking(plan);
        names.sort();
        names
    };
    let before = planned(&ada, &policy);
    assert_eq!(sorted(&before), all);
    for lifted in all {
        let plan = planned(&ada, &with(&policy, &[lifted]));
        let rest: Vec<_> = all.into_iter().filter(|block| *block != lifted).collect();
        assert_eq!(sorted(&plan), rest, "{lifted}");
        let warned: Vec<_> = plan
            .findings
            .iter()
            .filter(|found| {
                found.text.ends_with(". Lifted because \"ghost of last winter, ticket 4711\", by anna")
            })
            .map(|found| (found.severity, found.blocks.iter().map(ToString::to_string).collect::<Vec<_>>()))
            .collect();
        assert_eq!(warned, [(Severity::Warn, vec![lifted.to_owned()])], "{lifted}");
        assert_eq!(plan.steps, before.steps, "what is done is the same: {lifted}");
    }
    let plan = planned(&ada, &with(&policy, &all));
    assert_eq!(fatal_codes(&plan), []);
    assert_ne!(plan.digest().unwrap(), planned(&ada, &with(&policy, &all[1..])).digest().unwrap());
}

#[test]
fn a_role_may_be_named_by_its_id_where_two_have_one_name() {
    let (mut ada, policy) = blocked();
    let mut second = role("Owner");
    second.id = emeritus_core::id::RoleId::parse("r-second").unwrap();
    ada.last_holder_of = Part::Known(vec![role("Owner"), second]);
    let said = refusal(&ada, &with(&policy, &["last-admin=Owner"]));
    assert!(said.contains("names more than one block") && said.ends_with("r-second"), "{said}");
    let plan = planned(&ada, &with(&policy, &["last-admin=r-second"]));
    assert_eq!(blocking(&plan).iter().filter(|name| name.starts_with("last-admin")).count(), 1);
}

#[test]
fn what_does_not_block_cannot_be_lifted_and_what_does_is_named() {
    let (ada, policy) = blocked();
    let said = refusal(&ada, &with(&policy, &["live-work=c-1", "live-work=c-9"]));
    assert_eq!(
        said,
        "`live-work=c-9` does not block this plan, so there is nothing to lift; what blocks it: \
         last-admin=Master Admin, last-admin=Owner, live-work=c-1, live-work=c-2, policy=direct_reports, \
         unknown=queues"
    );
    let nothing = with(&Policy::default(), &["unknown=queues"]);
    assert!(refusal(&crate::person::ada(), &nothing).ends_with("what blocks it: nothing does"));
}

#[test]
fn what_a_plan_waits_for_may_be_lifted_too() {
    let mut ada = ada();
    ada.live = Part::Known(vec![live("voice", "c-1"), live("email", "c-2")]);
    let drain =
        Policy { live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) }, ..Policy::default() };
    let plan = planned(&ada, &with(&drain, &["live-work=c-2"]));
    let live: Vec<_> =
        plan.findings.iter().filter(|found| found.code == FindingCode::LiveInteraction).collect();
    let texts: Vec<_> = live.iter().map(|found| (found.severity, found.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            (
                Severity::Warn,
                "in conversation email c-2 now. Lifted because \"ghost of last winter, ticket 4711\", by anna"
            ),
            (Severity::Warn, "in 1 conversation(s) now: voice c-1"),
        ]
    );
}

#[test]
fn a_twin_is_lifted_by_its_id_for_a_restore_and_for_a_revival() {
    let twin = Named { id: UserId::parse("u-twin").unwrap(), name: "Ada".into() };
    let survey = Survey { obstacles: Vec::new(), twin: Some(twin) };
    let snapshot = ada();
    let mut current = ada();
    current.account.state = emeritus_core::inventory::AccountState::Inactive;
    let aim = Aim::whole(&snapshot, run_id());
    let plans = |policy: &Policy| {
        [
            plan_restore(&aim, &current, &survey, &history(), policy, now()),
            plan_revival(&current, &survey, &history(), policy, now()),
        ]
    };
    for plan in plans(&Policy::default()) {
        assert_eq!(fatal_codes(&plan.unwrap()), [FindingCode::TwinAccount]);
    }
    for plan in plans(&with(&Policy::default(), &["twin=u-twin"])) {
        assert_eq!(fatal_codes(&plan.unwrap()), []);
    }
    for plan in plans(&with(&Policy::default(), &["twin=u-other"])) {
        assert!(matches!(plan, Err(PlanError::NotBlocking { .. })), "{plan:?}");
    }
}

#[test]
fn an_override_is_one_name_and_a_reason() {
    let parse = |text: &str| text.parse::<Block>();
    assert_eq!(parse("last-admin=Master Admin").unwrap(), Block::new(BlockKind::LastAdmin, "Master Admin"));
    for text in ["live-work=*", "live-work=c-?", "last-admin=Master*"] {
        assert!(matches!(parse(text), Err(NotAnOverride::Wildcard { .. })), "{text}");
    }
    for text in ["live-work", "live-work=", "", "*", "live-work= "] {
        assert!(matches!(parse(text), Err(NotAnOverride::Form { .. })), "{text}");
    }
    for text in ["protected=u-ada", "own-client=u-ada", "drift=version", "organization=o-2", "*=c-1", "=c-1"]
    {
        let said = parse(text).unwrap_err();
        assert!(matches!(said, NotAnOverride::Kind { .. }), "{text}");
        assert!(said.to_string().contains("live-work=CONVERSATION_ID"), "{said}");
    }
    let block = parse("live-work=c-1").unwrap();
    for because in ["", "  ", "\t"] {
        assert_eq!(Override::new(&block, because, "anna"), Err(NotAnOverride::NoReason));
    }
    for because in ["two\nlines".to_owned(), "x".repeat(501)] {
        assert_eq!(Override::new(&block, &because, "anna"), Err(NotAnOverride::Reason));
    }
}

#[test]
fn an_override_without_name_or_reason_is_not_read_from_a_file_either() {
    let stored = serde_json::to_value(lifting("live-work=c-1")).unwrap();
    assert_eq!(
        stored,
        serde_json::json!({
            "kind": "live-work", "name": "c-1", "because": "ghost of last winter, ticket 4711", "by": "anna",
        })
    );
    for (member, value) in [("name", "*"), ("name", ""), ("because", ""), ("kind", "protected")] {
        let mut changed = stored.clone();
        changed[member] = value.into();
        assert!(serde_json::from_value::<Override>(changed.clone()).is_err(), "{changed}");
    }
    assert_eq!(serde_json::from_value::<Override>(stored).unwrap(), lifting("live-work=c-1"));
}

#[test]
fn what_is_lifted_is_typed_as_a_shell_takes_it() {
    let argument = |text: &str| text.parse::<Block>().unwrap().argument();
    assert_eq!(argument("live-work=c-1"), "--override live-work=c-1");
    assert_eq!(argument("last-admin=Master Admin"), "--override 'last-admin=Master Admin'");
    assert_eq!(argument("last-admin=Ada's"), r"--override 'last-admin=Ada'\''s'");
}

#[test]
fn a_plan_without_overrides_is_stored_as_it_always_was() {
    let plan = planned(&ada(), &Policy::default());
    let stored = serde_json::to_value(&plan).unwrap();
    assert_eq!(plan.format, PLAN_FORMAT);
    assert!(stored["policy"].get("overrides").is_none());
    assert!(
        stored["findings"].as_array().unwrap().iter().all(|found| found.get("blocks").is_none()),
        "{stored}"
    );
    let old: Finding =
        serde_json::from_str(r#"{"severity":"fatal","code":"last-admin","text":"the last"}"#).unwrap();
    assert_eq!(old.blocks, []);
}

#[test]
fn the_evidence_says_first_what_was_lifted_why_and_by_whom() {
    let ada = ada().talking("voice", "c-1");
    let plan = planned(&ada, &with(&Policy::default(), &["live-work=c-1"]));
    let approval = approval(&plan);
    let event = Event::Started {
        run: run_id(),
        plan: Box::new(plan.approve(approval).unwrap()),
        snapshot: Box::new(ada),
        engine: "a test".to_owned(),
    };
    let found = evidence(&[Record { sequence: 1, at: now(), event }]).unwrap();
    assert_eq!(found.overrides, [lifting("live-work=c-1")]);
    assert_eq!(
        found.summary.first().map(String::as_str),
        Some("Lifted: live-work=c-1 because \"ghost of last winter, ticket 4711\", by anna.")
    );
}

#[test]
fn a_part_that_is_lifted_is_named_without_spaces() {
    let mut ada = ada();
    ada.live = Part::Unknown(Why::Unreadable { code: "timeout".to_owned() });
    ada.open_conversations = Part::Unknown(forbidden("analytics:conversationDetail:view"));
    assert_eq!(blocking(&planned(&ada, &Policy::default())), ["unknown=live-interactions"]);
    let policy = with(&Policy::default(), &["unknown=live-interactions"]);
    assert_eq!(fatal_codes(&planned(&ada, &policy)), []);
    assert!(policy.lifts_unknown("live interactions"));
}
