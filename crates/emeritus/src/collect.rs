//! Collecting an inventory: every part by the endpoint that answers for it, complete or unknown. Reads only.

mod held;
pub(crate) mod live;
mod parts;
mod scans;
pub(crate) mod telephony;

pub use scans::Scans;

pub(crate) use parts::to_grant;

use std::collections::BTreeMap;

use emeritus_core::holding::{Kind, Reading};
use emeritus_core::id::{DivisionId, OrganizationId, UserId};
use emeritus_core::inventory::{Account, AccountState, INVENTORY_FORMAT, Inventory, Named, Part, Why};
use genesys::{Expand, User};
use jiff::Timestamp;

use self::live::Reach;
use crate::find::{account_state, either_state};
use crate::stats::Phase;
use crate::{Emeritus, permission};

/// The inventory could not be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The account or the organization could not be read: without them there is no picture at all.
    #[error("could not read {what}")]
    Vendor {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        source: genesys::Error,
    },
    /// There is no such user in any state.
    #[error("there is no user {user} in any state")]
    NoSuchUser {
        /// Who was asked for.
        user: UserId,
    },
    /// The vendor's record lacks what every one has.
    #[error("the vendor's record of the {of} lacks a usable {field}")]
    Malformed {
        /// Of what.
        of: &'static str,
        /// Which field.
        field: &'static str,
    },
}

/// Returns a thing of the vendor's as the inventory keeps it.
pub(crate) fn named<I>(
    id: &str,
    name: Option<&str>,
    parse: impl FnOnce(String) -> Result<I, emeritus_core::id::NotAnId>,
) -> Option<Named<I>> {
    Some(Named { id: parse(id.to_owned()).ok()?, name: name.unwrap_or_default().into() })
}

const EXPAND: [Expand; 5] =
    [Expand::Groups, Expand::Presence, Expand::LastTokenIssued, Expand::DateLastLogin, Expand::Team];

impl Emeritus {
    /// Returns what a person holds now.
    ///
    /// # Errors
    /// Fails when the account itself cannot be read; every other part that cannot be read is `Unknown`.
    pub async fn collect(&self, user: &UserId) -> Result<Inventory, CollectError> {
        self.collect_with(user, &Scans::default()).await
    }

    /// As [`Emeritus::collect`], with readings of the whole organization that are shared by many people.
    ///
    /// # Errors
    /// As [`Emeritus::collect`].
    pub async fn collect_with(&self, user: &UserId, scans: &Scans) -> Result<Inventory, CollectError> {
        let _phase = self.meter.during(Phase::Inventory);
        let organization = self.organization().await?;
        let taken_at = self.now();
        let record = either_state(&self.reader, user.as_str(), &EXPAND)
            .await
            .map_err(|source| CollectError::Vendor { what: "the account", source })?
            .ok_or_else(|| CollectError::NoSuchUser { user: user.clone() })?;
        let account = account(&record)?;
        let reader = &self.reader;
        // Who cannot log in is not cut off by us: there one question is enough.
        let reach = if account.state == AccountState::Active { Reach::Far } else { Reach::Recent };
        {
            // Apart from the person's own reads, which would otherwise run side by side with them and be counted here.
            let _phase = self.meter.during(Phase::Scans);
            Box::pin(scans.fill(reader, record.team.is_none())).await;
        }
        let (grants, queues, skills, languages, groups, stations, reports) = tokio::join!(
            biased;
            Box::pin(parts::grants(reader, user)),
            Box::pin(parts::queues(reader, user)),
            Box::pin(parts::skills(reader, user)),
            Box::pin(parts::languages(reader, user)),
            Box::pin(parts::groups(reader, &record)),
            Box::pin(parts::stations(reader, user)),
            Box::pin(parts::direct_reports(reader, &record)),
        );
        let (last_holder_of, manager, live, open, client_owner) = tokio::join!(
            biased;
            Box::pin(parts::last_holder_of(reader, user, &grants)),
            Box::pin(parts::manager(reader, &record)),
            Box::pin(live::live(reader, user)),
            Box::pin(live::open_conversations(reader, user, self.by_both().latest, reach)),
            Box::pin(parts::client_owner(reader, self.client.client_id())),
        );
        let read_at = self.now();
        let of = held::Of { reader, user, record: &record, scans, now: taken_at };
        let held = Box::pin(held::held(of, &|| self.now())).await;
        let mut inventory = Inventory {
            format: INVENTORY_FORMAT,
            organization,
            taken_at,
            emulated: self.client.emulated(),
            manager,
            direct_reports: reports,
            last_holder_of,
            queues,
            skills,
            languages,
            groups,
            stations,
            live,
            open_since: open.known().map(|_| live::open_since(taken_at, reach)),
            open_conversations: open,
            presence: presence(&record),
            presence_since: record.presence.as_ref().and_then(|presence| presence.modified_date),
            last_login: last_login(&record),
            last_token: last_token(&record),
            client_owner,
            grants,
            account,
            held: BTreeMap::new(),
            readings: readings(&held, read_at),
        };
        inventory.held = held.into_iter().map(|(kind, part, _)| (kind, part)).collect();
        parts::no_manager(&mut inventory);
        let unknown: Vec<_> = inventory.unknown_parts().into_iter().map(|(part, _)| part).collect();
        inventory.readings.retain(|part, _| !unknown.contains(&part.as_str()));
        Ok(inventory)
    }

