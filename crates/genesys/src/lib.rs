//! Client for the Genesys Cloud Platform API v2, for reading an organization and for a fixed set of changes to its users.
//!
//! A [`Client`] has two halves of different types: a [`Reader`], which cannot change anything of the organization, and a
//! [`Writer`], which sends one [`Effect`] at a time. Every call takes the same way: authorise (OAuth client credentials), wait for the request
//! budget, send, classify. What a failure means is decided in one place, [`Error::disposition`].
//!
//! It refuses to know why somebody reads or changes anything. Time and HTTP are given to it ([`Clock`], [`Transport`]).
//!
//! Start reading at `client.rs` (the pipeline), then `disposition.rs`, `effect.rs` and `page.rs`.
//!
//! Promises:
//! - An effect is sent again only when the vendor certainly did not perform it.
//! - A list is returned complete or not at all.
//! - Credentials go to the vendor's hosts over TLS, or to loopback, and nowhere else; redirects are never followed.
//! - No secret, and nothing of the vendor's messages, appears in an error or in debug output.

mod analytics;
mod answer;
mod architect;
mod auth;
mod authorization;
mod budget;
mod client;
mod clock;
mod cursor;
mod date;
mod development;
mod disposition;
mod effect;
mod endpoint;
mod error;
mod exchange;
mod groups;
mod gzip;
mod limits;
mod odd;
mod organization;
mod page;
mod people;
mod permission;
mod proxy;
mod quality;
mod reader;
mod recording;
mod region;
mod request;
mod retry;
mod routing;
mod search;
mod settings;
mod teams;
mod telephony;
mod thing;
mod transport;
mod users;
mod voicemail;
mod work;
mod workforce;
mod writer;

pub use analytics::{
    AgentSession, AgentStatus, Aggregate, AggregateQuery, Conversation, ConversationPage, ConversationQuery,
    Granularity, Interval, IntervalError, JobQuery, JobState, JobStatus, OpenConversation, Order, OrderBy,
    Participant, RecordPage, RetentionSettings, Session, Stay,
};
pub use architect::Consumers;
pub use auth::Credentials;
pub use authorization::{Division, DivisionRef, Grant, PermissionPolicy, Role};
pub use budget::BudgetStatus;
pub use client::{Client, WaitReason, Waiting};
pub use clock::{Clock, SystemClock};
pub use date::{DateReading, VendorDate};
pub use disposition::Disposition;
pub use effect::Effect;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{Awaited, Error, ErrorKind, Rejection, Says};
pub use groups::{Group, GroupRef};
pub use limits::Limits;
pub use organization::{OAuthClient, Organization, RoleDivision};
pub use people::{PeopleState, Walked};
pub use permission::Needs;
pub use proxy::{NotAProxy, Proxy};
pub use quality::{EvaluationState, EvaluationsOf};
pub use reader::Reader;
pub use recording::PolicyUsers;
pub use region::{Region, UnknownRegion};
pub use routing::{
    MemberBy, MemberGroup, QueueMember, QueueRules, RoutingStatus, UserLanguage, UserQueue, UserSkill,
};
pub use search::{Criterion, Likeness};
pub use telephony::{Number, Station, StationHolder, UserStations};
pub use thing::Thing;
pub use transport::{BoxError, NeverSent, Transport, TransportError};
pub use users::{
    Contact, EmployerInfo, Expand, ExternalId, LastTokenIssued, Presence, PresenceDefinition, Reason,
    RoleRef, State, TeamRef, User, UserAuthorization, UserRef, UserState,
};
pub use voicemail::VoicemailMailbox;
pub use writer::{Receipt, Writer};
