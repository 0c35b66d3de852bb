//! The emulated organization as others hold it.

use std::{
    future::Future,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::{
    Clock, FaultRule, FiredFault, OrganizationTruth, Planted, RandomFaults, RequestRecord, Settings,
    SwitchError, Switches, UserBuilder, UserTruth, control,
    fault::Faults,
    gate::{self, Arrival},
    organization, planted,
    request_log::RequestLog,
    serve, truth,
    world::{World, ids::Ids},
};

/// An emulated organization. Clones are the same organization.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    organization_id: String,
    client_id: String,
    client_secret: String,
    state: Mutex<State>,
}

/// Everything that changes.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) switches: Switches,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    /// Where correlation ids come from; apart from the world's ids, so that these do not depend on how many
    /// requests were made.
    pub(crate) correlation: Ids,
    /// Requests that a fault holds back, and until when.
    pub(crate) late: Vec<(Timestamp, Arrival)>,
}

impl Emulator {
    /// Returns the organization that `settings` describe, with one OAuth client in it.
    pub fn new(settings: Settings) -> Self {
        let (world, client) = organization::found(&settings);
        let inner = Inner {
            organization_id: world.directory.organization.id.clone(),
            client_id: client.id,
            client_secret: client.secret,
            state: Mutex::new(State {
                world,
                switches: Switches::of(settings.preset),
                faults: Faults::default(),
                log: RequestLog::default(),
                correlation: Ids::new(settings.seed ^ u64::MAX),
                late: Vec::new(),
            }),
            settings,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the vendor's side: `/oauth/token` and everything under `/api/v2/`.
    pub fn router(&self) -> Router {
        let emulator = self.clone();
        Router::new().fallback(move |request| gate::answer(emulator.clone(), request))
    }

    /// Returns [`router`](Self::router) with the control interface under `/_emulator/`.
    ///
    /// Whoever reaches it can do anything, so it belongs on loopback only.
    pub fn router_with_control(&self) -> Router {
        self.router().merge(control::router(self))
    }

    /// Serves the vendor's side and the control interface until `shutdown` is ready.
    ///
    /// Connections are really reset and cut off where a fault says so. Answers under way when `shutdown`
    /// becomes ready have three seconds to finish.
    ///
    /// # Errors
    /// When the listener's address cannot be read or serving fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        serve::serve(listener, self.router_with_control(), shutdown).await
    }

    /// Returns the id of the first OAuth client.
    pub fn client_id(&self) -> String {
        self.inner.client_id.clone()
    }

    /// Returns the secret of the first OAuth client.
    pub fn client_secret(&self) -> String {
        self.inner.client_secret.clone()
    }

    /// Returns the organization's id.
    pub fn organization_id(&self) -> String {
        self.inner.organization_id.clone()
    }

    /// Adds an OAuth client that has only `permissions`; returns its id and its secret.
    pub fn add_client(&self, name: &str, permissions: &[&str]) -> (String, String) {
        let now = self.clock().now();
        let permissions = permissions.iter().map(|&permission| permission.to_owned()).collect();
        let client = organization::add_client(&mut self.state().world, name, Some(permissions), now);
        (client.id, client.secret)
    }

    /// Takes exactly these permissions away from the first OAuth client, in place of those taken before; an empty
    /// list gives all of them back. The client's role says so too: from then on it names what is left one by one.
    pub fn deny(&self, permissions: &[&str]) {
        let denied = permissions.iter().map(|&permission| permission.to_owned()).collect();
        let mut state = self.state();
        let World { access, directory, .. } = &mut state.world;
        let Some(client) = access.clients.get_mut(&self.inner.client_id) else { return };
        client.denied = denied;
        let left = client.left();
        for (role, _) in &client.roles {
            if let Some(role) = directory.roles.get_mut(role) {
                role.permissions.clone_from(&left);
            }
        }
        directory.changed();
    }

    /// Begins a user called `name`, to be added to the organization.
    pub fn user(&self, name: &str) -> UserBuilder {
        UserBuilder::new(self.clone(), name)
    }

    /// Makes the members of the group, team or skill group called `group` members of the queue called `queue`.
    /// Both must be there.
    pub fn put_group_in_queue(&self, group: &str, queue: &str) {
        let mut state = self.state();
        let directory = &mut state.world.directory;
        let group = directory.group_called(group);
        if let (Some(group), Some(queue)) =
            (group, directory.queues.values_mut().find(|held| held.name == queue))
        {
            queue.member_groups.insert(group);
            directory.changed();
        }
    }

    /// Returns everything that the organization holds about a user, in whatever state the user is.
    pub fn truth(&self, user_id: &str) -> Option<UserTruth> {
        let now = self.clock().now();
        let mut state = self.state();
        state.carry_out_late(now);
        truth::of(&state.world, user_id, now)
    }

    /// Returns everything that hangs on a user and that a full inventory has to find, sorted.
    pub fn planted(&self, user_id: &str) -> Vec<Planted> {
        let now = self.clock().now();
        planted::of(&self.state().world, user_id, now)
    }

    /// Returns everything that the organization holds, without versions and times of change.
    pub fn organization_truth(&self) -> OrganizationTruth {
        let now = self.clock().now();
        let mut state = self.state();
        state.carry_out_late(now);
        truth::organization::of(&state.world, now)
    }

    /// Returns the ids of all users, in whatever state.
    pub fn user_ids(&self) -> Vec<String> {
        self.state().world.directory.users.keys().cloned().collect()
    }

    /// Lets somebody else save a user without changing anything but the version.
    pub fn touch(&self, user_id: &str) {
        self.edit(user_id, |_| {});
    }

    /// Lets somebody else change a user's title.
    pub fn edit_title(&self, user_id: &str, title: &str) {
        self.edit(user_id, |user| user.title = Some(title.to_owned()));
    }

    /// Lets somebody else give a user another name.
    pub fn rename(&self, user_id: &str, name: &str) {
        self.edit(user_id, |user| user.name = name.to_owned());
    }

    /// Lets a user's live interactions end now.
    pub fn end_live(&self, user_id: &str) {
        let now = self.clock().now();
        self.state().world.end_live(user_id, now);
    }

    fn edit(&self, user_id: &str, edit: impl FnOnce(&mut crate::world::user::User)) {
        let now = self.clock().now();
        let mut state = self.state();
        let lag_s = state.switches.search_lag_s;
        state.world.directory.edit_user(user_id, now, lag_s, edit);
    }

    /// Returns the requests so far, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.state().log.records()
    }

