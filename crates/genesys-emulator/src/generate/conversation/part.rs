//! Pieces that every participant is made of: sessions, segments, metrics.

use uuid::Uuid;

use super::Scene;
use crate::generate::Named;
use crate::generate::draw::Draw;
use crate::generate::names;
use crate::generate::sketch::Media;
use crate::wire::analytics::{Field, Object};

/// What all participants of one conversation share.
pub(super) struct Common<'a> {
    pub(super) queue: Uuid,
    pub(super) queue_name: &'a str,
    pub(super) wrap_up_code: Uuid,
    pub(super) skill: Uuid,
    pub(super) language: Uuid,
    pub(super) flow: Uuid,
    pub(super) flow_name: &'a str,
    pub(super) edge: Uuid,
    pub(super) peer: Uuid,
    pub(super) contact: Uuid,
    pub(super) customer_address: String,
    pub(super) own_address: String,
    pub(super) subject: &'static str,
    pub(super) note: &'static str,
}

impl<'a> Common<'a> {
    pub(super) fn new(scene: &mut Scene<'a>) -> Self {
        let (cast, owner, media) = (scene.cast, scene.owner, scene.sketch.media);
        let draw = &mut scene.draw;
        let own_queue = draw.pick(&owner.queues).and_then(|at| cast.queues.get(usize::from(*at)));
        let any_queue = draw.pick(&cast.queues);
        let queue = own_queue.or(any_queue);
        let flow = draw.pick(flows_of(media, &cast.flows));
        let number = draw.between(2_000_000_000, 9_899_999_999);
        let line = draw.between(100, 139);
        let given = draw.pick(names::FIRST).copied().unwrap_or_default();
        let family = draw.pick(names::LAST).copied().unwrap_or_default();
        let (customer_address, own_address) = match media {
            Media::Voice | Media::Callback => (format!("tel:+1{number}"), format!("tel:+18005550{line}")),
            Media::Email => (
                format!("{}.{}@customer.example", given.to_lowercase(), family.to_lowercase()),
                "service@example.test".to_owned(),
            ),
            Media::Chat | Media::Message => (format!("{given} {family}"), "webchat.example.test".to_owned()),
        };
        Self {
            queue: queue.map_or(Uuid::nil(), |queue| queue.id),
            queue_name: queue.map_or("", |queue| &queue.name),
            wrap_up_code: one_of(draw, &cast.wrap_up_codes),
            skill: one_of(draw, &cast.skills),
            language: one_of(draw, &cast.languages),
            flow: flow.map_or(Uuid::nil(), |flow| flow.id),
            flow_name: flow.map_or("", |flow| &flow.name),
            edge: Draw::new(cast.seed, [0xED6E, line % 4, 0]).uuid(),
            peer: draw.uuid(),
            contact: draw.uuid(),
            customer_address,
            own_address,
            subject: draw.pick(names::SUBJECTS).copied().unwrap_or_default(),
            note: draw.pick(names::NOTES).copied().unwrap_or_default(),
        }
    }
}

/// The flows that a medium goes through: half of the list is for calls, the rest one for each other medium.
fn flows_of(media: Media, flows: &[Named]) -> &[Named] {
    let (calls, others) = flows.split_at(flows.len() / 2);
    let own = |at: usize| others.get(at..=at).unwrap_or(flows);
    match media {
        Media::Voice | Media::Callback => calls,
        Media::Message => own(0),
        Media::Email => own(1),
        Media::Chat => own(2),
    }
}

fn one_of(draw: &mut Draw, ids: &[Uuid]) -> Uuid {
    draw.pick(ids).copied().unwrap_or_default()
}

/// The vendor's word for a direction.
pub(super) const fn direction(inbound: bool) -> &'static str {
    if inbound { "inbound" } else { "outbound" }
}

/// The provider that carries a medium.
pub(super) const fn provider(media: Media) -> &'static str {
    match media {
        Media::Voice | Media::Callback => "Edge",
        Media::Chat => "PureCloud Webchat v2",
        Media::Email => "PureCloud Email",
        Media::Message => "PureCloud Messaging",
    }
}

/// `ids` as fields, each once.
pub(super) fn distinct<'a>(ids: &[Uuid]) -> Vec<Field<'a>> {
    let mut seen: Vec<Uuid> = Vec::with_capacity(ids.len());
    for id in ids {
        if !seen.contains(id) {
            seen.push(*id);
        }
    }
    seen.into_iter().map(Field::Id).collect()
}

/// Segments and metrics of one session, cut at the instant up to which things are shown.
pub(super) struct Timeline<'a> {
    as_of: i64,
    segments: Vec<Object<'a>>,
    metrics: Vec<Field<'a>>,
}

impl<'a> Timeline<'a> {
    pub(super) const fn new(as_of: i64) -> Self {
        Self { as_of, segments: Vec::new(), metrics: Vec::new() }
    }

