//! Participants that are not users: the customer, the flow, the queue, an outside party.

use super::Scene;
use super::part::{Common, Timeline, media_stats, session};
use crate::generate::draw::Draw;
use crate::generate::sketch::{Leg, Media};
use crate::wire::analytics::{ATTRIBUTE_MAX, Field, Object};

/// The customer, from first contact to the end.
pub(super) fn customer<'a>(scene: &mut Scene<'a>, common: &Common<'a>) -> Option<Object<'a>> {
    let sketch = scene.sketch;
    let first = &sketch.first;
    let called = sketch.media == Media::Callback || !sketch.inbound;
    let media = if sketch.media == Media::Callback { Media::Voice } else { sketch.media };
    let begins = if called { first.alert } else { sketch.start };
    let id = scene.draw.uuid();
    let mut session = session(scene, common, media, true);
    let stats = media_stats(scene, sketch.end, sketch.end - begins);
    if media == Media::Voice {
        session.set_maybe("mediaEndpointStats", stats);
    }
    let mut line = Timeline::new(scene.as_of);
    if called {
        line.segment("dialing", begins, first.connect, None, Object::new());
    } else {
        let entry = if media == Media::Voice { "ivr" } else { "system" };
        line.segment(entry, begins, first.asked, None, Object::new());
        line.segment("delay", first.asked, first.connect, Some(common.queue), Object::new());
    }
    line.segment("interact", first.connect, sketch.end, Some(common.queue), disconnected("peer"));
    line.metric("nConnected", first.connect, 1);
    line.span("tConversationDuration", sketch.start, sketch.end);
    let purpose = if sketch.inbound { "customer" } else { "external" };
    let participant = Object::new()
        .with("participantId", Field::Id(id))
        .with("participantName", Field::Owned(common.customer_address.replace("tel:", "")))
        .with("purpose", Field::Text(purpose))
        .with("externalContactId", Field::Id(common.contact))
        .maybe("attributes", scene.attributes.take().map(|draw| attributes(draw, common)));
    finish(participant, session, line)
}

/// What flows and scripts noted about the customer; now and then something long.
fn attributes<'a>(mut draw: Draw, common: &Common<'a>) -> Field<'a> {
    let number = draw.between(100_000, 999_999);
    let choice = draw.between(1, 9);
    let mut noted = Object::new()
        .with("caseNumber", Field::Owned(format!("C-{number}")))
        .with("menuChoice", Field::Owned(choice.to_string()))
        .with("flowName", Field::Text(common.flow_name));
    if draw.chance(20) {
        let length = usize::try_from(draw.between(900, 1_600)).unwrap_or(0);
        let said = "Grüße, my order … ".chars().cycle().take(length.min(ATTRIBUTE_MAX));
        noted.set("lastWords", Field::Owned(said.collect()));
    }
    Field::Object(noted)
}

/// The flow that an inbound conversation passes before the queue.
pub(super) fn flow<'a>(scene: &mut Scene<'a>, common: &Common<'a>) -> Option<Object<'a>> {
    let sketch = scene.sketch;
    let id = scene.draw.uuid();
    let mut session = session(scene, common, sketch.media, true);
    let (purpose, kind) = match sketch.media {
        Media::Voice | Media::Callback => ("ivr", "INBOUNDCALL"),
        Media::Chat => ("workflow", "INBOUNDCHAT"),
        Media::Email => ("workflow", "INBOUNDEMAIL"),
        Media::Message => ("workflow", "INBOUNDSHORTMESSAGE"),
    };
    let left = sketch.first.asked;
    let outcome = scene.draw.uuid();
    if left <= scene.as_of {
        let outcome = Object::new()
            .with("flowOutcomeId", Field::Id(outcome))
            .with("flowOutcome", Field::Text("Routed to queue"))
            .with("flowOutcomeValue", Field::Text("SUCCESS"))
            .with("flowOutcomeStartTimestamp", Field::Time(sketch.start))
            .with("flowOutcomeEndTimestamp", Field::Time(left));
        let flow = Object::new()
            .with("flowId", Field::Id(common.flow))
            .with("flowName", Field::Text(common.flow_name))
            .with("flowType", Field::Text(kind))
            .with("flowVersion", Field::Text("12.0"))
            .with("entryType", Field::Text("dnis"))
            .with("entryReason", Field::Owned(common.own_address.clone()))
            .with("exitReason", Field::Text("TRANSFER"))
            .with("transferType", Field::Text("ACD"))
            .with("transferTargetName", Field::Text(common.queue_name))
            .with("startingLanguage", Field::Text("en-us"))
            .with("endingLanguage", Field::Text("en-us"))
            .with("issuedCallback", Field::Flag(sketch.media == Media::Callback))
            .with("outcomes", Field::List(vec![Field::Object(outcome)]));
        session.set("flow", Field::Object(flow));
    }
    let mut line = Timeline::new(scene.as_of);
    let kind = if purpose == "ivr" { "ivr" } else { "system" };
    line.segment(kind, sketch.start, left, None, disconnected("transfer"));
    line.metric("nFlow", sketch.start, 1);
    line.metric("oFlow", sketch.start, 1);
    line.span("tFlow", sketch.start, left);
    line.span("tFlowOut", sketch.start, left);
    line.metric("nFlowOutcome", left, 1);
    line.span("tFlowOutcome", sketch.start, left);
    if purpose == "ivr" {
        line.span("tIvr", sketch.start, left);
    }
    let participant = Object::new()
        .with("participantId", Field::Id(id))
        .with("participantName", Field::Text(common.flow_name))
        .with("purpose", Field::Text(purpose));
    finish(participant, session, line)
}

