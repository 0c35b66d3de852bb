use crate::desk::Desk;

#[test]
fn each_command_gets_a_page() {
    let desk = Desk::bare();
    let said = desk.run(&["man", "."]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let mut pages: Vec<_> = std::fs::read_dir(desk.here())
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let commands = [
        "adopt",
        "archive",
        "archive-list",
        "archive-verify",
        "completions",
        "demo",
        "doctor",
        "emulator",
        "evidence",
        "history",
        "journal",
        "journal-check",
        "man",
        "plan",
        "prove",
        "restore",
        "resume",
        "retire",
        "roster",
        "roster-check",
        "roster-export",
        "roster-show",
        "roster-sync",
        "status",
        "who",
    ];
    let mut expected: Vec<_> = commands.iter().map(|command| format!("emeritus-{command}.1")).collect();
    expected.push("emeritus.1".to_owned());
    expected.sort();
    assert_eq!(pages, expected);
    let page = std::fs::read_to_string(desk.here().join("emeritus-retire.1")).unwrap();
    assert!(page.contains("delete\\-without\\-hold"), "{page}");
}

#[test]
fn a_directory_that_is_not_there_is_a_clear_stop() {
    let said = Desk::bare().run(&["man", "nowhere"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 3
    --- standard error
    error: could not write man pages into nowhere
      because: No such file or directory (os error 2)
    hint: the directory must exist
    ");
}
