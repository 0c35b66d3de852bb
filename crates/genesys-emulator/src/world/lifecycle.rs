//! What becomes of a user who is deactivated, deleted or put back, and of what the user holds.

use jiff::Timestamp;

use super::{
    World,
    release::Ties,
    user::{State, User},
};
use crate::preset::{Fate, Switches};

/// What becomes of each thing that a user holds.
struct Fates {
    queues: Fate,
    skills: Fate,
    languages: Fate,
    groups: Fate,
    team: Fate,
    licences: Fate,
    tokens: Fate,
    sessions: Fate,
    ties: Ties,
}

impl Fates {
    fn on_inactive(switches: &Switches) -> Self {
        Self {
            queues: switches.queues_on_inactive,
            skills: switches.skills_on_inactive,
            languages: switches.languages_on_inactive,
            groups: switches.groups_on_inactive,
            team: switches.team_on_inactive,
            licences: switches.licences_on_inactive,
            tokens: switches.tokens_on_inactive,
            sessions: switches.sessions_on_inactive,
            ties: Ties::on_inactive(switches),
        }
    }

    fn on_deleted(switches: &Switches) -> Self {
        Self {
            queues: switches.queues_on_deleted,
            skills: switches.skills_on_deleted,
            languages: switches.languages_on_deleted,
            groups: switches.groups_on_deleted,
            team: switches.team_on_deleted,
            licences: switches.licences_on_deleted,
            tokens: switches.tokens_on_deleted,
            sessions: switches.sessions_on_deleted,
            ties: Ties::on_deleted(switches),
        }
    }
}

impl World {
    /// Returns why a user counts as in use: queues they are in and interactions they are in.
    pub(crate) fn in_use(&self, user: &str, now: Timestamp) -> (usize, usize) {
        (self.directory.queues_of(user).len(), self.directory.live_sessions(user, now).len())
    }

    /// Moves a user to `state` and makes a new version.
    ///
    /// Inactive: every role of the user's own is lost, and does not come back. Deleted: besides, the user
    /// moves to the Home division and loses extensions and stations. Active again: nothing comes back by
    /// itself but what groups give.
    pub(crate) fn set_state(
        &mut self,
        id: &str,
        state: State,
        reason: Option<&str>,
        switches: &Switches,
        now: Timestamp,
    ) -> Option<&User> {
        let home = self.directory.home_division().to_owned();
        match state {
            State::Active => {}
            State::Inactive => self.let_go(id, &Fates::on_inactive(switches), switches.search_lag_s, now),
            State::Deleted => {
                self.let_go(id, &Fates::on_deleted(switches), switches.search_lag_s, now);
                self.directory.reported.let_go(id, switches);
            }
        }
        let presence_goes = switches.presence_on_retirement == Fate::Dropped && state != State::Active;
        self.directory.edit_user(id, now, switches.search_lag_s, |user| {
            user.state = state;
            user.state_reason = reason.map(str::to_owned);
            user.state_changed = Some(now);
            if state == State::Deleted {
                user.division = home;
                user.default_station = None;
                user.last_associated_station =
                    user.associated_station.take().or(user.last_associated_station.take());
            }
            if presence_goes {
                user.presence.word = "Offline".to_owned();
                user.presence.at = now;
            }
        })
    }

    fn let_go(&mut self, id: &str, fates: &Fates, lag_s: u64, now: Timestamp) {
        self.directory.revoke_all(id);
        self.untie(id, &fates.ties, lag_s, now);
        if fates.queues == Fate::Dropped {
            let queues: Vec<String> = self.directory.queues.keys().cloned().collect();
            for queue in queues {
                self.directory.leave_queue(&queue, id, now);
            }
        }
        if fates.groups == Fate::Dropped {
            let groups: Vec<String> =
                self.directory.groups_of(id).iter().map(|group| group.id.clone()).collect();
            for group in groups {
                self.directory.change_members(&group, &[id.to_owned()], false, now);
            }
        }
        if fates.sessions == Fate::Dropped {
            self.end_live(id, now);
        }
        self.directory.adjust_user(id, |user| {
            if fates.skills == Fate::Dropped {
                user.skills.clear();
            }
            if fates.languages == Fate::Dropped {
                user.languages.clear();
            }
            if fates.team == Fate::Dropped {
                user.team = None;
            }
            if fates.licences == Fate::Dropped {
                user.licences.clear();
            }
            if fates.tokens == Fate::Dropped {
                user.tokens = 0;
            }
        });
    }
}
