use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::desk::Desk;

struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn begin(desk: &Desk, arguments: &[&str]) -> (Self, Value) {
        let mut child = desk.command(arguments).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        (Self { child, out }, serde_json::from_str(&line).unwrap())
    }

    fn end(mut self, signal: Signal) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

fn get(ready: &Value, path: &str) -> Value {
    let address = ready["api_url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    serde_json::from_str(body).unwrap()
}

#[test]
fn the_first_line_is_what_a_client_needs_and_signals_end_it_well() {
    let desk = Desk::bare();
    for signal in [Signal::INT, Signal::TERM] {
        let arguments =
            ["emulator", "--users", "12", "--conversations", "100", "--seed", "7", "--port", "0", "--json"];
        let (running, ready) = Running::begin(&desk, &arguments);
        let names: Vec<_> = ready.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["api_url", "client_id", "client_secret", "login_url", "organization_id"]);
        assert_eq!(get(&ready, "/_emulator/users")["entities"].as_array().unwrap().len(), 12);
        assert_eq!(running.end(signal), (Some(0), String::new()));
    }
}

#[test]
fn a_retirement_works_against_it_as_it_is_told_to_people() {
    let mut desk = Desk::bare();
    let arguments =
        ["emulator", "--users", "20", "--conversations", "300", "--seed", "3", "--years", "1", "--json"];
    let (running, ready) = Running::begin(&desk, &arguments);
    for (name, key) in [
        ("EMERITUS_API_URL", "api_url"),
        ("EMERITUS_LOGIN_URL", "login_url"),
        ("GENESYS_CLIENT_ID", "client_id"),
        ("GENESYS_CLIENT_SECRET", "client_secret"),
    ] {
        desk.set(name, ready[key].as_str().unwrap());
    }
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    let users = get(&ready, "/_emulator/users");
    let agent = users["entities"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| {
            user["state"] == "active"
                && !user["queues"].as_array().unwrap().is_empty()
                && user["live"] == Value::Array(vec![])
        })
        .unwrap();
    let retired = desk.json(&["retire", agent["email"].as_str().unwrap(), "--yes", "--json"]);
    assert_eq!(retired["outcome"], "verified");
    let truth = get(&ready, &format!("/_emulator/users/{}", agent["id"].as_str().unwrap()));
    assert_eq!((&truth["state"], &truth["tokens"]), (&Value::from("inactive"), &Value::from(0)));
    assert_eq!(running.end(Signal::TERM).0, Some(0));
}

#[test]
fn a_switch_that_is_none_and_a_port_that_is_taken_are_told() {
    let desk = Desk::bare();
    let said = desk.run(&["emulator", "--users", "1", "--switch", "no_such=1"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("no_such"), "{said:?}");
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = desk.run(&["emulator", "--users", "1", "--port", &port]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("--port 0"), "{said:?}");
}
