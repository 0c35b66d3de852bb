//! A conversation spelled out from its sketch, in the shape of the vendor's `AnalyticsConversationWithoutAttributes`.
//!
//! Every draw is made whether or not the moment has been reached: what a live conversation shows today is the
//! beginning of what it will show when it has ended.

mod agent;
mod part;
mod system;

use uuid::Uuid;

use self::part::Common;
use super::draw::Draw;
use super::sketch::{Scenario, Sketch};
use crate::wire::analytics::{Field, Object};

/// What conversations are cast from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cast {
    pub(crate) seed: u64,
    pub(crate) people: Vec<Member>,
    pub(crate) queues: Vec<super::Named>,
    pub(crate) wrap_up_codes: Vec<Uuid>,
    pub(crate) skills: Vec<Uuid>,
    pub(crate) languages: Vec<Uuid>,
    pub(crate) flows: Vec<super::Named>,
}

/// Somebody who can have a part.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) name: Box<str>,
    pub(crate) division: Uuid,
    pub(crate) team: Uuid,
    pub(crate) queues: Box<[u16]>,
}

/// How a participant is to be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who<'a> {
    /// The user id, unless it is withheld.
    pub(crate) user: Option<Uuid>,
    pub(crate) name: &'a str,
}

/// One conversation to be spelled out.
pub(crate) struct Scene<'a> {
    pub(crate) cast: &'a Cast,
    pub(crate) sketch: &'a Sketch,
    /// Draws for everything the sketch leaves open.
    pub(crate) draw: Draw,
    pub(crate) id: Uuid,
    pub(crate) owner: &'a Member,
    pub(crate) owner_shown: Who<'a>,
    /// Who takes the second leg, if that is somebody of the organization.
    pub(crate) colleague: Option<(&'a Member, Who<'a>)>,
    /// Nothing later than this is shown.
    pub(crate) as_of: i64,
    /// Draws for the customer's attributes, where they are to be shown.
    pub(crate) attributes: Option<Draw>,
}

/// Spells the conversation out.
pub(crate) fn conversation<'a>(mut scene: Scene<'a>) -> Object<'a> {
    let sketch = scene.sketch;
    let common = Common::new(&mut scene);
    let participants = participants(&mut scene, &common);
    let ended = sketch.end <= scene.as_of;
    let mos = i64::try_from(scene.draw.between(380, 492)).unwrap_or(0);
    let direction = part::direction(sketch.inbound);
    let initiator = if sketch.inbound { "customer" } else { "agent" };
    let mut record = Object::new()
        .with("conversationId", Field::Id(scene.id))
        .with("conversationStart", Field::Time(sketch.start))
        .maybe("conversationEnd", ended.then_some(Field::Time(sketch.end)))
        .with("conversationInitiator", Field::Text(initiator))
        .with("customerParticipation", Field::Flag(true))
        .with("divisionIds", Field::List(part::distinct(&[scene.owner.division])))
        .with("originatingDirection", Field::Text(direction))
        .with("selfServed", Field::Flag(false));
    if sketch.media.is_spoken() && ended {
        record.set("mediaStatsMinConversationMos", Field::Hundredths(mos));
        record.set("mediaStatsMinConversationRFactor", Field::Hundredths(mos * 19));
    }
    record.set_objects("participants", participants);
    record
}

fn participants<'a>(scene: &mut Scene<'a>, common: &Common<'a>) -> Vec<Object<'a>> {
    let sketch = scene.sketch;
    let mut all = Vec::with_capacity(6);
    all.extend(system::customer(scene, common));
    if sketch.inbound {
        all.extend(system::flow(scene, common));
        all.extend(system::queue(scene, common, &sketch.first));
    }
    let owner = scene.owner_shown;
    all.extend(agent::agent(scene, common, &sketch.first, owner, true));
    if let Some(second) = sketch.second {
        if sketch.scenario == Scenario::BlindTransfer && scene.colleague.is_some() {
            all.extend(system::queue(scene, common, &second));
        }
        all.extend(match scene.colleague {
            Some((_, shown)) => agent::agent(scene, common, &second, shown, false),
            None => system::outsider(scene, common, &second),
        });
    }
    all
}
