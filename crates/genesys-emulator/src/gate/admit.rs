//! Who may do what: the token, the rate limit, the address, the body's kind, the permissions.

use http::Method;
use jiff::Timestamp;

use super::Arrival;
use crate::{
    emulator::State,
    operation::{Call, Found, Need, Operation, find},
    preset::Switches,
    query::Query,
    reply::{Failure, Reply},
    route::oauth,
    schema::check_body,
    world::{
        World,
        access::{Allowance, BadToken},
    },
};

/// The address of the login host's token call.
const TOKEN_PATH: &str = "/oauth/token";

/// How a reading of the request differs from the request itself, where a fault wants it so.
pub(crate) struct Reading<'a> {
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    pub(crate) switches: &'a Switches,
}

impl State {
    /// Answers a request as the vendor does when nothing goes wrong.
    pub(crate) fn handle(
        &mut self,
        arrival: &Arrival,
        now: Timestamp,
    ) -> (Result<Reply, Failure>, Option<Allowance>) {
        if arrival.path == TOKEN_PATH {
            return (self.issue_token(arrival, now), None);
        }
        let (admitted, allowance) = self.admit(arrival, now);
        let switches = self.switches.clone();
        let result = admitted.and_then(|(operation, params)| {
            let reading = Reading { query: &arrival.query, body: &arrival.body, switches: &switches };
            self.keep_look_back(operation);
            execute(&mut self.world, arrival, operation, params, &reading, now)
        });
        (result, Some(allowance))
    }

    /// Finds the operation that a request asks for, if it may ask; and counts it against its rate limit.
    pub(crate) fn admit(
        &mut self,
        arrival: &Arrival,
        now: Timestamp,
    ) -> (Result<(&'static Operation, Vec<String>), Failure>, Allowance) {
        let bearer = arrival.bearer.as_deref();
        let known = self.world.access.client_of(bearer, now).map(|_| ());
        let bucket = known.ok().and(bearer).unwrap_or("");
        let allowance = self.world.access.count(bucket, now);
        let admitted = self.check(arrival, now, allowance);
        (admitted, allowance)
    }

    fn check(
        &self,
        arrival: &Arrival,
        now: Timestamp,
        allowance: Allowance,
    ) -> Result<(&'static Operation, Vec<String>), Failure> {
        let client =
            self.world.access.client_of(arrival.bearer.as_deref(), now).map_err(|bad| match bad {
                BadToken::Missing => Failure::new(
                    401,
                    "authentication.required",
                    "No authentication bearer token specified in authorization header.",
                ),
                BadToken::Invalid => Failure::new(401, "bad.credentials", "Invalid login credentials."),
            })?;
        if allowance.exceeded {
            return Err(too_many_requests(Some(allowance.reset_s)));
        }
        let (operation, params) = match find(&arrival.method, &arrival.path) {
            Found::Operation(operation, params) => (operation, params),
            Found::OtherMethod => {
                return Err(Failure::new(
                    405,
                    "method.not.allowed",
                    "The request method is not supported here.",
                ));
            }
            Found::Nothing => return Err(Failure::not_found()),
        };
        check_kind(arrival)?;
        let lacking = client.lacks(operation.need);
        if !lacking.is_empty() {
            return Err(forbidden(operation.need, &lacking));
        }
        check_body(operation, &arrival.body)?;
        Ok((operation, params))
    }

    fn issue_token(&mut self, arrival: &Arrival, now: Timestamp) -> Result<Reply, Failure> {
        if arrival.method != Method::POST {
            return Err(Failure::new(405, "method.not.allowed", "The request method is not supported here."));
        }
        oauth::token(&mut self.world, &self.switches, arrival, now)
    }

    /// Returns the OAuth client that a request names, by its token or by its credentials.
    pub(crate) fn client_id(&self, arrival: &Arrival, now: Timestamp) -> Option<String> {
        let by_token =
            self.world.access.client_of(arrival.bearer.as_deref(), now).ok().map(|client| client.id.clone());
        by_token.or_else(|| oauth::basic(arrival.basic.as_deref()?).map(|(id, _)| id))
    }

    /// Keeps the directory as it is before an operation that may change it, if a fault may ask for it.
    pub(crate) fn keep_look_back(&mut self, operation: &Operation) {
        if operation.method != Method::GET && self.faults.may_look_back() {
            self.world.before_last_write = Some(self.world.directory.clone().into());
        }
    }
}

/// Runs an operation over the world.
pub(crate) fn execute(
    world: &mut World,
    arrival: &Arrival,
    operation: &Operation,
    params: Vec<String>,
    reading: &Reading<'_>,
    now: Timestamp,
) -> Result<Reply, Failure> {
    (operation.run)(&mut Call {
        world,
        switches: reading.switches,
        now,
        path: &arrival.path,
        params,
        query: reading.query,
        body: reading.body,
        if_match: arrival.if_match.as_deref(),
        token: arrival.bearer.as_deref().unwrap_or(""),
    })
}

/// The vendor's 429.
pub(crate) fn too_many_requests(retry_after_s: Option<u64>) -> Failure {
    let seconds = retry_after_s.unwrap_or(1).to_string();
    let mut failure = Failure::new(
        429,
        "too.many.requests",
        format!("Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"),
    )
    .param("retryAfter", seconds);
    failure.retry_after_s = retry_after_s;
    failure
}

fn check_kind(arrival: &Arrival) -> Result<(), Failure> {
    if arrival.too_large {
        return Err(Failure::new(
            413,
            "request.entity.too.large",
            format!("The request is over the size limit. Maximum bytes: {}", super::LARGEST_BODY),
        ));
    }
    let is_json = arrival.content_type.as_deref().is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
    });
    if arrival.body.is_empty() || is_json {
        return Ok(());
    }
    Err(Failure::new(
        415,
        "unsupported.media.type",
        "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header.",
    ))
}

fn forbidden(need: Need, lacking: &[&str]) -> Failure {
    let names = lacking.join(", ");
    match need {
        Need::Any(list) if list.len() > 1 => Failure::new(
            403,
            "missing.any.permissions",
            format!(
                "Unable to perform the requested action. You must have at least one of the following permissions assigned: {names}"
            ),
        ),
        Need::Any(_) | Need::All(_) | Need::Nothing => missing_permissions(&names),
    }
    .param("permissions", names)
}

/// The vendor's 403, naming what is missing.
pub(crate) fn missing_permissions(names: &str) -> Failure {
    Failure::new(
        403,
        "missing.permissions",
        format!(
            "Unable to perform the requested action. You are missing the following permission(s): {names}"
        ),
    )
}
