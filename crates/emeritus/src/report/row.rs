//! The rows of the page's tables, spelt out so that the template only places them.

use emeritus_core::census::Verdict;
use emeritus_core::evidence::{Held, Moment, Reading, StepEntry, StepOutcome, grouped, moment};
use emeritus_core::finding::{Finding, Severity};

use super::Tone;

/// How many ids of a list are printed; all of them are in `evidence.json`.
const IDS_SHOWN: usize = 120;

/// How many digits of a digest the timeline shows.
const SHOWN: usize = 12;

/// Something about the run as a whole.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) small: String,
    pub(super) code: String,
}

impl Fact {
    pub(super) fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), small: String::new(), code: String::new() }
    }
}

/// One reading of the history.
pub(super) struct ReadingRow {
    pub(super) what: String,
    pub(super) at: String,
    pub(super) conversations: String,
    pub(super) open: String,
    pub(super) added: String,
    pub(super) verdict: String,
    pub(super) tone: Tone,
    pub(super) against: String,
    pub(super) window: String,
    pub(super) completeness: &'static str,
    pub(super) control: String,
    pub(super) by_presence: String,
    pub(super) root: String,
}

impl ReadingRow {
    pub(super) fn of(reading: &Reading) -> Self {
        let census = &reading.census;
        let by_presence = reading.by_presence;
        Self {
            what: typeset(&reading.what),
            at: moment(reading.at),
            conversations: grouped(census.conversations),
            open: grouped(census.open),
            added: if reading.verdict.is_some() { grouped(reading.added) } else { "–".to_owned() },
            verdict: reading.verdict_words(),
            tone: verdict_tone(reading.verdict.as_ref()),
            against: reading.against.clone().unwrap_or_default(),
            window: format!("{} to {}", stamp(census.window.from), moment(census.window.to)),
            completeness: reading.completeness_words(),
            control: reading.control_words(),
            by_presence: if by_presence == 0 { String::new() } else { grouped(by_presence) },
            root: census.root.clone(),
        }
    }
}

fn verdict_tone(verdict: Option<&Verdict>) -> Tone {
    match verdict {
        None => Tone::Quiet,
        Some(Verdict::Intact) => Tone::Good,
        Some(Verdict::Broken { .. }) => Tone::Bad,
        Some(Verdict::NoHistoryFound | Verdict::NotComparable(_)) => Tone::Attention,
    }
}

/// The ids that a reading found missing or altered.
pub(super) struct IdList {
    pub(super) title: String,
    pub(super) ids: Vec<String>,
    pub(super) more: String,
    pub(super) is_cut: bool,
}

impl IdList {
    /// Returns the lists of the last reading of each proof; the readings before it are in `evidence.json`.
    pub(super) fn all(readings: &[Reading]) -> Vec<Self> {
        let is_last = |(place, reading): &(usize, &Reading)| {
            !readings.iter().skip(place + 1).any(|later| later.place == reading.place)
        };
        readings.iter().enumerate().filter(is_last).flat_map(|(_, reading)| Self::of(reading)).collect()
    }

    fn of(reading: &Reading) -> Vec<Self> {
        let Some(Verdict::Broken { missing, altered }) = &reading.verdict else { return Vec::new() };
        let lists = [("Missing", missing), ("Altered", altered)];
        let lists = lists.into_iter().filter(|(_, ids)| !ids.is_empty());
        lists
            .map(|(word, ids)| Self {
                title: format!("{word} {} ({})", reading.what, grouped(ids.len() as u64)),
                ids: ids.iter().take(IDS_SHOWN).map(ToString::to_string).collect(),
                more: grouped(ids.len().saturating_sub(IDS_SHOWN) as u64),
                is_cut: ids.len() > IDS_SHOWN,
            })
            .collect()
    }
}

/// One step, or a part of its undo.
pub(super) struct StepRow {
    pub(super) number: u16,
    pub(super) is_undo: bool,
    pub(super) what: String,
    pub(super) why: String,
    pub(super) outcome: String,
    pub(super) tone: Tone,
    pub(super) detail: String,
    pub(super) tries: String,
    pub(super) seen: String,
}