    /// Forgets the requests so far; numbers go on.
    pub fn forget_requests(&self) {
        self.state().log.clear();
    }

    /// Sets a fault. Of several that are for one request, the one set first happens.
    pub fn fault(&self, rule: FaultRule) {
        self.state().faults.add(rule);
    }

    /// Returns how many faults are set that have not all happened.
    pub fn faults_set(&self) -> usize {
        self.state().faults.set()
    }

    /// Sets faults by chance, in place of those set before.
    pub fn random_faults(&self, faults: RandomFaults) {
        self.state().faults.set_random(faults);
    }

    /// Takes all faults back, scripted and by chance; what happened stays on record.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Returns the faults that happened, oldest first.
    pub fn faults_fired(&self) -> Vec<FiredFault> {
        self.state().faults.fired().to_vec()
    }

    /// Returns the switches as they stand.
    pub fn switches(&self) -> Switches {
        self.state().switches.clone()
    }

    /// Sets the switch called `name`.
    ///
    /// # Errors
    /// When there is no such switch, or it has no such value.
    pub fn set_switch(&self, name: &str, value: &str) -> Result<(), SwitchError> {
        self.state().switches.set(name, value)
    }

    /// Sets all switches at once.
    pub fn set_switches(&self, switches: Switches) {
        self.state().switches = switches;
    }

    /// Sets how many bytes of answered pages of records are kept for those who ask again.
    pub fn limit_prepared_bytes(&self, most_bytes: usize) {
        self.state().world.prepared.limit(most_bytes);
    }

    /// Returns how many bytes of answered pages of records may be kept, and how many are.
    pub fn prepared_bytes(&self) -> (usize, usize) {
        self.state().world.prepared.bytes()
    }

    /// Returns the organization's clock.
    pub fn clock(&self) -> Clock {
        self.inner.settings.clock.clone()
    }

    /// Returns what the organization was made of.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The world is valid after every operation, so a panic in one test's thread does not spoil it.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