    pub(crate) async fn organization(&self) -> Result<Named<OrganizationId>, CollectError> {
        let organization = self
            .reader
            .organization()
            .await
            .map_err(|source| CollectError::Vendor { what: "the organization", source })?;
        named(&organization.id, organization.name.as_deref(), OrganizationId::parse)
            .ok_or(CollectError::Malformed { of: "organization", field: "id" })
    }
}

/// Returns the account of the vendor's record.
pub(crate) fn account(record: &User) -> Result<Account, CollectError> {
    let lacks = |field| CollectError::Malformed { of: "account", field };
    Ok(Account {
        id: UserId::parse(record.id.clone()).map_err(|_| lacks("id"))?,
        email: record.email.clone().unwrap_or_default().into(),
        name: record.name.clone().unwrap_or_default().into(),
        state: account_state(record.state.ok_or_else(|| lacks("state"))?),
        version: record.version.ok_or_else(|| lacks("version"))?,
        division: record
            .division
            .as_ref()
            .and_then(|division| named(&division.id, division.name.as_deref(), DivisionId::parse)),
        title: record.title.clone().map(Into::into),
        department: record.department.clone().map(Into::into),
    })
}

/// Returns when each part was read, and by which permission.
fn readings(
    held: &[(Kind, Part<Vec<emeritus_core::holding::Thing>>, Timestamp)],
    read_at: Timestamp,
) -> BTreeMap<String, Reading> {
    let reading = |at: Timestamp, permission: &str| Reading { at, permission: permission.to_owned() };
    let own = Kind::ALL.into_iter().filter(|kind| !kind.is_in_held());
    let own = own.map(|kind| (kind.label().to_owned(), reading(read_at, permission::of_kind(kind))));
    let others = permission::of_others();
    let others = others.map(|(part, permission)| (part.to_owned(), reading(read_at, permission)));
    let held = held.iter();
    let held = held.map(|(kind, _, at)| (kind.label().to_owned(), reading(*at, permission::of_kind(*kind))));
    own.chain(others).chain(held).collect()
}

/// Returns a part that the vendor's record leaves out. Its expands are best effort, and what it does not say is neither
/// none nor never.
fn not_told<T>(absent: &str) -> Part<T> {
    Part::Unknown(Why::NotTold { absent: absent.to_owned() })
}

fn presence(record: &User) -> Part<Option<String>> {
    let definition = record.presence.as_ref().and_then(|presence| presence.presence_definition.as_ref());
    match definition.and_then(|definition| definition.system_presence.clone()) {
        Some(presence) => Part::Known(Some(presence)),
        None => not_told("the presence"),
    }
}

fn last_login(record: &User) -> Part<Option<Timestamp>> {
    record.date_last_login.map_or_else(|| not_told("the last login"), |at| Part::Known(Some(at)))
}

fn last_token(record: &User) -> Part<Option<Timestamp>> {
    match &record.last_token_issued {
        Some(issued) => Part::Known(issued.date_issued),
        None => not_told("the last token"),
    }
}
