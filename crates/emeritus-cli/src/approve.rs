//! Asking a person whether a plan is to be carried out.

use std::io::IsTerminal as _;

use emeritus::overrides::Block;
use emeritus::plan::{Approval, ApprovalError, ApprovedPlan, Means, Plan, Stated, Subject};
use jiff::Timestamp;

use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::operator::Approver;
use crate::output::{Output, ask, say};

/// How the answer comes about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// `--yes`.
    pub(crate) yes: bool,
    /// Whether the plan comes from a file that somebody handed over.
    pub(crate) from_file: bool,
    /// Who is asked.
    pub(crate) approver: &'a Approver,
    /// What is stated with it.
    pub(crate) stated: &'a Stated,
}

/// Shows the plan, asks, and returns it as approved.
pub(crate) fn approve(
    plan: Plan,
    asking: Asking<'_>,
    now: impl Fn() -> Timestamp,
    output: Output,
) -> Result<ApprovedPlan, Failure> {
    let digest = plan.digest().map_err(Failure::bug)?;
    show(&plan, asking, output)?;
    let means = if emeritus::planner::is_blocked(&plan) {
        // Nobody is asked about a plan that cannot be approved; approving it below says why.
        Means::Asked
    } else if asking.yes {
        if asking.from_file { Means::PlanFile } else { Means::Flag }
    } else {
        answer(&plan)?
    };
    let approval = Approval {
        digest,
        by: asking.approver.name.clone(),
        at: now(),
        means,
        operator: Some(asking.approver.operator.clone()),
        stated: asking.stated.clone(),
    };
    let findings = plan.findings.clone();
    plan.approve(approval).map_err(|error| refused(error, &findings))
}

/// With `--json` standard output is for the one object: the plan then goes to the person who is asked.
fn show(plan: &Plan, asking: Asking<'_>, output: Output) -> Result<(), Failure> {
    if !output.is_json() {
        output.text(&plan.to_string())?;
        return output.text("");
    }
    if !asking.yes && std::io::stdin().is_terminal() {
        say(&plan.to_string());
    }
    Ok(())
}

/// Refuses to begin where nobody could approve anything.
pub(crate) fn somebody_can_be_asked() -> Result<(), Failure> {
    if std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Failure::message(ExitCode::Refused, "nobody approved it: there is no terminal to ask at")
        .hint("read the plan (`emeritus plan`), then run this again with --yes"))
}

fn answer(plan: &Plan) -> Result<Means, Failure> {
    somebody_can_be_asked()?;
    let declined = || Failure::message(ExitCode::Refused, "not approved: nothing was written");
    if plan.deletes() {
        let Subject { name, .. } = &plan.subject;
        let typed = ask(&format!("This deletes the account of {name}. Type their e-mail address to go on:"))
            .map_err(Failure::bug)?;
        return if plan.subject.email == typed { Ok(Means::TypedEmail) } else { Err(declined()) };
    }
    let Subject { name, email, .. } = &plan.subject;
    match ask(&format!("Go on with {name} <{email}>? [y/N]")).map_err(Failure::bug)?.as_str() {
        "y" | "Y" | "yes" => Ok(Means::Asked),
        _ => Err(declined()),
    }
}

fn refused(error: ApprovalError, findings: &[emeritus::finding::Finding]) -> Failure {
    let fatal = findings.iter().filter(|finding| finding.severity == emeritus::finding::Severity::Fatal);
    let mut hints: Vec<_> = fatal.clone().skip(1).map(|finding| finding.text.clone()).collect();
    let named: Vec<_> = fatal.flat_map(|finding| &finding.blocks).map(Block::argument).collect();
    if !named.is_empty() {
        hints.push(format!(
            "what can be lifted, by name and with a reason: {} --because TEXT",
            named.join(" ")
        ));
    }
    let failure = match error {
        ApprovalError::Expired { .. } => {
            Failure::new(ExitCode::Refused, error).hint("make a new plan: the organization may have changed")
        }
        ApprovalError::Fatal { .. } | ApprovalError::OtherPlan { .. } | ApprovalError::Format { .. } => {
            Failure::new(ExitCode::Refused, error)
        }
        ApprovalError::Canonical => Failure::bug(error),
    };
    hints.into_iter().fold(failure.context("the plan is refused: nothing was written"), Failure::hint)
}
