//! The list of everything that hangs on a person.

use std::collections::BTreeSet;

use crate::vendor::Vendor;

#[test]
fn what_was_arranged_is_listed_and_nothing_else() {
    let vendor = Vendor::documented();
    let boss = vendor.emulator.user("Boss").add();
    let ada = vendor
        .emulator
        .user("Ada")
        .manager(&boss)
        .in_queue("billing")
        .with_role("agent")
        .skill("spanish", 2.0)
        .in_group("Desk")
        .station("Desk 7")
        .in_team("Blue")
        .greeting("Away")
        .evaluates(&boss)
        .finished_evaluation()
        .add();
    let planted = vendor.emulator.planted(&ada);
    assert!(planted.is_sorted());
    let named: Vec<(&str, &str)> = planted.iter().map(|held| (held.kind, held.name.as_str())).collect();
    assert_eq!(
        named,
        [
            ("evaluations", "INPROGRESS"),
            ("greetings", "Away"),
            ("groups", "Desk"),
            ("licences", "Genesys Cloud CX 3"),
            ("queues", "billing"),
            ("roles", "agent"),
            ("skills", "spanish"),
            ("stations", "Desk 7"),
            ("stations", "Desk 7"),
            ("superiors", "Boss"),
            ("team", "Blue"),
        ]
    );
    let stations: BTreeSet<_> = planted
        .iter()
        .filter(|held| held.kind == "stations")
        .map(|held| held.id.split(':').next().unwrap())
        .collect();
    assert_eq!(stations, BTreeSet::from(["associated", "default"]));
    let of_boss: Vec<_> = vendor.emulator.planted(&boss).into_iter().map(|held| held.kind).collect();
    assert_eq!(of_boss, ["direct_reports", "evaluations", "licences"]);
    assert_eq!(vendor.emulator.planted("nobody"), []);
}
