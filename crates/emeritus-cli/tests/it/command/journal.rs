use std::fs;
use std::path::Path;

use crate::desk::{Desk, Said};
use crate::organization::{Organization, email};

#[test]
fn a_journal_is_checked_whole_without_credentials() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    for name in ["EMERITUS_API_URL", "EMERITUS_LOGIN_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"] {
        desk.unset(name);
    }
    let said = desk.run(&["journal", "check"]);
    assert!(said.code == Some(0) && said.out.starts_with("whole: "), "{said:?}");
    let object = desk.json(&["journal", "check", "--json"]);
    assert_eq!((&object["whole"], &object["runs"], &object["lessons"]), (&true.into(), &1.into(), &0.into()));

    let path = desk.state().join("journal.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.windows(8).rposition(|part| part == b"\"counted").unwrap();
    bytes[last] = b'!';
    fs::write(&path, bytes).unwrap();
    let said = desk.run(&["journal", "check", "--json"]);
    assert_eq!((said.code, &said.object()["error"]["kind"]), (Some(12), &"journal".into()), "{said:?}");
}

/// The index is outside of the chain: what is wrong with it is found out, and it can be made again.
#[test]
fn a_damaged_index_is_found_and_made_again_from_the_events() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let before = desk.run(&["status"]);
    let path = desk.state().join("journal.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let place = bytes.windows(18).rposition(|part| part == b"\"aim\":\"retire\",\"em").unwrap();
    bytes[place + 7] ^= 0x20;
    fs::write(&path, bytes).unwrap();
    for command in [&["status"][..], &["journal", "check"]] {
        let said = desk.run(command);
        assert!(said.code == Some(12) && said.err.contains("the journal's index is damaged"), "{said:?}");
    }
    let said = desk.run(&["journal", "check", "--rebuild-index"]);
    assert!(said.code == Some(0) && said.out.starts_with("whole: "), "{said:?}");
    assert_eq!(desk.run(&["status"]).out, before.out);
}

fn chmod(path: &Path, directories: u32, files: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let is_directory = path.is_dir();
    if is_directory {
        // So that it can be walked whatever it was.
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        fs::read_dir(path).unwrap().for_each(|entry| chmod(&entry.unwrap().path(), directories, files));
    }
    let mode = if is_directory { directories } else { files };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// As somebody who may read everything and write nothing: root may write whatever the modes say.
fn read_only(desk: &Desk, arguments: &[&str]) -> Said {
    use std::os::unix::process::CommandExt as _;
    let mut command = desk.command(arguments);
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    desk.said(command.output().unwrap())
}

#[test]
fn an_auditor_can_read_a_copy_that_cannot_be_written() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let run = run["run_id"].as_str().unwrap();
    let conversation = organization.emulator.conversations_of(&id)[0].clone();
    for name in ["EMERITUS_API_URL", "EMERITUS_LOGIN_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"] {
        desk.unset(name);
    }
    let questions: [&[&str]; 5] = [
        &["status"],
        &["status", run, "--json"],
        &["evidence", run, "--verify"],
        &["evidence", run, "--conversation", &conversation],
        &["journal", "check"],
    ];
    let answers: Vec<_> = questions.iter().map(|question| desk.run(question)).collect();
    // The binary and the way to it may be for root alone: then there is nobody to try it as.
    chmod(desk.path(), 0o555, 0o444);
    let tried = std::panic::catch_unwind(|| read_only(&desk, &["--version"]).code);
    if tried.is_ok_and(|code| code == Some(0)) {
        for (question, answer) in questions.iter().zip(answers) {
            let said = read_only(&desk, question);
            assert_eq!((said.code, said.out), (Some(0), answer.out), "{question:?}: {}", said.err);
        }
        let said = read_only(&desk, &["evidence", run]);
        assert_eq!(said.code, Some(12), "{said:?}");
        let beside: Vec<_> =
            fs::read_dir(desk.state()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!beside.iter().any(|name| name.display().to_string().contains("-wal")), "{beside:?}");
    }
    chmod(desk.path(), 0o755, 0o644);
}

/// A timer over a wrong state directory finds nothing to do every day; that must not look like all is well.
#[test]
fn what_is_done_to_everybody_needs_somebody_or_a_word_that_there_is_nobody() {
    let organization = Organization::documented();
    let desk = Desk::at(&organization);
    let timers: [&[&str]; 3] =
        [&["prove", "--all", "--due"], &["resume", "--all"], &["restore", "--due", "--yes"]];
    for timer in timers {
        let said = desk.run(timer);
        assert_eq!(said.code, Some(4), "{said:?}");
        assert!(said.err.contains("there is no journal in"), "{said:?}");
        assert!(!desk.state().join("journal.sqlite").exists());
    }
    // A journal without a run: somebody asked `doctor` there.
    assert_eq!(desk.run(&["doctor"]).code, Some(0));
    for timer in timers {
        let said = desk.run(timer);
        assert_eq!(said.code, Some(4), "{said:?}");
        assert!(said.err.contains("no run was ever made in"), "{said:?}");
        let said = desk.run(&[timer, &["--may-be-empty"]].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}

#[test]
fn doctor_warns_of_a_state_directory_that_others_may_enter() {
    use std::os::unix::fs::PermissionsExt as _;
    let organization = Organization::documented();
    let desk = Desk::at(&organization);
    for (mode, verdict) in [(0o755, "warn"), (0o700, "good")] {
        fs::set_permissions(desk.state(), fs::Permissions::from_mode(mode)).unwrap();
        let checks = desk.json(&["doctor", "--json"]);
        let checks = checks["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["name"] == "state directory").unwrap();
        assert_eq!(found["verdict"], verdict, "{found}");
    }
}
