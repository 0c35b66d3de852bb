//! What has to be right before anything is done: clock, credentials, organization, and the permissions of every
//! step, named.

use std::collections::BTreeMap;

use emeritus_core::clocks::Clocks;
use emeritus_core::evidence::apart;
use emeritus_core::holding::Kind;
use emeritus_core::id::UserId;
use genesys::{ConversationQuery, Disposition, Interval, Role};
use jiff::SignedDuration;

use crate::vendor_clock::ClockError;
use crate::{Emeritus, collect};

/// The largest difference between this machine's clock and the vendor's that is not worth a word.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// How a check turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckVerdict {
    /// As it should be.
    Good,
    /// It works, or it could not be told.
    Warn,
    /// Something will not work.
    Bad,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub name: String,
    /// How it turned out.
    pub verdict: CheckVerdict,
    /// What was seen.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The permissions that the steps need, with what needs them: `write` ones cannot be tried, only looked up.
const NEEDED: [(&str, &str, bool); 15] = [
    ("directory:user:view", "find, collect", false),
    ("directory:user:edit", "set state, restore", true),
    ("directory:user:delete", "delete (only with --mode delete)", true),
    ("oauth:token:delete", "revoke tokens", true),
    ("telephony:station:disassociate", "clear the associated station", true),
    ("telephony:otherStationAssociation:view", "collect stations", false),
    ("telephony:phone:assign", "clear and put back the default station", true),
    ("routing:queue:view", "collect queues", false),
    ("routing:queueMember:manage", "leave queues, restore queues", true),
    ("routing:skill:assign", "collect and restore skills", true),
    ("authorization:grant:view", "collect roles", false),
    ("authorization:grant:add", "restore roles", true),
    ("analytics:conversationDetail:view", "baseline and proof", false),
    ("analytics:agentState:view", "live interactions", false),
    ("oauth:client:view", "guard against retiring the owner of this client", false),
];

/// What taking things away and giving them back needs besides. Which of it a run needs is its policy's choice.
const RELEASES: [(&str, &str); 9] = [
    ("telephony:extension:assign", "take extensions away and give them back"),
    ("conversation:callForwarding:edit", "switch call forwarding off and on"),
    ("directory:group:edit", "release and hand over the ownership of groups"),
    ("groups:team:assign", "leave and join teams"),
    ("routing:utilization:manage", "clear and give back utilization"),
    ("routing:directRoutingBackup:edit", "give direct routing backup back"),
    ("routing:directRoutingBackup:delete", "clear direct routing backup"),
    ("workitems:workitem:edit", "release and hand over work items"),
    ("authorization:grant:delete", "take roles from somebody who is inactive already"),
];

/// What makes long histories cheaper to read. Details jobs themselves need no more than the proof does.
const SIZES: (&str, &str) = (
    "analytics:conversationAggregate:view",
    "weigh a long history before it is read, and a second count of it",
);

fn check(name: &str, verdict: CheckVerdict, text: String, hint: Option<&str>) -> Check {
    Check { name: name.to_owned(), verdict, text, hint: hint.map(str::to_owned) }
}

impl Emeritus {
    /// Checks everything that can be checked without changing anything.
    pub async fn doctor(&self) -> Vec<Check> {
        let mut checks = vec![check(
            "endpoint",
            CheckVerdict::Good,
            self.client.endpoint().describe(),
            self.client
                .endpoint()
                .is_loopback()
                .then_some("an emulated organization: nothing real is touched"),
        )];
        let organization = self.reader.organization().await;
        match organization {
            Ok(organization) => checks.push(check(
                "credentials",
                CheckVerdict::Good,
                format!(
                    "accepted by organization {} ({})",
                    organization.name.unwrap_or_default(),
                    organization.id
                ),
                None,
            )),
            Err(error) => {
                let disposition = error.disposition();
                let hint = if disposition == Disposition::Reauthenticate {
                    "check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET, that the client's grant type is \
                     Client Credentials, and the region"
                } else if disposition == Disposition::NotSent {
                    "check the region and the network"
                } else {
                    "see the message; the correlation id helps the vendor's support"
                };
                let text = crate::error_chain(&error);
                checks.push(check("credentials", CheckVerdict::Bad, text, Some(hint)));
                return checks;
            }
        }
        checks.push(self.clock_check().await);
        let held = self.own_roles().await;
        for (permission, needed_for, writes) in NEEDED {
            checks.push(self.permission(permission, needed_for, writes, held.as_deref()).await);
        }
        checks.extend(of_policy(held.as_deref()));
        checks
    }

    async fn clock_check(&self) -> Check {
        let hint = "set this machine's clock: holds and windows are counted on it and on the vendor's, and nothing is \
                    written while the two do not agree";
        match self.agree().await {
            Ok(Clocks::Agree { ahead, .. }) => {
                let (near, way) =
                    (ahead.abs() <= SKEW, if ahead.is_negative() { "behind" } else { "ahead of" });
                let text = match (near, apart(ahead)) {
                    (true, apart) if ahead.as_secs() == 0 => format!("{apart} from the vendor's"),
                    (_, apart) => format!("{apart} {way} the vendor's"),
                };
                let verdict = if near { CheckVerdict::Good } else { CheckVerdict::Warn };
                check("clock", verdict, text, (!near).then_some(hint))
            }
            Ok(Clocks::Virtual { .. } | Clocks::Unknown) => {
                let text = "the virtual time of an emulated organization, which is the only clock here";
                check("clock", CheckVerdict::Good, text.to_owned(), None)
            }
            Err(error @ ClockError::Differ { .. }) => {
                check("clock", CheckVerdict::Bad, error.to_string(), Some(hint))
            }
            Err(error) => {
                let hint = "nothing is written while it is not known: something between here and the vendor takes the \
                            date out of its answers, or changes it";
                check("clock", CheckVerdict::Bad, crate::error_chain(&error), Some(hint))
            }
        }
    }

