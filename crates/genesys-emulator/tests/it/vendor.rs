//! A caller of the vendor's API without a socket, in virtual time.

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use genesys_emulator::{Clock, Emulator, Preset, Settings};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// An organization and a token for it.
pub(crate) struct Vendor {
    pub(crate) emulator: Emulator,
    pub(crate) token: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let list =
            ["entities", "results", "conversations"].iter().find_map(|name| self.body[name].as_array());
        list.unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// The answer never came: the connection was reset or broke off.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lost;

pub(crate) fn settings(preset: Preset) -> Settings {
    let clock = Clock::virtual_at("2026-03-02T09:00:00Z".parse().unwrap());
    Settings { preset, clock, ..Settings::default() }
}

impl Vendor {
    pub(crate) fn documented() -> Self {
        Self::new(settings(Preset::Documented))
    }

    pub(crate) fn as_reported() -> Self {
        Self::new(settings(Preset::AsReported))
    }

    pub(crate) fn new(settings: Settings) -> Self {
        let emulator = Emulator::new(settings);
        let token = issue(&emulator, &emulator.client_id(), &emulator.client_secret());
        Self { emulator, token }
    }

    /// The same organization, called by a client with these permissions only.
    pub(crate) fn with_permissions(&self, permissions: &[&str]) -> Self {
        let (id, secret) = self.emulator.add_client("limited", permissions);
        Self { emulator: self.emulator.clone(), token: issue(&self.emulator, &id, &secret) }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(body))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.call("PUT", path, Some(body))
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call("PATCH", path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None)
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.try_call(method, path, body).unwrap()
    }

    pub(crate) fn try_call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Lost> {
        self.send(self.request(method, path, body))
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token));
        match body {
            Some(body) => {
                request.header("content-type", "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        }
        .unwrap()
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Result<Answer, Lost> {
        self.emulator.clock().run(exchange(&self.emulator, request))
    }

    /// Returns the id of what is called `name` in a list of the vendor's.
    pub(crate) fn id_of(&self, list: &str, name: &str) -> String {
        let body = self.get(&format!("{list}?pageSize=100")).body;
        let entities = body["entities"].as_array().unwrap();
        let entity = entities.iter().find(|entity| entity["name"] == name);
        entity.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Deactivates a user with the present version.
    pub(crate) fn deactivate(&self, id: &str) -> Answer {
        self.set_state(id, "inactive")
    }

    pub(crate) fn set_state(&self, id: &str, state: &str) -> Answer {
        let version = self.emulator.truth(id).unwrap().version;
        self.patch(&format!("/api/v2/users/{id}"), &json!({ "version": version, "state": state }))
    }
}

pub(crate) async fn exchange(emulator: &Emulator, request: Request<Body>) -> Result<Answer, Lost> {
    let response = emulator.router_with_control().oneshot(request).await.unwrap();
    read(response).await
}

pub(crate) async fn read(response: Response<Body>) -> Result<Answer, Lost> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|_| Lost)?.to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, text, body })
}

pub(crate) fn issue(emulator: &Emulator, id: &str, secret: &str) -> String {
    let answer = emulator.clock().run(exchange(emulator, token_request(id, secret))).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["access_token"].as_str().unwrap().to_owned()
}

pub(crate) fn token_request(id: &str, secret: &str) -> Request<Body> {
    Request::post("/oauth/token")
        .header("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("grant_type=client_credentials"))
        .unwrap()
}