/// The queue in front of a leg.
pub(super) fn queue<'a>(scene: &mut Scene<'a>, common: &Common<'a>, leg: &Leg) -> Option<Object<'a>> {
    let media = scene.sketch.media;
    let id = scene.draw.uuid();
    let mut session = session(scene, common, media, true);
    let waiting = i64::try_from(scene.draw.skewed(0, 40)).unwrap_or(0);
    let agents = i64::try_from(scene.draw.between(1, 60)).unwrap_or(1);
    session.set("activeSkillIds", Field::List(vec![Field::Id(common.skill)]));
    session.set("eligibleAgentCounts", Field::List(vec![Field::Integer(agents)]));
    session.set("waitingInteractionCounts", Field::List(vec![Field::Integer(waiting)]));
    session.set("routingRing", Field::Integer(1));
    let mut line = Timeline::new(scene.as_of);
    let asked = Object::new()
        .with("requestedRoutingSkillIds", Field::List(vec![Field::Id(common.skill)]))
        .with("requestedLanguageId", Field::Id(common.language))
        .with("disconnectType", Field::Text("transfer"));
    let kind = if media == Media::Callback { "scheduled" } else { "interact" };
    line.segment(kind, leg.asked, leg.connect, Some(common.queue), asked);
    line.metric("nOffered", leg.asked, 1);
    line.metric("oServiceTarget", leg.asked, 80);
    line.span("tAcd", leg.asked, leg.connect);
    if leg.connect - leg.asked > 60_000 {
        line.metric("nOverSla", leg.connect, 1);
    }
    let participant = Object::new()
        .with("participantId", Field::Id(id))
        .with("participantName", Field::Text(common.queue_name))
        .with("purpose", Field::Text("acd"));
    finish(participant, session, line)
}

/// A second party who is not in the organization.
pub(super) fn outsider<'a>(scene: &mut Scene<'a>, common: &Common<'a>, leg: &Leg) -> Option<Object<'a>> {
    let id = scene.draw.uuid();
    let number = scene.draw.between(2_000_000_000, 9_899_999_999);
    let session = session(scene, common, scene.sketch.media, false);
    let mut line = Timeline::new(scene.as_of);
    line.segment("dialing", leg.alert, leg.connect, None, Object::new());
    line.segment("interact", leg.connect, leg.leave, None, disconnected("endpoint"));
    let participant = Object::new()
        .with("participantId", Field::Id(id))
        .with("participantName", Field::Owned(format!("+1{number}")))
        .with("purpose", Field::Text("external"));
    finish(participant, session, line)
}

/// What a segment says at its end.
pub(super) fn disconnected<'a>(how: &'static str) -> Object<'a> {
    Object::new().with("disconnectType", Field::Text(how))
}

/// The participant with its one session, if anything of it has happened.
fn finish<'a>(mut participant: Object<'a>, session: Object<'a>, line: Timeline<'a>) -> Option<Object<'a>> {
    if line.is_empty() {
        return None;
    }
    participant.set_objects("sessions", vec![line.into_session(session)]);
    Some(participant)
}
