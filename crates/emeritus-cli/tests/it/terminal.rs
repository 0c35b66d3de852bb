//! What is different where a person sits at a terminal.

use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use genesys_emulator::FaultKind;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::desk::{Desk, Said, await_moment};
use crate::organization::{NEVER, Organization, email};

/// A terminal: the end that a person sees, and the end that a command sees.
fn terminal() -> (std::fs::File, Stdio) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = std::fs::OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    (master.into(), OwnedFd::from(slave).into())
}

/// Types an answer at a terminal.
fn typed(desk: &Desk, arguments: &[&str], answer: &str) -> Said {
    let (mut master, slave) = terminal();
    let child = desk.command(arguments).stdin(slave).spawn().unwrap();
    master.write_all(answer.as_bytes()).unwrap();
    desk.said(child.wait_with_output().unwrap())
}

#[test]
fn who_watches_is_told_what_takes_so_long() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let slow = FaultKind::HangBefore(std::time::Duration::from_millis(2_500));
    organization.fault(slow, "POST", "/api/v2/analytics/conversations/details/query");
    let (mut master, slave) = terminal();
    let mut desk = Desk::at(&organization);
    desk.set("TERM", "xterm");
    let mut child = desk.command(&["retire", &email("Ada"), "--yes"]).stderr(slave).spawn().unwrap();
    let mut seen = String::new();
    let mut some = [0; 4_096];
    // Reading fails once the other end is closed.
    while let Ok(read @ 1..) = master.read(&mut some) {
        seen.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    assert!(child.wait().unwrap().success());
    assert!(seen.contains("reading what the person holds") || seen.contains("history"), "{seen:?}");
}

#[test]
fn at_a_terminal_a_person_is_asked() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    for answer in ["n\n", "\n", "whatever\n"] {
        let said = typed(&desk, &["retire", &email("Ada")], answer);
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(organization.changes().is_empty());
    }
    let said = typed(&desk, &["retire", &email("Ada")], "y\n");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(organization.truth(&id).state, "inactive");
}

#[test]
fn for_a_delete_the_address_has_to_be_typed() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let arguments = ["retire", &email("Ada"), "--mode", "delete", "--delete-without-hold"];
    for answer in ["y\n", "yes\n", "grace@emulated.example\n"] {
        let said = typed(&desk, &arguments, answer);
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(organization.changes().is_empty());
    }
    let said = typed(&desk, &arguments, &format!("{}\n", email("Ada")));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(organization.truth(&id).state, "deleted");
}

#[test]
fn whoever_is_asked_is_asked_about_somebody_by_name() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let said = typed(&desk, &["retire", &email("Ada")], "n\n");
    assert!(said.err.contains("Go on with Ada <ada@emulated.example>? [y/N]"), "{said:?}");
    let said = typed(&desk, &["retire", &email("Ada"), "--mode", "delete"], "n\n");
    assert!(said.err.contains("This deletes the account of Ada. Type their e-mail address"), "{said:?}");
}

/// Ctrl-C in the middle: what stands is said, and how to go on.
#[test]
fn whoever_interrupts_a_run_is_told_how_it_stands_and_how_to_go_on() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PUT", &format!("/api/v2/users/{id}/state"));
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PATCH", &format!("/api/v2/users/{id}"));
    let desk = Desk::at(&organization);
    let mut child = desk.command(&["retire", &email("Ada"), "--yes"]).spawn().unwrap();
    assert!(await_moment(&mut child, || organization.truth(&id).state == "inactive"));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT)
        .unwrap();
    let said = desk.said(child.wait_with_output().unwrap());
    organization.emulator.clear_faults();
    let run = desk.json(&["status", "--json"])["runs"][0]["run_id"].as_str().unwrap().to_owned();
    assert_eq!(said.code, Some(130), "{said:?}");
    assert!(
        said.err.contains("interrupted") && said.err.contains(&format!("`emeritus resume {run}` goes on")),
        "{said:?}"
    );
    assert_eq!(desk.json(&["resume", &run, "--json"])["outcome"], "verified");
}

#[test]
fn whoever_misspells_an_address_or_gives_a_part_of_a_name_is_shown_whom_they_may_mean() {
    let organization = Organization::documented();
    let grace = organization.agent("Grace");
    organization.emulator.user("Ada Byron").email("ada.byron@emulated.example").add();
    let desk = Desk::at(&organization);
    for (text, code, meant) in [
        ("grcae@emulated.example", 4, Some("did you mean Grace <grace@emulated.example>, active? id ")),
        ("ada.bryon@emulated.example", 4, Some("did you mean Ada Byron <ada.byron@emulated.example>")),
        ("byron", 2, Some("did you mean Ada Byron <ada.byron@emulated.example>")),
        ("grace", 2, Some(grace.as_str())),
        ("nobody.like.that@emulated.example", 4, None),
    ] {
        let said = desk.run(&["retire", text, "--yes"]);
        assert_eq!(said.code, Some(code), "{text}: {said:?}");
        match meant {
            Some(meant) => assert!(said.err.contains(meant), "{text}: {said:?}"),
            None => assert!(!said.err.contains("did you mean"), "{text}: {said:?}"),
        }
    }
    assert!(organization.changes().is_empty());
}
