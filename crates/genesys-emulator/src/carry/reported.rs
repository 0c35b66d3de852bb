//! What is only reported about a person.

use jiff::SignedDuration;

use super::Carrier;
use crate::world::reported::EvaluationStatus;

pub(super) fn greetings(carrier: &mut Carrier<'_>) {
    for name in ["Standard", "Away"] {
        carrier.world.plant_greeting(&carrier.id, name, carrier.now);
    }
}

pub(super) fn voicemail(carrier: &mut Carrier<'_>) {
    let messages = u32::try_from(1 + carrier.draw.below(6)).unwrap_or(1);
    carrier.world.plant_voicemail(&carrier.id, messages, carrier.now);
}

/// Evaluations of the person by a colleague: one that waits, one that is over.
pub(super) fn evaluated(carrier: &mut Carrier<'_>) {
    for status in [EvaluationStatus::Pending, EvaluationStatus::Finished] {
        carrier.world.plant_evaluation(&carrier.id, Some(&carrier.colleague), status, carrier.now);
    }
}

/// An evaluation that waits for the person.
pub(super) fn evaluates(carrier: &mut Carrier<'_>) {
    let (agent, evaluator) = (&carrier.colleague, &carrier.id);
    carrier.world.plant_evaluation(agent, Some(evaluator), EvaluationStatus::InProgress, carrier.now);
}

pub(super) fn calibration(carrier: &mut Carrier<'_>) {
    carrier.world.plant_calibration(&carrier.id, Some(&carrier.colleague), carrier.now);
}

pub(super) fn coaching(carrier: &mut Carrier<'_>) {
    carrier.world.plant_coaching(&carrier.id, &carrier.colleague, carrier.now);
}

pub(super) fn learning(carrier: &mut Carrier<'_>) {
    for module in ["Privacy", "New products"] {
        carrier.world.plant_learning(&carrier.id, module, carrier.now);
    }
}

/// A management unit, and a shift on each of the next five days.
pub(super) fn schedules(carrier: &mut Carrier<'_>) {
    let name = if carrier.draw.chance(500) { "North" } else { "South" };
    carrier.world.plant_unit(&carrier.id, name, carrier.now);
    for day in 1..=5 {
        let (begins_in, lasts) = (SignedDuration::from_hours(24 * day), SignedDuration::from_hours(8));
        carrier.world.plant_shift(&carrier.id, begins_in, lasts, carrier.now);
    }
}

pub(super) fn flows(carrier: &mut Carrier<'_>) {
    for name in ["Main Menu", "After Hours Menu"] {
        carrier.world.plant_flow(&carrier.id, name);
    }
}

pub(super) fn dashboards(carrier: &mut Carrier<'_>) {
    carrier.world.plant_dashboard(&carrier.id, "My day", carrier.now);
}

pub(super) fn recording_policy(carrier: &mut Carrier<'_>) {
    carrier.world.plant_policy(&carrier.id, "Keep for a year", carrier.now);
}
