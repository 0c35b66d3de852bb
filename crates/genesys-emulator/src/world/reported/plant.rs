//! Arranging what is reported about people. Every function returns the id of what it planted.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{
    Appointment, Assignment, Calibration, Dashboard, Evaluation, EvaluationStatus, Flow, Message, Own,
    Policy, Shift, Titled, Unit,
};
use crate::world::{World, access::OauthClient};

/// Where planted evaluations say that their questions come from.
const FORM: &str = "Call quality";

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

impl World {
    fn own(&mut self, user: &str) -> &mut Own {
        self.directory.reported.own.entry(user.to_owned()).or_default()
    }

    fn titled(&mut self, name: &str, now: Timestamp) -> Titled {
        Titled { id: self.ids.uuid(), name: name.to_owned(), created: now }
    }

    /// Gives a user a greeting.
    pub(crate) fn plant_greeting(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let greeting = self.titled(name, now);
        let id = greeting.id.clone();
        self.own(user).greetings.push(greeting);
        id
    }

    /// Leaves `messages` voicemails for a user, every other one unread.
    pub(crate) fn plant_voicemail(&mut self, user: &str, messages: u32, now: Timestamp) {
        for nth in 0..messages {
            let message = Message {
                id: self.ids.uuid(),
                caller: format!("+1317555{:04}", 100 + nth % 9_000),
                created: earlier(now, SignedDuration::from_hours(i64::from(nth) + 1)),
                read: nth % 2 == 1,
                seconds: 20 + u64::from(nth % 40),
            };
            self.own(user).voicemail.push(message);
        }
    }

    /// Lets another organization trust a user; the id is that organization's.
    pub(crate) fn plant_trustor(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let trustor = self.titled(name, now);
        let id = trustor.id.clone();
        self.own(user).trustors.push(trustor);
        id
    }

    /// Gives a user a private dashboard.
    pub(crate) fn plant_dashboard(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let id = self.ids.uuid();
        let dashboard = Dashboard {
            id: id.clone(),
            name: name.to_owned(),
            created: now,
            public: false,
            favourite: false,
        };
        self.own(user).dashboards.push(dashboard);
        id
    }

    /// Makes an OAuth client that a user created, without a role.
    pub(crate) fn plant_oauth_client(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let client = OauthClient {
            id: self.ids.uuid(),
            secret: self.ids.secret(),
            name: name.to_owned(),
            permissions: Some(BTreeSet::new()),
            denied: BTreeSet::new(),
            roles: Vec::new(),
            created: now,
            created_by: Some(user.to_owned()),
        };
        let id = client.id.clone();
        self.access.clients.insert(id.clone(), client);
        id
    }

    /// Returns the evaluation form of the organization.
    fn form(&mut self, now: Timestamp) -> Titled {
        if let Some(form) = &self.directory.reported.form {
            return form.clone();
        }
        let form = self.titled(FORM, now);
        self.directory.reported.form = Some(form.clone());
        form
    }

    /// Plants an evaluation of `agent` that waits for `evaluator`, who need not be known.
    pub(crate) fn plant_evaluation(
        &mut self,
        agent: &str,
        evaluator: Option<&str>,
        status: EvaluationStatus,
        now: Timestamp,
    ) -> String {
        let id = self.ids.uuid();
        let evaluation = Evaluation {
            id: id.clone(),
            conversation: self.ids.uuid(),
            form: self.form(now),
            agent: agent.to_owned(),
            evaluator: evaluator.map(str::to_owned),
            assignee: evaluator.map(str::to_owned),
            status,
            assigned: earlier(now, SignedDuration::from_hours(48)),
            released: (status == EvaluationStatus::Finished).then_some(now),
        };
        let shelf = &mut self.directory.reported.evaluations;
        shelf.put(&id, evaluation);
        for person in [Some(agent), evaluator].into_iter().flatten() {
            shelf.link(&id, person);
        }
        id
    }

    /// Plants a calibration led by a user.
    pub(crate) fn plant_calibration(
        &mut self,
        calibrator: &str,
        agent: Option<&str>,
        now: Timestamp,
    ) -> String {
        let id = self.ids.uuid();
        let calibration = Calibration {
            id: id.clone(),
            conversation: self.ids.uuid(),
            form: self.form(now),
            calibrator: calibrator.to_owned(),
            agent: agent.map(str::to_owned),
            created: now,
        };
        self.directory.reported.calibrations.put(&id, calibration);
        self.directory.reported.calibrations.link(&id, calibrator);
        id
    }

