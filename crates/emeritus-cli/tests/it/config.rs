//! Where settings come from.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::desk::Desk;
use crate::organization::{Organization, email};

/// Takes every setting out of the environment and writes it as the lines of a `.env` file.
fn move_to_dotenv(desk: &mut Desk) -> String {
    let names = [
        "EMERITUS_API_URL",
        "EMERITUS_LOGIN_URL",
        "GENESYS_CLIENT_ID",
        "GENESYS_CLIENT_SECRET",
        "EMERITUS_HOME",
    ];
    names.iter().map(|name| format!("{name}={}\n", desk.unset(name).unwrap())).collect()
}

#[test]
fn the_names_of_the_tutorial_work_in_a_dotenv_file() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    let text = format!(
        "# as in the tutorial\nexport {}TARGET_USER_EMAIL=\"{}\" # whom\nUNRELATED='x'\n",
        move_to_dotenv(&mut desk),
        email("Ada"),
    );
    fs::write(desk.here().join(".env"), text).unwrap();
    let object = desk.json(&["plan", "--json"]);
    assert_eq!(object["plan"]["subject"]["id"], id);
}

#[test]
fn the_environment_beats_the_dotenv_file() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    fs::write(desk.here().join(".env"), "GENESYS_CLIENT_SECRET=wrong\nEMERITUS_API_URL=http://127.0.0.1:1\n")
        .unwrap();
    assert_eq!(desk.run(&["plan", &email("Ada")]).code, Some(0));
}

