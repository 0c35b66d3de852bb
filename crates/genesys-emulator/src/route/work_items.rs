//! Work items: found by who is assigned, and given to somebody else or to nobody.

use std::cmp::Reverse;

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        cursor::cut,
        page::PageRequest,
        work_item::{
            WorkItemChange, WorkItemFilter, WorkItemPayload, WorkItemQuery, WorkItems, workbin_and_type,
        },
    },
    world::{user::State, work_item::WorkItem},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post(
            "/api/v2/taskmanagement/workitems/query",
            Need::Any(&["workitems:workitem:view"]),
            query,
        ),
        Operation::patch(
            "/api/v2/taskmanagement/workitems/{workitemId}",
            Need::Any(&["workitems:workitem:edit", "workitems:workitem:accept"]),
            update,
        ),
    ]
}

/// The largest page of a query.
const LARGEST_PAGE: usize = 200;
/// The most filters that a query takes.
const MOST_FILTERS: usize = 3;
/// What one filter at least must be about, by `EQ`.
const ANCHORS: [&str; 4] = ["workbinId", "assigneeId", "queueId", "typeId"];

fn query(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let wanted: WorkItemQuery = call.read()?;
    let size = PageRequest::check(wanted.page_size.unwrap_or(25), 1, LARGEST_PAGE)?.size;
    if wanted.filters.len() > MOST_FILTERS {
        return Err(Failure::bad_request("A maximum of three filters are allowed."));
    }
    let anchored =
        |filter: &WorkItemFilter| filter.operator == "EQ" && ANCHORS.contains(&filter.name.as_str());
    if !wanted.filters.iter().any(anchored) {
        return Err(Failure::bad_request(
            "At least one EQ filter on workbinId, assigneeId, queueId or typeId is required.",
        ));
    }
    let directory = &call.world.directory;
    let mut items: Vec<&WorkItem> = Vec::new();
    for item in directory.work_items.values() {
        let fits =
            wanted.filters.iter().try_fold(true, |fits, filter| Ok(holds(call, filter, item)? && fits))?;
        if fits {
            items.push(item);
        }
    }
    if let Some(sort) = wanted.sort.as_ref().filter(|sort| sort.name.as_deref() == Some("priority")) {
        match sort.ascending.unwrap_or(true) {
            true => items.sort_by_key(|item| item.priority),
            false => items.sort_by_key(|item| Reverse(item.priority)),
        }
    }
    if wanted.select.is_some() {
        return Reply::ok(&WorkItems {
            count: Some(items.len()),
            self_uri: call.path,
            ..WorkItems::default()
        });
    }
    let (shown, after) = cut(&items, size, wanted.after.as_deref(), |item| &item.id)?;
    Reply::ok(&WorkItems {
        entities: shown.iter().map(|item| WorkItemPayload::of(directory, item)).collect(),
        count: None,
        after: after.map(str::to_owned),
        self_uri: call.path,
    })
}

fn holds(call: &Call<'_>, filter: &WorkItemFilter, item: &WorkItem) -> Result<bool, Failure> {
    let (workbin, kind) = workbin_and_type(&call.world.directory);
    let present = match filter.name.as_str() {
        "id" => Some(item.id.as_str()),
        "name" => Some(item.name.as_str()),
        "assigneeId" => item.assignee.as_deref(),
        "statusCategory" => Some(item.progress.word()),
        "workbinId" => Some(workbin.as_str()),
        "typeId" => Some(kind.as_str()),
        "queueId" => None,
        other => return Err(Failure::not_emulated(format_args!("work items by {other}"))),
    };
    let among = present.is_some_and(|held| filter.values.iter().any(|value| value == held));
    match filter.operator.as_str() {
        "EQ" if filter.values.len() != 1 => Err(Failure::bad_request("EQ takes one value.")),
        "EQ" | "IN" => Ok(among),
        "NEQ" => Ok(!among),
        other => Err(Failure::not_emulated(format_args!("work items by {other}"))),
    }
}

fn update(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    let wanted: WorkItemChange = call.read()?;
    let directory = &call.world.directory;
    if !directory.work_items.contains_key(&id) {
        return Err(Failure::not_found());
    }
    if let Some(name) = wanted.others.keys().next() {
        return Err(Failure::not_emulated(format_args!("a change of a work item's {name}")));
    }
    // An empty text says the same as null: nobody.
    let assignee = wanted.assignee_id.map(|assignee| assignee.filter(|id| !id.is_empty()));
    let named = assignee.iter().flatten().chain(wanted.preferred_agent_ids.iter().flatten());
    for user in named {
        if directory.users.get(user).is_none_or(|user| user.state == State::Deleted) {
            return Err(Failure::bad_request(format_args!("[{user}] is no user.")));
        }
    }
    call.world.directory.edit_work_item(&id, call.now, |item| {
        if let Some(assignee) = assignee {
            item.assignee = assignee;
        }
        if let Some(agents) = wanted.preferred_agent_ids {
            item.preferred_agents = agents.into_iter().collect();
        }
        item.name = wanted.name.unwrap_or(std::mem::take(&mut item.name));
        item.description = wanted.description.or(item.description.take());
        item.priority = wanted.priority.unwrap_or(item.priority);
    });
    let directory = &call.world.directory;
    let item = directory.work_items.get(&id).ok_or_else(Failure::not_found)?;
    Reply::ok(&WorkItemPayload::of(directory, item))
}
