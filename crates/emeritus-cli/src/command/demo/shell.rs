//! The demo runs the commands that it shows: this same program, as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::world::World;
use crate::error::Failure;

/// Longer than any moment of the story takes to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where commands run, and with what.
pub(super) struct Shell {
    program: PathBuf,
    home: PathBuf,
}

/// What a command said.
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) object: Value,
}

impl Said {
    /// Returns a text of the object, by its path; empty if there is none.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns a number of the object, by its path.
    pub(super) fn number(&self, pointer: &str) -> Option<u64> {
        self.object.pointer(pointer).and_then(Value::as_u64)
    }

    /// Returns how long a list of the object is, by its path.
    pub(super) fn length(&self, pointer: &str) -> u64 {
        self.object.pointer(pointer).and_then(Value::as_array).map_or(0, |list| list.len() as u64)
    }
}

impl Shell {
    pub(super) fn new(home: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(Failure::bug)?;
        Ok(Self { program, home: home.to_owned() })
    }

    /// The program as a person would type it from here.
    pub(super) fn program(&self) -> String {
        let here = std::env::current_dir().ok();
        let nearby = here.and_then(|here| self.program.strip_prefix(here).ok());
        nearby.unwrap_or(&self.program).display().to_string()
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, world: &World, arguments: &[&str]) -> Result<Said, Failure> {
        let output = self.command(world, arguments).output().map_err(Failure::bug)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let object = serde_json::from_str(text.trim()).map_err(|error| {
            Failure::bug(error).context(format!("`emeritus {}` printed no object", arguments.join(" ")))
        })?;
        Ok(Said { code: output.status.code(), object })
    }

    /// Runs a command and kills it, as `kill -9` does, at the moment that `is_now` names. Returns whether it came.
    pub(super) fn kill_when(
        &self,
        world: &World,
        arguments: &[&str],
        is_now: impl Fn() -> bool,
    ) -> Result<bool, Failure> {
        let mut child = self.command(world, arguments).spawn().map_err(Failure::bug)?;
        let came = await_moment(&mut child, is_now);
        child.kill().and_then(|()| child.wait()).map_err(Failure::bug)?;
        Ok(came)
    }

    fn command(&self, world: &World, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg("--json")
            .current_dir(&self.home)
            .envs(world.environment())
            .env("EMERITUS_HOME", &self.home)
            .env_remove("GENESYS_REGION")
            .env_remove("TARGET_USER_EMAIL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }
}

fn await_moment(child: &mut Child, is_now: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_now() {
            return true;
        }
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}
