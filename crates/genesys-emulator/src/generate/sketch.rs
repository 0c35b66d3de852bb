//! What happens in one conversation, before any of it is spelled out: who, which medium, and when.
//!
//! A query reads thousands of sketches to select a page of records, so a sketch costs a few draws and no memory.

use super::calendar::{DAY_MS, HOUR_MS};
use super::draw::Draw;

/// No generated conversation lasts longer, wrap-up included, unless its [`Course`] says so.
pub(crate) const LONGEST_MS: i64 = 2 * DAY_MS;
/// The end of something that has no end yet.
pub(crate) const NEVER_MS: i64 = i64::MAX / 4;

/// Medium of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Media {
    /// A telephone call.
    Voice,
    /// A callback: a scheduled session, then a call.
    Callback,
    /// A web chat.
    Chat,
    /// An e-mail.
    Email,
    /// A message (SMS, web messaging and the like).
    Message,
}

impl Media {
    /// The vendor's name of it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Callback => "callback",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Message => "message",
        }
    }

    /// Whether people talk in it.
    pub(crate) const fn is_spoken(self) -> bool {
        matches!(self, Self::Voice | Self::Callback)
    }
}

/// How a second party comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Not at all.
    Plain,
    /// The first agent sends the customer on without speaking to the second.
    BlindTransfer,
    /// The first agent speaks to the second, then hands over.
    ConsultTransfer,
    /// The first agent asks the second and goes on alone.
    Consult,
    /// Both speak with the customer.
    Conference,
}

/// One agent's part, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg {
    /// Asked for: entered the queue, or was dialled.
    pub(crate) asked: i64,
    /// Began ringing.
    pub(crate) alert: i64,
    /// Connected.
    pub(crate) connect: i64,
    /// Customer on hold, from and to.
    pub(crate) hold: Option<(i64, i64)>,
    /// Left.
    pub(crate) leave: i64,
    /// Finished wrapping up; equal to `leave` when there was nothing to wrap up.
    pub(crate) wrapped: i64,
}

impl Leg {
    /// Milliseconds on hold.
    pub(crate) fn held_ms(&self) -> i64 {
        self.hold.map_or(0, |(from, to)| to - from)
    }

    /// Whether anybody spoke: an agent may be cut off while it still rings.
    pub(crate) const fn took_place(&self) -> bool {
        self.connect < self.leave
    }

    fn cut(&mut self, at: i64) {
        let wrap_up = self.wrapped - self.leave;
        if self.leave > at {
            self.leave = at;
            self.connect = self.connect.min(at);
            self.wrapped = if self.took_place() { at + wrap_up.min(60_000) } else { at };
            self.hold = self.hold.filter(|(from, _)| *from < at).map(|(from, to)| (from, to.min(at)));
        }
    }
}

/// What a particular conversation is required to be, instead of drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) media: Media,
    /// How long it stays open once connected; [`NEVER_MS`] for one that has not ended.
    pub(crate) open_ms: i64,
}

/// One conversation in outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub(crate) media: Media,
    pub(crate) inbound: bool,
    pub(crate) scenario: Scenario,
    /// Which of the owner's colleagues takes the second leg; `None` when it is an outside party or nobody.
    pub(crate) colleague: Option<u8>,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) first: Leg,
    pub(crate) second: Option<Leg>,
}

impl Sketch {
    /// Draws the conversation that starts at `start`, for an owner with `colleagues` colleagues.
    pub(crate) fn new(draw: &mut Draw, start: i64, colleagues: usize) -> Self {
        let media = match draw.below(100) {
            0..70 => Media::Voice,
            70..77 => Media::Callback,
            77..83 => Media::Chat,
            83..92 => Media::Email,
            _ => Media::Message,
        };
        let inbound = media != Media::Voice || draw.chance(800);
        let scenario = scenario(draw, media, colleagues);
        let colleague = (scenario != Scenario::Plain && colleagues > 0)
            .then(|| u8::try_from(draw.index(colleagues)).unwrap_or(0));
        let first = first_leg(draw, media, inbound, start);
        let mut sketch =
            Self { media, inbound, scenario, colleague, start, end: first.leave, first, second: None };
        sketch.second_leg(draw);
        sketch
    }

