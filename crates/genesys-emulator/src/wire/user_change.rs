//! Requests that create or change a user.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::world::user::{Address, State};

/// `UpdateUser`, without the read-only fields, which the vendor passes over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateUser {
    pub(crate) version: Option<u32>,
    pub(crate) state: Option<State>,
    pub(crate) name: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) addresses: Option<Vec<ContactChange>>,
    pub(crate) title: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) preferred_name: Option<String>,
    pub(crate) manager: Option<String>,
    pub(crate) acd_auto_answer: Option<bool>,
    pub(crate) employer_info: Option<EmployerChange>,
    pub(crate) profile_skills: Option<Vec<String>>,
    pub(crate) certifications: Option<Vec<String>>,
    pub(crate) images: Option<Value>,
    pub(crate) locations: Option<Value>,
    pub(crate) biography: Option<Value>,
}

impl UpdateUser {
    /// Returns whether anything but the state is to be changed.
    pub(crate) fn changes_more_than_state(&self) -> bool {
        self.name.is_some()
            || self.department.is_some()
            || self.email.is_some()
            || self.addresses.is_some()
            || self.title.is_some()
            || self.username.is_some()
            || self.preferred_name.is_some()
            || self.manager.is_some()
            || self.acd_auto_answer.is_some()
            || self.employer_info.is_some()
            || self.profile_skills.is_some()
            || self.certifications.is_some()
            || self.images.is_some()
            || self.locations.is_some()
            || self.biography.is_some()
    }
}

/// `Contact` in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactChange {
    address: Option<String>,
    extension: Option<String>,
    media_type: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    country_code: Option<String>,
}

impl ContactChange {
    pub(crate) fn into_address(self) -> Address {
        Address {
            address: self.address,
            extension: self.extension,
            media_type: self.media_type.unwrap_or_else(|| "PHONE".to_owned()),
            kind: self.kind.unwrap_or_else(|| "WORK".to_owned()),
            country_code: self.country_code,
        }
    }
}

/// `EmployerInfo` in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployerChange {
    pub(crate) official_name: Option<String>,
    pub(crate) employee_id: Option<String>,
    pub(crate) employee_type: Option<String>,
    pub(crate) date_hire: Option<String>,
}

/// `CreateUser`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateUser {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) division_id: String,
    pub(crate) department: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) addresses: Option<Vec<ContactChange>>,
    pub(crate) state: Option<State>,
}

/// `UserState`, as it is sent and as it is answered.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_change_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_change_date: Option<String>,
}
