//! The search index, which sees a write only some time after it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::user::User;

/// Past faces of users, each visible until the next one becomes visible.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchIndex {
    behind: BTreeMap<String, Vec<Face>>,
}

/// A user as the index has it from `visible_at` on; `None` while it has none.
#[derive(Clone, Debug)]
struct Face {
    visible_at: Timestamp,
    user: Option<User>,
}

impl SearchIndex {
    /// Notes that `before` became `after`, which is to be seen `lag_s` seconds from `now`.
    pub(crate) fn record(&mut self, before: &User, after: &User, now: Timestamp, lag_s: u64) {
        self.push(&after.id, Some(before), after, now, lag_s);
    }

    /// Notes that `user` was created.
    pub(crate) fn record_new(&mut self, user: &User, now: Timestamp, lag_s: u64) {
        self.push(&user.id, None, user, now, lag_s);
    }

    fn push(&mut self, id: &str, before: Option<&User>, after: &User, now: Timestamp, lag_s: u64) {
        let lag = SignedDuration::from_secs(i64::try_from(lag_s).unwrap_or(i64::MAX));
        let visible_at = now.saturating_add(lag).unwrap_or(Timestamp::MAX);
        if visible_at <= now {
            self.behind.remove(id);
            return;
        }
        let faces = self.behind.entry(id.to_owned()).or_default();
        if faces.is_empty() {
            faces.push(Face { visible_at: Timestamp::MIN, user: before.cloned() });
        }
        if let Some(newest_seen) = faces.iter().rposition(|face| face.visible_at <= now) {
            faces.drain(..newest_seen);
        }
        faces.push(Face { visible_at, user: Some(after.clone()) });
    }

    /// Returns `user` as the index shows it at `now`; `None` when the index does not have it yet.
    pub(crate) fn seen<'a>(&'a self, user: &'a User, now: Timestamp) -> Option<&'a User> {
        match self.behind.get(&user.id) {
            None => Some(user),
            Some(faces) => {
                faces.iter().rev().find(|face| face.visible_at <= now).and_then(|face| face.user.as_ref())
            }
        }
    }
}
