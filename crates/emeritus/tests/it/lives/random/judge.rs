//! What was said, held against what is so.

use emeritus::event::Outcome;
use emeritus::index::IndexRow;
use emeritus::person::Standing;
use emeritus::plan::{AccountChoice, Basis, Purpose};
use emeritus::{PlanningError, RunError, RunState, Whose, later};
use genesys_emulator::UserTruth;

use super::events::Command;
use super::life::{Life, Said};
use super::model::{Before, Open, is_same, leftovers, owed};

/// Says what is wrong, if it is.
fn holds(is_so: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(wrong()) }
}

impl Life {
    pub(super) fn judge(
        &mut self,
        command: Command,
        said: &Said,
        is_disturbed: bool,
        start: &UserTruth,
        touched: &[(RunState, bool)],
    ) -> Result<(), String> {
        self.answer(command, said, is_disturbed, start)?;
        for (run, is_new) in touched {
            self.run(run, *is_new, start)?;
        }
        self.index()?;
        holds(!touched.is_empty() || is_same(start, &self.world.truth()), || {
            "something was changed without a run".to_owned()
        })
    }

    /// The index says of each run what its events say, and whoever is found by it is whom all events together name.
    fn index(&self) -> Result<(), String> {
        let executor = self.world.executor();
        let (runs, index) = (executor.runs().unwrap(), executor.index().unwrap());
        let rows: Vec<_> = runs.iter().map(|run| (run.run().clone(), IndexRow::of(run))).collect();
        let indexed: Vec<_> = index.into_iter().map(|indexed| (indexed.run, indexed.row)).collect();
        holds(indexed == rows, || format!("the index is {indexed:?}, the events make it {rows:?}"))?;
        let everybody = Standing::of_everybody(&runs);
        let ids = |found: Vec<&RunState>| found.into_iter().map(RunState::run).cloned().collect::<Vec<_>>();
        let found = |found: Result<Vec<RunState>, _>| ids(found.unwrap().iter().collect());
        let now = executor.now();
        let proved = everybody.iter().filter_map(Standing::proved_against);
        let due = proved.clone().filter(|run| later::due(run, now).is_some());
        for (what, by_index, by_events) in [
            (
                "unfinished",
                found(executor.unfinished()),
                ids(everybody.iter().filter_map(Standing::unfinished).collect()),
            ),
            (
                "expected back",
                found(executor.expected_back()),
                ids(everybody.iter().filter_map(Standing::expected_back).collect()),
            ),
            ("proved again", found(executor.standing(Whose::Everybody)), ids(proved.collect())),
            ("due", found(executor.standing(Whose::Due)), ids(due.collect())),
        ] {
            holds(by_index == by_events, || format!("{what}: {by_index:?} by the index, {by_events:?}"))?;
        }
        let away = everybody.iter().any(Standing::is_retired_or_about_to_be);
        let found = self.world.run(executor.retired_people()).unwrap();
        let told = if away { vec![self.world.ada_id()] } else { Vec::new() };
        holds(found == told, || format!("away: {found:?} by the index, {told:?}"))
    }

