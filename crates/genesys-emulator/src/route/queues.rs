//! Queues.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{page::Listing, queue::QueuePayload},
    world::queue::Queue,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/routing/queues", Need::Any(&["routing:queue:view"]), list),
        Operation::get("/api/v2/routing/queues/{queueId}", Need::All(&["routing:queue:view"]), read),
    ]
}

impl Call<'_> {
    /// Returns the queue whom the first parameter of the path names.
    pub(super) fn queue(&self) -> Result<&Queue, Failure> {
        self.world.directory.queues.get(self.param(0)).ok_or_else(no_such_queue)
    }
}

/// 404 for a queue.
pub(super) fn no_such_queue() -> Failure {
    Failure::new(404, "resource.not.found", "The resource could not be found.")
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let (ids, divisions) = (call.query.many("id"), call.query.many("divisionId"));
    let name = call.query.one("name").map(str::to_lowercase);
    let mut queues: Vec<&Queue> = call
        .world
        .directory
        .queues
        .values()
        .filter(|queue| ids.is_empty() || ids.contains(&queue.id.as_str()))
        .filter(|queue| divisions.is_empty() || divisions.contains(&queue.division.as_str()))
        .filter(|queue| name.as_deref().is_none_or(|pattern| name_fits(pattern, &queue.name.to_lowercase())))
        .collect();
    queues.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    if call.query.one("sortOrder") == Some("desc") {
        queues.reverse();
    }
    Reply::ok(&Listing::of(page, &queues, call.path, call.query, |queue| {
        QueuePayload::of(&call.world.directory, queue, None)
    }))
}

/// `*` at an end of the pattern stands for anything.
fn name_fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(rest), Some(_)) => name.contains(rest.trim_end_matches('*')),
        (Some(rest), None) => name.ends_with(rest),
        (None, Some(rest)) => name.starts_with(rest),
        (None, None) => name == pattern,
    }
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let queue = call.queue()?;
    Reply::ok(&QueuePayload::of(&call.world.directory, queue, None))
}
