//! What is said of the two clocks.

use jiff::SignedDuration;

use super::Story;
use super::words::count;
use crate::clocks::{BOUND, Clocks};
use crate::event::Event;

/// Returns how far two clocks are apart, to its two largest units: `3 seconds`, `30 days 4 hours`.
#[must_use]
pub fn apart(difference: SignedDuration) -> String {
    let seconds = difference.as_secs().unsigned_abs();
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let named = units.iter().skip_while(|(number, _)| *number == 0).take(2);
    let named: Vec<_> =
        named.filter(|(number, _)| *number > 0).map(|(number, unit)| count(*number, unit)).collect();
    if named.is_empty() { "less than a second".to_owned() } else { named.join(" ") }
}

/// Returns what was seen of the clocks, as the timeline tells it.
pub(super) fn words(clocks: &Clocks) -> String {
    match clocks {
        Clocks::Agree { ahead, .. } if ahead.as_secs() == 0 => {
            "this machine's and the vendor's agree to the second".to_owned()
        }
        Clocks::Agree { ahead, .. } => {
            let way = if ahead.is_negative() { "behind" } else { "ahead of" };
            format!("this machine's is {} {way} the vendor's", apart(*ahead))
        }
        Clocks::Virtual { .. } => "virtual time of an emulated organization".to_owned(),
        Clocks::Unknown => "the vendor's could not be told".to_owned(),
    }
}

/// Returns what the times in the evidence rest on.
pub(super) fn limit(story: &Story<'_>) -> String {
    let clocks =
        |event: &'_ Event| if let Event::ClocksSeen { clocks } = event { Some(*clocks) } else { None };
    let seen = || story.records.iter().filter_map(|record| clocks(&record.event));
    let stamp = "no outside time stamp";
    if seen().any(|clocks| matches!(clocks, Clocks::Virtual { .. })) {
        return format!(
            "The clock: every time is the virtual time of an emulated organization, with {stamp}."
        );
    }
    let machine = format!("The clock: every time is that of the machine that ran it, with {stamp}.");
    if seen().any(|clocks| clocks == Clocks::Unknown) {
        return format!("{machine} The vendor's own clock could not be told.");
    }
    let most = seen().filter_map(|clocks| match clocks {
        Clocks::Agree { ahead, .. } => Some(ahead.abs()),
        Clocks::Virtual { .. } | Clocks::Unknown => None,
    });
    match most.max() {
        Some(most) => format!(
            "{machine} Nothing is written while it differs from the vendor's by more than {}; the largest difference \
             that was seen is {}.",
            apart(BOUND),
            apart(most)
        ),
        None => machine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_by_its_two_largest_units() {
        for (seconds, words) in [
            (0, "less than a second"),
            (1, "1 second"),
            (-59, "59 seconds"),
            (300, "5 minutes"),
            (-3_661, "1 hour 1 minute"),
            (86_400, "1 day"),
            (63_072_005, "730 days"),
        ] {
            assert_eq!(apart(SignedDuration::from_secs(seconds)), words);
        }
        assert_eq!(apart(SignedDuration::from_millis(150)), "less than a second");
    }
}
