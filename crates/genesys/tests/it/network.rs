//! The network transport against sockets of this machine.

use std::{sync::Arc, time::Duration};

use genesys::{Client, Disposition, Effect, Endpoint, ErrorKind, Limits, SystemClock, Transport};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::vendor::{USER, credentials, once, outcome};

const TOKEN: &str = r#"{"access_token":"t-1","expires_in":86400}"#;

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n{body}", body.len())
}

async fn receive(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received);
        if count == 0
            || text.contains("\r\n\r\n") && (!text.contains("oauth") || text.ends_with("credentials"))
        {
            return text.into_owned();
        }
    }
}

/// Serves tokens, and everything else as raw bytes; empty bytes close the connection. Returns its origin.
async fn serve(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = receive(&mut stream).await;
            let token = http("200 OK", "content-type: application/json\r\n", TOKEN);
            let reply = if request.contains("/oauth/token") { &token } else { &answer };
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    origin
}

fn client(api: &str, login: &str, limits: Limits) -> Client {
    let endpoint = Endpoint::loopback(api, login).unwrap();
    let transport = Transport::network_with(&limits).unwrap();
    Client::new(endpoint, credentials(), transport, Arc::new(SystemClock), limits)
}

#[tokio::test]
async fn an_answer_comes_over_a_socket() {
    let body = format!(r#"{{"id":"{USER}","state":"inactive","version":12}}"#);
    let origin = serve(http("200 OK", "content-type: application/json\r\n", &body)).await;
    let client = client(&origin, &origin, Limits::default());
    let user = client.reader().user(USER, &[]).await.unwrap();
    assert_eq!((user.id.as_str(), user.version), (USER, Some(12)));
    let receipt = client.writer().send(&Effect::delete_user(USER)).await.unwrap();
    assert_eq!(receipt.status, 200);
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_never_sent_to() {
    let login = serve(String::new()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = outcome(client(&closed, &login, once()).writer().send(&Effect::delete_user(USER)).await);
    assert!(matches!(error.kind(), ErrorKind::Unreachable(_)), "{error:?}");
    assert_eq!(error.disposition(), Disposition::NotSent);
}

#[tokio::test]
async fn a_connection_that_closes_without_an_answer_leaves_the_outcome_unknown() {
    let origin = serve(String::new()).await;
    let error =
        outcome(client(&origin, &origin, Limits::default()).writer().send(&Effect::delete_user(USER)).await);
    assert!(matches!(error.kind(), ErrorKind::Lost(_)), "{error:?}");
    assert_eq!((error.disposition(), error.attempts()), (Disposition::OutcomeUnknown, 1));
}

#[tokio::test]
async fn an_answer_that_is_cut_off_leaves_the_outcome_unknown() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":";
    let origin = serve(cut.to_owned()).await;
    let error =
        outcome(client(&origin, &origin, Limits::default()).writer().send(&Effect::delete_user(USER)).await);
    assert!(matches!(error.kind(), ErrorKind::CutOff { status: 200 }), "{error:?}");
    assert_eq!(error.disposition(), Disposition::OutcomeUnknown);
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_request() {
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let location = format!("location: http://{}/api/v2/users\r\n", trap.local_addr().unwrap());
    let origin = serve(http("307 Temporary Redirect", &location, "")).await;
    let error = outcome(client(&origin, &origin, Limits::default()).reader().user(USER, &[]).await);
    assert_eq!(error.status(), Some(307));
    let visited = tokio::time::timeout(Duration::from_millis(50), trap.accept()).await;
    assert!(visited.is_err(), "the redirect was followed");
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    // A process of its own, because the environment is read when the transport is made.
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "network::an_answer_comes_over_a_socket"])
        .envs([("HTTP_PROXY", "http://127.0.0.1:9"), ("http_proxy", "http://127.0.0.1:9")])
        .envs([("ALL_PROXY", "http://127.0.0.1:9"), ("all_proxy", "http://127.0.0.1:9")])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
