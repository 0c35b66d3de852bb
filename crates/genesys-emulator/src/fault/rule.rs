//! Which request a fault is for.

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{FaultKind, FiredFault};
use crate::gate::Arrival;

/// A scripted fault: for which requests, what, and how many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// The requests it is for.
    pub matching: Matching,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many times at most; `None` is without end.
    pub times: Option<u32>,
}

/// Requests, by what can be seen of them on arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Method; `None` is any.
    pub method: Option<String>,
    /// Path; `None` is any. `*` and `{name}` stand for one segment, a last `**` for any rest.
    pub path: Option<String>,
    /// Which of the requests that match so far.
    pub occurrence: Occurrence,
    /// Id of the OAuth client; `None` is any.
    pub client: Option<String>,
}

/// Which of several matching requests; the first is number 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Occurrence {
    /// Each of them.
    #[default]
    Every,
    /// These.
    Numbers(Vec<u32>),
    /// This one and all after it.
    From(u32),
}

/// Faults by chance, the same for the same seed and the same requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomFaults {
    /// Decides which requests and which kinds.
    pub seed: u64,
    /// How many of a thousand requests go wrong.
    pub per_thousand: u32,
    /// The kinds to choose from, each as likely as the others.
    pub kinds: Vec<FaultKind>,
    /// How many faults at most; `None` is without end.
    pub at_most: Option<u32>,
}

impl FaultRule {
    /// Returns a fault for the first request that is made, once.
    pub fn new(kind: FaultKind) -> Self {
        Self { matching: Matching::default(), kind, times: Some(1) }
    }

    /// Restricts it to a method and a path ([`Matching::path`]).
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.matching.method = Some(method.to_owned());
        self.matching.path = Some(path.to_owned());
        self
    }

    /// Restricts it to the n-th matching request, counted from 1.
    pub fn nth(mut self, n: u32) -> Self {
        self.matching.occurrence = Occurrence::Numbers(vec![n]);
        self
    }

    /// Lets it happen `times` times.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets it happen without end.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }
}

impl Matching {
    fn fits(&self, arrival: &Arrival, client: Option<&str>) -> bool {
        self.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(arrival.method.as_str()))
            && self.path.as_deref().is_none_or(|pattern| path_fits(pattern, &arrival.path))
            && self.client.as_deref().is_none_or(|wanted| Some(wanted) == client)
    }
}

fn path_fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        if expected == "**" {
            return true;
        }
        let Some(segment) = segments.next() else { return false };
        if expected != "*" && !expected.starts_with('{') && expected != segment {
            return false;
        }
    }
    segments.next().is_none()
}

/// A fault chosen for a request; whether it can happen shows only when the request is carried out.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    pub(crate) kind: FaultKind,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Rule(u64),
    Chance,
}

/// The faults that are set, and those that happened.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Scripted>,
    next_rule: u64,
    random: Option<Chance>,
    fired: Vec<FiredFault>,
}

#[derive(Debug)]
struct Scripted {
    number: u64,
    rule: FaultRule,
    seen: u32,
}

#[derive(Debug)]
struct Chance {
    faults: RandomFaults,
    random: ChaCha8Rng,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.retain(|scripted| scripted.rule.times != Some(0));
        self.rules.push(Scripted { number: self.next_rule, rule, seen: 0 });
        self.next_rule += 1;
    }

    /// Returns how many scripted faults have not all happened.
    pub(crate) fn set(&self) -> usize {
        self.rules.iter().filter(|scripted| scripted.rule.times != Some(0)).count()
    }

    pub(crate) fn set_random(&mut self, faults: RandomFaults) {
        let random = ChaCha8Rng::seed_from_u64(faults.seed);
        self.random = Some(Chance { faults, random });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.random = None;
    }

    pub(crate) fn fired(&self) -> &[FiredFault] {
        &self.fired
    }

    /// Returns whether some fault may ask for the world as it was before the last write.
    pub(crate) fn may_look_back(&self) -> bool {
        let looks_back = |kind: &FaultKind| *kind == FaultKind::StaleRead;
        self.rules.iter().any(|scripted| looks_back(&scripted.rule.kind))
            || self.random.as_ref().is_some_and(|chance| chance.faults.kinds.iter().any(looks_back))
    }

    /// Returns the fault for an arriving request: the first rule that is for it, else one by chance.
    pub(crate) fn choose(&mut self, arrival: &Arrival, client: Option<&str>) -> Option<Armed> {
        let mut chosen = None;
        for scripted in &mut self.rules {
            if scripted.rule.times == Some(0) || !scripted.rule.matching.fits(arrival, client) {
                continue;
            }
            scripted.seen += 1;
            let due = match &scripted.rule.matching.occurrence {
                Occurrence::Every => true,
                Occurrence::Numbers(numbers) => numbers.contains(&scripted.seen),
                Occurrence::From(first) => scripted.seen >= *first,
            };
            if due && chosen.is_none() {
                chosen =
                    Some(Armed { kind: scripted.rule.kind.clone(), source: Source::Rule(scripted.number) });
            }
        }
        chosen.or_else(|| self.random.as_mut().and_then(Chance::draw))
    }

    /// Notes what became of a request that a fault held back.
    pub(crate) fn committed_after_all(&mut self, number: u64, committed: bool) {
        for fired in self.fired.iter_mut().filter(|fired| fired.number == number) {
            fired.committed |= committed;
        }
    }

    /// Notes that `armed` happened.
    pub(crate) fn fire(&mut self, armed: &Armed, arrival: &Arrival, at: Timestamp, committed: bool) {
        let times = match armed.source {
            Source::Rule(number) => self
                .rules
                .iter_mut()
                .find(|scripted| scripted.number == number)
                .map(|scripted| &mut scripted.rule.times),
            Source::Chance => self.random.as_mut().map(|chance| &mut chance.faults.at_most),
        };
        if let Some(Some(left)) = times {
            *left = left.saturating_sub(1);
        }
        self.fired.push(FiredFault {
            number: arrival.number,
            at,
            kind: armed.kind.name().to_owned(),
            method: arrival.method.to_string(),
            path: arrival.path.clone(),
            committed,
        });
    }
}

impl Chance {
    fn draw(&mut self) -> Option<Armed> {
        if self.faults.at_most == Some(0)
            || self.random.next_u64() % 1_000 >= u64::from(self.faults.per_thousand)
        {
            return None;
        }
        let kinds = u64::try_from(self.faults.kinds.len()).ok()?;
        let index = usize::try_from(self.random.next_u64().checked_rem(kinds)?).ok()?;
        let kind = self.faults.kinds.get(index)?.clone();
        Some(Armed { kind, source: Source::Chance })
    }
}

#[cfg(test)]
mod tests {
    use super::path_fits;

    #[test]
    fn a_pattern_fits_whole_segments_only() {
        assert!(path_fits("/api/v2/users/*", "/api/v2/users/7"));
        assert!(path_fits("/api/v2/users/{userId}/queues", "/api/v2/users/7/queues"));
        assert!(path_fits("/api/v2/**", "/api/v2/users/7/queues"));
        assert!(!path_fits("/api/v2/users/*", "/api/v2/users/7/queues"));
        assert!(!path_fits("/api/v2/users", "/api/v2/users/7"));
    }
}
