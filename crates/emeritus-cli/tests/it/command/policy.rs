//! Policy files on the command line.

use std::path::Path;

use emeritus::holding::Kind;
use emeritus::policy::Treatment;
use serde_json::Value;

use crate::desk::Desk;
use crate::organization::{Organization, email};

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    path.canonicalize().unwrap().display().to_string()
}

fn written(desk: &Desk, text: &str) {
    std::fs::write(desk.here().join("policy.toml"), text).unwrap();
}

/// The kinds that a plan does something to.
fn kinds_that(does: &str, planned: &Value) -> Vec<String> {
    let steps = planned["plan"]["steps"].as_array().unwrap().iter().map(|step| &step["kind"]);
    let steps = steps.filter(|kind| kind["do"] == does);
    steps.map(|kind| kind["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_example_plans() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let examples = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")).unwrap();
    let mut names: Vec<_> = examples.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["agent.toml", "seasonal.toml", "supervisor.toml"]);
    for name in names {
        let text = std::fs::read_to_string(example(&name)).unwrap();
        let explained = |line: &&str| line.contains('#') || line.is_empty() || line.starts_with('[');
        assert_eq!(text.lines().find(|line| !explained(line)), None, "{name}");
        let planned = desk.json(&["plan", &email("Ada"), "--policy", &example(&name), "--json"]);
        let treatments = planned["plan"]["policy"]["treatments"].as_object().unwrap().len();
        assert!(treatments > 8, "{name}: {planned}");
    }
}

#[test]
fn a_policy_decides_over_each_kind_and_the_command_line_over_the_policy() {
    let organization = Organization::documented();
    organization
        .emulator
        .user("Ada")
        .extension("4711")
        .work_item("Call back")
        .utilization(3)
        .in_queue("Billing")
        .add();
    let grace = organization.emulator.user("Grace").add();
    let desk = Desk::at(&organization);
    written(
        &desk,
        "[retire]\nreason = \"conduct\"\n[things]\nextensions = \"keep\"\nutilization = \"release\"\n\
         work_items = \"reassign:grace@emulated.example\"\n",
    );
    let planned = desk.json(&["plan", &email("Ada"), "--policy", "policy.toml", "--json"]);
    assert_eq!(kinds_that("release", &planned), ["utilization"], "{planned}");
    assert_eq!(kinds_that("reassign", &planned), ["work_items"], "{planned}");
    assert!(planned["plan"]["steps"].to_string().contains(&grace), "{planned}");
    assert_eq!(planned["plan"]["policy"]["reason"], "conduct");
    let arguments = ["plan", &email("Ada"), "--policy", "policy.toml", "--reason", "leave", "--json"];
    assert_eq!(desk.json(&arguments)["plan"]["policy"]["reason"], "leave");
}

#[test]
fn the_configuration_may_name_the_policy() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    written(&desk, "[things]\nqueues = \"block\"\n");
    let config = format!("policy = {:?}\n", desk.here().join("policy.toml"));
    std::fs::write(desk.state().join("config.toml"), config).unwrap();
    let said = desk.run(&["plan", &email("Ada")]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.out.contains("The policy allows no retirement while there is any"), "{}", said.out);
}

#[test]
fn a_policy_with_a_slip_is_refused_with_the_line() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    written(&desk, "[things]\nqueues = \"realease\"\n");
    insta::assert_snapshot!(desk.run(&["plan", &email("Ada"), "--policy", "policy.toml"]).whole(), @r#"
    exit code 3
    --- standard error
    error: could not use policy.toml as a policy
      because: line 2: `things.queues` cannot be "realease"; possible: "release", "keep", "block"
    hint: docs/concepts/policy.md lists every key, the folder policies has examples
    "#);
}

#[test]
fn a_successor_is_somebody_else_who_is_there() {
    let organization = Organization::documented();
    let ada = organization.emulator.user("Ada").work_item("Call back").add();
    organization.emulator.user("Gone").inactive().add();
    let desk = Desk::at(&organization);
    for (who, code, said_to_be) in [
        ("nobody@emulated.example", 4, "nobody in this organization"),
        ("gone@emulated.example", 3, "who is not active"),
        (ada.as_str(), 3, "the person who leaves"),
    ] {
        written(&desk, &format!("[things]\nwork_items = \"reassign:{who}\"\n"));
        let said = desk.run(&["plan", &email("Ada"), "--policy", "policy.toml"]);
        assert_eq!(said.code, Some(code), "{who}: {said:?}");
        assert!(said.err.contains(said_to_be), "{who}: {said:?}");
    }
    assert!(organization.changes().is_empty());
}

const START: &str = "<!-- kinds -->\n";
const END: &str = "<!-- /kinds -->\n";

/// What of a kind that was taken returns.
fn after_a_restore(kind: Kind) -> &'static str {
    if matches!(kind, Kind::Phones) {
        "a new phone of the same settings, under a new id"
    } else if matches!(kind, Kind::Numbers | Kind::Extensions) {
        "back, if nobody else has it by then"
    } else if matches!(kind, Kind::DirectReports) {
        "back, unless they report to somebody else by then"
    } else if matches!(kind, Kind::Stations) {
        "the default one is back; the one in use is chosen at the next login"
    } else if matches!(
        kind,
        Kind::CallForwarding
            | Kind::Utilization
            | Kind::DirectRoutingBackup
            | Kind::OutOfOffice
            | Kind::WorkItems
    ) {
        "back"
    } else if kind.can_be_released() {
        "back, if it is still there"
    } else {
        "was never taken"
    }
}

/// The table of kinds as the code has them.
fn kinds() -> String {
    let mut table = String::from(
        "| kind | is | default | possible | why it is released | when it is left | after a restore |\n|---|---|---|---|---|---|---|\n",
    );
    for kind in Kind::ALL {
        let default = match kind.default_treatment() {
            Treatment::Release => "release",
            Treatment::Keep => "keep",
            Treatment::Block => "block",
            Treatment::Reassign { .. } => "reassign",
        };
        let released = if kind.can_be_released() { kind.why_released() } else { "–" };
        let restored = after_a_restore(kind);
        let possible: Vec<_> = kind.treatments().into_iter().map(|one| format!("`{one}`")).collect();
        let (name, label, left) = (kind.name(), kind.label(), kind.if_left());
        let possible = possible.join(" ");
        let row = [&format!("`{name}`"), label, default, &possible, released, left, restored];
        table.extend(["| ", &row.join(" | "), " |\n"]);
    }
    table
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer asks for the page to be written")]
fn the_page_lists_every_kind_as_the_code_has_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/concepts/policy.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    if std::env::var("EMERITUS_WRITE_DOCS").is_ok() {
        std::fs::write(&path, format!("{before}{START}{}{END}{after}", kinds())).unwrap();
    } else {
        assert_eq!(listed, kinds(), "write docs/concepts/policy.md again with EMERITUS_WRITE_DOCS=1");
    }
}
