//! People over time.

use emeritus_archive::{Person, Roster, Synced};

use crate::desk;

fn person(id: &str, name: &str, state: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        email: Some(format!("{id}@example.test")),
        employee_id: None,
        division_id: Some("home".to_owned()),
        manager_id: None,
        state: Some(state.to_owned()),
    }
}

#[tokio::test]
async fn somebody_who_changed_is_found_as_they_were_and_as_they_are() {
    let (_folder, archive) = desk::folder();
    let sync = async |id, at, people: Vec<Person>| archive.sync_people(id, "org", at, people).await.unwrap();
    let first = sync("one", 1000, vec![person("a", "Ada", "active"), person("b", "Bob", "active")]).await;
    assert_eq!(first, Synced { new: 2, changed: 0, unchanged: 0 });
    let second = sync("two", 2000, vec![person("a", "Ada", "deleted"), person("b", "Bob", "active")]).await;
    assert_eq!(second, Synced { new: 0, changed: 1, unchanged: 1 });
    let again = sync("three", 2000, vec![person("a", "Ada", "deleted")]).await;
    assert_eq!(again, Synced { new: 0, changed: 0, unchanged: 1 });
    let roster = archive.roster().await.unwrap();
    let state = |at| roster.at("a", at).and_then(|version| version.person.state.clone());
    assert_eq!(
        (state(0), state(1999), state(2000)),
        (Some("active".into()), Some("active".into()), Some("deleted".into()))
    );
    let spans: Vec<_> =
        roster.versions("a").iter().map(|version| (version.valid_from, version.valid_to)).collect();
    assert_eq!(spans, [(1000, Some(2000)), (2000, None)]);
    assert_eq!(roster.versions("nobody"), []);
    let resolved: Vec<_> = roster.resolve(["a", "nobody", "b"]).collect();
    assert_eq!((resolved[0].id, resolved[0].since, resolved[0].sync), ("a", Some(1000), Some("one")));
    assert_eq!(resolved[0].person.unwrap().person.state.as_deref(), Some("deleted"));
    assert_eq!((resolved[1].person, resolved[1].since, resolved[1].sync), (None, None, None));
    assert_eq!(resolved[2].since, Some(1000));
}

#[tokio::test]
async fn the_roster_is_exported_with_what_a_spreadsheet_would_run_as_text() {
    let (_folder, archive) = desk::folder();
    let people = [person("a", "=1+1, \"Ada\"", "active")];
    archive.sync_people("one", "org", 1000, people).await.unwrap();
    let roster = archive.roster().await.unwrap();
    let sheet = Roster::sheet(roster.iter());
    let mut csv = Vec::new();
    sheet.write_csv(&mut csv).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "organization,user_id,name,email,employee_id,division_id,manager_id,state,valid_from,valid_to\r\n\
         org,a,\"'=1+1, \"\"Ada\"\"\",a@example.test,,home,,active,1970-01-01T00:00:01.000Z,\r\n"
    );
    let mut lines = Vec::new();
    sheet.write_jsonl(&mut lines).unwrap();
    let line: serde_json::Value = serde_json::from_slice(&lines).unwrap();
    assert_eq!((&line["user_id"], &line["valid_from"]), (&"a".into(), &"1970-01-01T00:00:01.000Z".into()));
    let file = sheet.to_parquet().unwrap();
    assert_eq!((&file[..4], &file[file.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
}

#[tokio::test]
async fn a_checkpoint_says_what_the_commits_before_it_said() {
    let (folder, archive) = desk::folder();
    for number in 0..13 {
        let people = [person(&format!("p{number}"), "Somebody", "active")];
        archive.sync_people(&format!("sync-{number}"), "org", 1000 + number, people).await.unwrap();
    }
    let whole = archive.roster().await.unwrap();
    assert_eq!(whole.iter().count(), 13);
    let log = folder.path().join("people/_delta_log");
    for number in 0..=10 {
        std::fs::remove_file(log.join(format!("{number:020}.json"))).unwrap();
    }
    assert_eq!(
        archive.roster().await.unwrap(),
        whole,
        "read from the checkpoint and the two commits after it"
    );
    let again = archive.sync_people("sync-0", "org", 5000, [person("new", "New", "active")]).await.unwrap();
    assert_eq!(again, Synced::default());
    assert_eq!(archive.roster().await.unwrap(), whole, "its name is known from the checkpoint");
}