    /// Draws a conversation whose course is given.
    pub(crate) fn on_course(draw: &mut Draw, start: i64, course: Course) -> Self {
        let media = course.media;
        let leave = start.saturating_add(course.open_ms).min(NEVER_MS);
        let wrapped = leave + seconds(draw, 5, 180);
        let first = Leg { asked: start, alert: start, connect: start, hold: None, leave, wrapped };
        let (inbound, scenario) = (true, Scenario::Plain);
        Self { media, inbound, scenario, colleague: None, start, end: first.leave, first, second: None }
    }

    /// Ends the conversation at `at`, if it would still go on then, but not before somebody was asked to take it.
    pub(crate) fn cut(&mut self, at: i64) {
        let at = at.max(self.first.alert + 1);
        self.first.cut(at);
        self.second = self.second.filter(|second| second.alert < at);
        if let Some(second) = &mut self.second {
            second.cut(at);
        }
        self.end = self.end.min(at);
    }

    /// When nothing more will change in it.
    pub(crate) fn settled(&self) -> i64 {
        let second = self.second.map_or(0, |leg| leg.wrapped);
        self.first.wrapped.max(second).max(self.end)
    }

    fn second_leg(&mut self, draw: &mut Draw) {
        let first = &mut self.first;
        let asked = first.connect + (first.leave - first.connect) * 2 / 3;
        let ring = seconds(draw, 3, 20);
        let together = seconds(draw, 15, 240);
        let alone = seconds(draw, 20, 900);
        let wrap_up = seconds(draw, 5, 90);
        let (asked, alert, connect, leave) = match self.scenario {
            Scenario::Plain => return,
            Scenario::BlindTransfer => {
                let alert = first.leave + seconds(draw, 2, 400);
                (first.leave, alert, alert + ring, alert + ring + alone)
            }
            Scenario::ConsultTransfer => {
                first.hold = Some((asked, asked + ring + together));
                first.leave = asked + ring + together;
                (asked, asked, asked + ring, first.leave + alone)
            }
            Scenario::Consult => {
                first.hold = Some((asked, asked + ring + together));
                first.leave = asked + ring + together + alone;
                (asked, asked, asked + ring, asked + ring + together)
            }
            Scenario::Conference => {
                first.hold = Some((asked, asked + ring));
                first.leave = asked + ring + together + alone;
                (asked, asked, asked + ring, first.leave)
            }
        };
        first.wrapped = first.leave + wrap_up;
        let wrapped = if self.scenario == Scenario::Consult { leave } else { leave + wrap_up };
        self.second = Some(Leg { asked, alert, connect, hold: None, leave, wrapped });
        self.end = first.leave.max(leave);
    }
}

fn scenario(draw: &mut Draw, media: Media, colleagues: usize) -> Scenario {
    match (media, draw.below(1000)) {
        (Media::Voice, 0..60) => Scenario::BlindTransfer,
        (Media::Voice, 60..90) => Scenario::ConsultTransfer,
        (Media::Voice, 90..110) => Scenario::Consult,
        (Media::Voice, 110..125) => Scenario::Conference,
        (Media::Chat | Media::Email | Media::Message, 0..60) if colleagues > 0 => Scenario::BlindTransfer,
        _ => Scenario::Plain,
    }
}

fn first_leg(draw: &mut Draw, media: Media, inbound: bool, start: i64) -> Leg {
    let flow = if inbound { seconds(draw, 4, 90) } else { 0 };
    let wait = match media {
        Media::Voice if !inbound => 0,
        Media::Voice | Media::Chat | Media::Message => seconds(draw, 1, 900),
        Media::Callback => seconds(draw, 60, 6 * 3600),
        Media::Email => seconds(draw, 30, 20 * 3600),
    };
    let ring = seconds(draw, 2, 25);
    let talk = match media {
        Media::Voice | Media::Callback => seconds(draw, 20, 2400),
        Media::Chat | Media::Message => seconds(draw, 60, 3600),
        Media::Email => seconds(draw, 60, 4 * 3600),
    };
    let wrap_up = seconds(draw, 5, 180);
    let connect = start + flow + wait + ring;
    let hold = (media.is_spoken() && draw.chance(350)).then(|| {
        let from = connect + talk / 3;
        (from, from + (seconds(draw, 5, 180)).min(talk / 3))
    });
    let leave = connect + talk;
    Leg { asked: start + flow, alert: start + flow + wait, connect, hold, leave, wrapped: leave + wrap_up }
}

/// A duration in milliseconds from `low` to `high` seconds, short ones more often.
fn seconds(draw: &mut Draw, low: u64, high: u64) -> i64 {
    let ms = draw.skewed(low * 1000, high * 1000);
    i64::try_from(ms).unwrap_or(HOUR_MS)
}