#[test]
fn a_dotenv_file_that_cannot_be_read_is_told_by_its_line() {
    let desk = Desk::bare();
    fs::write(desk.here().join(".env"), "GENESYS_CLIENT_ID=a\nGENESYS_CLIENT_SECRET='open\n").unwrap();
    insta::assert_snapshot!(desk.run(&["plan", "ada@x.example"]).whole(), @"
    exit code 3
    --- standard error
    error: line 2 of .env cannot be read
    hint: each line is NAME=VALUE, a comment after #, or empty; quotes must be closed
    ");
}

#[test]
fn a_configuration_file_with_a_secret_must_be_its_owners_alone() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    let (id, secret) =
        (desk.unset("GENESYS_CLIENT_ID").unwrap(), desk.unset("GENESYS_CLIENT_SECRET").unwrap());
    let file = desk.state().join("config.toml");
    fs::write(&file, format!("client_id = \"{id}\"\nclient_secret = \"{secret}\"\n")).unwrap();
    for mode in [0o644, 0o640, 0o660, 0o604] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let said = desk.run(&["plan", &email("Ada")]);
        assert_eq!(said.code, Some(3), "{mode:o}: {said:?}");
        assert!(said.err.contains("chmod 600"), "{said:?}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    insta::assert_snapshot!(desk.run(&["plan", &email("Ada")]).whole(), @"
    exit code 3
    --- standard error
    error: [desk]/state/config.toml holds the client secret, and others may use it (mode 0644)
    hint: close it: chmod 600 [desk]/state/config.toml
    hint: if others may have read it, give the OAuth client a new secret
    ");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(desk.run(&["plan", &email("Ada")]).code, Some(0));
    // Without a secret it is nobody's business.
    desk.set("GENESYS_CLIENT_ID", &id);
    desk.set("GENESYS_CLIENT_SECRET", &secret);
    fs::write(&file, "region = \"eu-west-1\"\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(desk.run(&["plan", &email("Ada")]).code, Some(0));
}

#[test]
fn the_users_own_configuration_file_is_found_and_a_named_one_must_exist() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    fs::remove_file(desk.state().join("config.toml")).unwrap();
    let state = desk.unset("EMERITUS_HOME").unwrap();
    let directory = desk.path().join("home/.config/emeritus");
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("config.toml"), format!("home = \"{state}\"\n")).unwrap();
    desk.json(&["plan", &email("Ada"), "--json"]);
    assert!(desk.state().join("journal.sqlite").exists());
    let said = desk.run(&["plan", &email("Ada"), "--config", "other.toml"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("there is no other.toml"), "{said:?}");
}

#[test]
fn addresses_elsewhere_are_refused() {
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    let flags = [
        "plan",
        "ada@x.example",
        "--api-url",
        "https://api.mypurecloud.com.example",
        "--login-url",
        "http://127.0.0.1:1",
    ];
    insta::assert_snapshot!(desk.run(&flags).whole(), @"
    exit code 3
    --- standard error
    error: `api.mypurecloud.com.example` is not a loopback address: name a region instead
    hint: credentials are sent to the vendor's hosts and to this machine, and nowhere else
    ");
    for url in [
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "http://user@127.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:80",
    ] {
        desk.set("EMERITUS_API_URL", url);
        let said = desk.run(&["plan", "ada@x.example"]);
        assert_eq!(said.code, Some(3), "{url}: {said:?}");
    }
    assert!(organization.emulator.requests().is_empty());
}

#[test]
fn a_region_that_is_none_is_told_with_those_that_are() {
    let mut desk = Desk::bare();
    desk.set("GENESYS_REGION", "eu-central-9");
    desk.set("GENESYS_CLIENT_ID", "a");
    desk.set("GENESYS_CLIENT_SECRET", "b");
    insta::assert_snapshot!(desk.run(&["plan", "ada@x.example"]).whole(), @"
    exit code 3
    --- standard error
    error: the environment names a region that does not exist
      because: `eu-central-9` is not a region: expected a name such as `eu-central-1` or a domain such as `mypurecloud.de`
    hint: the regions: us-east-1, us-east-2, us-west-2, ca-central-1, sa-east-1, mx-central-1, eu-west-1, eu-west-2, eu-central-1, eu-central-2, eusc-de-east-1, me-central-1, ap-south-1, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-southeast-1, ap-southeast-2
    ");
}

#[test]
fn what_is_not_set_is_named() {
    let mut desk = Desk::bare();
    insta::assert_snapshot!(desk.run(&["plan", "ada@x.example", "--region", "eu-west-1"]).whole(), @"
    exit code 3
    --- standard error
    error: GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET is not set
    hint: set it in the environment, in a .env file, or in the configuration file
    hint: `emeritus demo` and `emeritus emulator` need no credentials
    ");
    desk.set("GENESYS_CLIENT_ID", "a");
    desk.set("GENESYS_CLIENT_SECRET", "b");
    insta::assert_snapshot!(desk.run(&["plan", "--region", "eu-west-1"]).whole(), @"
    exit code 2
    --- standard error
    error: no person is named
    hint: name an e-mail address, or set TARGET_USER_EMAIL
    ");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    let lines = move_to_dotenv(&mut desk);
    fs::write(desk.here().join(".env"), format!("\u{feff}{lines}")).unwrap();
    let settings = fs::read_to_string(desk.state().join("config.toml")).unwrap();
    fs::write(desk.state().join("config.toml"), format!("\u{feff}{settings}")).unwrap();
    fs::write(desk.here().join("policy.toml"), "\u{feff}[retire]\nmode = \"keep\"\n").unwrap();
    assert_eq!(desk.run(&["plan", &email("Ada"), "--policy", "policy.toml"]).code, Some(0));
}

#[test]
fn a_dotenv_file_that_others_may_write_is_not_used() {
    let desk = Desk::bare();
    let path = desk.here().join(".env");
    fs::write(&path, "TARGET_USER_EMAIL=ada@x.example\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o646)).unwrap();
    insta::assert_snapshot!(desk.run(&["plan"]).whole(), @"
    exit code 3
    --- standard error
    error: .env in the current directory is not used: others may write it (mode 0646)
    hint: close it: chmod 600 .env; look at what is in it first
    ");
    if rustix::process::geteuid().is_root() {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&path, Some(65_534), None).unwrap();
        let said = desk.run(&["plan"]);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.err.contains("it belongs to another user (uid 65534)"), "{said:?}");
    }
}

#[test]
fn a_dotenv_that_is_a_pipe_is_not_waited_for() {
    let desk = Desk::bare();
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    let pipe = desk.here().join(".env");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let said = desk.run(&["plan", "ada@x.example"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("it is not a regular file"), "{said:?}");
}
