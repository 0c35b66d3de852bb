//! `emeritus demo`: one story, told with the commands that a person would type. Every line is made of what a command answered or
//! of the organization's own record; where the two disagree, or anything else does not hold, the demo fails.

mod shell;
mod world;

use std::path::{Path, PathBuf};
use std::time::Instant;

use emeritus::evidence::{count, grouped};
use genesys_emulator::Preset;
use serde_json::json;

use self::shell::{Said, Shell};
use self::world::{Person, World};
use crate::args::DemoArgs;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

const CONVERSATIONS: u64 = 1_200;

/// An emulated index does not lag, so nobody has to wait for it as one would for a real one.
const SETTINGS: &str = "# The demo's organization answers without lag: waits are shortened.\n\
    [patience]\nstaleness = \"1s\"\nproof_pause = \"1s\"\n";

/// The story so far.
struct Story {
    shell: Shell,
    output: Output,
    held: u32,
    runs: Vec<String>,
}

pub(super) fn run(args: &DemoArgs, output: Output) -> Result<ExitCode, Failure> {
    let begun = Instant::now();
    let home = home(args.keep_in.as_deref())?;
    let mut story = Story { shell: Shell::new(&home)?, output, held: 0, runs: Vec::new() };
    story.say("Emulated organizations on this machine: nothing real is touched.")?;
    let documented = World::begin(Preset::Documented, 7)?;
    story.keep(&documented)?;
    story.delete(&documented)?;
    story.as_reported()?;
    story.kill(&documented)?;
    story.end(&documented, &home, begun)?;
    Ok(ExitCode::Done)
}

impl Story {
    /// Plan, retire, prove.
    fn keep(&mut self, world: &World) -> Result<(), Failure> {
        self.say(
            "\n1. Retire somebody and keep the account: plan first, then cut access, then prove the history.",
        )?;
        let ada = self.meet(world, "Ada Lovelace", "documented")?;
        let before = world.changes();
        let plan = self.command(world, &["plan", &ada.email])?;
        let written = world.changes() - before;
        self.result(&format!(
            "{}, {}, plan {}…; requests that changed anything: {written}",
            count(plan.length("/plan/steps"), "step"),
            count(plan.length("/plan/findings"), "finding"),
            plan.text("/digest").get(..12).unwrap_or_default(),
        ))?;
        self.holds("a plan is made", plan.code == Some(0))?;
        self.holds("planning changes nothing", written == 0)?;

        let retired = self.command(world, &["retire", &ada.email, "--yes"])?;
        self.proof(world, &ada, &retired)?;
        self.record(world, &ada)?;
        self.ended(&retired, 0, "verified", "intact")?;
        let truth = world.truth(&ada.id);
        self.holds("access is cut", truth.is_some_and(|truth| truth.state == "inactive" && truth.tokens == 0))
    }

    /// The same for somebody who is deleted, in the world that the vendor documents.
    fn delete(&mut self, world: &World) -> Result<(), Failure> {
        self.say("\n2. Retire and delete, in the world that the vendor documents.")?;
        let grace = self.meet(world, "Grace Hopper", "documented")?;
        let deleted = self.command(
            world,
            &["retire", &grace.email, "--mode", "delete", "--delete-without-hold", "--yes"],
        )?;
        self.proof(world, &grace, &deleted)?;
        self.record(world, &grace)?;
        self.ended(&deleted, 0, "verified", "intact")?;
        self.holds(
            "the account is deleted",
            world.truth(&grace.id).is_some_and(|truth| truth.state == "deleted"),
        )
    }

    /// The same in the world that forum threads report, where a delete severs history.
    fn as_reported(&mut self) -> Result<(), Failure> {
        self.say(
            "\n3. The same in the world that forum threads report, where a delete is said to sever history.",
        )?;
        let world = World::begin(Preset::AsReported, 8)?;
        let alan = self.meet(&world, "Alan Turing", "as-reported")?;
        let before = world.truth(&alan.id);
        let broken = self.command(
            &world,
            &["retire", &alan.email, "--mode", "delete", "--delete-without-hold", "--yes"],
        )?;
        self.proof(&world, &alan, &broken)?;
        self.result(&format!(
            "{} missing after the delete; {}; then the proof is {}",
            count(broken.length("/proof/missing"), "conversation"),
            broken.text("/taken_back"),
            broken.text("/proof_after_put_back/verdict"),
        ))?;
        self.record(&world, &alan)?;
        self.ended(&broken, ExitCode::ProofBroken.number(), "proof-broken", "broken")?;
        let after = world.truth(&alan.id);
        let back = after.as_ref().is_some_and(|truth| truth.state == "inactive");
        self.holds("the person is put back", back)?;
        let same = before.map(|truth| truth.division) == after.map(|truth| truth.division);
        self.holds("in their own division", same)?;

        let again = self.command(&world, &["prove", &alan.email])?;
        self.proof(&world, &alan, &again)?;
        self.holds(
            "their history is whole again",
            again.code == Some(0) && again.text("/proof/verdict") == "intact",
        )
    }

