//! Random lives: what was said after each event, held against ground truth, and each restore against what the person
//! was before they first left. A failure is one seed, and the shortest sequence that still fails.

mod events;
mod judge;
mod life;
mod model;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use genesys_emulator::Preset;

use super::{PRESETS, comparable};
use events::{Event, draw};
use life::{Count, FAULTS, Life};

/// How many lives a normal run tries: what half a minute of one processor is enough for.
const LIVES: u64 = 200;

/// From how many lives on each kind of thing must have happened.
const ENOUGH: u64 = 500;

/// Lives one life from its beginning. Whatever is wrong is an error, a panic of the library included.
fn lived(preset: Preset, events: &[Event]) -> Result<Count, String> {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let mut life = Life::new(preset);
        for event in events {
            life.meets(*event).map_err(|wrong| format!("{wrong}\n{}", life.story()))?;
        }
        Ok(life.count)
    }));
    lived.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("a panic: {}", text.unwrap_or_default()))
    })
}

/// Leaves out whatever the failure does not need.
fn shrunk(preset: Preset, events: &[Event]) -> (Vec<Event>, String) {
    let mut events = events.to_vec();
    let mut wrong = lived(preset, &events).err().unwrap_or_default();
    let mut place = 0;
    while place < events.len() {
        let mut fewer = events.clone();
        fewer.remove(place);
        let mut simpler = events.clone();
        if let Event::Killed { command, .. } | Event::Faulty { command, .. } = events[place] {
            simpler[place] = Event::Done(command);
        }
        if let Err(error) = lived(preset, &fewer) {
            (events, wrong) = (fewer, error);
        } else {
            if simpler != events
                && let Err(error) = lived(preset, &simpler)
            {
                (events, wrong) = (simpler, error);
            }
            place += 1;
        }
    }
    (events, wrong)
}

fn number(name: &str, otherwise: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a developer asks for more lives, or for one seed")]
    let set = std::env::var(name);
    set.map_or(otherwise, |text| text.parse().unwrap())
}

/// `EMERITUS_LIVES` says how many, `EMERITUS_LIVES_SEED` from which seed on.
#[test]
fn whatever_happens_to_a_person_what_is_said_is_true() {
    let (first, lives) = (number("EMERITUS_LIVES_SEED", 0), number("EMERITUS_LIVES", LIVES));
    let next = AtomicU64::new(first);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(4);
    let wrong = std::sync::Mutex::new(Vec::new());
    let counts = std::sync::Mutex::new(Count::default());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first + lives || wrong.lock().unwrap().len() >= 3 {
                        return;
                    }
                    let preset = PRESETS[usize::from(seed % 2 == 1)];
                    let events = draw(seed, FAULTS.len());
                    match lived(preset, &events) {
                        Ok(count) => counts.lock().unwrap().add(&count),
                        Err(_) => {
                            let (events, error) = shrunk(preset, &events);
                            let told = format!("seed {seed}, {preset}: {events:#?}\n{error}");
                            wrong.lock().unwrap().push(told);
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let counts = counts.into_inner().unwrap();
    println!("{counts:?}");
    if lives >= ENOUGH {
        counts.are_not_vacuous(lives);
    }
}
