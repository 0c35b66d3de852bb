//! `emeritus restore`: puts a person back from a snapshot.

use emeritus::Recheck;

use crate::approve::Asking;
use crate::args::{PolicyArgs, RestoreArgs};
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(args: &RestoreArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    super::block_on(async {
        let planned = {
            let _shown = session.progress.show("reading what the person holds");
            let policy = session.policy(&PolicyArgs::default())?;
            match &args.run {
                Some(run) => {
                    let run = super::run_id(run)?;
                    session.emeritus.plan_restore(Some(&run), None, policy).await?
                }
                None => {
                    let person = super::who(&session.config.person(args.email.as_deref())?)?;
                    session.emeritus.plan_restore(None, Some(&person), policy).await?
                }
            }
        };
        let asking = Asking { yes: args.yes, from_file: false, operator: session.config.operator() };
        super::carry_out(&session, planned, asking, Recheck::WhenOld, output).await
    })
}
