//! `emeritus adopt`: people who are gone and still hold something; why their history may look empty; the rest of the
//! job.

mod told;

pub(super) use told::not_read;

use emeritus::{Adoption, Leaver, Recheck, Scans, Who};

use super::batch::Batch;
use crate::approve::{Asking, somebody_can_be_asked};
use crate::args::AdoptArgs;
use crate::config::named;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

pub(super) fn run(args: &AdoptArgs, output: Output) -> Result<ExitCode, Failure> {
    let session = Session::open(&args.connection)?;
    session.block_on(async {
        match &args.person {
            Some(person) => Box::pin(explain(&session, person, args, output)).await,
            None if args.finish => Box::pin(finish(&session, args, output)).await,
            None => Box::pin(list(&session, args, output)).await,
        }
    })
}

async fn leavers(session: &Session) -> Result<Adoption, Failure> {
    let _shown = session.progress.show("looking through everybody");
    Ok(session.emeritus.leavers().await?)
}

/// Nobody found is only an answer when everything that can be held was read.
fn code_of(adoption: &Adoption, left: usize) -> ExitCode {
    match (left, adoption.unknown.is_empty()) {
        (0, true) => ExitCode::Done,
        (0, false) => ExitCode::NotVerified,
        (_, _) => ExitCode::Leftovers,
    }
}

async fn list(session: &Session, args: &AdoptArgs, output: Output) -> Result<ExitCode, Failure> {
    let adoption = leavers(session).await?;
    let stats = args.stats.stats.then(|| session.emeritus.stats());
    output.result(&told::Found::of(&adoption, stats), || told::table(&adoption, stats))?;
    Ok(code_of(&adoption, adoption.leavers.len()))
}

async fn explain(
    session: &Session,
    person: &str,
    args: &AdoptArgs,
    output: Output,
) -> Result<ExitCode, Failure> {
    let who = super::person(named(person)?)?;
    let explanation = {
        let _shown = session.progress.show("reading what the person holds, and their history");
        session.emeritus.explain(&who, args.policy.since.map(|day| day.0)).await?
    };
    let stats = args.stats.stats.then(|| session.emeritus.stats());
    output.result(&told::Explained::of(&explanation, stats), || told::explanation(&explanation, stats))?;
    Ok(ExitCode::Done)
}

/// Plans each leaver as anybody else is planned, and carries it out.
async fn finish(session: &Session, args: &AdoptArgs, output: Output) -> Result<ExitCode, Failure> {
    if !args.yes {
        somebody_can_be_asked()?;
    }
    let adoption = leavers(session).await?;
    let limit = args.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let scans = Scans::default();
    let mut batch = Batch::new(output);
    if !output.is_json() {
        output.text(&told::table(&adoption, None))?;
    }
    for leaver in adoption.leavers.iter().take(limit) {
        let ended = Box::pin(one(session, leaver, &scans, args, output)).await;
        batch.take((leaver.person.id.as_str(), &leaver.person.email), ended)?;
    }
    batch.worsen(code_of(&adoption, adoption.leavers.len().saturating_sub(limit)));
    batch.tell(args.stats.stats.then(|| session.emeritus.stats()))
}

async fn one(
    session: &Session,
    leaver: &Leaver,
    scans: &Scans,
    args: &AdoptArgs,
    output: Output,
) -> Result<super::Ended, Failure> {
    let planned = {
        let _shown = session.progress.show("reading what the person holds");
        let policy = session.policy(&args.policy).await?;
        let who = Who::Id(leaver.person.id.clone());
        session.emeritus.plan_with(scans, &who, policy, args.policy.since.map(|day| day.0)).await?
    };
    let stated = args.stated.stated();
    let asking = Asking { yes: args.yes, from_file: false, approver: &session.approver, stated: &stated };
    super::execute(session, planned, asking, Recheck::WhenOld, output).await
}
