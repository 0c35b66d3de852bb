//! Lifting blocks: each override has to name exactly one thing that blocks this plan, or there is no plan.

use super::PlanError;
use crate::finding::{Finding, Severity};
use crate::overrides::{Block, Override};
use crate::plan::Plan;

/// Returns the plan with what its policy lifts taken down to a warning that says why and by whom. The last thing that is
/// done to a plan: whoever adds a finding adds it before.
pub(super) fn lift(mut plan: Plan) -> Result<Plan, PlanError> {
    for given in &plan.policy.overrides {
        let mut named: Vec<_> = blocks(&plan.findings).filter(|block| given.lifts(block)).collect();
        named.sort();
        named.dedup();
        match named.as_slice() {
            [_] => {}
            [] => return Err(not_blocking(given, &plan.findings)),
            several => {
                let ids = several.iter().map(|block| block.id.clone().unwrap_or_else(|| block.name.clone()));
                let (given, ids) = (given.block().to_string(), ids.collect::<Vec<_>>().join(", "));
                return Err(PlanError::Ambiguous { given, ids });
            }
        }
    }
    let overrides = &plan.policy.overrides;
    for finding in plan.findings.iter_mut().filter(|finding| !finding.blocks.is_empty()) {
        let lifted = |block| overrides.iter().find(|given| given.lifts(block));
        let lifts: Option<Vec<&Override>> = finding.blocks.iter().map(lifted).collect();
        if let Some(mut lifts) = lifts {
            lifts.dedup_by_key(|given| given.reason());
            let reasons: Vec<_> = lifts.into_iter().map(Override::reason).collect();
            finding.severity = finding.severity.min(Severity::Warn);
            finding.text = format!("{}. Lifted {}", finding.text, reasons.join("; "));
        }
    }
    plan.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(plan)
}

fn blocks(findings: &[Finding]) -> impl Iterator<Item = &Block> {
    findings.iter().flat_map(|finding| &finding.blocks)
}

/// An override that fits nothing is a mistake about the person: what does block them is named instead.
fn not_blocking(given: &Override, findings: &[Finding]) -> PlanError {
    let mut blocking: Vec<_> = blocks(findings).map(ToString::to_string).collect();
    blocking.sort();
    blocking.dedup();
    let never = findings.iter().filter(|found| found.severity == Severity::Fatal && found.blocks.is_empty());
    blocking.extend(never.map(|found| format!("never to be lifted: {}", found.text)));
    let blocking = if blocking.is_empty() { "nothing does".to_owned() } else { blocking.join(", ") };
    PlanError::NotBlocking { given: given.block().to_string(), blocking }
}
