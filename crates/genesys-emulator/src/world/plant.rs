//! Phones and work made for somebody, by a test or by the generator.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::{
    World,
    telephony::Phone,
    work_item::{Progress, WorkItem},
};
use crate::wire::telephony::web_rtc_document;

impl World {
    /// Gives a user a WebRTC phone, whose station becomes the user's default.
    pub(crate) fn add_web_rtc_phone(&mut self, name: &str, user: &str, now: Timestamp) {
        let (mut document, site) = web_rtc_document(&self.directory.organization.id, name);
        document.insert("name".to_owned(), json!(name));
        document.insert("webRtcUser".to_owned(), json!({ "id": user }));
        let station = self.ids.uuid();
        let phone = Phone {
            id: self.ids.uuid(),
            name: name.to_owned(),
            site,
            web_rtc_user: Some(user.to_owned()),
            lines: vec![self.ids.uuid()],
            station: None,
            created: now,
            document,
        };
        self.directory.add_phone(phone, station.clone());
        self.directory.adjust_user(user, |user| user.default_station = Some(station));
    }

    /// Assigns a new work item to a user.
    pub(crate) fn add_work_item(&mut self, name: &str, progress: Progress, user: &str, now: Timestamp) {
        let item = WorkItem {
            id: self.ids.uuid(),
            name: name.to_owned(),
            description: None,
            priority: 0,
            progress,
            assignee: Some(user.to_owned()),
            preferred_agents: BTreeSet::new(),
            created: now,
            modified: now,
        };
        self.directory.work_items.insert(item.id.clone(), item);
        self.directory.changed();
    }
}
