//! What one user held in the organization at one instant. Every part is either known or says why it is not:
//! an unreadable dependency is never "none".

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::holding::{Kind, Reading, Thing};
use crate::id::{
    ConversationId, DivisionId, GroupId, OrganizationId, QueueId, RoleId, SkillId, StationId, UserId,
};
use crate::text::Text;

/// The format of a stored inventory; raised when its shape changes.
pub const INVENTORY_FORMAT: u32 = 1;

/// A part of an inventory: read completely, or not, and then why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// Read completely.
    Known(T),
    /// Not read; never to be taken for "none".
    Unknown(Why),
}

impl<T> Part<T> {
    /// Returns the value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Returns why the part is unknown, if it is.
    pub fn unknown(&self) -> Option<&Why> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(why) => Some(why),
        }
    }
}

/// Why a part of an inventory is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The client lacks a permission.
    Forbidden {
        /// The permissions that the vendor named.
        permissions: Vec<String>,
    },
    /// The list never added up to the total that the vendor stated.
    Incomplete {
        /// The stated total.
        stated: u64,
        /// How many different entries were read.
        read: u64,
    },
    /// The vendor's answer could not be had or understood.
    Unreadable {
        /// A stable code of the failure.
        code: String,
    },
    /// The vendor is still building its index: what it gave so far is not all there is.
    StillBuilding {
        /// How many entries it gave.
        read: u64,
    },
    /// The vendor's record leaves it out: absent is neither "none" nor refused.
    NotTold {
        /// What is absent.
        absent: String,
    },
    /// It cannot be asked for a person in this state.
    NotApplicable {
        /// The reason, for people.
        because: String,
    },
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Forbidden { permissions } if permissions.is_empty() => f.write_str("not permitted"),
            Self::Forbidden { permissions } => write!(f, "needs permission {}", permissions.join(", ")),
            Self::Incomplete { stated, read } => write!(f, "read {read} of {stated} entries"),
            Self::Unreadable { code } => write!(f, "could not be read ({code})"),
            Self::StillBuilding { read } => {
                write!(f, "the vendor is still building its index ({read} entries so far)")
            }
            Self::NotTold { absent } => write!(f, "the vendor's record leaves out {absent}"),
            Self::NotApplicable { because } => f.write_str(because),
        }
    }
}

/// A thing of the vendor's with its id and the name it had when it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named<I> {
    /// Its identifier.
    pub id: I,
    /// Its name, for people; may be empty.
    pub name: Text,
}

/// The state of an account, as the vendor spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    /// Can log in.
    Active,
    /// Cannot log in; everything but roles is kept.
    Inactive,
    /// A tombstone: hidden, but it can be restored.
    Deleted,
}

impl std::fmt::Display for AccountState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
        })
    }
}

/// The account itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id, the only key an effect is ever addressed by.
    pub id: UserId,
    /// Its e-mail address when it was read.
    pub email: Text,
    /// Its display name.
    pub name: Text,
    /// Its state.
    pub state: AccountState,
    /// The vendor's version number, needed for the next change.
    pub version: i64,
    /// Its division, when the vendor gives one.
    pub division: Option<Named<DivisionId>>,
    /// Job title.
    pub title: Option<Text>,
    /// Department.
    pub department: Option<Text>,
}

/// How a role grant came about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Given to the person.
    Direct,
    /// Inherited from a group; it goes and comes with the group.
    Group(GroupId),
}

/// A role in a division.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Named<RoleId>,
    /// The division in which it holds.
    pub division: Named<DivisionId>,
    /// Direct, or through a group.
    pub via: Via,
}

/// Membership of a queue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QueueMembership {
    /// The queue.
    pub queue: Named<QueueId>,
    /// Whether the person takes work from it.
    pub joined: bool,
    /// Set when the membership comes through a group and cannot be left alone.
    pub via_group: bool,
    /// The ring of bullseye routing, of a membership of one's own in a queue that has rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<u32>,
}

/// A skill or language with its level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proficiency {
    /// The skill or language.
    pub skill: Named<SkillId>,
    /// The level, 0.0 to 5.0.
    pub level: f64,
}

/// The stations of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stations {
    /// The one in use now.
    pub associated: Option<Named<StationId>>,
    /// The one they get when they log in.
    pub default: Option<Named<StationId>>,
}

/// A conversation that the person is in right now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LiveInteraction {
    /// The conversation.
    pub conversation: ConversationId,
    /// `voice`, `email`, …
    pub media: String,
    /// `interact`, `hold`, `wrapup`, `parked`, …; empty when unknown.
    pub segment: String,
}

