//! What the organization only reports about a user, arranged in prose.

use std::time::Duration;

use jiff::SignedDuration;

use super::UserBuilder;
use crate::{
    carry,
    world::{World, reported::EvaluationStatus},
};

impl UserBuilder {
    /// Gives the user something of every kind that can hang on a person, with the people whom that takes: a
    /// manager and somebody who reports to the user, where there are none yet.
    pub fn with_everything(self) -> Self {
        self.also(carry::everything)
    }

    /// Gives the user a greeting.
    pub fn greeting(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_greeting(user, &name, now);
        })
    }

    /// Leaves voicemails for the user.
    pub fn voicemail(self, messages: u32) -> Self {
        self.also(move |world, user, now| world.plant_voicemail(user, messages, now))
    }

    /// Lets the organization called `name` trust the user.
    pub fn trustor(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_trustor(user, &name, now);
        })
    }

    /// Makes an OAuth client that the user created.
    pub fn oauth_client(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_oauth_client(user, &name, now);
        })
    }

    /// Gives the user a licence besides the usual one.
    pub fn licence(mut self, name: &str) -> Self {
        self.user.licences.insert(name.to_owned());
        self
    }

    /// Lets an evaluation of the user wait for the user's manager, if there is one.
    pub fn pending_evaluation(self) -> Self {
        self.also(move |world, user, now| {
            let manager = manager(world, user);
            world.plant_evaluation(user, manager.as_deref(), EvaluationStatus::Pending, now);
        })
    }

    /// Lets an evaluation of `agent` wait for the user.
    pub fn evaluates(self, agent: &str) -> Self {
        let agent = agent.to_owned();
        self.also(move |world, user, now| {
            world.plant_evaluation(&agent, Some(user), EvaluationStatus::InProgress, now);
        })
    }

    /// Gives the user an evaluation that is over.
    pub fn finished_evaluation(self) -> Self {
        self.also(move |world, user, now| {
            let manager = manager(world, user);
            world.plant_evaluation(user, manager.as_deref(), EvaluationStatus::Finished, now);
        })
    }

    /// Lets the user lead a calibration.
    pub fn calibration(self) -> Self {
        self.also(|world, user, now| {
            world.plant_calibration(user, None, now);
        })
    }

    /// Gives the user a coaching appointment three days from now, with the manager if there is one.
    pub fn coaching(self) -> Self {
        self.also(|world, user, now| {
            let facilitator = manager(world, user).unwrap_or_else(|| user.to_owned());
            world.plant_coaching(user, &facilitator, now);
        })
    }

    /// Assigns the learning module called `module` to the user.
    pub fn learning(self, module: &str) -> Self {
        let module = module.to_owned();
        self.also(move |world, user, now| {
            world.plant_learning(user, &module, now);
        })
    }

    /// Puts the user into the management unit called `name`.
    pub fn management_unit(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_unit(user, &name, now);
        })
    }

    /// Publishes a shift of the user; without a management unit the user comes into one.
    pub fn schedule(self, begins_in: Duration, lasts: Duration) -> Self {
        let whole = |duration: Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        self.also(move |world, user, now| {
            world.plant_shift(user, whole(begins_in), whole(lasts), now);
        })
    }

    /// Lets the flow called `name` name the user.
    pub fn named_by_flow(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, _| {
            world.plant_flow(user, &name);
        })
    }

    /// Gives the user a private dashboard.
    pub fn dashboard(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_dashboard(user, &name, now);
        })
    }

    /// Lets the recording policy called `name` be for the user.
    pub fn named_by_recording_policy(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, user, now| {
            world.plant_policy(user, &name, now);
        })
    }
}

fn manager(world: &World, user: &str) -> Option<String> {
    world.directory.users.get(user)?.manager.clone()
}
