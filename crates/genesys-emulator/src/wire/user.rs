//! The vendor's `User`, with what `expand` adds to it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    access::UserAuthorization,
    proficiency::{UserRoutingLanguage, UserRoutingSkill},
    reference::Reference,
    station::UserStations,
    time::instant,
};
use crate::{
    query::Query,
    reply::Failure,
    world::{
        directory::Directory,
        user::{Address, User},
    },
};

/// Words that `expand` takes.
const EXPANDABLE: [&str; 25] = [
    "routingStatus",
    "presence",
    "integrationPresence",
    "conversationSummary",
    "outOfOffice",
    "geolocation",
    "station",
    "authorization",
    "lasttokenissued",
    "authorization.unusedRoles",
    "team",
    "workPlanBidRanks",
    "externalContactsSettings",
    "groups",
    "customAttributes",
    "profileSkills",
    "certifications",
    "locations",
    "skills",
    "languages",
    "languagePreference",
    "employerInfo",
    "biography",
    "dateLastLogin",
    "dateWelcomeSent",
];

/// What a caller wants besides the plain user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expand {
    words: BTreeSet<String>,
}

impl Expand {
    /// Reads `expand` of a query; a word that the vendor does not know is refused.
    pub(crate) fn read(query: &Query) -> Result<Self, Failure> {
        Self::of(query.many("expand"))
    }

    pub(crate) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, Failure> {
        let mut expand = Self::default();
        for word in words {
            if !EXPANDABLE.contains(&word) {
                return Err(Failure::invalid_value(word, "UserExpands", &EXPANDABLE.join(", ")));
            }
            expand.words.insert(word.to_owned());
        }
        Ok(expand)
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    fn then<T>(&self, word: &str, make: impl FnOnce() -> T) -> Option<T> {
        self.has(word).then(make)
    }
}

/// `User`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserPayload<'a> {
    id: &'a str,
    name: &'a str,
    division: Reference,
    chat: Chat,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
    email: &'a str,
    primary_contact_info: Vec<Contact<'a>>,
    addresses: Vec<Contact<'a>>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<Reference>,
    version: u32,
    acd_auto_answer: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    employer_info: Option<EmployerInfo<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_status: Option<RoutingStatus<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence: Option<UserPresence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_summary: Option<ConversationSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    station: Option<UserStations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<UserAuthorization>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Reference>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skills: Option<Vec<UserRoutingSkill>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<Vec<UserRoutingLanguage>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_token_issued: Option<LastTokenIssued>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_last_login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_welcome_sent: Option<String>,
    #[serde(flatten)]
    unmodelled: &'a Map<String, Value>,
    self_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Chat {
    jabber_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastTokenIssued {
    date_issued: String,
}

/// `Contact`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contact<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<&'a str>,
    media_type: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmployerInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    official_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_hire: Option<&'a str>,
}

/// `RoutingStatus`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoutingStatus<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) status: &'a str,
    pub(crate) start_time: String,
}

/// `UserPresence`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserPresence<'a> {
    id: &'a str,
    source: &'static str,
    primary: bool,
    presence_definition: PresenceDefinition<'a>,
    modified_date: String,
    self_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PresenceDefinition<'a> {
    system_presence: &'a str,
}

/// `UserConversationSummary`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversationSummary<'a> {
    user_id: &'a str,
    call: MediaSummary,
    callback: MediaSummary,
    email: MediaSummary,
    message: MediaSummary,
    chat: MediaSummary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MediaSummary {
    contact_center: Counts,
    enterprise: Counts,
}

#[derive(Default, Serialize)]
struct Counts {
    active: usize,
    acw: usize,
}

impl<'a> UserPresence<'a> {
    pub(crate) fn of(user: &'a User) -> Self {
        Self {
            id: &user.id,
            source: "PURECLOUD",
            primary: true,
            presence_definition: PresenceDefinition { system_presence: &user.presence.word },
            modified_date: instant(user.presence.at),
            self_uri: format!("/api/v2/users/{}/presences/PURECLOUD", user.id),
        }
    }
}