/// A dated picture of everything that a user holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// [`INVENTORY_FORMAT`] when it was stored.
    pub format: u32,
    /// The organization.
    pub organization: Named<OrganizationId>,
    /// When collecting began.
    pub taken_at: Timestamp,
    /// Whether it was read from an emulated organization.
    pub emulated: bool,
    /// The account.
    pub account: Account,
    /// The person's manager.
    pub manager: Part<Option<Named<UserId>>>,
    /// The people who report to them.
    pub direct_reports: Part<Vec<Named<UserId>>>,
    /// Role grants.
    pub grants: Part<Vec<Grant>>,
    /// Administrative roles of which this person is the last holder.
    pub last_holder_of: Part<Vec<Named<RoleId>>>,
    /// Queue memberships.
    pub queues: Part<Vec<QueueMembership>>,
    /// Routing skills.
    pub skills: Part<Vec<Proficiency>>,
    /// Routing languages.
    pub languages: Part<Vec<Proficiency>>,
    /// Groups.
    pub groups: Part<Vec<Named<GroupId>>>,
    /// Stations.
    pub stations: Part<Stations>,
    /// Active sessions, by the vendor's agent status.
    pub live: Part<Vec<LiveInteraction>>,
    /// Conversations in which a part of the person's own has no end, by the details query: parked e-mails and owned
    /// callbacks show here. One that the person has left is none, whoever goes on with it.
    pub open_conversations: Part<Vec<LiveInteraction>>,
    /// The first day on which a conversation may have begun to be among them. An older release did not say: 31 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_since: Option<Timestamp>,
    /// System presence.
    pub presence: Part<Option<String>>,
    /// Since when, by the vendor's clock: what is older than the cut is told apart by this, whatever our clock says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_since: Option<Timestamp>,
    /// When they last logged in.
    pub last_login: Part<Option<Timestamp>>,
    /// When a token was last issued to them.
    pub last_token: Part<Option<Timestamp>>,
    /// The user who made the OAuth client that Emeritus runs as.
    pub client_owner: Part<Option<UserId>>,
    /// Everything else, by kind. A kind that is absent was not read by the release that took the inventory.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<Kind, Part<Vec<Thing>>>,
    /// When each part was read and by which permission, under the part's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, Reading>,
}

impl Inventory {
    /// Returns the name and the reason of every part that is unknown.
    #[must_use]
    pub fn unknown_parts(&self) -> Vec<(&'static str, &Why)> {
        let held = self.held.iter().map(|(kind, part)| (kind.label(), part.unknown()));
        [
            ("manager", self.manager.unknown()),
            ("direct reports", self.direct_reports.unknown()),
            ("role grants", self.grants.unknown()),
            ("last holder of a role", self.last_holder_of.unknown()),
            ("queues", self.queues.unknown()),
            ("skills", self.skills.unknown()),
            ("languages", self.languages.unknown()),
            ("groups", self.groups.unknown()),
            ("stations", self.stations.unknown()),
            ("live interactions", self.live.unknown()),
            ("open conversations", self.open_conversations.unknown()),
            ("presence", self.presence.unknown()),
            ("last login", self.last_login.unknown()),
            ("last token", self.last_token.unknown()),
            ("owner of this OAuth client", self.client_owner.unknown()),
        ]
        .into_iter()
        .chain(held)
        .filter_map(|(part, why)| why.map(|why| (part, why)))
        .collect()
    }

    /// Returns the things of a kind, if they were read completely.
    #[must_use]
    pub fn things(&self, kind: Kind) -> Option<&[Thing]> {
        self.held.get(&kind)?.known().map(Vec::as_slice)
    }

    /// Returns the inventory without some of the conversations that the person is in.
    #[must_use]
    pub fn without_live(&self, leaves_out: impl Fn(&LiveInteraction) -> bool) -> Self {
        let mut rest = self.clone();
        for part in [&mut rest.live, &mut rest.open_conversations] {
            if let Part::Known(live) = part {
                live.retain(|live| !leaves_out(live));
            }
        }
        rest
    }

    /// Returns a digest of everything that a plan rests on: all of it but the moment of reading and what
    /// changes by itself (presence, last login, last token).
    ///
    /// # Errors
    /// Fails only when the inventory cannot be written as JSON.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        crate::digest_of("emeritus inventory v1", &self.settled())
    }

    /// Returns the names of the parts in which `later` differs from this inventory, leaving out what changes
    /// by itself.
    #[must_use]
    pub fn drift(&self, later: &Self) -> Vec<&'static str> {
        let (a, b) = (self, later);
        // What no step of ours takes away comes and goes with the day: a new voicemail is no reason to stop.
        let released = Kind::ALL.into_iter().filter(|kind| kind.can_be_released());
        // A kind that is absent was not read by the release that took the inventory: nobody knows what changed.
        let moved = |kind: Kind| a.held.get(&kind).is_some_and(|was| b.held.get(&kind) != Some(was));
        let held = released.map(|kind| (kind.label(), moved(kind)));
        [
            ("organization", a.organization.id != b.organization.id),
            ("account id", a.account.id != b.account.id),
            ("state", a.account.state != b.account.state),
            ("version", a.account.version != b.account.version),
            ("e-mail", !a.account.email.eq_ignore_ascii_case(&b.account.email)),
            ("name", a.account.name != b.account.name),
            ("division", a.account.division != b.account.division),
            ("manager", a.manager != b.manager),
            ("direct reports", a.direct_reports != b.direct_reports),
            ("role grants", a.grants != b.grants),
            ("last holder of a role", a.last_holder_of != b.last_holder_of),
            ("queues", a.queues != b.queues),
            ("skills", a.skills != b.skills),
            ("languages", a.languages != b.languages),
            ("groups", a.groups != b.groups),
            ("stations", a.stations != b.stations),
            ("live interactions", a.live != b.live),
            ("open conversations", a.open_conversations != b.open_conversations),
            ("owner of this OAuth client", a.client_owner != b.client_owner),
        ]
        .into_iter()
        .chain(held)
        .filter_map(|(part, differs)| differs.then_some(part))
        .collect()
    }

    fn settled(&self) -> Self {
        let moment = Part::Unknown(Why::NotApplicable { because: "changes by itself".to_owned() });
        Self {
            taken_at: Timestamp::UNIX_EPOCH,
            open_since: None,
            presence: Part::Known(None),
            presence_since: None,
            last_login: moment.clone(),
            last_token: moment,
            readings: BTreeMap::new(),
            ..self.clone()
        }
    }
}
