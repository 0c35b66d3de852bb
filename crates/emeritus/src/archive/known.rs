//! What the roster says of somebody, as answers tell it.

use emeritus_archive::PersonVersion;
use jiff::Timestamp;
use serde::Serialize;

/// What was true of a person for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// User id.
    pub user_id: String,
    /// The organization.
    pub organization: String,
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Employee id.
    pub employee_id: Option<String>,
    /// Id of the division.
    pub division_id: Option<String>,
    /// User id of the manager.
    pub manager_id: Option<String>,
    /// State of the account.
    pub state: Option<String>,
    /// When a synchronization first saw it so.
    pub valid_from: Timestamp,
    /// When one first saw it otherwise.
    pub valid_to: Option<Timestamp>,
    /// The synchronization that did.
    pub sync: String,
}

impl From<&PersonVersion> for Known {
    fn from(version: &PersonVersion) -> Self {
        let moment = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
        let person = version.person.clone();
        Self {
            user_id: person.id,
            organization: version.organization.clone(),
            name: person.name,
            email: person.email,
            employee_id: person.employee_id,
            division_id: person.division_id,
            manager_id: person.manager_id,
            state: person.state,
            valid_from: moment(version.valid_from),
            valid_to: version.valid_to.map(moment),
            sync: version.sync.clone(),
        }
    }
}