    /// Whether nothing of the session has happened yet.
    pub(super) const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Adds a segment of `kind`; `more` is put in once it has ended.
    pub(super) fn segment(
        &mut self,
        kind: &'static str,
        from: i64,
        to: i64,
        queue: Option<Uuid>,
        more: Object<'a>,
    ) {
        if from > self.as_of || from == to {
            return;
        }
        let ended = to <= self.as_of;
        let mut segment = Object::new()
            .with("segmentStart", Field::Time(from))
            .maybe("segmentEnd", ended.then_some(Field::Time(to)))
            .with("segmentType", Field::Text(kind))
            .with("conference", Field::Flag(false))
            .maybe("queueId", queue.map(Field::Id));
        if ended {
            segment.append(more);
        }
        self.segments.push(segment);
    }

    /// Adds a metric, emitted at `at`.
    pub(super) fn metric(&mut self, name: &'static str, at: i64, value: i64) {
        if at <= self.as_of {
            self.metrics.push(Field::Metric(at, name, value));
        }
    }

    /// Adds a metric that measures from `from` to `to` and is emitted at `to`.
    pub(super) fn span(&mut self, name: &'static str, from: i64, to: i64) {
        self.metric(name, to, to - from);
    }

    /// Puts both lists into the session.
    pub(super) fn into_session(self, mut session: Object<'a>) -> Object<'a> {
        if !self.metrics.is_empty() {
            session.set("metrics", Field::List(self.metrics));
        }
        session.set_objects("segments", self.segments);
        session
    }
}

/// The beginning of a session: ids, medium, addresses.
pub(super) fn session<'a>(
    scene: &mut Scene<'a>,
    common: &Common<'a>,
    media: Media,
    toward_us: bool,
) -> Object<'a> {
    let id = scene.draw.uuid();
    let protocol_call = scene.draw.uuid();
    let inbound = scene.sketch.inbound;
    let (from, to) = if inbound == toward_us {
        (&common.customer_address, &common.own_address)
    } else {
        (&common.own_address, &common.customer_address)
    };
    let mut session = Object::new()
        .with("sessionId", Field::Id(id))
        .with("mediaType", Field::Text(media.as_str()))
        .with("direction", Field::Text(direction(inbound)))
        .with("provider", Field::Text(provider(media)))
        .with("peerId", Field::Id(common.peer))
        .with("requestedRoutings", Field::List(vec![Field::Text("Standard")]))
        .with("usedRouting", Field::Text("Standard"));
    match media {
        Media::Voice => {
            session.set("ani", Field::Owned(from.clone()));
            session.set("dnis", Field::Owned(to.clone()));
            session.set("sessionDnis", Field::Owned(to.clone()));
            session.set("edgeId", Field::Id(common.edge));
            session.set("protocolCallId", Field::Id(protocol_call));
            session.set("remoteNameDisplayable", Field::Owned(common.customer_address.replace("tel:", "")));
        }
        Media::Callback => {
            session.set("callbackNumbers", Field::List(vec![Field::Owned(common.customer_address.clone())]));
            session.set("callbackUserName", Field::Text("Web form"));
            session.set("skipEnabled", Field::Flag(true));
            session.set("timeoutSeconds", Field::Integer(30));
        }
        Media::Email => {
            session.set("addressFrom", Field::Owned(from.clone()));
            session.set("addressTo", Field::Owned(to.clone()));
            session.set("authenticated", Field::Flag(true));
        }
        Media::Chat => session.set("roomId", Field::Id(protocol_call)),
        Media::Message => {
            session.set("addressFrom", Field::Owned(from.clone()));
            session.set("addressTo", Field::Owned(to.clone()));
            session.set("messageType", Field::Text("webmessaging"));
        }
    }
    session
}

/// Sound quality of a call leg, reported when it ended.
pub(super) fn media_stats<'a>(scene: &mut Scene<'a>, ended: i64, lasted_ms: i64) -> Option<Field<'a>> {
    let mos = i64::try_from(scene.draw.between(390, 492)).unwrap_or(0);
    let latency = i64::try_from(scene.draw.skewed(12, 240)).unwrap_or(0);
    let lost = i64::try_from(scene.draw.skewed(0, 60)).unwrap_or(0);
    if ended > scene.as_of {
        return None;
    }
    let stats = Object::new()
        .with("codecs", Field::List(vec![Field::Text("audio/opus")]))
        .with("minMos", Field::Hundredths(mos))
        .with("minRFactor", Field::Hundredths(mos * 19))
        .with("maxLatencyMs", Field::Integer(latency))
        .with("receivedPackets", Field::Integer(lasted_ms / 20))
        .with("discardedPackets", Field::Integer(lost))
        .with("duplicatePackets", Field::Integer(0))
        .with("invalidPackets", Field::Integer(0))
        .with("overrunPackets", Field::Integer(0))
        .with("underrunPackets", Field::Integer(lost / 3))
        .with("eventTime", Field::Time(ended));
    Some(Field::List(vec![Field::Object(stats)]))
}
