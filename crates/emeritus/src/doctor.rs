//! What has to be right before anything is done: endpoint, clock, credentials, organization, and the permissions of
//! every step, named. Something is called good only when it was looked at.

use std::collections::BTreeMap;

use emeritus_core::clocks::Clocks;
use emeritus_core::evidence::apart;
use genesys::{AggregateQuery, ConversationQuery, Disposition, Error, Granularity, Interval};
use jiff::SignedDuration;

use crate::permission::{self, Probe, Rights, Takes, Use, Without};
use crate::vendor_clock::ClockError;
use crate::{Emeritus, error_chain};

/// The largest difference between this machine's clock and the vendor's that is not worth a word.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

const ADD: &str = "add it to a role of the OAuth client (roles count, scopes do not for client credentials)";

/// How a check turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckVerdict {
    /// It was looked at, and is as it should be.
    Good,
    /// It works, or it could not be told.
    Warn,
    /// Something will not work.
    Bad(Trouble),
}

/// Where something that will not work is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// In the settings, or in the roles of the OAuth client.
    Settings,
    /// At the vendor, or on the way there: it could not be reached, or gave no answer that says anything.
    Vendor,
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

fn check(name: &str, verdict: CheckVerdict, text: String, hint: Option<&str>) -> Check {
    Check { name: name.to_owned(), verdict, text, hint: hint.map(str::to_owned) }
}

/// What was seen of the permissions.
struct Looked {
    rights: Rights,
    tried: BTreeMap<Probe, Result<(), Error>>,
    documented: Vec<&'static str>,
}

/// What is known of the right to call an endpoint.
enum Allowed {
    /// It was called.
    Tried,
    /// A role of the client has the permission.
    InRole,
    /// A role of the client has another one that is enough.
    By(&'static str),
    /// It was called, and refused.
    Refused,
    /// No role of the client has it.
    Missing,
    /// Neither could be seen.
    Unknown(String),
}

impl Emeritus {
    /// Checks everything that can be checked without changing anything.
    pub async fn doctor(&self) -> Vec<Check> {
        let organization = self.reader.organization().await;
        let mut checks = vec![self.endpoint_check(organization.as_ref().err())];
        match organization {
            Ok(organization) => checks.push(check(
                "credentials",
                CheckVerdict::Good,
                match organization.name {
                    Some(name) => format!("accepted by organization {name} ({})", organization.id),
                    None => format!("accepted by organization {}", organization.id),
                },
                None,
            )),
            Err(error) => {
                checks.push(credentials_check(&error));
                return checks;
            }
        }
        checks.push(self.clock_check().await);
        let looked = Looked {
            rights: Rights::read(&self.reader, self.client.client_id()).await,
            tried: self.tried().await,
            documented: permission::documented(),
        };
        if let Rights::Unknown { why, .. } = &looked.rights {
            checks.push(check(
                "roles of this client",
                CheckVerdict::Warn,
                format!("could not be looked up: {why}; what is not tried is not known"),
                Some("give the client oauth:client:view and authorization:role:view to have them looked up"),
            ));
        }
        checks.extend(looked.documented.iter().map(|permission| looked.check(permission)));
        checks
    }

    /// The endpoint is good when it answered, whatever it said.
    fn endpoint_check(&self, error: Option<&Error>) -> Check {
        let endpoint = self.client.endpoint().describe();
        match error {
            Some(error) if is_without_answer(error) => check(
                "endpoint",
                CheckVerdict::Bad(Trouble::Vendor),
                format!("{endpoint}: no answer"),
                Some("check the region and the network"),
            ),
            Some(_) | None => {
                let emulated = self.client.emulated();
                let hint = emulated.then_some("an emulated organization: nothing real is touched");
                check("endpoint", CheckVerdict::Good, format!("{endpoint} answers"), hint)
            }
        }
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
                check("clock", CheckVerdict::Bad(Trouble::Settings), error.to_string(), Some(hint))
            }
            Err(error) => {
                let hint = "nothing is written while it is not known: something between here and the vendor takes the \
                            date out of its answers, or changes it";
                check("clock", CheckVerdict::Bad(Trouble::Vendor), error_chain(&error), Some(hint))
            }
        }
    }

    /// Makes every read that shows whether it may be made.
    async fn tried(&self) -> BTreeMap<Probe, Result<(), Error>> {
        let mut tried = BTreeMap::new();
        for probe in permission::probes() {
            let read = match self.try_out(probe).await {
                // What does not exist is not found by somebody who may look: 404 comes after 403.
                Err(error) if error.disposition() == Disposition::Absent => Ok(()),
                read => read,
            };
            tried.insert(probe, read);
        }
        tried
    }

    /// Makes one read. A made-up id is enough.
    async fn try_out(&self, probe: Probe) -> Result<(), Error> {
        let (reader, now) = (&self.reader, self.now());
        let nobody = uuid::Uuid::new_v4().hyphenated().to_string();
        let id = nobody.as_str();
        // An hour, a day: both are lengths that an interval can have.
        let back = |hours| Interval::new(now - SignedDuration::from_hours(hours), now);
        match probe {
            Probe::People => reader.users_by_email(&format!("{id}@nobody.invalid")).await.map(drop),
            Probe::Stations => reader.station(id).await.map(drop),
            Probe::Queues => reader.user_queues(id).await.map(drop),
            Probe::Skills => reader.skills().await.map(drop),
            Probe::Grants => reader.subject_grants(id).await.map(drop),
            Probe::Roles => reader.roles().await.map(drop),
            Probe::Retention => reader.retention_settings().await.map(drop),
            Probe::AgentStatus => reader.agent_status(id).await.map(drop),
            Probe::OwnClient => reader.oauth_client(self.client.client_id()).await.map(drop),
            Probe::Extensions => reader.extension("0").await.map(drop),
            Probe::Details => match back(1) {
                Ok(hour) => {
                    reader.details_page(&ConversationQuery::new(hour).user(id).page_size(1)).await.map(drop)
                }
                Err(_) => Ok(()),
            },
            Probe::Aggregates => match back(24) {
                Ok(day) => {
                    let query = AggregateQuery::new(day, &[id], Granularity::Day);
                    reader.conversation_aggregates(&query).await.map(drop)
                }
                Err(_) => Ok(()),
            },
        }
    }
}

