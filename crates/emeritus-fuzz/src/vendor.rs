//! What the vendor answers: read by the client itself, over a transport that answers everything with the same bytes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use genesys::{Client, Clock, ConversationQuery, Credentials, Endpoint, Expand, Interval, Limits, Transport};
use http::{Request, Response};
use http_body_util::Full;
use jiff::Timestamp;

const TOKEN: &str = r#"{"access_token":"t","token_type":"bearer","expires_in":3600}"#;
const USER: &str = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";

/// A clock that stands still and waits for nothing.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

/// A client whose vendor answers with these bytes, whatever it is asked.
fn client(answer: &[u8]) -> Option<Client> {
    let answer = Bytes::copy_from_slice(answer);
    let service = tower::service_fn(move |request: Request<_>| {
        let answer = if request.uri().path().ends_with("/oauth/token") {
            Bytes::from_static(TOKEN.as_bytes())
        } else {
            answer.clone()
        };
        drop(request);
        let mut response = Response::new(Full::new(answer));
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let endpoint = Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:1").ok()?;
    let credentials = Credentials { client_id: "id".to_owned(), client_secret: "secret".to_owned().into() };
    Some(Client::new(endpoint, credentials, Transport::over(service), Arc::new(Still), Limits::default()))
}

fn block_on<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .ok()
        .map(|runtime| runtime.block_on(work))
}

/// A page of conversation details.
pub fn details_page(bytes: &[u8]) {
    let Some(client) = client(bytes) else { return };
    let interval =
        Interval::new(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24));
    let Ok(interval) = interval else { return };
    let query = ConversationQuery::new(interval).user(USER);
    let _done = block_on(async {
        let reader = client.reader();
        if let Ok(page) = reader.details_records(&query).await {
            assert_eq!(page.records().count(), page.len(), "a page has as many records as it says");
            page.records().for_each(conversation);
        }
        drop(reader.details_page(&query).await);
    });
}

/// A user record.
pub fn user(bytes: &[u8]) {
    let Some(client) = client(bytes) else { return };
    let _done = block_on(async {
        let reader = client.reader();
        drop(reader.user(USER, &[Expand::Skills, Expand::Groups]).await);
        drop(reader.users_by_email("ada@example.com").await);
        drop(reader.agent_status(USER).await);
    });
}

/// One conversation, as the client and as the archive read it.
pub fn conversation(bytes: &[u8]) {
    drop(genesys::Conversation::parse(bytes));
    let Ok(form) = emeritus_archive::canonical_form(bytes) else { return };
    let again = emeritus_archive::canonical_form(&form);
    assert_eq!(again.as_ref().ok(), Some(&form), "a canonical form is its own");
}
