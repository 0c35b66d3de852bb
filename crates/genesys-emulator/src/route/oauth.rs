//! The token call, and the organization's OAuth clients.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use crate::{
    gate::Arrival,
    operation::{Call, Need, Operation},
    preset::{Switches, TokenError},
    query::Query,
    reply::{Failure, Reply},
    wire::{
        oauth::{OauthClientPayload, TokenGranted},
        page::Listing,
    },
    world::{World, access::OauthClient},
};

const VIEW: Need = Need::Any(&["oauth:client:view"]);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/oauth/clients", VIEW, list),
        Operation::get("/api/v2/oauth/clients/{clientId}", VIEW, read),
    ]
}

/// Gives a client with the right credentials a token.
pub(crate) fn token(
    world: &mut World,
    switches: &Switches,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Reply, Failure> {
    let refuse = |status: u16, error: &'static str, message: &str| match switches.token_error {
        TokenError::Oauth => Failure { oauth: true, ..Failure::new(status, error, message) },
        TokenError::ErrorBody => Failure::new(status, "bad.credentials", message),
    };
    let form = Query::parse(&String::from_utf8_lossy(&arrival.body));
    if form.one("grant_type") != Some("client_credentials") {
        return Err(refuse(400, "unsupported_grant_type", "grant_type must be client_credentials"));
    }
    let in_form = || Some((form.one("client_id")?.to_owned(), form.one("client_secret")?.to_owned()));
    let given = arrival.basic.as_deref().and_then(basic).or_else(in_form);
    let client = given.and_then(|(id, secret)| {
        let client = world.access.clients.get(&id)?;
        (client.secret == secret).then_some(id)
    });
    let client = client.ok_or_else(|| refuse(401, "invalid_client", "client credentials are invalid"))?;
    let token = world.ids.secret();
    world.access.issue(&client, token.clone(), now);
    Reply::ok(&TokenGranted {
        access_token: token,
        token_type: "bearer",
        expires_in: world.access.token_lifetime.as_secs(),
    })
}

/// Reads the credentials of a `Basic` authorization.
pub(crate) fn basic(text: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn payload(call: &Call<'_>, client: &OauthClient) -> OauthClientPayload {
    OauthClientPayload::of(client, call.world.access.token_lifetime.as_secs())
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let clients: Vec<&OauthClient> = call.world.access.clients.values().collect();
    let page = crate::wire::page::PageRequest { size: clients.len().max(1), number: 1 };
    Reply::ok(&Listing::of(page, &clients, call.path, call.query, |client| payload(call, client)))
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let client = call.world.access.clients.get(call.param(0)).ok_or_else(Failure::not_found)?;
    Reply::ok(&payload(call, client))
}