    /// Returns the roles of this OAuth client, or `None` when they cannot be read.
    async fn own_roles(&self) -> Option<Vec<Role>> {
        let client = self.reader.oauth_client(self.client.client_id()).await.ok()?;
        let mut roles = self.reader.roles().await.ok()?;
        roles.retain(|role| client.role_divisions.iter().any(|held| held.role_id == role.id));
        // A listing that leaves the policies out says nothing about what they allow.
        let told = roles.iter().all(|role| role.permission_policies.is_some() || role.permissions.is_some());
        told.then_some(roles)
    }

    async fn permission(
        &self,
        permission: &str,
        needed_for: &str,
        writes: bool,
        held: Option<&[Role]>,
    ) -> Check {
        let name = format!("permission {permission}");
        let hint = "add it to a role of the OAuth client (roles count, scopes do not for client credentials)";
        let missing =
            || check(&name, CheckVerdict::Bad, format!("missing; needed for: {needed_for}"), Some(hint));
        let good = |how: &str| check(&name, CheckVerdict::Good, format!("{how}; for: {needed_for}"), None);
        if !writes {
            return match self.tried(permission).await {
                Some(Ok(())) => good("tried"),
                Some(Err(error)) if error.disposition() == Disposition::Forbidden => missing(),
                Some(Err(error)) => check(&name, CheckVerdict::Warn, crate::error_chain(&error), None),
                None => check(&name, CheckVerdict::Warn, "could not be tried".to_owned(), None),
            };
        }
        match held {
            Some(roles) if roles.iter().any(|role| allows(role, permission)) => {
                good("in a role of this client")
            }
            Some(_) => missing(),
            None => check(
                &name,
                CheckVerdict::Warn,
                format!("could not be told without doing it; needed for: {needed_for}"),
                Some("give the client oauth:client:view and authorization:role:view to have it looked up"),
            ),
        }
    }

    /// Tries a read that needs the permission. A made-up id is enough: 404 comes after 403.
    async fn tried(&self, permission: &str) -> Option<Result<(), genesys::Error>> {
        let nobody = UserId::parse(uuid::Uuid::new_v4().hyphenated().to_string()).ok()?;
        let (reader, id) = (&self.reader, nobody.as_str());
        let read = match permission {
            "directory:user:view" => reader.user(id, &[]).await.map(drop),
            "telephony:otherStationAssociation:view" => reader.station(id).await.map(drop),
            "routing:queue:view" => reader.user_queues(id).await.map(drop),
            "authorization:grant:view" => reader.subject_grants(id).await.map(drop),
            "analytics:agentState:view" => reader.agent_status(id).await.map(drop),
            "oauth:client:view" => reader.oauth_client(self.client.client_id()).await.map(drop),
            "analytics:conversationDetail:view" => {
                let now = self.now();
                let interval = Interval::new(now - SignedDuration::from_hours(1), now).ok()?;
                reader.details_page(&ConversationQuery::new(interval).user(id).page_size(1)).await.map(drop)
            }
            _ => return None,
        };
        Some(match read {
            Err(error) if error.disposition() == Disposition::Absent => Ok(()),
            other => other,
        })
    }
}

/// Returns what the inventory and the policies of a retirement need besides. A lack of it does not keep anybody from
/// being retired: the part is unknown then, or the step is refused, and both are said.
fn of_policy(held: Option<&[Role]>) -> Vec<Check> {
    let Some(roles) = held else {
        let text =
            "which parts of an inventory can be read could not be told without reading them".to_owned();
        return vec![check("permissions of the inventory", CheckVerdict::Warn, text, None)];
    };
    let mut parts = BTreeMap::<&str, Vec<&str>>::new();
    for kind in Kind::ALL {
        parts.entry(collect::permission_of(kind)).or_default().push(kind.label());
    }
    parts.retain(|permission, _| {
        !permission.is_empty() && !NEEDED.iter().any(|(known, ..)| known == permission)
    });
    let reads = parts.into_iter().map(|(permission, kinds)| {
        (permission, format!("read {}", kinds.join(", ")), "these are unknown without it")
    });
    let writes = RELEASES.map(|(permission, what)| (permission, what.to_owned(), "refused without it"));
    let (permission, what) = SIZES;
    let sizes = (permission, what.to_owned(), "histories are read by query without it");
    reads
        .chain(writes)
        .chain([sizes])
        .map(|(permission, what, without)| {
            let name = format!("permission {permission}");
            if roles.iter().any(|role| allows(role, permission)) {
                check(&name, CheckVerdict::Good, format!("in a role of this client; for: {what}"), None)
            } else {
                let hint = "add it to a role of the OAuth client, unless your policy does without";
                check(&name, CheckVerdict::Warn, format!("missing; {what}: {without}"), Some(hint))
            }
        })
        .collect()
}

fn allows(role: &Role, permission: &str) -> bool {
    let by_policy = role.permission_policies.iter().flatten().any(|policy| policy.includes(permission));
    let by_name = role.permissions.iter().flatten().any(|held| held == "*" || held == permission);
    by_policy || by_name
}
