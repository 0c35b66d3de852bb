//! What can happen to a person, drawn by a seed.

use emeritus::plan::AccountChoice;

/// How far a retirement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Keep,
    Delete,
    Held,
}

/// What is done with the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Retire(How),
    /// As `restore PERSON`, a revival where there is no snapshot.
    Restore(Option<AccountChoice>),
    /// As `resume --free` of every run that is not over.
    Resume,
    /// As `adopt --finish`.
    Adopt,
}

/// What somebody else does, or what happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    Reactivates,
    Deactivates,
    Undeletes,
    Deletes,
    Renames,
    Queue {
        joins: bool,
    },
    Role {
        gives: bool,
    },
    /// Takes a permission away, or gives it back.
    Denies(Option<&'static str>),
    /// The clock is put on, or back.
    Clock {
        hours: i64,
    },
}

/// One event of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Done(Command),
    /// The process dies at its n-th request, before it leaves or after it was carried out.
    Killed {
        command: Command,
        at: u64,
        after: bool,
    },
    /// Something goes wrong with the n-th request of the command.
    Faulty {
        command: Command,
        at: u32,
        kind: usize,
    },
    By(Other),
}

/// The permissions that are taken away: one for each way in which a run can be refused in the middle.
const PERMISSIONS: [&str; 6] = [
    "directory:user:edit",
    "directory:user:delete",
    "routing:queueMember:manage",
    "authorization:grant:add",
    "routing:queue:view",
    "analytics:conversationDetail:view",
];

/// Numbers by a seed: SplitMix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn of_all<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// Returns the events of a life, 3 to 10. Most begin with a retirement, since nothing else leads anywhere.
pub(super) fn draw(seed: u64, faults: usize) -> Vec<Event> {
    let mut dice = Dice::of(seed);
    let length = 3 + dice.below(8);
    (0..length)
        .map(|place| match dice.below(100) {
            _ if place == 0 && dice.below(10) < 7 => event(&mut dice, faults, true),
            0..65 => event(&mut dice, faults, false),
            _ => Event::By(other(&mut dice)),
        })
        .collect()
}

fn event(dice: &mut Dice, faults: usize, retires: bool) -> Event {
    let command = if retires { Command::Retire(how(dice)) } else { command(dice) };
    match dice.below(10) {
        0..6 => Event::Done(command),
        6 | 7 => Event::Killed { command, at: 1 + dice.below(110), after: dice.below(2) == 0 },
        _ => {
            let at = 1 + u32::try_from(dice.below(110)).unwrap();
            Event::Faulty { command, at, kind: usize::try_from(dice.below(faults as u64)).unwrap() }
        }
    }
}

fn how(dice: &mut Dice) -> How {
    dice.of_all(&[How::Keep, How::Keep, How::Delete, How::Held])
}

fn command(dice: &mut Dice) -> Command {
    match dice.below(10) {
        0..4 => Command::Retire(how(dice)),
        4..8 => {
            let choices = [None, None, Some(AccountChoice::Active), Some(AccountChoice::AsFound)];
            Command::Restore(dice.of_all(&choices))
        }
        8 => Command::Resume,
        _ => Command::Adopt,
    }
}

fn other(dice: &mut Dice) -> Other {
    match dice.below(12) {
        0 | 1 => Other::Reactivates,
        2 => Other::Deactivates,
        3 => Other::Undeletes,
        4 => Other::Deletes,
        5 => Other::Renames,
        6 | 7 => Other::Queue { joins: dice.below(3) > 0 },
        8 => Other::Role { gives: dice.below(3) > 0 },
        9 => Other::Denies(Some(dice.of_all(&PERMISSIONS))),
        10 => Other::Denies(None),
        _ => Other::Clock { hours: dice.of_all(&[25, 25, 50, -3]) },
    }
}