    /// A run that is killed in the middle, and goes on.
    fn kill(&mut self, world: &World) -> Result<(), Failure> {
        self.say(
            "\n4. Kill a run in the middle: once the organization has acted, and before its answer arrives.",
        )?;
        let edsger = self.meet(world, "Edsger Dijkstra", "documented")?;
        world.lose_the_answer(&edsger.id);
        let arguments = ["retire", &edsger.email, "--yes"];
        self.show(&arguments)?;
        let is_cut = || world.truth(&edsger.id).is_some_and(|truth| truth.state == "inactive");
        let killed = self.shell.kill_when(world, &arguments, is_cut)?;
        let faults = world.end_faults();
        self.holds(
            "it is killed after the organization acted and before it answered",
            killed && faults == 1,
        )?;
        let sent = world.changes_of_state(&edsger.id);
        self.result(&format!(
            "killed (SIGKILL) after {sent} request to change the state was carried out, before its answer came"
        ))?;

        let resumed = self.command(world, &["resume"])?;
        let in_all = world.changes_of_state(&edsger.id);
        self.proof(world, &edsger, &resumed)?;
        self.record(world, &edsger)?;
        self.result(&format!("it looked before acting: {in_all} request to change the state in all"))?;
        self.ended(&resumed, 0, "verified", "intact")?;
        self.holds("nothing is sent twice", sent == 1 && in_all == 1)
    }

    fn end(&mut self, world: &World, home: &Path, begun: Instant) -> Result<(), Failure> {
        let last = self.runs.last().cloned().unwrap_or_default();
        let verified = self.shell.run(world, &["evidence", &last, "--verify"])?;
        self.holds("the evidence files are as sealed", verified.code == Some(0))?;
        let seconds = begun.elapsed().as_secs_f64();
        let (program, home_text) = (self.shell.program(), home.display());
        let object =
            json!({ "held": self.held, "seconds": seconds, "state_directory": home, "runs": self.runs });
        self.output.result(&object, || {
            format!(
                "\n{} expectations held, in {seconds:.0} seconds. Everything is kept in {home_text}\n\n\
                 Try next:\n  \
                 {program} status --home {home_text}\n  \
                 {program} evidence {last} --home {home_text}\n  \
                 {program} emulator\n\n\
                 For a real organization, set GENESYS_REGION, GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET (an OAuth\n\
                 client with the grant Client Credentials, in the environment or a .env file), then ask what it lacks:\n  \
                 {program} doctor",
                self.held,
            )
        })
    }

    fn meet(&self, world: &World, name: &str, preset: &str) -> Result<Person, Failure> {
        let person = world.hire(name, CONVERSATIONS);
        let held = world.truth(&person.id);
        let (queues, roles) =
            held.map_or((0, 0), |held| (held.queues.len() as u64, held.grants.len() as u64));
        self.say(&format!(
            "   {name} <{}> in `{preset}`: {} in a year, {}, {}",
            person.email,
            count(world.conversations_of(&person.id), "conversation"),
            count(queues, "queue"),
            count(roles, "role"),
        ))?;
        Ok(person)
    }

    fn command(&mut self, world: &World, arguments: &[&str]) -> Result<Said, Failure> {
        self.show(arguments)?;
        let said = self.shell.run(world, arguments)?;
        let run = said.text("/run_id").to_owned();
        if !run.is_empty() && !self.runs.contains(&run) {
            self.runs.push(run);
        }
        Ok(said)
    }

    /// Says what a run or a proof found, and holds it against the organization's own record.
    fn proof(&mut self, world: &World, person: &Person, said: &Said) -> Result<(), Failure> {
        let (before, after) =
            (said.number("/proof/before/conversations"), said.number("/proof/after/conversations"));
        let figure = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), grouped);
        let outcome = said.text("/outcome");
        let outcome = if outcome.is_empty() { String::new() } else { format!("{outcome}; ") };
        self.result(&format!(
            "{outcome}proof {}: {} conversations before, {} after; exit code {}",
            said.text("/proof/verdict"),
            figure(before),
            figure(after),
            said.code.map_or_else(|| "none".to_owned(), |code| code.to_string()),
        ))?;
        self.holds(
            "the baseline is what the organization has",
            before == Some(world.conversations_of(&person.id)),
        )
    }

    fn record(&self, world: &World, person: &Person) -> Result<(), Failure> {
        let Some(truth) = world.truth(&person.id) else { return Ok(()) };
        self.result(&format!(
            "the organization's own record: {}, {}, {}, division {}",
            truth.state,
            count(truth.tokens.into(), "token"),
            count(truth.queues.len() as u64, "queue"),
            truth.division,
        ))
    }

    fn ended(&mut self, said: &Said, code: u8, outcome: &str, verdict: &str) -> Result<(), Failure> {
        self.holds(&format!("the exit code is {code}"), said.code == Some(i32::from(code)))?;
        self.holds(&format!("the outcome is {outcome}"), said.text("/outcome") == outcome)?;
        self.holds(&format!("the proof is {verdict}"), said.text("/proof/verdict") == verdict)
    }

    fn holds(&mut self, what: &str, does: bool) -> Result<(), Failure> {
        self.held += 1;
        if does {
            Ok(())
        } else {
            Err(Failure::message(ExitCode::Bug, format!("the story does not hold: {what}")))
        }
    }

    fn show(&self, arguments: &[&str]) -> Result<(), Failure> {
        self.say(&format!("   $ emeritus {}", arguments.join(" ")))
    }

    fn result(&self, text: &str) -> Result<(), Failure> {
        self.say(&format!("      {text}"))
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        if self.output.is_json() { Ok(()) } else { self.output.text(text) }
    }
}

fn home(asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let path = match asked {
        Some(path) => std::path::absolute(path).map_err(Failure::bug)?,
        None => std::env::temp_dir().join(format!("emeritus-demo-{}", uuid::Uuid::now_v7().simple())),
    };
    let home = emeritus::Home::open(&path)?;
    std::fs::write(home.path().join("config.toml"), SETTINGS).map_err(Failure::bug)?;
    Ok(path)
}
