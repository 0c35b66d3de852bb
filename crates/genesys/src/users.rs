//! Users: the account, its state, and the people around it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    authorization::DivisionRef,
    error::Error,
    groups::GroupRef,
    odd,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
    routing::{RoutingStatus, UserLanguage, UserSkill},
    telephony::UserStations,
};

mod met;

pub(crate) use met::{Asked, Met};

/// State of a user. The vendor documents no others, so any other value is an error rather than a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Can log in.
    Active,
    /// Cannot log in; the account is kept.
    Inactive,
    /// Cannot log in and is hidden; can be restored.
    Deleted,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Deleted];

    /// Returns the vendor's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
        }
    }
}

/// Why a user's state was changed, as the vendor lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// The person left by own choice.
    Voluntary,
    /// Seasonal work ended.
    Seasonal,
    /// The person is on leave.
    Leave,
    /// Performance.
    Performance,
    /// Conduct.
    Conduct,
    /// Not stated.
    Unknown,
}

/// A part of a user that is given only on request, and even then not guaranteed by the vendor: absent means "not told".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expand {
    /// [`User::routing_status`].
    RoutingStatus,
    /// [`User::presence`].
    Presence,
    /// [`User::station`].
    Station,
    /// [`User::authorization`].
    Authorization,
    /// [`User::last_token_issued`].
    LastTokenIssued,
    /// [`User::team`].
    Team,
    /// [`User::groups`].
    Groups,
    /// [`User::skills`].
    Skills,
    /// [`User::languages`].
    Languages,
    /// [`User::employer_info`].
    EmployerInfo,
    /// [`User::date_last_login`].
    DateLastLogin,
}

impl Expand {
    fn as_str(self) -> &'static str {
        match self {
            Self::RoutingStatus => "routingStatus",
            Self::Presence => "presence",
            Self::Station => "station",
            Self::Authorization => "authorization",
            Self::LastTokenIssued => "lasttokenissued",
            Self::Team => "team",
            Self::Groups => "groups",
            Self::Skills => "skills",
            Self::Languages => "languages",
            Self::EmployerInfo => "employerInfo",
            Self::DateLastLogin => "dateLastLogin",
        }
    }

    /// Returns the value of the `expand` parameter for several parts.
    pub(crate) fn join(expand: &[Self]) -> String {
        expand.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(",")
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Id; stays the same when the user is deleted and restored.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Login name.
    pub username: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// State.
    pub state: Option<State>,
    /// Version, to be sent back with a change.
    pub version: Option<i64>,
    /// Division.
    pub division: Option<DivisionRef>,
    /// Manager; at least the id.
    pub manager: Option<UserRef>,
    /// Whether calls are answered automatically.
    pub acd_auto_answer: Option<bool>,
    /// Phone numbers, extensions and e-mail addresses.
    pub addresses: Option<Vec<Contact>>,
    /// By [`Expand::RoutingStatus`].
    pub routing_status: Option<RoutingStatus>,
    /// By [`Expand::Presence`].
    pub presence: Option<Presence>,
    /// By [`Expand::Station`].
    pub station: Option<UserStations>,
    /// By [`Expand::Authorization`].
    pub authorization: Option<UserAuthorization>,
    /// By [`Expand::LastTokenIssued`].
    pub last_token_issued: Option<LastTokenIssued>,
    /// By [`Expand::Team`].
    pub team: Option<TeamRef>,
    /// By [`Expand::Groups`].
    pub groups: Option<Vec<GroupRef>>,
    /// By [`Expand::Skills`].
    pub skills: Option<Vec<UserSkill>>,
    /// By [`Expand::Languages`].
    pub languages: Option<Vec<UserLanguage>>,
    /// By [`Expand::EmployerInfo`].
    pub employer_info: Option<EmployerInfo>,
    /// By [`Expand::DateLastLogin`].
    pub date_last_login: Option<Timestamp>,
    /// Members of the record that are not of the documented form: they count as not told.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Entry for User {
    fn key(&self) -> &str {
        &self.id
    }
}

/// A reference to a user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRef {
    /// Id.
    pub id: String,
    /// Display name, where given.
    pub name: Option<String>,
}

impl Entry for UserRef {
    fn key(&self) -> &str {
        &self.id
    }
}

/// A reference to a team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TeamRef {
    /// Id.
    pub id: String,
    /// Name, where given.
    pub name: Option<String>,
}

/// A way to contact a user.
///
/// It is written as it is read, without what was absent: the whole list is sent back when one entry changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Number or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// `PHONE`, `EMAIL` or `SMS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// `PRIMARY`, `WORK`, `WORK2`, …
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Internal extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Country of the number, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The integration that the address belongs to, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
}

/// What a user may do, as the vendor summarises it on the user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserAuthorization {
    /// Roles.
    #[serde(default)]
    pub roles: Vec<RoleRef>,
}

