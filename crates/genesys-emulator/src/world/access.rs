//! OAuth clients, the tokens they hold, and how fast each token may go.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::operation::{Need, permissions};

/// An OAuth client of the client-credentials grant; roles decide what it may do, scopes do not.
#[derive(Clone, Debug)]
pub(crate) struct OauthClient {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) name: String,
    /// `None` is every permission.
    pub(crate) permissions: Option<BTreeSet<String>>,
    /// Permissions that are taken away, whatever else the client has.
    pub(crate) denied: BTreeSet<String>,
    /// Pairs of role and division.
    pub(crate) roles: Vec<(String, String)>,
    pub(crate) created: Timestamp,
    pub(crate) created_by: Option<String>,
}

/// A bearer token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) client: String,
    pub(crate) expires: Timestamp,
}

/// How a token stands with its rate limit after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) count: u32,
    pub(crate) allowed: u32,
    pub(crate) reset_s: u64,
    pub(crate) exceeded: bool,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Timestamp,
    count: u32,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadToken {
    Missing,
    Invalid,
}

/// Who may do what, and how often.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) clients: BTreeMap<String, OauthClient>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) token_lifetime: Duration,
    pub(crate) rate_per_minute: u32,
    windows: BTreeMap<String, Window>,
}

const WINDOW: SignedDuration = SignedDuration::from_secs(60);

impl Access {
    pub(crate) fn new(rate_per_minute: u32, token_lifetime: Duration) -> Self {
        Self {
            clients: BTreeMap::new(),
            tokens: BTreeMap::new(),
            token_lifetime,
            rate_per_minute,
            windows: BTreeMap::new(),
        }
    }

    /// Gives `client` a token; tokens that have run out are forgotten on the way.
    pub(crate) fn issue(&mut self, client: &str, token: String, now: Timestamp) {
        let windows = &mut self.windows;
        self.tokens.retain(|token, held| {
            let alive = held.expires > now;
            if !alive {
                windows.remove(token);
            }
            alive
        });
        let expires = now.saturating_add(self.token_lifetime).unwrap_or(Timestamp::MAX);
        self.tokens.insert(token, Token { client: client.to_owned(), expires });
    }

    /// Returns the client behind a token that is still good.
    pub(crate) fn client_of(&self, token: Option<&str>, now: Timestamp) -> Result<&OauthClient, BadToken> {
        let token = token.ok_or(BadToken::Missing)?;
        self.tokens
            .get(token)
            .filter(|held| held.expires > now)
            .and_then(|held| self.clients.get(&held.client))
            .ok_or(BadToken::Invalid)
    }

    /// Counts one request of `token`, in windows of a minute that begin with the first request.
    pub(crate) fn count(&mut self, token: &str, now: Timestamp) -> Allowance {
        let window = self.windows.entry(token.to_owned()).or_insert(Window { began: now, count: 0 });
        if now.duration_since(window.began) >= WINDOW || now < window.began {
            *window = Window { began: now, count: 0 };
        }
        let exceeded = window.count >= self.rate_per_minute;
        if !exceeded {
            window.count += 1;
        }
        let left = WINDOW.saturating_sub(now.duration_since(window.began));
        let reset_s = u64::try_from(left.as_millis()).unwrap_or(0).div_ceil(1_000).max(1);
        Allowance { count: window.count, allowed: self.rate_per_minute, reset_s, exceeded }
    }
}

impl OauthClient {
    /// Returns the permissions of `need` that the client lacks; none when it may go on.
    pub(crate) fn lacks(&self, need: Need) -> Vec<&'static str> {
        let lacking = |list: &'static [&'static str]| {
            list.iter().copied().filter(|permission| !self.has(permission)).collect::<Vec<_>>()
        };
        match need {
            Need::Nothing => Vec::new(),
            Need::All(list) => lacking(list),
            Need::Any(list) => {
                let lacking = lacking(list);
                if lacking.len() < list.len() { Vec::new() } else { lacking }
            }
        }
    }

    /// Returns what the client's own role carries: what it was given without what is denied. A pattern that covers
    /// something denied gives way to what else it covers, as far as any operation asks for it.
    pub(crate) fn left(&self) -> Vec<String> {
        let everything = || BTreeSet::from(["*:*:*".to_owned()]);
        let given = self.permissions.clone().unwrap_or_else(everything);
        let mut left = BTreeSet::new();
        for pattern in given {
            if self.denied.iter().any(|denied| covers(&pattern, denied)) {
                let known =
                    permissions().filter(|known| covers(&pattern, known) && !self.denied.contains(*known));
                left.extend(known.map(str::to_owned));
            } else {
                left.insert(pattern);
            }
        }
        left.into_iter().collect()
    }

    fn has(&self, permission: &str) -> bool {
        let held = self.permissions.as_ref();
        !self.denied.contains(permission)
            && held.is_none_or(|held| held.iter().any(|pattern| covers(pattern, permission)))
    }
}

/// Returns whether a permission, in which `*` stands for any part, covers another.
fn covers(pattern: &str, permission: &str) -> bool {
    if pattern == permission {
        return true;
    }
    let mut parts = permission.split(':');
    let fits = pattern
        .split(':')
        .all(|expected| parts.next().is_some_and(|part| expected == "*" || expected == part));
    fits && parts.next().is_none()
}
