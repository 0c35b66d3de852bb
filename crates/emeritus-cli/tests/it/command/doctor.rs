use crate::desk::Desk;
use crate::organization::Organization;

#[test]
fn a_client_that_may_do_everything_is_told_so() {
    let organization = Organization::documented();
    let desk = Desk::at(&organization);
    let object = desk.json(&["doctor", "--json"]);
    assert_eq!(object["good"], true, "{object}");
    let names: Vec<_> =
        object["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    for name in ["endpoint", "credentials", "clock", "permission directory:user:edit", "state directory"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn each_missing_permission_is_named_with_what_needs_it() {
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    let (id, secret) = organization.emulator.add_client(
        "Narrow",
        &[
            "directory:user:view",
            "oauth:client:view",
            "authorization:role:view",
            "directory:organization:view",
        ],
    );
    desk.set("GENESYS_CLIENT_ID", &id);
    desk.set("GENESYS_CLIENT_SECRET", &secret);
    let said = desk.run(&["doctor"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    let line = |name: &str| {
        said.out.lines().find(|line| line.contains(&format!("permission {name}:"))).unwrap().to_owned()
    };
    assert!(line("directory:user:view").starts_with("good"), "{}", said.out);
    assert!(line("directory:user:delete").starts_with("bad "), "{}", said.out);
    assert!(line("directory:user:delete").contains("--mode delete"), "{}", said.out);
    assert!(line("analytics:conversationDetail:view").starts_with("bad "), "{}", said.out);
    // What a policy may do without is no reason to stop.
    assert!(line("telephony:plugin:all").starts_with("warn"), "{}", said.out);
    assert!(line("telephony:plugin:all").contains("phone, direct number, extension"), "{}", said.out);
    assert!(line("workitems:workitem:edit").contains("refused without it"), "{}", said.out);
    assert!(organization.changes().is_empty());
}

#[test]
fn a_wrong_secret_is_a_matter_of_configuration() {
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    desk.set("GENESYS_CLIENT_SECRET", "not-the-secret");
    let said = desk.run(&["doctor"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.contains("bad   credentials"), "{}", said.out);
    assert!(!said.out.contains("not-the-secret"), "{}", said.out);
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_noticed() {
    use std::os::unix::fs::PermissionsExt as _;
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    let secret = desk.unset("GENESYS_CLIENT_SECRET").unwrap();
    let file = desk.here().join(".env");
    std::fs::write(&file, format!("GENESYS_CLIENT_SECRET={secret}\n")).unwrap();
    for (mode, is_noticed) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let said = desk.run(&["doctor"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert_eq!(said.out.contains("others can read .env"), is_noticed, "{}", said.out);
    }
}
