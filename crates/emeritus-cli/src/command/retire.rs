//! `emeritus retire`: plan, ask, run.

use std::path::Path;

use emeritus::{Planned, Recheck};

use crate::approve::Asking;
use crate::args::RetireArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(args: &RetireArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    session.block_on(async {
        let (planned, recheck) = match &args.plan {
            Some(path) => (read(path)?, Recheck::Always),
            None => {
                let person = session.config.person(args.person.as_deref(), args.yes)?;
                let of = (&args.policy, &args.lift);
                (super::plan_for(&session, &person, of).await?, Recheck::WhenOld)
            }
        };
        let asking = Asking {
            yes: args.yes,
            from_file: args.plan.is_some(),
            approver: &session.approver,
            stated: &args.stated.stated(),
        };
        let told = (output, args.stats);
        Box::pin(super::carry_out(&session, planned, asking, recheck, told)).await
    })
}

/// Reads a plan that `emeritus plan --out` wrote. Its digest shows whether anybody changed it since.
fn read(path: &Path) -> Result<Planned, Failure> {
    let unusable = |error: anyhow::Error| {
        Failure::new(ExitCode::Config, error)
            .context(format!("could not use {} as a plan", path.display()))
            .hint("make one: emeritus plan PERSON --out FILE")
    };
    let text = std::fs::read(path).map_err(|error| unusable(error.into()))?;
    let planned: Planned = serde_json::from_slice(&text).map_err(|error| unusable(error.into()))?;
    let actual = planned.plan.digest().map_err(Failure::bug)?;
    if actual.0 != planned.digest {
        return Err(Failure::message(
            ExitCode::Refused,
            format!(
                "{} was changed after it was written: its plan is {actual}, it says {}",
                path.display(),
                planned.digest
            ),
        )
        .hint("make a new plan"));
    }
    Ok(planned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_plan_is_refused() {
        let path = std::env::temp_dir().join(format!("emeritus-no-plan-{}", std::process::id()));
        std::fs::write(&path, "{}").unwrap();
        let failure = read(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(failure.code, ExitCode::Config);
    }
}
