//! One person's conversations over a period, each made when asked for.

use uuid::Uuid;

use super::Spot;
use crate::generate::calendar::Calendar;
use crate::generate::draw::Draw;
use crate::generate::sketch::{Course, Sketch};

/// When the conversations of a stream start.
#[derive(Debug, Clone)]
enum Times {
    /// Spread over a period as contact centres are busy.
    Spread(Calendar),
    /// A single one, at this instant, with a given course.
    Once(i64, Course),
}

/// A sequence of generated conversations that one person took first.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// Position in the cast.
    pub(super) owner: usize,
    /// Who may take a second leg, by position in the cast.
    pub(super) colleagues: Box<[usize]>,
    times: Times,
}

impl Stream {
    pub(super) const fn spread(owner: usize, colleagues: Box<[usize]>, calendar: Calendar) -> Self {
        Self { owner, colleagues, times: Times::Spread(calendar) }
    }

    pub(super) fn once(owner: usize, start: i64, course: Course) -> Self {
        Self { owner, colleagues: Box::default(), times: Times::Once(start, course) }
    }

    /// Takes all of its conversations away; its place among the streams stays taken, so that no conversation to come
    /// has the id of one that was.
    pub(super) fn clear(&mut self) {
        self.colleagues = Box::default();
        self.times = Times::Spread(Calendar::new(0, 0, 1, 0));
    }

    /// How many conversations it has.
    pub(super) const fn count(&self) -> u64 {
        match &self.times {
            Times::Spread(calendar) => calendar.count(),
            Times::Once(..) => 1,
        }
    }

    /// Whether its conversations may last longer than generated ones do.
    pub(super) const fn is_singular(&self) -> bool {
        matches!(self.times, Times::Once(..))
    }

    /// When the `index`-th conversation starts.
    pub(super) fn start(&self, index: u64) -> i64 {
        match &self.times {
            Times::Spread(calendar) => calendar.instant(index),
            Times::Once(start, _) => *start,
        }
    }

    /// The conversations that start in `[from, to)`.
    pub(super) fn between(&self, from: i64, to: i64) -> std::ops::Range<u64> {
        match &self.times {
            Times::Spread(calendar) => calendar.between(from, to),
            Times::Once(start, _) if (from..to).contains(start) => 0..1,
            Times::Once(..) => 0..0,
        }
    }

    /// The outline of the conversation at `spot`, which must be in this stream.
    pub(super) fn sketch(&self, seed: u64, spot: Spot) -> Sketch {
        let mut draw = Draw::new(seed, [u64::from(spot.stream), spot.index, 1]);
        match &self.times {
            Times::Spread(calendar) => {
                Sketch::new(&mut draw, calendar.instant(spot.index), self.colleagues.len())
            }
            Times::Once(start, course) => Sketch::on_course(&mut draw, *start, *course),
        }
    }
}

/// What somebody is in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// Takes every conversation first.
    Owner,
    /// Takes second legs, as the colleague with this number.
    Colleague(u8),
}

/// A seat that somebody has, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seated {
    pub(super) stream: u32,
    pub(super) seat: Seat,
}

/// A user's id read from text.
pub(super) fn parse_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}
