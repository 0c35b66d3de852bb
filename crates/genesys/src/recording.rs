//! Policies for recordings, as far as they name users.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{error::Error, page::Entry, reader::Reader, request::Call, users::UserRef};

/// A policy for recordings and the users in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyUsers {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Ids of the users whose conversations it is about, and of those to whom it assigns evaluations and calibrations; each
    /// once, in the order of the ids.
    pub users: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    id: String,
    name: Option<String>,
    conditions: Option<Conditions>,
    actions: Option<Actions>,
    media_policies: Option<MediaPolicies>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MediaPolicies {
    call_policy: Option<MediaPolicy>,
    chat_policy: Option<MediaPolicy>,
    email_policy: Option<MediaPolicy>,
    message_policy: Option<MediaPolicy>,
}

#[derive(Debug, Deserialize)]
struct MediaPolicy {
    conditions: Option<Conditions>,
    actions: Option<Actions>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conditions {
    #[serde(default)]
    for_users: Vec<UserRef>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actions {
    #[serde(default)]
    assign_evaluations: Vec<Assignment>,
    #[serde(default)]
    assign_metered_evaluations: Vec<Assignment>,
    #[serde(default)]
    assign_metered_assignment_by_agent: Vec<Assignment>,
    #[serde(default)]
    assign_calibrations: Vec<Assignment>,
}

/// The users of an assignment of any kind; each kind has some of these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    user: Option<UserRef>,
    calibrator: Option<UserRef>,
    expert_evaluator: Option<UserRef>,
    #[serde(default)]
    evaluators: Vec<UserRef>,
}

impl Entry for Policy {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Assignment {
    fn users(self) -> impl Iterator<Item = UserRef> {
        [self.user, self.calibrator, self.expert_evaluator].into_iter().flatten().chain(self.evaluators)
    }
}

impl MediaPolicies {
    fn all(self) -> impl Iterator<Item = MediaPolicy> {
        [self.call_policy, self.chat_policy, self.email_policy, self.message_policy].into_iter().flatten()
    }
}

impl From<Policy> for PolicyUsers {
    fn from(policy: Policy) -> Self {
        let whole = MediaPolicy { conditions: policy.conditions, actions: policy.actions };
        let media = policy.media_policies.into_iter().flat_map(MediaPolicies::all);
        let mut users = BTreeSet::new();
        for part in std::iter::once(whole).chain(media) {
            let named = part.conditions.into_iter().flat_map(|conditions| conditions.for_users);
            users.extend(named.map(|user| user.id));
            if let Some(actions) = part.actions {
                let assignments = actions
                    .assign_evaluations
                    .into_iter()
                    .chain(actions.assign_metered_evaluations)
                    .chain(actions.assign_metered_assignment_by_agent)
                    .chain(actions.assign_calibrations);
                users.extend(assignments.flat_map(Assignment::users).map(|user| user.id));
            }
        }
        Self { id: policy.id, name: policy.name, users: users.into_iter().collect() }
    }
}

impl Reader {
    /// Reads the organization's policies for recordings with the users whom they name, in conditions and in assignments, for
    /// all media and for one.
    ///
    /// # Errors
    /// As any list.
    pub async fn recording_policies(&self) -> Result<Vec<PolicyUsers>, Error> {
        let template = "/api/v2/recording/crossplatform/mediaretentionpolicies";
        let call = |page: u32| self.on_page(Call::get("read recording policies", template, &[]), page);
        Ok(self.list::<Policy>(&call).await?.into_iter().map(PolicyUsers::from).collect())
    }
}