    /// What was answered, and whether it was that which had to be answered.
    fn answer(
        &mut self,
        command: Command,
        said: &Said,
        is_disturbed: bool,
        start: &UserTruth,
    ) -> Result<(), String> {
        let open = self.model.open.clone();
        // A run that died may have sent something that did not arrive: only looking would tell, and nobody did yet.
        let is_unclear = open.as_ref().is_some_and(|open| open.is_retirement);
        let is_unknown =
            matches!(self.model.before, Some(Before::Unknown)) || is_unclear && self.model.before.is_none();
        let asks = is_unknown && start.state != "active";
        match (command, said) {
            (Command::Restore(choice), Said::Blocked(plan)) => {
                holds(asks && choice.is_none() || is_disturbed, || {
                    format!("a restore was blocked: {:?}", plan.findings)
                })
            }
            (Command::Restore(Some(AccountChoice::AsFound)), Said::NoPlan(PlanningError::IsKnown { .. })) => {
                holds(matches!(self.model.before, Some(Before::Known(_))), || "it is not known".to_owned())
            }
            (Command::Restore(_), Said::NotStarted(RunError::Unfinished { run })) => {
                let is_return =
                    open.is_some_and(|open| !open.is_retirement && open.run == *run && !open.is_stuck);
                holds(is_return, || format!("a restore was kept back by run {run}"))
            }
            (_, Said::NotStarted(RunError::Unfinished { run })) => {
                holds(open.is_some_and(|open| open.run == *run), || {
                    format!("run {run} stands in the way, and is over or given up")
                })
            }
            (Command::Restore(_), Said::Report(report)) => {
                let known = match &self.model.before {
                    Some(Before::Known(_)) => Some(Basis::Whole),
                    Some(Before::Unknown) | None => None,
                };
                let planned = match &report.state.plan().purpose {
                    Purpose::Restore { basis, .. } => Some(*basis),
                    Purpose::Retire | Purpose::Revive => None,
                };
                holds(is_unclear || known.is_none_or(|basis| planned == Some(basis)), || {
                    format!("what the person was is known, and the restore is {planned:?}")
                })?;
                holds(self.model.before.is_some() || planned.is_none() || is_unclear, || {
                    "restored from nowhere".to_owned()
                })?;
                let is_done = matches!(report.state.outcome(), Some(Outcome::Verified | Outcome::Skipped));
                holds(is_done || is_disturbed, || "an undisturbed restore was not verified".to_owned())
            }
            (Command::Retire(_) | Command::Adopt, Said::Report(report)) => {
                let state = &report.state;
                let is_bad = state.outcome() == Some(Outcome::Failed) || state.stuck().is_some();
                holds(!is_bad || is_disturbed, || "an undisturbed retirement did not come about".to_owned())
            }
            (_, Said::Resumed(runs)) => self.resumed(runs, is_disturbed),
            (_, Said::Died | Said::NobodyToAdopt) => Ok(()),
            (_, Said::NoPlan(_) | Said::Blocked(_) | Said::NotStarted(_) | Said::Report(_)) => {
                holds(is_disturbed, || "nothing was wrong, and yet it could not be done".to_owned())
            }
        }
    }

    fn resumed(
        &mut self,
        runs: &[(emeritus::id::RunId, Result<(), RunError>)],
        is_disturbed: bool,
    ) -> Result<(), String> {
        for (run, result) in runs {
            let is_given_up = self.model.given_up.contains(run);
            match result {
                Err(RunError::Superseded { .. }) => {
                    self.count.of("not resumed");
                    holds(is_given_up, || format!("run {run} was not given up"))?;
                }
                Ok(()) => holds(!is_given_up, || format!("run {run} was given up and resumed"))?,
                Err(_) => holds(is_disturbed, || format!("run {run} could not be resumed: {result:?}"))?,
            }
        }
        Ok(())
    }

    fn run(&mut self, run: &RunState, is_new: bool, start: &UserTruth) -> Result<(), String> {
        let is_retirement = run.plan().purpose == Purpose::Retire;
        let now = self.world.truth();
        let mine = self.model.open.take_if(|open| open.run == *run.run());
        holds(is_new || mine.is_some(), || format!("run {} went on though it was over", run.run()))?;
        if is_new && let Some(other) = &self.model.open {
            let may = !is_retirement && (other.is_retirement || other.is_stuck);
            holds(may, || format!("run {} began while {} is not over", run.run(), other.run))?;
        }
        let mut mine = mine.unwrap_or_else(|| Open {
            run: run.run().clone(),
            is_retirement,
            start: start.clone(),
            is_stuck: false,
            before: self.model.before.clone(),
            gave_up: self.model.open.take().map(Box::new),
        });
        mine.is_stuck = run.stuck().is_some();
        let ended =
            run.outcome().is_some_and(|outcome| !matches!(outcome, Outcome::Failed | Outcome::Skipped));
        let is_changed = !is_same(start, &now) && run.outcome() != Some(Outcome::Failed);
        if is_retirement && (ended || is_changed) {
            self.model.left(&mine.start);
        }
        let words = if is_retirement {
            self.retirement(run, is_new, start, &now)
        } else {
            self.put_back(run, start, &now)
        };
        words.map_err(|wrong| format!("run {} is {:?}: {wrong}", run.run(), run.outcome()))?;
        match run.outcome() {
            Some(Outcome::Failed) => {
                // It was taken back: all is as it was before this run, the run that it would have given up included.
                if let Some(other) = mine.gave_up {
                    self.model.given_up.remove(&other.run);
                    self.model.open = Some(*other);
                }
                self.model.before = mine.before;
            }
            Some(_) => self.gives_up(mine.gave_up.as_deref()),
            None => {
                self.gives_up(mine.gave_up.as_deref());
                self.model.open = Some(mine);
            }
        }
        Ok(())
    }

    fn gives_up(&mut self, other: Option<&Open>) {
        if let Some(other) = other {
            self.count.of("given up");
            self.model.given_up.insert(other.run.clone());
        }
    }

