//! The organization on a socket: resets are resets there.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use genesys_emulator::{Emulator, FaultKind, FaultRule, Settings};
use tokio::{net::TcpListener, sync::oneshot};

/// Runs `visit` against an organization that listens on a free port.
fn serving(visit: impl FnOnce(&Emulator, SocketAddr) + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let emulator = Emulator::new(Settings::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (done, stopped) = oneshot::channel::<()>();
        let visitor = emulator.clone();
        let visiting = tokio::task::spawn_blocking(move || {
            visit(&visitor, address);
            drop(done);
        });
        emulator.serve(listener, async { drop(stopped.await) }).await.unwrap();
        visiting.await.unwrap();
    });
}

fn say(address: SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8(answer).unwrap())
}

fn token(emulator: &Emulator, address: SocketAddr) -> String {
    let credentials = STANDARD.encode(format!("{}:{}", emulator.client_id(), emulator.client_secret()));
    let form = "grant_type=client_credentials";
    let answer = say(
        address,
        &format!(
            "POST /oauth/token HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Basic {credentials}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        ),
    );
    let answer = answer.unwrap();
    answer.split("\"access_token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn deactivation(token: &str, id: &str) -> String {
    let body = r#"{"version":1,"state":"inactive"}"#;
    format!(
        "PATCH /api/v2/users/{id} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn patching(kind: FaultKind, visit: impl FnOnce(std::io::Result<String>, String) + Send + 'static) {
    serving(move |emulator, address| {
        let id = emulator.user("Ada").add();
        emulator.fault(FaultRule::new(kind).on("PATCH", "/api/v2/users/*"));
        let answer = say(address, &deactivation(&token(emulator, address), &id));
        visit(answer, emulator.truth(&id).unwrap().state);
    });
}

#[test]
fn an_answer_comes_over_a_socket_with_its_headers() {
    serving(|emulator, address| {
        let id = emulator.user("Ada").add();
        let answer = say(address, &deactivation(&token(emulator, address), &id)).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("x-genesys-emulator: 1\r\n"));
        assert_eq!(answer.matches("\r\ndate: ").count(), 1);
        assert!(answer.contains("\"state\":\"inactive\""));
    });
}

#[test]
fn a_reset_is_a_reset_on_the_wire() {
    for (kind, state) in [
        (FaultKind::ResetBefore, "active"),
        (FaultKind::ConnectRefused, "active"),
        (FaultKind::ResetAfterCommit, "inactive"),
    ] {
        patching(kind, move |answer, truth| {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::ConnectionReset);
            assert_eq!(truth, state);
        });
    }
}

#[test]
fn a_cut_off_answer_ends_before_its_length() {
    patching(FaultKind::CutOffBody, |answer, truth| {
        let text = answer.unwrap_or_default();
        assert!(!text.contains("\"selfUri\":\"/api/v2/users/"), "{text}");
        assert_eq!(truth, "inactive");
    });
}

#[test]
fn a_hanging_answer_does_not_hold_up_others_or_the_end() {
    serving(|emulator, address| {
        let id = emulator.user("Ada").add();
        let token = token(emulator, address);
        emulator.fault(
            FaultRule::new(FaultKind::HangAfterCommit(Duration::from_secs(600)))
                .on("PATCH", "/api/v2/users/*"),
        );
        let mut hanging = TcpStream::connect(address).unwrap();
        hanging.write_all(deactivation(&token, &id).as_bytes()).unwrap();
        let read = format!(
            "GET /api/v2/users/{id} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        while emulator.truth(&id).unwrap().state == "active" {
            std::thread::yield_now();
        }
        assert!(say(address, &read).unwrap().contains("\"state\":\"inactive\""));
    });
}
