//! The metrics that are an agent's own, and when each is emitted.

use uuid::Uuid;

use crate::generate::sketch::Leg;

/// A metric that the emulator can sum for an agent. `nConnected` is one that it can be asked for; it stands in the
/// customer's session, so no user has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum AgentMetric {
    /// Times connected: the customer's.
    Connected,
    /// Time that a conversation rang.
    Alert,
    /// Time talking, as often as it was interrupted.
    Talk,
    /// Time handling: talk, hold and after-call work.
    Handle,
    /// Time talking in a whole interaction.
    TalkComplete,
    /// Time on hold in a whole interaction.
    HeldComplete,
    /// After-call work.
    AfterCallWork,
}

impl AgentMetric {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Connected,
        Self::Alert,
        Self::Talk,
        Self::Handle,
        Self::TalkComplete,
        Self::HeldComplete,
        Self::AfterCallWork,
    ];

    /// The vendor's name of it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connected => "nConnected",
            Self::Alert => "tAlert",
            Self::Talk => "tTalk",
            Self::Handle => "tHandle",
            Self::TalkComplete => "tTalkComplete",
            Self::HeldComplete => "tHeldComplete",
            Self::AfterCallWork => "tAcw",
        }
    }

    /// The metric of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Whether it only counts, so that sums of it mean nothing.
    pub(crate) const fn is_count(self) -> bool {
        matches!(self, Self::Connected)
    }
}

/// One value of a metric, for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Emission {
    pub(crate) user: Uuid,
    pub(crate) media: Box<str>,
    pub(crate) metric: AgentMetric,
    pub(crate) at: i64,
    pub(crate) value: i64,
}

/// What a leg emits: metric, instant, value. `rang` says whether it came to the agent, rather than the other way round.
pub(crate) fn of_leg(leg: &Leg, rang: bool) -> impl Iterator<Item = (AgentMetric, i64, i64)> {
    let alert = rang.then_some((AgentMetric::Alert, leg.connect, leg.connect - leg.alert));
    let talked = leg.leave - leg.connect - leg.held_ms();
    let held = leg.hold.map(|(from, to)| (AgentMetric::HeldComplete, leg.leave, to - from));
    let wrap_up = leg.wrapped - leg.leave;
    let wrap_up = (wrap_up > 0).then_some((AgentMetric::AfterCallWork, leg.wrapped, wrap_up));
    [
        (AgentMetric::Talk, leg.leave, talked),
        (AgentMetric::TalkComplete, leg.leave, talked),
        (AgentMetric::Handle, leg.wrapped, leg.wrapped - leg.connect),
    ]
    .into_iter()
    .chain(held)
    .chain(wrap_up)
    .filter(|_| leg.took_place())
    .chain(alert)
}
