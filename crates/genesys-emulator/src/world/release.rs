//! What a retirement takes of the things that are not in the user itself, where a switch says that it does.

use jiff::Timestamp;

use super::{World, telephony::Pool, work_item::Progress};
use crate::preset::{Fate, Switches};

/// What becomes of each thing that hangs on a user.
pub(super) struct Ties {
    utilization: Fate,
    direct_routing_backup: Fate,
    call_forwarding: Fate,
    out_of_office: Fate,
    phones: Fate,
    numbers: Fate,
    extensions: Fate,
    group_ownership: Fate,
    manager: Fate,
    reports: Fate,
    work_items: Fate,
}

impl Ties {
    pub(super) fn on_inactive(switches: &Switches) -> Self {
        Self {
            utilization: switches.utilization_on_inactive,
            direct_routing_backup: switches.direct_routing_backup_on_inactive,
            call_forwarding: switches.call_forwarding_on_inactive,
            out_of_office: switches.out_of_office_on_inactive,
            phones: switches.phones_on_inactive,
            numbers: switches.numbers_on_inactive,
            extensions: switches.extensions_on_inactive,
            group_ownership: switches.group_ownership_on_inactive,
            manager: switches.manager_on_inactive,
            reports: switches.reports_on_inactive,
            work_items: switches.work_items_on_inactive,
        }
    }

    pub(super) fn on_deleted(switches: &Switches) -> Self {
        Self {
            utilization: switches.utilization_on_deleted,
            direct_routing_backup: switches.direct_routing_backup_on_deleted,
            call_forwarding: switches.call_forwarding_on_deleted,
            out_of_office: switches.out_of_office_on_deleted,
            phones: switches.phones_on_deleted,
            numbers: switches.numbers_on_deleted,
            // The vendor says so: a restored user has no extension.
            extensions: Fate::Dropped,
            group_ownership: switches.group_ownership_on_deleted,
            manager: switches.manager_on_deleted,
            reports: switches.reports_on_deleted,
            work_items: switches.work_items_on_deleted,
        }
    }
}

impl World {
    /// Unties what is to go. Whoever reported to the user is changed by it, and has a new version.
    pub(super) fn untie(&mut self, id: &str, ties: &Ties, lag_s: u64, now: Timestamp) {
        let directory = &mut self.directory;
        if ties.phones == Fate::Dropped {
            let phones: Vec<String> =
                directory.telephony.phones.for_user(id).map(|phone| phone.id.clone()).collect();
            for phone in phones {
                directory.remove_phone(&phone);
            }
        }
        if ties.group_ownership == Fate::Dropped {
            for group in directory.groups.keys().cloned().collect::<Vec<_>>() {
                directory.disown(&group, id, now);
            }
        }
        if ties.reports == Fate::Dropped {
            let reports: Vec<String> = directory
                .users
                .values()
                .filter(|user| user.manager.as_deref() == Some(id))
                .map(|user| user.id.clone())
                .collect();
            for report in reports {
                directory.edit_user(&report, now, lag_s, |user| user.manager = None);
            }
        }
        if ties.work_items == Fate::Dropped {
            // A closed item is a record of who did it.
            let open = directory.work_items_of(id).into_iter().filter(|item| item.progress == Progress::Open);
            let items: Vec<String> = open.map(|item| item.id.clone()).collect();
            for item in items {
                directory.edit_work_item(&item, now, |item| item.assignee = None);
            }
        }
        self.untie_own(id, ties);
    }

    fn untie_own(&mut self, id: &str, ties: &Ties) {
        let directory = &mut self.directory;
        let held = directory.users.get(id).map(|user| Pool::Dids.parts(user).cloned().collect::<Vec<_>>());
        let pooled: Vec<String> = held
            .unwrap_or_default()
            .into_iter()
            .filter(|number| directory.telephony.dids.contains(number))
            .collect();
        if let Some(user) = directory.users.get(id) {
            // What a user gives back stays in the pool.
            directory.telephony.extensions.extend(Pool::Extensions.parts(user).cloned());
        }
        directory.adjust_user(id, |user| {
            let own = &mut user.personal;
            let settings = [
                (ties.utilization, &mut own.utilization),
                (ties.direct_routing_backup, &mut own.direct_routing_backup),
                (ties.call_forwarding, &mut own.call_forwarding),
                (ties.out_of_office, &mut own.out_of_office),
            ];
            for (_, setting) in settings.into_iter().filter(|(fate, _)| *fate == Fate::Dropped) {
                *setting = None;
            }
            if ties.manager == Fate::Dropped {
                user.manager = None;
            }
            for address in &mut user.addresses {
                if ties.extensions == Fate::Dropped {
                    address.extension = None;
                }
                if ties.numbers == Fate::Dropped {
                    address.address.take_if(|number| pooled.contains(number));
                }
            }
            user.addresses.retain(|address| address.address.is_some() || address.extension.is_some());
        });
    }
}
