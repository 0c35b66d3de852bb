//! Stored values with what is told of an organization's retention, and of what gave no answer.

use emeritus_core::Why;
use emeritus_core::again::LaterProof;
use emeritus_core::census::Control;
use emeritus_core::event::Event;
use emeritus_core::finding::{Finding, FindingCode, Severity};
use emeritus_core::forecast::Forecast;
use emeritus_core::plan::{Bound, HistoryScope, Plan};
use emeritus_core::retention::Retention;

use crate::person::{at, history};
use crate::specimen_later::{intact, later_plan};

fn refused(permission: &str) -> Why {
    Why::Forbidden { permissions: vec![permission.to_owned()] }
}

/// Everything that can be told of a retention.
pub(crate) fn retentions() -> Vec<Retention> {
    vec![
        Retention::Days(1_095),
        Retention::NoLimit,
        Retention::NotALength(0),
        Retention::Unknown(refused("analytics:dataRetention:view")),
        Retention::NotTold,
    ]
}

pub(crate) fn told_plan() -> Plan {
    let bound = Bound::Default { days: 1_830 };
    let retention = Some(Retention::Unknown(refused("analytics:dataRetention:view")));
    let finding = Finding {
        severity: Severity::Fatal,
        code: FindingCode::Restore,
        text: "about Restore".to_owned(),
        blocks: Vec::new(),
    };
    let history = HistoryScope { bound, retention, ..history() };
    Plan { history, findings: vec![finding], ..later_plan() }
}

/// Proofs made again that tell what was asked and gave no answer.
pub(crate) fn told_journal() -> Vec<Event> {
    let forecast = |retention: Retention| Forecast {
        at: at("2026-12-21T09:10:09Z"),
        conversations: 4,
        retention_days: retention.days(),
        retention: Some(retention),
        dropped: 0,
        next_drop: None,
        within_90_days: 0,
        within_a_year: 0,
        out_of_view: 1,
        out_of_search: 0,
    };
    let proofs = retentions().into_iter().zip([Control::Refused, Control::Unreadable].into_iter().cycle());
    let proofs = proofs.map(|(retention, control)| LaterProof {
        control,
        no_second_opinion: Some(refused("analytics:conversationAggregate:view")),
        forecast: Some(forecast(retention)),
        ..intact()
    });
    proofs.map(|proof| Event::ProvedAgain { proof: Box::new(proof) }).collect()
}