impl<'a> UserPayload<'a> {
    pub(crate) fn of(directory: &'a Directory, user: &'a User, expand: &Expand, now: Timestamp) -> Self {
        let primary = Contact {
            address: Some(&user.email),
            extension: None,
            media_type: "EMAIL",
            kind: "PRIMARY",
            country_code: None,
        };
        Self {
            id: &user.id,
            name: &user.name,
            division: directory.division_reference(&user.division),
            chat: Chat { jabber_id: format!("{}@{}.orgspan.com", user.id, directory.organization.id) },
            department: user.department.as_deref(),
            email: &user.email,
            primary_contact_info: vec![primary],
            addresses: user.addresses.iter().map(contact).collect(),
            state: user.state.word(),
            title: user.title.as_deref(),
            username: &user.username,
            preferred_name: user.preferred_name.as_deref(),
            manager: user.manager.as_deref().map(Reference::user),
            version: user.version,
            acd_auto_answer: user.acd_auto_answer,
            employer_info: expand.then("employerInfo", || EmployerInfo {
                official_name: user.employer.official_name.as_deref(),
                employee_id: user.employer.employee_id.as_deref(),
                employee_type: user.employer.employee_type.as_deref(),
                date_hire: user.employer.date_hire.as_deref(),
            }),
            routing_status: expand.then("routingStatus", || routing_status(directory, user, now)),
            presence: expand.then("presence", || UserPresence::of(user)),
            conversation_summary: expand.then("conversationSummary", || summary(directory, user, now)),
            station: expand.then("station", || UserStations::of(directory, user)),
            authorization: expand.then("authorization", || UserAuthorization::of(directory, &user.id)),
            groups: expand.then("groups", || {
                directory.groups_of(&user.id).into_iter().map(|group| Reference::group(&group.id)).collect()
            }),
            team: user
                .team
                .as_deref()
                .filter(|_| expand.has("team"))
                .map(|team| directory.team_reference(team)),
            skills: expand.then("skills", || UserRoutingSkill::all(directory, user)),
            languages: expand.then("languages", || UserRoutingLanguage::all(directory, user)),
            last_token_issued: user
                .last_token_issued
                .filter(|_| expand.has("lasttokenissued"))
                .map(|at| LastTokenIssued { date_issued: instant(at) }),
            date_last_login: user.last_login.filter(|_| expand.has("dateLastLogin")).map(instant),
            date_welcome_sent: expand.then("dateWelcomeSent", || instant(user.created)),
            unmodelled: &user.unmodelled,
            self_uri: format!("/api/v2/users/{}", user.id),
        }
    }
}

/// The status as it is at `now`: whoever is in a live interaction is interacting.
pub(crate) fn routing_status<'a>(directory: &Directory, user: &'a User, now: Timestamp) -> RoutingStatus<'a> {
    let live = directory.live_sessions(&user.id, now);
    let began = live.iter().map(|session| session.began).min();
    let status = match (began, user.routing_status.word.as_str()) {
        (Some(_), _) => "INTERACTING",
        (None, "INTERACTING") => "IDLE",
        (None, word) => word,
    };
    RoutingStatus { user_id: &user.id, status, start_time: instant(began.unwrap_or(user.routing_status.at)) }
}

fn summary<'a>(directory: &Directory, user: &'a User, now: Timestamp) -> ConversationSummary<'a> {
    let live = directory.live_sessions(&user.id, now);
    let count = |media: &str| {
        let of_media = || live.iter().filter(|session| session.media == media);
        let acw = of_media().filter(|session| session.segment == "wrapup").count();
        MediaSummary {
            contact_center: Counts { active: of_media().count() - acw, acw },
            enterprise: Counts::default(),
        }
    };
    ConversationSummary {
        user_id: &user.id,
        call: count("voice"),
        callback: count("callback"),
        email: count("email"),
        message: count("message"),
        chat: count("chat"),
    }
}

fn contact(address: &Address) -> Contact<'_> {
    Contact {
        address: address.address.as_deref(),
        extension: address.extension.as_deref(),
        media_type: &address.media_type,
        kind: &address.kind,
        country_code: address.country_code.as_deref(),
    }
}
