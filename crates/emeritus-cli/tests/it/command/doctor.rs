use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use genesys_emulator::Preset;

use crate::desk::Desk;
use crate::organization::{Organization, email};

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
    assert!(line("directory:user:edit").starts_with("bad "), "{}", said.out);
    // Whoever deletes nobody does without.
    assert!(line("directory:user:delete").starts_with("warn"), "{}", said.out);
    assert!(line("directory:user:delete").contains("--mode delete"), "{}", said.out);
    assert!(line("analytics:conversationDetail:view").starts_with("bad "), "{}", said.out);
    // What a policy may do without is no reason to stop.
    assert!(line("telephony:plugin:all").starts_with("warn"), "{}", said.out);
    assert!(
        line("telephony:plugin:all").contains("read phones and direct numbers (unknown without it)"),
        "{}",
        said.out
    );
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

#[test]
fn nothing_is_called_good_that_nobody_looked_at() {
    let mut desk = Desk::bare();
    desk.set("GENESYS_CLIENT_ID", "a");
    desk.set("GENESYS_CLIENT_SECRET", "b");
    // A port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for name in ["EMERITUS_API_URL", "EMERITUS_LOGIN_URL"] {
        desk.set(name, &format!("http://{free}"));
    }
    let said = desk.run(&["doctor"]);
    assert_eq!(said.code, Some(7), "{said:?}");
    assert_eq!(desk.run(&["plan", "ada@x.example"]).code, Some(7), "the code of a plan");
    assert!(said.out.contains("bad   endpoint: "), "{}", said.out);
    let good: Vec<_> = said.out.lines().filter(|line| line.starts_with("good")).collect();
    assert!(good.iter().all(|line| line.starts_with("good  state directory")), "{good:?}");
}

#[test]
fn the_role_is_printed_as_the_vendor_shows_it_and_as_its_api_takes_it() {
    let desk = Desk::bare();
    let said = desk.run(&["doctor", "--print-role"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines: Vec<_> = said.out.lines().collect();
    for line in [
        "Directory > User > Edit",
        "OAuth > Token > Delete",
        "Workforce Management > Published Schedule > View",
    ] {
        assert!(lines.contains(&line), "{line} is not in {lines:?}");
    }
    assert!(lines.iter().all(|line| line.split(" > ").count() == 3), "{lines:?}");
    let object = desk.json(&["doctor", "--print-role", "--json"]);
    let policies = object["permissionPolicies"].as_array().unwrap();
    let mut told = Vec::new();
    for policy in policies {
        let (domain, entity) = (policy["domain"].as_str().unwrap(), policy["entityName"].as_str().unwrap());
        for action in policy["actionSet"].as_array().unwrap() {
            told.push(format!("{domain}:{entity}:{}", action.as_str().unwrap()));
        }
    }
    let mut documented = emeritus::permission::documented();
    documented.sort_unstable();
    assert_eq!(told, documented);
    assert_eq!(lines.len(), documented.len());
}

/// Every command that asks the vendor, by a client with exactly what the role that is printed carries.
#[test]
fn with_the_printed_role_every_command_works() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let organization = Organization::of(preset);
        let id = organization.agent("Ada");
        let emeka = organization.emulator.user("Emeka").in_queue("Billing").extension("4711").add();
        organization.give_history(&emeka, 5);
        organization.emulator.user("Gone").in_queue("Billing").extension("4713").inactive().add();
        let mut desk = Desk::at(&organization);
        let (id_of_client, secret) =
            organization.emulator.add_client("Exactly", &emeritus::permission::documented());
        desk.set("GENESYS_CLIENT_ID", &id_of_client);
        desk.set("GENESYS_CLIENT_SECRET", &secret);
        desk.set("EMERITUS_ARCHIVE", &desk.path().join("archive").display().to_string());
        let (ada, emeka) = (email("Ada"), email("Emeka"));
        for (arguments, code) in [
            (vec!["doctor"], 0),
            (vec!["plan", &ada], 0),
            (vec!["archive", &ada], 0),
            (vec!["retire", &ada, "--yes"], 0),
            (vec!["retire", &emeka, "--yes", "--mode", "delete", "--hold", "0s", "--delete-without-hold"], 0),
            (vec!["prove", &id], 0),
            (vec!["prove", "--all"], 0),
            (vec!["archive", "verify", &id], 0),
            (vec!["roster", "sync"], 0),
            (vec!["adopt", &ada], 0),
            (vec!["adopt"], 15),
            (vec!["adopt", "--finish", "--yes"], 0),
            (vec!["restore", &ada, "--yes"], 0),
        ] {
            let said = desk.run(&arguments);
            // In the other preset a delete severs history, and the person is put back: that is not of permissions.
            let severed = preset == Preset::AsReported && said.code == Some(9);
            assert!(said.code == Some(code) || severed, "{preset:?} {arguments:?}: {said:?}");
        }
        let refused: Vec<_> = organization
            .emulator
            .requests()
            .into_iter()
            .filter(|request| request.status == 403)
            .map(|request| format!("{} {}", request.method, request.path))
            .collect();
        assert!(refused.is_empty(), "{preset:?}: {refused:?}");
    }
}

/// A proxy that lets nobody out: what it is asked for.
fn proxy() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut asked, mut some) = (Vec::new(), [0; 1_024]);
        while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut some).unwrap();
            assert!(read > 0, "it was asked for nothing");
            asked.extend_from_slice(&some[..read]);
        }
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(asked).unwrap()
    });
    (place, asked)
}

/// The vendor's own hosts are called by the proxy, through a tunnel; a loopback address never is.
#[test]
fn the_vendor_is_reached_by_the_proxy_that_the_environment_names() {
    let (place, asked) = proxy();
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    for (name, value) in [
        ("GENESYS_REGION", "eu-central-1"),
        ("GENESYS_CLIENT_ID", "a-client"),
        ("GENESYS_CLIENT_SECRET", "a-secret"),
        ("HTTPS_PROXY", &format!("http://operator:open-sesame@{place}")),
    ] {
        desk.set(name, value);
    }
    let said = desk.run(&["doctor"]);
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("CONNECT login.mypurecloud.de:443 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_lowercase().contains("proxy-authorization: basic "), "{asked}");
    assert_eq!(said.code, Some(7), "{said:?}");
    assert!(said.out.contains(&format!("by the proxy {place}")), "{said:?}");
    let whole = format!("{}{}", said.out, said.err);
    assert!(!whole.contains("open-sesame") && !asked.contains("a-secret"), "{whole}");

    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    // Nobody listens there.
    desk.set("HTTPS_PROXY", "http://127.0.0.1:9");
    assert_eq!(desk.run(&["doctor"]).code, Some(0));
    desk.set("HTTPS_PROXY", "socks5://user:open-sesame@127.0.0.1:9");
    let said = desk.run(&["doctor"]);
    assert!(said.code == Some(3) && said.err.contains("HTTPS_PROXY"), "{said:?}");
    assert!(!said.err.contains("open-sesame"), "{said:?}");
}
