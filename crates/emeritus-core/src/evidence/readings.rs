//! The readings of a person's history, in the order in which they were written down.

use super::{Reading, Story, words};
use crate::census::{CensusSummary, NotCompared};
use crate::event::{Event, Place};

pub(super) fn readings(story: &Story<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for record in story.records {
        let (sequence, at) = (record.sequence, record.at);
        match &record.event {
            Event::Measured { step, census, control, completeness } => readings.push(Reading {
                sequence,
                at,
                what: "before the first write".to_owned(),
                place: Place::forward(*step),
                reading: 1,
                census: census.clone(),
                completeness: *completeness,
                control: *control,
                against: None,
                verdict: None,
                added: 0,
                by_presence: 0,
                not_compared: NotCompared::default(),
            }),
            Event::Proved { place, reading, comparison, completeness } => readings.push(Reading {
                sequence,
                at,
                what: when(story, *place, *reading),
                place: *place,
                reading: *reading,
                census: comparison.after.clone(),
                completeness: *completeness,
                control: comparison.control,
                against: earlier(&readings, &comparison.before),
                verdict: Some(comparison.verdict.clone()),
                added: comparison.added,
                by_presence: comparison.open_before,
                not_compared: comparison.not_compared,
            }),
            Event::Started { .. }
            | Event::Resumed { .. }
            | Event::Intended { .. }
            | Event::Answered { .. }
            | Event::Observed { .. }
            | Event::NotSeen { .. }
            | Event::Waiting { .. }
            | Event::Waited { .. }
            | Event::Unreadable { .. }
            | Event::Compared { .. }
            | Event::AccountSeen { .. }
            | Event::Unwinding { .. }
            | Event::Stuck { .. }
            | Event::Freed
            | Event::Finished { .. }
            | Event::Counted { .. }
            | Event::ClocksSeen { .. }
            | Event::ProvedAgain { .. } => {}
        }
    }
    readings
}

/// Returns when the reading of these figures was made: the latest, if there are several.
fn earlier(readings: &[Reading], census: &CensusSummary) -> Option<String> {
    readings.iter().rev().find(|reading| reading.census == *census).map(|reading| reading.what.clone())
}

fn when(story: &Story<'_>, place: Place, reading: u16) -> String {
    let when = story.since(place).map_or("again", words::after);
    if reading > 1 { format!("{when}, reading {reading}") } else { when.to_owned() }
}
