//! `emeritus restore`: puts a person back from a snapshot, or everybody whose day has come.

use emeritus::plan::{AccountChoice, Stated};
use emeritus::{Planned, PlanningError, Policy, Recheck, RunState, RunsHere, Who};

use super::batch::Batch;
use crate::approve::{Asking, somebody_can_be_asked};
use crate::args::{AccountArg, RestoreArgs};
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say};

pub(super) fn run(args: &RestoreArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = if args.due {
        Session::open_for_all(&args.connection, args.may_be_empty)?
    } else {
        Session::open(&args.connection)?
    };
    session.block_on(async {
        if args.due {
            return Box::pin(due(&session, args, output)).await;
        }
        let planned = planned(&session, args).await?;
        let stated = args.stated.stated();
        let asking = asking(&session, args, &stated);
        let told = (output, args.stats);
        Box::pin(super::carry_out(&session, planned, asking, Recheck::WhenOld, told)).await
    })
}

fn asking<'a>(session: &'a Session, args: &RestoreArgs, stated: &'a Stated) -> Asking<'a> {
    Asking { yes: args.yes, from_file: false, approver: &session.approver, stated }
}

async fn planned(session: &Session, args: &RestoreArgs) -> Result<Planned, Failure> {
    let _shown = session.progress.show("reading what the person holds");
    let policy = Policy { overrides: session.overrides(&args.lift)?, ..session.restoring() };
    let account = args.account.map(choice);
    if let Some(run) = &args.run {
        let run = super::run_id(run)?;
        return Ok(session.emeritus.plan_restore_as(Some(&run), None, account, policy).await?);
    }
    let named = args.person.as_deref().or(args.email.as_deref());
    let who = super::whom(session, &session.config.person(named, args.yes)?).await?;
    match session.emeritus.plan_restore_as(None, Some(&who), account, policy.clone()).await {
        Err(PlanningError::NoSnapshot) => {
            say(&format!(
                "no run of this state directory is seen to have taken anything from {who}, or they were put back: the account alone \
                 can be brought back"
            ));
            Ok(session.emeritus.plan_revival(&who, policy).await?)
        }
        planned => Ok(planned?),
    }
}

fn choice(account: AccountArg) -> AccountChoice {
    match account {
        AccountArg::Active => AccountChoice::Active,
        AccountArg::AsFound => AccountChoice::AsFound,
    }
}

async fn due(session: &Session, args: &RestoreArgs, output: Output) -> Result<ExitCode, Failure> {
    let RunsHere { here: due, elsewhere } = session.emeritus.due_back().await?;
    super::say_left_out(elsewhere);
    if due.is_empty() && !output.is_json() {
        output.text("nobody is due back")?;
        return Ok(ExitCode::Done);
    }
    if !due.is_empty() && !args.yes {
        somebody_can_be_asked()?;
    }
    let mut batch = Batch::new(output);
    for retired in &due {
        let subject = &retired.plan().subject;
        let ended = Box::pin(one(session, retired, args, output)).await;
        batch.take((subject.id.as_str(), &subject.email), ended)?;
    }
    batch.tell(args.stats.stats.then(|| session.emeritus.stats()))
}

async fn one(
    session: &Session,
    retired: &RunState,
    args: &RestoreArgs,
    output: Output,
) -> Result<super::Ended, Failure> {
    let planned = {
        let _shown = session.progress.show("reading what the person holds");
        // What they were before they first left, which need not be what the run found that names the day.
        let who = Who::Id(retired.plan().subject.id.clone());
        session.emeritus.plan_restore(None, Some(&who), session.restoring()).await?
    };
    let stated = args.stated.stated();
    super::execute(session, planned, asking(session, args, &stated), Recheck::WhenOld, output).await
}
