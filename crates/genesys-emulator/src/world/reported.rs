//! What the organization keeps about people and its API only reports: greetings, voicemail, trustors, dashboards,
//! evaluations, calibrations, coaching, learning, management units, schedules, flows, recording policies.
//!
//! Nothing here can be changed by an operation; it is arranged, and what becomes of it when its user is deleted is
//! a switch where the vendor does not say.

mod plant;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub(crate) use self::shelf::Shelf;
use crate::preset::{Fate, Switches};

/// Everything that is reported about people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reported {
    /// What belongs to one user alone, by user.
    pub(crate) own: BTreeMap<String, Own>,
    /// The form that evaluations are made with, once there is one.
    pub(crate) form: Option<Titled>,
    pub(crate) evaluations: Shelf<Evaluation>,
    pub(crate) calibrations: Shelf<Calibration>,
    pub(crate) appointments: Shelf<Appointment>,
    pub(crate) assignments: Shelf<Assignment>,
    /// Learning modules by id.
    pub(crate) modules: BTreeMap<String, String>,
    /// Management units by id.
    pub(crate) units: BTreeMap<String, Unit>,
    /// Flows, and which of them name which user.
    pub(crate) flows: Shelf<Flow>,
    /// Recording policies by id.
    pub(crate) policies: BTreeMap<String, Policy>,
}

/// What belongs to one user alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    pub(crate) greetings: Vec<Titled>,
    pub(crate) voicemail: Vec<Message>,
    /// Organizations that trust the user.
    pub(crate) trustors: Vec<Titled>,
    pub(crate) dashboards: Vec<Dashboard>,
    /// Id of the management unit.
    pub(crate) unit: Option<String>,
    pub(crate) shifts: Vec<Shift>,
}

/// An id, a name, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Titled {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
}

/// A voicemail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) caller: String,
    pub(crate) created: Timestamp,
    pub(crate) read: bool,
    pub(crate) seconds: u64,
}

/// A dashboard of a user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dashboard {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    pub(crate) public: bool,
    pub(crate) favourite: bool,
}

/// A published shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) id: String,
    pub(crate) begins: Timestamp,
    pub(crate) ends: Timestamp,
}

/// A management unit with its one published schedule.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) business_unit: String,
    pub(crate) schedule: String,
    pub(crate) since: Timestamp,
}

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EvaluationStatus {
    Pending,
    InProgress,
    Finished,
}

impl EvaluationStatus {
    /// The vendor's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "INPROGRESS",
            Self::Finished => "FINISHED",
        }
    }
}

/// An evaluation of an agent's conversation.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    pub(crate) id: String,
    pub(crate) conversation: String,
    pub(crate) form: Titled,
    pub(crate) agent: String,
    pub(crate) evaluator: Option<String>,
    pub(crate) assignee: Option<String>,
    pub(crate) status: EvaluationStatus,
    pub(crate) assigned: Timestamp,
    /// When it was shown to the agent, if it was.
    pub(crate) released: Option<Timestamp>,
}

impl Evaluation {
    /// Returns whether somebody still has to do something about it.
    pub(crate) fn is_open(&self) -> bool {
        self.status != EvaluationStatus::Finished
    }
}

/// A calibration: several evaluators judge one conversation.
#[derive(Clone, Debug)]
pub(crate) struct Calibration {
    pub(crate) id: String,
    pub(crate) conversation: String,
    pub(crate) form: Titled,
    pub(crate) calibrator: String,
    pub(crate) agent: Option<String>,
    pub(crate) created: Timestamp,
}

/// A coaching appointment.
#[derive(Clone, Debug)]
pub(crate) struct Appointment {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) attendees: BTreeSet<String>,
    pub(crate) facilitator: String,
    pub(crate) creator: String,
    pub(crate) starts: Timestamp,
    pub(crate) minutes: u64,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) created: Timestamp,
}

impl Appointment {
    /// Returns when it is over.
    pub(crate) fn ends(&self) -> Timestamp {
        let length = jiff::SignedDuration::from_mins(i64::try_from(self.minutes).unwrap_or(i64::MAX));
        self.starts.saturating_add(length).unwrap_or(Timestamp::MAX)
    }

    /// Returns whether it should be over and is not completed.
    pub(crate) fn is_overdue(&self, now: Timestamp) -> bool {
        self.completed.is_none() && self.ends() < now
    }

    /// Returns what `user` is to it, in the vendor's words.
    pub(crate) fn is(&self, user: &str, relationship: &str) -> bool {
        match relationship {
            "Attendee" => self.attendees.contains(user),
            "Facilitator" => self.facilitator == user,
            "Creator" => self.creator == user,
            _ => false,
        }
    }

    /// The vendor's word for how far it is.
    pub(crate) fn status(&self) -> &'static str {
        if self.completed.is_some() { "Completed" } else { "Scheduled" }
    }
}

/// A learning module assigned to somebody.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) id: String,
    pub(crate) module: String,
    pub(crate) user: String,
    pub(crate) created: Timestamp,
    pub(crate) due: Timestamp,
    pub(crate) completed: Option<Timestamp>,
}

impl Assignment {
    /// Returns whether it should be done and is not.
    pub(crate) fn is_overdue(&self, now: Timestamp) -> bool {
        self.completed.is_none() && self.due < now
    }

    /// The vendor's word for how far it is.
    pub(crate) fn state(&self) -> &'static str {
        if self.completed.is_some() { "Completed" } else { "Assigned" }
    }
}

/// An Architect flow that names users.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// In the words of dependency tracking: `INBOUNDCALLFLOW` and the like.
    pub(crate) kind: &'static str,
}

/// A recording policy that is for certain users.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) created: Timestamp,
    pub(crate) users: BTreeSet<String>,
}

impl Reported {
    /// Returns what belongs to `user` alone, if anything does.
    pub(crate) fn own(&self, user: &str) -> Option<&Own> {
        self.own.get(user)
    }

    /// Returns the policies that name `user`, by id.
    pub(crate) fn policies_of(&self, user: &str) -> impl Iterator<Item = &Policy> {
        self.policies.values().filter(move |policy| policy.users.contains(user))
    }

    /// Takes away what a deleted user loses.
    pub(crate) fn let_go(&mut self, user: &str, switches: &Switches) {
        if let Some(own) = self.own.get_mut(user) {
            if switches.greetings_on_deleted == Fate::Dropped {
                own.greetings.clear();
            }
            if switches.voicemail_on_deleted == Fate::Dropped {
                own.voicemail.clear();
            }
            if switches.dashboards_on_deleted == Fate::Dropped {
                own.dashboards.clear();
            }
            if switches.management_unit_on_deleted == Fate::Dropped {
                own.unit = None;
                own.shifts.clear();
            }
        }
        if switches.learning_on_deleted == Fate::Dropped {
            self.assignments.drop_of(user, |assignment| assignment.completed.is_none());
        }
        if switches.coaching_on_deleted == Fate::Dropped {
            self.appointments.drop_of(user, |appointment| appointment.completed.is_none());
        }
    }
}
