//! `emeritus prove --all`: everybody who is retired. A line for each as soon as it is known, and the sum.

use emeritus::id::UserId;
use emeritus::later::LaterVerdict;
use emeritus::{AgainError, Reproved, RunState, Whose};
use serde::Serialize;
use serde_json::{Value, json};

use super::told::{Proved, text};
use crate::args::ProveArgs;
use crate::command::archive;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{Output, say};

/// What became of everybody.
#[derive(Debug, Default, Serialize)]
struct Sum {
    proved: u64,
    intact: u64,
    broken: u64,
    not_comparable: u64,
    no_history_found: u64,
    beyond_retention: u64,
    /// People whose id resolves to no name any more.
    names_lost: u64,
    failed: u64,
    /// People of other organizations than the one that the credentials are for.
    elsewhere: u64,
}

/// Somebody who could not be proved.
#[derive(Debug, Serialize)]
struct Failed<'a> {
    run_id: &'a str,
    user_id: &'a str,
    email: &'a str,
    error: Value,
}

/// Tells each person, and keeps the worst of all codes.
struct Teller {
    output: Output,
    sum: Sum,
    code: ExitCode,
    unsaid: Option<Failure>,
    /// Whose proof was made.
    proved: Vec<UserId>,
}

pub(super) async fn run(session: &Session, args: &ProveArgs, output: Output) -> Result<ExitCode, Failure> {
    let whose = if args.due { Whose::Due } else { Whose::Everybody };
    let mut teller =
        Teller { output, sum: Sum::default(), code: ExitCode::Done, unsaid: None, proved: Vec::new() };
    let elsewhere = {
        let _shown = session.progress.show("reading the histories");
        Box::pin(session.emeritus.prove_again(whose, |state, result| teller.tell(state, result))).await?
    };
    teller.sum.elsewhere = elsewhere;
    if let Some(failure) = teller.unsaid.take() {
        return Err(failure);
    }
    // A proof is of what the run sealed; what is archived may lack what changed since, and nobody else would look.
    let renewed = {
        let _shown = session.progress.show("holding the archive against the vendor");
        Box::pin(archive::renew(session, &teller.proved)).await
    };
    let sum = &teller.sum;
    let renewed = match renewed {
        Ok(renewed) => renewed,
        Err(failure) => {
            output.result(&json!({ "summary": sum }), || sum.text(whose))?;
            let failure = failure.context("the archive could not be held against the vendor");
            return if teller.code == ExitCode::ProofBroken {
                say(failure.to_string().trim_end());
                Ok(teller.code)
            } else {
                Err(failure)
            };
        }
    };
    if output.is_json() {
        let archive = renewed.map(|renewed| json!({ "archive": renewed }));
        archive.map_or(Ok(()), |archive| output.object(&archive))?;
        output.object(&json!({ "summary": sum }))?;
    } else {
        renewed.map_or(Ok(()), |renewed| output.text(&format!("{}\n", renewed.text)))?;
        output.text(&sum.text(whose))?;
    }
    Ok(teller.code)
}

impl Teller {
    fn tell(&mut self, state: &RunState, result: Result<Reproved, AgainError>) {
        let (code, told) = match result {
            Ok(Reproved { state, proof }) => {
                self.proved.push(state.plan().subject.id.clone());
                self.sum.take(&proof.verdict);
                let nobody = proof.is_alarm() && !matches!(proof.verdict, LaterVerdict::Broken { .. });
                self.sum.names_lost += u64::from(nobody);
                let told = if self.output.is_json() {
                    self.output.object(&Proved::of(&state, &proof))
                } else {
                    self.output.text(&format!("{}\n", text(&state, &proof)))
                };
                (super::code(&proof), told)
            }
            Err(error) => {
                self.sum.failed += 1;
                let failure = Failure::from(error);
                let told = self.failed(state, &failure);
                (failure.code, told)
            }
        };
        self.worsen(code);
        if let Err(failure) = told {
            self.unsaid.get_or_insert(failure);
        }
    }

    fn failed(&self, state: &RunState, failure: &Failure) -> Result<(), Failure> {
        let subject = &state.plan().subject;
        if !self.output.is_json() {
            say(format!("{} ({})\n{failure}", subject.email, subject.id).trim_end());
            return Ok(());
        }
        self.output.object(&Failed {
            run_id: state.run().as_str(),
            user_id: subject.id.as_str(),
            email: &subject.email,
            error: failure.object(),
        })
    }

    /// A broken proof outweighs everything; otherwise the first that needs somebody counts.
    fn worsen(&mut self, code: ExitCode) {
        if code == ExitCode::ProofBroken || self.code == ExitCode::Done {
            self.code = code;
        }
    }
}

impl Sum {
    fn take(&mut self, verdict: &LaterVerdict) {
        self.proved += 1;
        *match verdict {
            LaterVerdict::Intact => &mut self.intact,
            LaterVerdict::Broken { .. } => &mut self.broken,
            LaterVerdict::NotComparable(_) => &mut self.not_comparable,
            LaterVerdict::NoHistoryFound => &mut self.no_history_found,
            LaterVerdict::BeyondRetention => &mut self.beyond_retention,
        } += 1;
    }

    fn text(&self, whose: Whose) -> String {
        if self.proved + self.failed + self.elsewhere == 0 {
            return match whose {
                Whose::Due => "nobody is due".to_owned(),
                Whose::Everybody => "nobody is retired here".to_owned(),
            };
        }
        let mut parts = vec![
            format!("{} proved", self.proved),
            format!("{} intact", self.intact),
            format!("{} broken", self.broken),
            format!("{} not comparable", self.not_comparable),
        ];
        let besides = [
            (self.no_history_found, "without a history"),
            (self.beyond_retention, "wholly beyond retention"),
            (self.names_lost, "whose name stopped resolving"),
            (self.failed, "failed"),
            (self.elsewhere, "of another organization left out"),
        ];
        parts.extend(besides.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
        parts.join(", ")
    }
}
