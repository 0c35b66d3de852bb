//! The reference page of the command line is what `--help` says, to the letter.

use std::path::Path;

use crate::desk::Desk;

const COMMANDS: [&str; 18] = [
    "demo",
    "doctor",
    "plan",
    "retire",
    "status",
    "resume",
    "prove",
    "restore",
    "adopt",
    "evidence",
    "journal",
    "archive",
    "who",
    "history",
    "roster",
    "emulator",
    "completions",
    "man",
];

fn page() -> String {
    let desk = Desk::bare();
    let mut page = String::from(
        "# Command line\n\n\
         This page is what `--help` says. To write it again after a change of the command line:\n\
         `EMERITUS_WRITE_DOCS=1 cargo test -p emeritus-cli --test it help`.\n\n\
         Exit codes are on [a page of their own](exit-codes.md); settings under [connect an organization](operate/connect-an-org.md).\n",
    );
    for command in std::iter::once(None).chain(COMMANDS.map(Some)) {
        let arguments: Vec<_> = command.into_iter().chain(["--help"]).collect();
        let said = desk.run(&arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{command:?}");
        let name = command.map(|command| format!(" {command}")).unwrap_or_default();
        page.extend(["\n## emeritus", &name, "\n\n```text\n", said.out.trim_end(), "\n```\n"]);
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer asks for the page to be written")]
fn the_page_is_what_help_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let page = page();
    if std::env::var("EMERITUS_WRITE_DOCS").is_ok() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/cli.md is not what --help says; write it again with EMERITUS_WRITE_DOCS=1"
    );
}

#[test]
fn each_command_shows_how_it_is_used() {
    let desk = Desk::bare();
    for command in COMMANDS {
        let said = desk.run(&[command, "--help"]);
        assert!(said.out.contains(&format!("Examples:\n  emeritus {command}")), "{command}: {}", said.out);
    }
}
