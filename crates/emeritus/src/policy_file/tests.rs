use super::*;

fn refusal(text: &str) -> String {
    PolicyFile::parse(text).unwrap_err().to_string()
}

#[test]
fn everything_that_a_policy_can_say_is_read() {
    let text = r#"
        [retire]
        mode = "delete"
        hold = "14d"
        reason = "seasonal"
        live_work = "wait 30m"
        unknown = "block"
        allow_last_admin = false
        protected = ["0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11"]
        returns = "2027-03-01"

        [proof]
        again_after = ["90d", "7d"]

        [archive]
        warn_before = "180d"

        [things]
        work_items = "reassign:grace@x.example"
        utilization = "release"
        skills = "keep"
        schedules = "block"
    "#;
    let file = PolicyFile::parse(text).unwrap();
    let successor = Who::Email("grace@x.example".to_owned());
    let things = [
        (Kind::WorkItems, Wish::Reassign(successor)),
        (Kind::Utilization, Wish::Release),
        (Kind::Skills, Wish::Keep),
        (Kind::Schedules, Wish::Block),
    ];
    assert_eq!(
        file,
        PolicyFile {
            deletes: Some(true),
            hold: Some(SignedDuration::from_hours(14 * 24)),
            reason: Some(Reason::Seasonal),
            live_work: Some(LiveWork::Drain { up_to: SignedDuration::from_mins(30) }),
            unknown: Some(Strictness::Block),
            protected: vec![UserId::parse("0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11").unwrap()],
            returns: Some("2027-03-01T00:00:00Z".parse().unwrap()),
            again_after: Some([7, 90].map(|days| SignedDuration::from_hours(24 * days)).to_vec()),
            archive_warning: Some(SignedDuration::from_hours(24 * 180)),
            things: things.into(),
        }
    );
    assert_eq!(PolicyFile::parse("").unwrap(), PolicyFile::default());
}

#[test]
fn a_schedule_of_proofs_is_a_list_of_lengths_each_once() {
    assert_eq!(PolicyFile::parse("[proof]\nagain_after = []").unwrap().again_after, Some(Vec::new()));
    for wrong in ["\"30d\"", "[\"0\"]", "[\"30d\", \"720h\"]", "[30]"] {
        let said = refusal(&format!("[proof]\nagain_after = {wrong}"));
        assert!(
            said.starts_with("line 2: `proof.again_after` cannot be ") && said.contains("[\"30d\", \"90d\"]"),
            "{said}"
        );
    }
    assert_eq!(
        refusal("[proof]\nagain = []"),
        "line 2: there is no `proof.again`; possible here: again_after"
    );
}

#[test]
fn a_slip_is_refused_with_its_line_and_what_is_possible() {
    assert_eq!(
        refusal("[retire]\nmode = \"gone\""),
        "line 2: `retire.mode` cannot be \"gone\"; possible: \"keep\", \"delete\""
    );
    assert_eq!(
        refusal("[retire]\n\nmodus = \"keep\""),
        "line 3: there is no `retire.modus`; possible here: mode, hold, reason, live_work, unknown, \
         protected, returns"
    );
    assert_eq!(
        refusal("[things]\nroles = \"keep\""),
        "line 2: `things.roles` cannot be \"keep\"; possible: \"release\", \"block\""
    );
    assert_eq!(
        refusal("[things]\nqueues = \"reassign:a@x.example\""),
        "line 2: `things.queues` cannot be \"reassign:a@x.example\"; possible: \"release\", \"keep\", \"block\""
    );
    assert_eq!(
        refusal("[things]\nwork_items = \"reassign:grace\""),
        "line 2: `things.work_items` cannot be \"reassign:grace\"; possible: \"release\", \"keep\", \
         \"reassign:<e-mail or user id>\", \"block\""
    );
    assert!(refusal("[thing]\nqueues = \"keep\"").starts_with("line 1: there is no `thing`"));
    assert!(refusal("mode = \"keep\"").starts_with("line 1: there is no `mode`"));
    assert!(refusal("retire = 1").starts_with("line 1: there is no `retire`"));
    assert!(refusal("[things]\nqueue = \"keep\"").contains("possible here: stations, phones,"));
    assert!(refusal("[retire]\nhold = 30").contains("cannot be a number"));
    assert!(refusal("[retire]\nreturns = 2027-03-01").contains("cannot be 2027-03-01"));
    assert!(refusal("[retire]\nprotected = [\"ada@x.example\"]").contains("a list of user ids"));
    assert!(refusal("[retire]\nmode = ").starts_with("line 2 is not TOML"));
    assert!(refusal("[retire]\nmode = \"keep\"\nmode = \"keep\"").starts_with("line 3 is not TOML"));
}

#[test]
fn every_kind_takes_exactly_what_it_says() {
    for kind in Kind::ALL {
        for asked in ["release", "keep", "block", "reassign:a@x.example"] {
            let text = format!("[things]\n{} = \"{asked}\"", kind.name());
            let offered = asked.split_once(':').map_or(asked, |_| "reassign:<who>");
            assert_eq!(PolicyFile::parse(&text).is_ok(), kind.treatments().contains(&offered), "{text}");
        }
    }
}