/// A reference to a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RoleRef {
    /// Id.
    pub id: String,
    /// Name, where given.
    pub name: Option<String>,
}

/// The employer's data on a user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmployerInfo {
    /// The employer's id of the person.
    pub employee_id: Option<String>,
    /// Official name.
    pub official_name: Option<String>,
    /// Kind of employment.
    pub employee_type: Option<String>,
    /// Day of hire, as the vendor writes it.
    pub date_hire: Option<String>,
}

/// When a user last was issued a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastTokenIssued {
    /// The moment.
    pub date_issued: Option<Timestamp>,
}

/// A user's presence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// What the presence is.
    pub presence_definition: Option<PresenceDefinition>,
    /// Since when.
    pub modified_date: Option<Timestamp>,
}

/// A kind of presence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresenceDefinition {
    /// Id.
    pub id: Option<String>,
    /// `AVAILABLE`, `AWAY`, `OFFLINE`, `ON_QUEUE`, … as the vendor spells it.
    pub system_presence: Option<String>,
}

/// A user's state with the reason for its last change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserState {
    /// State.
    pub state: Option<State>,
    /// Version of the user.
    pub version: Option<i64>,
    /// Reason, as the vendor spells it.
    pub state_change_reason: Option<String>,
    /// When the state was last changed.
    #[serde(default, deserialize_with = "odd::instant")]
    pub state_change_date: Option<Timestamp>,
}

/// A key under which another system knows a user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalId {
    /// The other system.
    pub authority_name: String,
    /// Its key.
    pub external_key: String,
}

const USER: &str = "/api/v2/users/{userId}";

impl Reader {
    /// Reads a user who is active or inactive.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) for a deleted user as well as for an id that never was; see
    /// [`Reader::deleted_user`].
    pub async fn user(&self, id: &str, expand: &[Expand]) -> Result<User, Error> {
        let call = expanded(Call::get("read user", USER, &[Segment::Id(id)]), expand);
        Ok(self.read::<Asked>(&call).await?.0)
    }

    /// Reads a user who is deleted.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) if no deleted user has the id.
    pub async fn deleted_user(&self, id: &str, expand: &[Expand]) -> Result<User, Error> {
        let call = Call::get("read deleted user", USER, &[Segment::Id(id)]).query("state", "deleted");
        Ok(self.read::<Asked>(&expanded(call, expand)).await?.0)
    }

    /// Reads the user whom another system knows by a key.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) if there is none.
    pub async fn user_by_external_id(&self, authority: &str, key: &str) -> Result<User, Error> {
        let template = "/api/v2/users/externalid/{authorityName}/{externalKey}";
        let segments = [Segment::Text(authority), Segment::Text(key)];
        Ok(self.read::<Asked>(&Call::get("read user by external id", template, &segments)).await?.0)
    }

    /// Reads the keys under which other systems know a user.
    ///
    /// # Errors
    /// As any read.
    pub async fn external_ids(&self, user: &str) -> Result<Vec<ExternalId>, Error> {
        let template = "/api/v2/users/{userId}/externalid";
        self.read(&Call::get("read external ids", template, &[Segment::Id(user)])).await
    }

    /// Reads a user's state with the reason for its last change.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `directory:userStateChange:view`, which is a permission of its
    /// own.
    pub async fn user_state(&self, user: &str) -> Result<UserState, Error> {
        let template = "/api/v2/users/{userId}/state";
        self.read(&Call::get("read user state", template, &[Segment::Id(user)])).await
    }

    /// Reads who reports to a user.
    ///
    /// # Errors
    /// As any read.
    pub async fn direct_reports(&self, user: &str) -> Result<Vec<User>, Error> {
        let template = "/api/v2/users/{userId}/directreports";
        let read: Vec<Met> =
            self.read(&Call::get("read direct reports", template, &[Segment::Id(user)])).await?;
        Ok(read.into_iter().map(|Met(user)| user).collect())
    }

    /// Reads to whom a user reports, nearest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn superiors(&self, user: &str) -> Result<Vec<User>, Error> {
        let template = "/api/v2/users/{userId}/superiors";
        let read: Vec<Met> = self.read(&Call::get("read superiors", template, &[Segment::Id(user)])).await?;
        Ok(read.into_iter().map(|Met(user)| user).collect())
    }

    /// Reads a user's presence.
    ///
    /// # Errors
    /// As any read.
    pub async fn presence(&self, user: &str) -> Result<Presence, Error> {
        let template = "/api/v2/users/{userId}/presences/purecloud";
        self.read(&Call::get("read presence", template, &[Segment::Id(user)])).await
    }
}

fn expanded(call: Call, expand: &[Expand]) -> Call {
    if expand.is_empty() { call } else { call.query("expand", Expand::join(expand)) }
}