    fn retirement(
        &mut self,
        run: &RunState,
        is_new: bool,
        start: &UserTruth,
        now: &UserTruth,
    ) -> Result<(), String> {
        let is =
            |state: &str| holds(now.state == state, || format!("the account is {}, not {state}", now.state));
        match run.outcome() {
            None if emeritus::person::held_until(run).is_some() => {
                self.count.of("held");
                if is_new { is("inactive") } else { Ok(()) }
            }
            None | Some(Outcome::Stuck | Outcome::WrittenNotVerified) => Ok(()),
            Some(Outcome::Verified) => {
                if run.plan().deletes() {
                    self.count.of("deleted");
                    is("deleted")?;
                }
                holds(now.state != "active", || "verified, and the account is active".to_owned())?;
                let left = leftovers(now);
                holds(left.is_empty() || !is_new, || format!("verified, and still held: {left:?}"))
            }
            Some(Outcome::ProofBroken) if run.plan().deletes() && is_new => is("inactive"),
            // Who was put back may have been made active by somebody else since.
            Some(Outcome::ProofBroken) if run.plan().deletes() => {
                holds(now.state != "deleted", || "put back, and the account is deleted".to_owned())
            }
            Some(Outcome::ProofBroken) => Ok(()),
            Some(Outcome::Failed) => holds(!is_new || is_same(start, now), || {
                format!("taken back, and not as before:\n{start:?}\n{now:?}")
            }),
            Some(Outcome::Skipped) => holds(now.state != "active" && is_same(start, now), || {
                format!("nothing to do, and the account is {}", now.state)
            }),
        }
    }

    fn put_back(&mut self, run: &RunState, start: &UserTruth, now: &UserTruth) -> Result<(), String> {
        let plan = run.plan();
        let is_done = matches!(run.outcome(), Some(Outcome::Verified | Outcome::Skipped));
        if run.outcome() == Some(Outcome::Failed) {
            return holds(is_same(start, now), || "taken back, and not as before".to_owned());
        }
        if !is_done {
            return Ok(());
        }
        if run.outcome() == Some(Outcome::Skipped) {
            holds(is_same(start, now), || "nothing to do, and something was done".to_owned())?;
        }
        let words = plan.restored_words();
        let is_restored = words.as_deref() == Some("Restored");
        let is_verified = run.outcome() == Some(Outcome::Verified);
        if is_restored || plan.purpose == Purpose::Revive && is_verified {
            holds(now.state == "active", || format!("the account is {}", now.state))?;
        }
        if let Some(words) = words.filter(|_| !is_restored) {
            holds(words.ends_with(&format!("the account {}", now.state)), || {
                format!("{words:?}, and the account is {}", now.state)
            })?;
        }
        if let (true, Some(Before::Known(before))) = (is_restored, &self.model.before) {
            let owed = owed(before, now, &plan.losses);
            holds(owed.is_empty(), || format!("not back, and not said: {owed:?}"))?;
        }
        self.count.of(match (&plan.purpose, is_restored, is_verified) {
            (_, _, false) => "nothing to put back",
            (Purpose::Revive, _, _) => "revived",
            (_, true, _) => "restored",
            (_, false, _) => "put back in part",
        });
        if now.state == "active" {
            self.model.before = None;
        }
        Ok(())
    }

    /// What `status` says of the person, against what is known of their runs.
    pub(super) fn stands(&self) -> Result<(), String> {
        let runs = self.world.executor().runs().map_err(|error| error.to_string())?;
        let standing = Standing::of(&runs);
        let (open, known) =
            (standing.unfinished().map(RunState::run), self.model.open.as_ref().map(|open| &open.run));
        holds(open == known, || format!("not over is {open:?}, by the model {known:?}"))?;
        for run in &self.model.given_up {
            let is_over = runs.iter().any(|state| state.run() == run && state.outcome().is_some());
            holds(is_over || standing.superseded_by(run).is_some(), || {
                format!("run {run} is not said given up")
            })?;
        }
        let is_unclear = self.model.open.as_ref().is_some_and(|open| open.is_retirement);
        match (standing.before(), &self.model.before) {
            (None, None) => Ok(()),
            // What became of a request that nobody saw the answer to, somebody else may have undone before anybody looked.
            (Some(_), None) | (None, Some(_)) if is_unclear => Ok(()),
            (Some(emeritus::person::Before::Whole(_)), Some(Before::Known(_)))
            | (Some(emeritus::person::Before::Unknown(_)), Some(Before::Unknown)) => Ok(()),
            (said, known) => Err(format!(
                "what they were before: {:?}, by the model {}",
                said.map(|said| matches!(said, emeritus::person::Before::Whole(_))),
                known.as_ref().map_or("at work", |known| if *known == Before::Unknown {
                    "unknown"
                } else {
                    "known"
                }),
            )),
        }
    }
}
