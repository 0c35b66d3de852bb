//! `emeritus status`: what the journal says. Sends nothing.

mod line;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use emeritus::evidence::{Evidence, count, evidence};
use emeritus::id::RunId;
use emeritus::person::Standing;
use emeritus::{JournalError, Listed, Overview, RunState, Who};
use serde::Serialize;

use crate::args::StatusArgs;
use crate::connect::Local;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;
use crate::report::{AccountObject, Since, Standing as RunStanding, held_until};
use line::{Line, table};

/// What `status` prints of many runs.
#[derive(Debug, Serialize)]
struct Runs {
    runs: Vec<Line>,
    /// How many runs there are besides: `--all` lists them too.
    #[serde(skip_serializing_if = "is_none")]
    left_out: u64,
}

/// What `status PERSON` prints.
#[derive(Debug, Serialize)]
struct People {
    people: Vec<PersonLine>,
}

/// A person in one organization, with their runs.
#[derive(Debug, Serialize)]
struct PersonLine {
    person_id: String,
    email: emeritus::text::Text,
    name: emeritus::text::Text,
    organization_id: String,
    organization: emeritus::text::Text,
    /// `held`, `unfinished`, `expected-back`, `away`, `put-back` or `not-away`.
    /// By the journal alone: nobody looked at the account for this.
    standing: &'static str,
    /// The account when a run looked at it last; `None` when none did.
    account: Option<AccountObject>,
    runs: Vec<Line>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls has this form")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

pub(super) fn run(args: &StatusArgs, output: Output) -> Result<ExitCode, Failure> {
    match &args.run_or_person {
        Some(name) => named(&Local::open(&args.home)?, name, output)?,
        None => {
            let listed = if args.all { Listed::Everything } else { Listed::Current };
            match Local::open_if_any(&args.home)? {
                Ok(local) => many(&local, listed, output)?,
                // Not a word about runs: a journal that is not there says nothing.
                Err(home) => {
                    let none = || format!("no runs yet: there is no journal in {}", home.display());
                    output.result(&Runs { runs: Vec::new(), left_out: 0 }, none)?;
                }
            }
        }
    }
    Ok(ExitCode::Done)
}

/// A run, if there is one of that id, or else a person whom the journal knows.
fn named(local: &Local, name: &str, output: Output) -> Result<(), Failure> {
    let emeritus = &local.emeritus;
    let run = RunId::parse(name.to_owned()).map(|run| (emeritus.run(&run), run));
    match run {
        Ok((Ok(state), run)) => return one(local, &run, &state, output),
        Ok((Err(JournalError::NoSuchRun { .. }), _)) | Err(_) => {}
        Ok((Err(error), _)) => return Err(error.into()),
    }
    let who = super::person(name)?;
    if matches!(who, Who::External { .. } | Who::Employee(_)) {
        return Err(Failure::usage("a journal knows runs by id, and people by e-mail or user id"));
    }
    let runs = emeritus.runs_of_called(&who)?;
    let everybody = Standing::of_everybody(&runs);
    let people: Vec<_> = everybody.iter().filter_map(|person| told(local, person)).collect();
    if people.is_empty() {
        let nobody = format!("there is neither a run {name} nor a run about a person of that name");
        return Err(Failure::message(ExitCode::NotFound, nobody).hint("`emeritus status` lists the runs"));
    }
    let people = People { people };
    output.result(&people, || people.people.iter().map(PersonLine::text).collect::<Vec<_>>().join("\n"))
}

fn told(local: &Local, person: &Standing<'_>) -> Option<PersonLine> {
    let latest = person.runs().last()?;
    let (subject, organization) = (&latest.plan().subject, &latest.plan().organization);
    let lines = person.runs().iter().map(|run| Line::of(&local.emeritus, run, person));
    Some(PersonLine {
        person_id: subject.id.to_string(),
        email: subject.email.clone(),
        name: subject.name.clone(),
        organization_id: organization.id.to_string(),
        organization: organization.name.clone(),
        standing: person.word(),
        account: person.runs().iter().filter_map(|run| AccountObject::of(run)).max_by_key(AccountObject::at),
        runs: lines.collect(),
    })
}

impl PersonLine {
    fn text(&self) -> String {
        let Self { name, email, organization, .. } = self;
        let standing = self.standing.replace('-', " ");
        let account = self.account.as_ref().map_or_else(|| "not looked at".to_owned(), AccountObject::text);
        format!(
            "{name} <{email}>, in {organization}\n  by this journal  {standing}\n  account          {account}\n{}",
            table(&self.runs)
        )
    }
}

fn one(local: &Local, run: &RunId, state: &RunState, output: Output) -> Result<(), Failure> {
    let subject = (&state.plan().organization.id, &state.plan().subject.id);
    let runs = local.emeritus.runs_of(subject.0, subject.1)?;
    let standing = RunStanding {
        state,
        evidence_dir: &local.emeritus.home().run_dir(run),
        held_until: held_until(state),
        since: Since::of(&Standing::of(&runs), run),
        is_at_work: local.emeritus.is_at_work(state),
    };
    let story = evidence(&local.emeritus.records(run)?).map_err(Failure::bug)?;
    output.result(&standing.object(), || format!("{}\n\n{}", standing.text(), steps(&story)))
}

fn many(local: &Local, listed: Listed, output: Output) -> Result<(), Failure> {
    let Overview { listed, left_out, runs } = local.emeritus.overview(listed)?;
    let everybody = Standing::of_everybody(&runs);
    let by_run: BTreeMap<_, _> = everybody
        .iter()
        .flat_map(|person| person.runs().iter().map(move |run| (run.run(), (*run, person))))
        .collect();
    // The oldest run first, whoever it is about.
    let line = |listed: &RunId| {
        let (run, person) = by_run.get(listed)?;
        Some(Line::of(&local.emeritus, run, person))
    };
    let runs = Runs { runs: listed.iter().filter_map(line).collect(), left_out };
    output.result(&runs, || match (runs.runs.is_empty(), left_out) {
        (true, _) => "no runs yet".to_owned(),
        (false, 0) => table(&runs.runs),
        (false, _) => {
            let besides = count(left_out, "run");
            format!("{}{besides} besides, over and nothing due: `emeritus status --all`", table(&runs.runs))
        }
    })
}

fn steps(story: &Evidence) -> String {
    let mut text = String::from("Steps\n");
    for entry in &story.steps {
        let undo = if entry.place.undo.is_some() { "undo: " } else { "" };
        let detail = entry.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        let _written = writeln!(
            text,
            "  {:>2}. {undo}{}: {}{detail}",
            entry.place.step,
            entry.what,
            story.became(entry),
        );
    }
    text
}