/// Returns whether nothing came back at all.
fn is_without_answer(error: &Error) -> bool {
    error.status().is_none() && error.disposition() != Disposition::Reauthenticate
}

fn credentials_check(error: &Error) -> Check {
    let disposition = error.disposition();
    let (trouble, hint) = if disposition == Disposition::Reauthenticate {
        let hint = "check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET, that the client's grant type is Client \
                    Credentials, and the region";
        (Trouble::Settings, hint)
    } else if is_without_answer(error) {
        (Trouble::Vendor, "not looked at: check the region and the network first")
    } else {
        (Trouble::Vendor, "see the message; the correlation id helps the vendor's support")
    };
    check("credentials", CheckVerdict::Bad(trouble), error_chain(error), Some(hint))
}

impl Looked {
    /// Returns what was seen of a documented permission, over everything that it is for.
    fn check(&self, permission: &'static str) -> Check {
        let name = format!("permission {permission}");
        let uses = permission::uses_of(permission);
        let (mut lacking, mut unknown, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for one in &uses {
            for takes in one.takes(permission, &self.documented) {
                match self.allowed(one, takes, permission) {
                    Allowed::Refused => lacking.push((*one, "refused")),
                    Allowed::Missing => lacking.push((*one, "missing")),
                    Allowed::Unknown(why) => unknown.push((*one, why)),
                    Allowed::Tried => seen.push("tried".to_owned()),
                    Allowed::InRole => seen.push("in a role of this client".to_owned()),
                    Allowed::By(other) => seen.push(format!("not held, but {other} is, and is enough")),
                }
            }
        }
        lacking.dedup_by_key(|(one, _)| one.what);
        if let Some((_, how)) = lacking.first() {
            let needed = lacking.iter().any(|(one, _)| one.without.is_needed());
            let trouble = CheckVerdict::Bad(Trouble::Settings);
            let verdict = if needed { trouble } else { CheckVerdict::Warn };
            let what = lacking.iter().map(|(one, _)| format!("{} ({})", one.what, one.without.words()));
            let text = format!("{how}; needed to {}", what.collect::<Vec<_>>().join("; "));
            let hint = if needed || lacking.iter().any(|(one, _)| one.without == Without::LessSaid) {
                ADD.to_owned()
            } else {
                format!("{ADD}, unless you do without")
            };
            return Check { name, verdict, text, hint: Some(hint) };
        }
        let what = uses.iter().map(|one| one.what).collect::<Vec<_>>().join("; ");
        if let Some((_, why)) = unknown.first() {
            let text = format!("not known, {why}; needed to {what}");
            return check(&name, CheckVerdict::Warn, text, None);
        }
        seen.sort_unstable_by_key(|how| how != "tried");
        let how = seen.first().cloned().unwrap_or_default();
        check(&name, CheckVerdict::Good, format!("{how}; to {what}"), None)
    }

    /// What was tried counts for more than what roles say, which can hold for some divisions only.
    fn allowed(&self, one: &Use, takes: Takes, permission: &'static str) -> Allowed {
        let tried =
            one.probe().filter(|probe| probe.takes() == takes).and_then(|probe| self.tried.get(&probe));
        match tried {
            Some(Ok(())) => return Allowed::Tried,
            Some(Err(error)) if error.disposition() == Disposition::Forbidden => return Allowed::Refused,
            Some(Err(_)) | None => {}
        }
        let has = |permission: &str| self.rights.has(permission);
        match (has(permission), takes.any_of().iter().find(|other| has(other) == Some(true)), tried) {
            (Some(true), ..) => Allowed::InRole,
            (Some(false), Some(other), _) => Allowed::By(other),
            (Some(false), None, _) => Allowed::Missing,
            (None, _, Some(Err(error))) => Allowed::Unknown(error_chain(error)),
            (None, ..) => {
                Allowed::Unknown("since the roles of this client could not be looked up".to_owned())
            }
        }
    }
}
