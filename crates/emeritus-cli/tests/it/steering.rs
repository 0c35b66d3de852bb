//! Names are the vendor's, and whoever may change a name there must not write on the screen here.

use crate::desk::Desk;
use crate::organization::Organization;

const NAME: &str = "Eve\u{1b}[8m\nNothing to do: Eve\u{1b}]0;owned\u{7}\u{202e}gnp\u{202c}\u{9b}31m\r";

fn steers(text: &str) -> Vec<char> {
    let unseen = |c: &char| {
        (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(unseen).collect()
}

#[test]
fn no_name_steers_the_screen_on_which_a_plan_is_approved() {
    let organization = Organization::documented();
    let id = organization.emulator.user(NAME).in_queue(&format!("Queue {NAME}")).station(NAME).add();
    organization.give_history(&id, 5);
    let mut desk = Desk::at(&organization);
    desk.set("EMERITUS_ARCHIVE", &desk.path().join("archive").display().to_string());
    for arguments in [
        &["plan", &id][..],
        &["archive", &id, "--groups", "names"],
        &["roster", "show", &id],
        &["history", &id],
        &["retire", &id, "--yes"],
        &["retire", &id, "--yes", "--json"],
        &["adopt", &id],
        &["prove", &id],
        &["status"],
        &["restore", &id, "--yes"],
    ] {
        let said = desk.run(arguments);
        let text = format!("{}{}", said.out, said.err);
        assert_eq!(steers(&text), Vec::<char>::new(), "{arguments:?}: {text:?}");
        assert!(
            !text.contains("\nNothing to do: Eve"),
            "{arguments:?}: a name wrote a line of its own: {text}"
        );
        assert!(!text.contains("this should not happen"), "{arguments:?}: {text}");
    }
    let plan = desk.run(&["plan", &id]).out;
    assert!(plan.contains("Eve\\u{1b}[8m\\nNothing to do: Eve"), "shown escaped: {plan}");
    let journalled = desk.json(&["plan", &id, "--json"]);
    assert!(
        journalled.to_string().contains("\\u{1b}") || journalled.to_string().contains("\\u001b"),
        "stored as it came"
    );
}
