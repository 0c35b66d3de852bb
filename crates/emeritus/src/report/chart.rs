//! The person's conversations by month, as a picture that needs no script: a bar for each month, a line for each year,
//! and the same numbers in a table.

use emeritus_core::evidence::{count, grouped};
use emeritus_core::forecast::Calendar;
use jiff::civil::Date;

/// The picture's size, in its own units. It scales with the page.
const WIDTH: u32 = 900;
const HEIGHT: u32 = 180;
/// Where the bars begin and end: room for the scale on the left and for the years beneath.
const LEFT: u32 = 46;
const TOP: u32 = 8;
const BOTTOM: u32 = 156;

/// The conversations of a person by month.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) bars: Vec<Bar>,
    pub(super) years: Vec<YearMark>,
    pub(super) scale: Vec<ScaleMark>,
    pub(super) rows: Vec<YearRow>,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
}

/// One month.
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) text: String,
}

/// Where a year begins.
pub(super) struct YearMark {
    pub(super) x: String,
    pub(super) label: String,
    pub(super) top: u32,
}

/// A line across, with its number.
pub(super) struct ScaleMark {
    pub(super) y: String,
    pub(super) label: String,
}

/// The numbers of one year.
pub(super) struct YearRow {
    pub(super) year: String,
    pub(super) months: Vec<String>,
    pub(super) sum: String,
}

impl Chart {
    /// Returns the picture, or `None` where there is nothing to show.
    pub(super) fn of(calendar: &Calendar) -> Option<Self> {
        let months = calendar.months();
        let ((first, _), (last, _)) = months.first().zip(months.last())?;
        let most = months.iter().map(|(_, n)| *n).max()?;
        let ceiling = ceiling(most);
        let step = f64::from(WIDTH - LEFT) / f64::from(u32::try_from(months.len()).ok()?);
        let place =
            |number: usize| f64::from(LEFT) + step * f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let bars = months.iter().enumerate().filter(|(_, (_, n))| *n > 0);
        let bars = bars.map(|(number, (month, n))| bar(place(number), step, *month, *n, ceiling)).collect();
        let years =
            months.iter().enumerate().filter(|(number, (month, _))| *number == 0 || month.month() == 1);
        let years = years.map(|(number, (month, _))| YearMark {
            x: tenths(place(number)),
            label: month.year().to_string(),
            top: TOP,
        });
        let range = format!("{} to {}", first.strftime("%B %Y"), last.strftime("%B %Y"));
        let all = count(calendar.conversations(), "conversation");
        Some(Self {
            title: format!("Conversations by month, {range}"),
            description: format!(
                "{all} in {}; the most in one month: {}.",
                count(months.len() as u64, "month"),
                grouped(most)
            ),
            bars,
            years: spaced(years.collect(), step),
            scale: [ceiling, ceiling / 2]
                .into_iter()
                .filter(|mark| *mark > 0)
                .map(|mark| ScaleMark { y: tenths(height_at(mark, ceiling)), label: grouped(mark) })
                .collect(),
            rows: rows(&months),
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            bottom: BOTTOM,
        })
    }
}

fn bar(x: f64, step: f64, month: Date, conversations: u64, ceiling: u64) -> Bar {
    // A month with one conversation among thousands still shows.
    let top = height_at(conversations, ceiling).min(f64::from(BOTTOM) - 1.0);
    Bar {
        x: tenths(x + step * 0.12),
        y: tenths(top),
        width: tenths(step * 0.76),
        height: tenths(f64::from(BOTTOM) - top),
        text: format!("{}: {}", month.strftime("%B %Y"), count(conversations, "conversation")),
    }
}

/// Returns how far down a number lies.
fn height_at(number: u64, ceiling: u64) -> f64 {
    let share = permille(number, ceiling);
    f64::from(BOTTOM) - f64::from(BOTTOM - TOP) * f64::from(share) / 1000.0
}

/// Returns a number's share of the ceiling in thousandths.
fn permille(number: u64, ceiling: u64) -> u32 {
    let share = u128::from(number) * 1000 / u128::from(ceiling.max(1));
    u32::try_from(share).unwrap_or(1000).min(1000)
}

