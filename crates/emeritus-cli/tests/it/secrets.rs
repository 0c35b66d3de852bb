//! The client secret is in memory, and in a header on its way to the vendor, and nowhere else.

use std::fs;
use std::path::Path;

use genesys_emulator::{FaultKind, Preset};

use crate::desk::{Desk, await_moment};
use crate::organization::{NEVER, Organization, email};

/// The secret in every spelling in which it could be overlooked.
fn spellings(id: &str, secret: &str) -> Vec<String> {
    let pair = format!("{id}:{secret}");
    let hex = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    vec![secret.to_owned(), base64(secret.as_bytes()), base64(pair.as_bytes()), hex, percent]
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    // Without the last, incomplete group: what follows a secret changes how its end is spelt.
    for group in bytes.chunks_exact(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        text.extend([18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize])));
    }
    text
}

fn files(directory: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_search_finds_what_it_is_to_find() {
    let secret = "Ib3SfcsZm-ZPjN_bb419";
    for spelling in spellings("id", secret) {
        let text = format!("xx{spelling}yy");
        assert!(holds(text.as_bytes(), &spelling));
    }
    assert!(base64(b"Man").starts_with("TWFu"));
}

#[test]
fn the_secret_is_in_no_output_no_file_and_no_argument() {
    let organization = Organization::of(Preset::AsReported);
    organization.agent("Ada");
    let grace = organization.agent("Grace");
    let desk = Desk::at(&organization);
    let (id, secret) = (organization.emulator.client_id(), organization.emulator.client_secret());
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let delete = ["retire", &email("Ada"), "--mode", "delete", "--delete-without-hold", "--yes", "--json"];
    for arguments in [
        &["doctor"][..],
        &["plan", &email("Ada"), "--out", "plan.json", "--json"],
        &delete,
        &["prove", &email("Ada")],
        &["restore", "--email", &email("Ada"), "--yes"],
        &["status"],
        &["plan", "nobody@x.example"],
        &[
            "plan",
            "ada@x.example",
            "--api-url",
            "https://elsewhere.example",
            "--login-url",
            "http://127.0.0.1:1",
        ],
    ] {
        let said = desk.run(arguments);
        seen.push((format!("{arguments:?}"), [said.out, said.err].concat().into_bytes()));
    }

    let path = format!("/api/v2/tokens/{grace}");
    organization.fault(FaultKind::HangBefore(NEVER), "DELETE", &path);
    let mut child = desk.command(&["retire", &email("Grace"), "--yes"]).spawn().unwrap();
    assert!(await_moment(&mut child, || organization.holds_back("DELETE", &path)));
    let arguments = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    assert!(holds(&arguments, "retire"));
    seen.push(("the arguments of the process".to_owned(), arguments));
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    seen.push(("a killed process".to_owned(), [output.stdout, output.stderr].concat()));

    files(desk.path(), &mut seen);
    assert!(seen.iter().any(|(name, _)| name.ends_with("journal.sqlite")));
    assert!(seen.iter().any(|(name, _)| name.ends_with("report.html")));
    for (name, bytes) in &seen {
        for spelling in spellings(&id, &secret) {
            assert!(!holds(bytes, &spelling), "{name} holds the secret as {spelling}");
        }
        assert!(!holds(bytes, "Bearer ") && !holds(bytes, "access_token"), "{name} holds a token");
    }
}

#[test]
fn a_secret_that_is_refused_is_not_repeated() {
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    let wrong = "a-secret-with-a-typing-mistake";
    desk.set("GENESYS_CLIENT_SECRET", wrong);
    for arguments in [&["doctor"][..], &["plan", "ada@x.example"], &["plan", "ada@x.example", "--json"]] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(!said.out.contains(wrong) && !said.err.contains(wrong), "{said:?}");
    }
}

#[test]
fn a_configuration_file_that_cannot_be_read_is_not_quoted() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    fs::create_dir(desk.state()).unwrap();
    fs::write(desk.state().join("config.toml"), "region = \"eu-west-1\"\nclient_secret = \"hush-hush\n")
        .unwrap();
    let said = desk.run(&["plan", "ada@x.example"]);
    assert!(!said.err.contains("hush"), "{said:?}");
    insta::assert_snapshot!(said.whole(), @"
    exit code 3
    --- standard error
    error: line 2 of [desk]/state/config.toml cannot be understood
    hint: the keys are region, client_id, client_secret, protected, home, policy, the table [patience] with staleness, observations, proof_readings, proof_pause, idle_poll, and the table [archive] with place, groups, endpoint, region
    ");
}

/// A core file would hold the client secret and the token.
#[test]
#[cfg(target_os = "linux")]
fn a_process_leaves_no_core_file_and_may_not_be_looked_into() {
    use std::io::BufRead as _;
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::process::CommandExt as _;

    let desk = Desk::bare();
    let mut command = desk.command(&["emulator", "--port", "0", "--json"]);
    // Root owns everything; what anybody else owns shows whether it may be looked into.
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534).current_dir("/");
    }
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let about = std::path::PathBuf::from(format!("/proc/{}", child.id()));
    let limits = fs::read_to_string(about.join("limits")).unwrap();
    let owner = fs::metadata(about.join("environ")).unwrap().uid();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("api_url"), "{line}");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).collect::<Vec<_>>(), ["0", "0", "bytes"]);
    assert_eq!(owner, 0, "the process may be looked into");
}
