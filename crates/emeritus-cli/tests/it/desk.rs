//! A clean place to type commands at: empty directories, an environment that holds what a test puts there, nobody's settings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::organization::Organization;
use crate::tidy::tidy;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Desk {
    directory: TempDir,
    environment: BTreeMap<String, String>,
}

/// What a command said, and how it ended.
#[must_use]
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    desk: PathBuf,
}

impl Desk {
    /// A desk without any setting.
    pub(crate) fn bare() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["here", "home"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        let home = directory.path().join("home").display().to_string();
        let environment = [("HOME", home.as_str()), ("PATH", "/usr/bin:/bin"), ("USER", "operator")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { directory, environment: environment.into() }
    }

    /// A desk with the organization's addresses and credentials, and without the waits that a real one needs.
    pub(crate) fn at(organization: &Organization) -> Self {
        let mut desk = Self::bare();
        desk.belongs_to(organization);
        desk.set("EMERITUS_HOME", &desk.state().display().to_string());
        fs::create_dir(desk.state()).unwrap();
        let settings = "[patience]\nstaleness = \"0\"\nproof_pause = \"0\"\nidle_poll = \"0\"\n";
        fs::write(desk.state().join("config.toml"), settings).unwrap();
        desk
    }

    /// Takes this organization's addresses and credentials from now on; what is in the state directory stays.
    pub(crate) fn belongs_to(&mut self, organization: &Organization) {
        self.set("EMERITUS_API_URL", &organization.url);
        self.set("EMERITUS_LOGIN_URL", &organization.url);
        self.set("GENESYS_CLIENT_ID", &organization.emulator.client_id());
        self.set("GENESYS_CLIENT_SECRET", &organization.emulator.client_secret());
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn unset(&mut self, name: &str) -> Option<String> {
        self.environment.remove(name)
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The directory in which commands are typed.
    pub(crate) fn here(&self) -> PathBuf {
        self.path().join("here")
    }

    /// The state directory.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_emeritus"));
        command
            .args(arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.here())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.said(self.command(arguments).output().unwrap())
    }

    /// Runs a command to its end, and expects it to end well.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        said.object()
    }

    /// Kills a command, as `kill -9` does, at a moment. Returns whether it came while the command ran.
    pub(crate) fn kill_when(&self, arguments: &[&str], is_now: impl Fn() -> bool) -> bool {
        let mut child = self.command(arguments).spawn().unwrap();
        let came = await_moment(&mut child, is_now);
        child.kill().unwrap();
        child.wait().unwrap();
        came
    }

    pub(crate) fn said(&self, output: Output) -> Said {
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            desk: self.path().to_owned(),
        }
    }
}

impl Said {
    /// The whole of it, with what differs from one time to the next made equal.
    pub(crate) fn whole(&self) -> String {
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let mut text = format!("exit code {code}\n");
        for (name, stream) in [("standard output", &self.out), ("standard error", &self.err)] {
            if !stream.is_empty() {
                text.extend(["--- ", name, "\n", stream]);
            }
        }
        tidy(&text, &self.desk)
    }

    /// The one object on standard output.
    pub(crate) fn object(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }

    /// The object for people to compare, with what differs from one time to the next made equal.
    pub(crate) fn tidy_object(&self) -> String {
        let mut object = self.object();
        if let Some(calls) = object.get_mut("calls") {
            assert!(calls.as_u64().unwrap() > 0);
            *calls = "[calls]".into();
        }
        if let Some(version) = object.pointer_mut("/account/version") {
            assert!(version.as_u64().unwrap() > 1);
            *version = "[version]".into();
        }
        if let Some(approval) = object.get_mut("approval") {
            assert!(approval["operator"]["uid"].is_u64(), "{approval}");
            *approval = "[approval]".into();
        }
        tidy(&serde_json::to_string_pretty(&object).unwrap(), &self.desk)
    }
}

/// Waits for a moment, as long as a process runs.
pub(crate) fn await_moment(child: &mut Child, is_now: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if is_now() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < deadline, "the moment does not come");
        std::thread::park_timeout(Duration::from_micros(300));
    }
}