/// Returns the next round number: 1, 2 or 5 times a power of ten; an even one, so that its half is one too.
fn ceiling(most: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for times in [2, 4, 6, 10] {
            let round = power.saturating_mul(times);
            if round >= most {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Years whose labels would run into each other give way.
fn spaced(mut years: Vec<YearMark>, step: f64) -> Vec<YearMark> {
    let a_year = step * 12.0;
    // A label takes some 34 units.
    let every = if a_year >= 36.0 {
        1
    } else if a_year >= 18.0 {
        2
    } else {
        5
    };
    for (number, year) in years.iter_mut().enumerate() {
        if number % every != 0 {
            year.label.clear();
        }
    }
    // The first mark stands where the history begins, which may be right before the next year.
    if let [first, second, ..] = years.as_mut_slice()
        && let (Ok(a), Ok(b)) = (first.x.parse::<f64>(), second.x.parse::<f64>())
        && b - a < 36.0
    {
        first.label.clear();
    }
    years
}

fn tenths(number: f64) -> String {
    format!("{number:.1}")
}

fn rows(months: &[(Date, u64)]) -> Vec<YearRow> {
    let mut rows: Vec<YearRow> = Vec::new();
    let mut sum = 0;
    for (month, conversations) in months {
        let year = month.year().to_string();
        if rows.last().is_none_or(|row| row.year != year) {
            let before = (1..month.month()).map(|_| String::new()).collect();
            rows.push(YearRow { year, months: before, sum: String::new() });
            sum = 0;
        }
        sum += conversations;
        if let Some(row) = rows.last_mut() {
            row.months.push(grouped(*conversations));
            row.sum = grouped(sum);
        }
    }
    for row in &mut rows {
        row.months.resize(12, String::new());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(months: &[(&str, u64)]) -> Calendar {
        let mut calendar = Calendar::default();
        for (month, conversations) in months {
            calendar.add(format!("{month}-15T12:00:00Z").parse().unwrap(), *conversations);
        }
        calendar
    }

    #[test]
    fn a_bar_for_each_month_that_had_any_and_a_number_for_each() {
        let chart = Chart::of(&calendar(&[("2025-11", 3), ("2026-02", 40)])).unwrap();
        assert_eq!(chart.title, "Conversations by month, November 2025 to February 2026");
        assert_eq!(chart.description, "43 conversations in 4 months; the most in one month: 40.");
        let texts: Vec<_> = chart.bars.iter().map(|bar| bar.text.as_str()).collect();
        assert_eq!(texts, ["November 2025: 3 conversations", "February 2026: 40 conversations"]);
        let tall: Vec<f64> = chart.bars.iter().map(|bar| bar.height.parse().unwrap()).collect();
        assert_eq!(tall[1], f64::from(BOTTOM - TOP));
        assert!((tall[0] - tall[1] * 0.075).abs() < 0.3, "{tall:?}");
        let rows: Vec<_> = chart.rows.iter().map(|row| (row.year.as_str(), row.sum.as_str())).collect();
        assert_eq!(rows, [("2025", "3"), ("2026", "40")]);
        assert_eq!(chart.rows[1].months[..3], ["0".to_owned(), "40".to_owned(), String::new()]);
        assert!(chart.rows.iter().all(|row| row.months.len() == 12));
    }

    #[test]
    fn ten_years_fit_and_no_labels_collide() {
        let months: Vec<_> =
            (2016..2026).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}"))).collect();
        let months: Vec<_> = months.iter().zip(1..).map(|(month, n)| (month.as_str(), n)).collect();
        let chart = Chart::of(&calendar(&months)).unwrap();
        assert_eq!((chart.bars.len(), chart.rows.len()), (120, 10));
        let right = |bar: &Bar| bar.x.parse::<f64>().unwrap() + bar.width.parse::<f64>().unwrap();
        assert!(chart.bars.iter().all(|bar| right(bar) <= f64::from(WIDTH)));
        let labels: Vec<f64> = chart
            .years
            .iter()
            .filter(|year| !year.label.is_empty())
            .map(|year| year.x.parse().unwrap())
            .collect();
        assert!(labels.len() > 4 && labels.windows(2).all(|pair| pair[1] - pair[0] >= 36.0), "{labels:?}");
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        assert_eq!([1, 2, 3, 40, 41, 99, 101, 5_999].map(ceiling), [2, 2, 4, 40, 60, 100, 200, 6_000]);
        assert!(Chart::of(&Calendar::default()).is_none());
    }
}