    /// Plants a coaching appointment three days from now.
    pub(crate) fn plant_coaching(&mut self, attendee: &str, facilitator: &str, now: Timestamp) -> String {
        let id = self.ids.uuid();
        let appointment = Appointment {
            id: id.clone(),
            name: "One to one".to_owned(),
            attendees: BTreeSet::from([attendee.to_owned()]),
            facilitator: facilitator.to_owned(),
            creator: facilitator.to_owned(),
            starts: later(now, SignedDuration::from_hours(72)),
            minutes: 30,
            completed: None,
            created: now,
        };
        let shelf = &mut self.directory.reported.appointments;
        shelf.put(&id, appointment);
        shelf.link(&id, attendee);
        shelf.link(&id, facilitator);
        id
    }

    /// Assigns the learning module called `module` to a user.
    pub(crate) fn plant_learning(&mut self, user: &str, module: &str, now: Timestamp) -> String {
        let present = self
            .directory
            .reported
            .modules
            .iter()
            .find(|(_, name)| *name == module)
            .map(|(id, _)| id.clone());
        let module_id = present.unwrap_or_else(|| {
            let id = self.ids.uuid();
            self.directory.reported.modules.insert(id.clone(), module.to_owned());
            id
        });
        let id = self.ids.uuid();
        let assignment = Assignment {
            id: id.clone(),
            module: module_id,
            user: user.to_owned(),
            created: now,
            due: later(now, SignedDuration::from_hours(24 * 14)),
            completed: None,
        };
        self.directory.reported.assignments.put(&id, assignment);
        self.directory.reported.assignments.link(&id, user);
        id
    }

    /// Puts a user into the management unit called `name`; the id is the unit's.
    pub(crate) fn plant_unit(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let present =
            self.directory.reported.units.values().find(|unit| unit.name == name).map(|unit| unit.id.clone());
        let id = present.unwrap_or_else(|| {
            let unit = Unit {
                id: self.ids.uuid(),
                name: name.to_owned(),
                business_unit: self.ids.uuid(),
                schedule: self.ids.uuid(),
                since: now,
            };
            let id = unit.id.clone();
            self.directory.reported.units.insert(id.clone(), unit);
            id
        });
        self.own(user).unit = Some(id.clone());
        id
    }

    /// Publishes a shift; whoever has no management unit yet comes into one.
    pub(crate) fn plant_shift(
        &mut self,
        user: &str,
        begins_in: SignedDuration,
        lasts: SignedDuration,
        now: Timestamp,
    ) -> String {
        if self.own(user).unit.is_none() {
            self.plant_unit(user, "Contact centre", now);
        }
        let id = self.ids.uuid();
        let begins = later(now, begins_in);
        self.own(user).shifts.push(Shift { id: id.clone(), begins, ends: later(begins, lasts) });
        id
    }

    /// Lets the flow called `name` name a user.
    pub(crate) fn plant_flow(&mut self, user: &str, name: &str) -> String {
        let flows = &mut self.directory.reported.flows;
        let present = flows.all().find(|flow| flow.name == name).map(|flow| flow.id.clone());
        let id = present.unwrap_or_else(|| {
            let flow = Flow { id: self.ids.uuid(), name: name.to_owned(), kind: "INBOUNDCALLFLOW" };
            let id = flow.id.clone();
            flows.put(&id, flow);
            id
        });
        flows.link(&id, user);
        id
    }

    /// Lets the recording policy called `name` be for a user.
    pub(crate) fn plant_policy(&mut self, user: &str, name: &str, now: Timestamp) -> String {
        let policies = &mut self.directory.reported.policies;
        let present = policies.values().find(|policy| policy.name == name).map(|policy| policy.id.clone());
        let id = present.unwrap_or_else(|| {
            let id = self.ids.uuid();
            let policy = Policy {
                id: id.clone(),
                name: name.to_owned(),
                enabled: true,
                created: now,
                users: BTreeSet::new(),
            };
            policies.insert(id.clone(), policy);
            id
        });
        if let Some(policy) = policies.get_mut(&id) {
            policy.users.insert(user.to_owned());
        }
        id
    }
}
