//! A user's part in a conversation.

use super::part::{Common, Timeline, media_stats, session};
use super::system::disconnected;
use super::{Scene, Who};
use crate::generate::calendar::{DAY_MS, HOUR_MS};
use crate::generate::sketch::{Leg, Media, Scenario};
use crate::wire::analytics::{Field, Object};

/// The agent of `leg`; `first` tells the one who took the conversation from the one who joined it.
pub(super) fn agent<'a>(
    scene: &mut Scene<'a>,
    common: &Common<'a>,
    leg: &Leg,
    shown: Who<'a>,
    first: bool,
) -> Option<Object<'a>> {
    let id = scene.draw.uuid();
    let media = scene.sketch.media;
    let mut sessions = Vec::with_capacity(2);
    sessions.extend(handling(scene, common, leg, first));
    if media == Media::Callback {
        sessions.extend(call_of_callback(scene, common, leg));
    }
    if sessions.is_empty() {
        return None;
    }
    let team = if first {
        scene.owner.team
    } else {
        scene.colleague.as_ref().map_or(scene.owner.team, |it| it.0.team)
    };
    let mut participant = Object::new()
        .with("participantId", Field::Id(id))
        .maybe("userId", shown.user.map(Field::Id))
        .with("participantName", Field::Text(shown.name))
        .with("purpose", Field::Text("agent"))
        .with("teamId", Field::Id(team))
        .with("screenRecording", Field::Flag(false));
    participant.set_objects("sessions", sessions);
    Some(participant)
}

/// The session that carries the work, its segments and its metrics.
fn handling<'a>(scene: &mut Scene<'a>, common: &Common<'a>, leg: &Leg, first: bool) -> Option<Object<'a>> {
    let sketch = scene.sketch;
    let mut session = session(scene, common, sketch.media, sketch.inbound);
    let stats = media_stats(scene, leg.leave, leg.leave - leg.connect);
    let skills = vec![Field::Id(common.skill)];
    session.set("activeSkillIds", Field::List(skills));
    session.set("recording", Field::Flag(sketch.media.is_spoken()));
    session.set("acwSkipped", Field::Flag(leg.wrapped == leg.leave));
    if sketch.media == Media::Voice {
        session.set_maybe("mediaEndpointStats", stats);
    }
    let mut line = Timeline::new(scene.as_of);
    segments(&mut line, scene, common, leg, first);
    metrics(&mut line, scene, leg, first);
    if line.is_empty() { None } else { Some(line.into_session(session)) }
}

fn segments<'a>(line: &mut Timeline<'a>, scene: &Scene<'a>, common: &Common<'a>, leg: &Leg, first: bool) {
    let sketch = scene.sketch;
    let queue = Some(common.queue);
    let ring = if first && !sketch.inbound { "dialing" } else { "alert" };
    line.segment(ring, leg.alert, leg.connect, queue, Object::new());
    let leaving = match sketch.scenario {
        Scenario::BlindTransfer if first => disconnected("transfer"),
        Scenario::ConsultTransfer if first => disconnected("consultTransfer"),
        Scenario::Conference => disconnected("conferenceTransfer"),
        Scenario::Plain | Scenario::BlindTransfer | Scenario::ConsultTransfer | Scenario::Consult => {
            disconnected("client")
        }
    };
    let subject = (sketch.media == Media::Email).then_some(Field::Text(common.subject));
    let leaving = leaving.maybe("subject", subject);
    // Work that stays open for days is not worked on for days: it is put aside.
    let long = leg.leave - leg.connect > DAY_MS && !sketch.media.is_spoken();
    match leg.hold {
        _ if long => {
            line.segment("interact", leg.connect, leg.connect + HOUR_MS, queue, Object::new());
            line.segment("parked", leg.connect + HOUR_MS, leg.leave, queue, leaving);
        }
        Some((from, to)) => {
            line.segment("interact", leg.connect, from, queue, Object::new());
            line.segment("hold", from, to, queue, Object::new());
            if to < leg.leave {
                line.segment("interact", to, leg.leave, queue, leaving);
            }
        }
        None => line.segment("interact", leg.connect, leg.leave, queue, leaving),
    }
    if leg.wrapped > leg.leave {
        let wrap_up = Object::new()
            .with("wrapUpCode", Field::Id(common.wrap_up_code))
            .with("wrapUpNote", Field::Text(common.note))
            .with("requestedLanguageId", Field::Id(common.language));
        line.segment("wrapup", leg.leave, leg.wrapped, queue, wrap_up);
    }
}

fn metrics(line: &mut Timeline<'_>, scene: &Scene<'_>, leg: &Leg, first: bool) {
    let sketch = scene.sketch;
    if sketch.inbound || !first {
        line.span("tAlert", leg.alert, leg.connect);
        line.metric("tAnswered", leg.connect, leg.connect - leg.asked);
    } else {
        line.metric("nOutbound", leg.alert, 1);
        line.metric("nOutboundAttempted", leg.alert, 1);
        line.metric("nOutboundConnected", leg.connect, 1);
        line.span("tDialing", leg.alert, leg.connect);
    }
    if !leg.took_place() {
        return;
    }
    let talked = leg.leave - leg.connect - leg.held_ms();
    line.metric("tTalk", leg.leave, talked);
    line.metric("tTalkComplete", leg.leave, talked);
    if let Some((from, to)) = leg.hold {
        line.span("tHeld", from, to);
        line.metric("tHeldComplete", leg.leave, to - from);
    }
    if !sketch.media.is_spoken() {
        line.metric("tAgentResponseTime", leg.leave, talked / 3);
    }
    if first {
        match sketch.scenario {
            Scenario::BlindTransfer => {
                line.metric("nTransferred", leg.leave, 1);
                line.metric("nBlindTransferred", leg.leave, 1);
            }
            Scenario::ConsultTransfer => {
                line.metric("nConsult", leg.leave, 1);
                line.metric("nTransferred", leg.leave, 1);
                line.metric("nConsultTransferred", leg.leave, 1);
            }
            Scenario::Consult | Scenario::Conference => line.metric("nConsult", leg.leave, 1),
            Scenario::Plain => {}
        }
    }
    if leg.wrapped > leg.leave {
        line.span("tAcw", leg.leave, leg.wrapped);
    }
    line.metric("tHandle", leg.wrapped, leg.wrapped - leg.connect);
}

/// The call that a callback leads to.
fn call_of_callback<'a>(scene: &mut Scene<'a>, common: &Common<'a>, leg: &Leg) -> Option<Object<'a>> {
    let mut session = session(scene, common, Media::Voice, false);
    let stats = media_stats(scene, leg.leave, leg.leave - leg.connect);
    session.set_maybe("mediaEndpointStats", stats);
    let mut line = Timeline::new(scene.as_of);
    line.segment("dialing", leg.alert, leg.connect, Some(common.queue), Object::new());
    line.segment("interact", leg.connect, leg.leave, Some(common.queue), disconnected("client"));
    line.span("tDialing", leg.alert, leg.connect);
    if line.is_empty() { None } else { Some(line.into_session(session)) }
}