impl StepRow {
    pub(super) fn of(step: &StepEntry, became: String) -> Self {
        Self {
            number: step.place.step.0,
            is_undo: step.place.undo.is_some(),
            what: typeset(&step.what),
            why: step.why.clone(),
            outcome: became,
            tone: step_tone(step.outcome),
            detail: step.detail.clone().unwrap_or_default(),
            tries: grouped(step.attempts),
            seen: step.seen_at.map(stamp).unwrap_or_default(),
        }
    }
}

fn step_tone(outcome: StepOutcome) -> Tone {
    match outcome {
        StepOutcome::Verified | StepOutcome::AlreadySo => Tone::Good,
        StepOutcome::AcceptedNotSeen | StepOutcome::OutcomeUnknown | StepOutcome::NotDone => Tone::Attention,
        StepOutcome::Refused => Tone::Bad,
        StepOutcome::Undone | StepOutcome::UnderWay | StepOutcome::Done => Tone::Neutral,
        StepOutcome::NotReached => Tone::Quiet,
    }
}

/// What the planner had noticed.
pub(super) struct FindingRow<'a> {
    pub(super) severity: &'static str,
    pub(super) tone: Tone,
    pub(super) text: &'a str,
}

impl<'a> FindingRow<'a> {
    pub(super) fn of(finding: &'a Finding) -> Self {
        let (severity, tone) = match finding.severity {
            Severity::Info => ("info", Tone::Quiet),
            Severity::Warn => ("warning", Tone::Attention),
            Severity::Fatal => ("fatal", Tone::Bad),
        };
        Self { severity, tone, text: &finding.text }
    }
}

/// One kind of thing that the person held.
pub(super) struct HeldRow {
    pub(super) what: String,
    pub(super) text: String,
    pub(super) is_unknown: bool,
}

impl HeldRow {
    pub(super) fn of(held: &Held) -> Self {
        let text = match &held.unknown {
            Some(why) => format!("unknown: {why}"),
            None if held.names.is_empty() => "none".to_owned(),
            None => held.names.join(", "),
        };
        Self { what: typeset(&held.what), text, is_unknown: held.unknown.is_some() }
    }
}

/// The moments of one day.
pub(super) struct Day {
    pub(super) date: String,
    pub(super) moments: Vec<MomentRow>,
}

/// One thing that happened.
pub(super) struct MomentRow {
    pub(super) sequence: u64,
    pub(super) time: String,
    pub(super) what: String,
    pub(super) note: String,
    pub(super) detail: String,
}

/// Returns the timeline with its dates set apart. The order is that of the records, whatever the clock did.
pub(super) fn days(timeline: &[Moment]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for told in timeline {
        let date = told.at.strftime("%A, %-d %B %Y").to_string();
        let row = MomentRow::of(told);
        match days.last_mut() {
            Some(day) if day.date == date => day.moments.push(row),
            Some(_) | None => days.push(Day { date, moments: vec![row] }),
        }
    }
    days
}

impl MomentRow {
    fn of(told: &Moment) -> Self {
        let who = told.who.as_ref().map(|who| format!("by {who}"));
        let attempt = told.attempt.filter(|attempt| *attempt > 1).map(|attempt| format!("try {attempt}"));
        let is_new = |id: &&String| !told.detail.as_ref().is_some_and(|detail| detail.contains(id.as_str()));
        let correlation =
            told.correlation_id.as_ref().filter(is_new).map(|id| format!("correlation id {id}"));
        let detail: Vec<_> = told.detail.iter().cloned().chain(correlation).collect();
        Self {
            sequence: told.sequence,
            time: told.at.strftime("%H:%M:%S").to_string(),
            what: typeset(&told.what),
            note: who.into_iter().chain(attempt).collect::<Vec<_>>().join(", "),
            detail: shortened(&detail.join("; ")),
        }
    }
}

/// Returns a moment to the second, in UTC; where the page says so beside it.
pub(super) fn stamp(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Returns a text as a sentence begins, with a real arrow.
pub(super) fn typeset(text: &str) -> String {
    let text = text.replace(" -> ", " → ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns a text with every SHA-256 in it cut to its beginning: nobody compares more by eye.
fn shortened(text: &str) -> String {
    let short = |word: &str| {
        let digest = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let beginning = word.get(..SHOWN).filter(|_| digest);
        beginning.map_or_else(|| word.to_owned(), |beginning| format!("{beginning}…"))
    };
    text.split(' ').map(short).collect::<Vec<_>>().join(" ")
}
