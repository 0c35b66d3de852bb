//! Dependency tracking: which flows name a user.

use serde_json::json;

use super::{LARGEST_PAGE, page_of, refuse};
use crate::{
    operation::{Call, Need, Operation},
    preset::DependencyTracking,
    reply::{Failure, Reply},
    wire::{reported::dependency, time::instant},
    world::reported::Flow,
};

const VIEW: Need = Need::All(&["architect:dependencyTracking:view"]);

pub(super) fn operations() -> Vec<Operation> {
    let consuming = "/api/v2/architect/dependencytracking/consumingresources";
    vec![
        Operation::get(consuming, VIEW, consuming_resources),
        Operation::get("/api/v2/architect/dependencytracking/build", VIEW, build),
    ]
}

fn missing(name: &str) -> Failure {
    Failure::new(
        400,
        "architect.query.parameter.missing",
        format!("A required query parameter is missing or empty: {name}."),
    )
}

/// While tracking is being built, the answer is 206 with what is known so far: here, every other flow.
fn consuming_resources(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.query.one("id").ok_or_else(|| missing("id"))?;
    let kind = call.query.one("objectType").ok_or_else(|| missing("objectType"))?;
    if kind != "USER" {
        let letters = kind.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
        return Err(if letters {
            Failure::not_emulated(format_args!("dependency tracking of {kind}"))
        } else {
            Failure::new(
                400,
                "architect.dependency.object.invalid.type",
                "An invalid dependency object type was specified.",
            )
        });
    }
    refuse(call, &["version", "flowFilter"])?;
    if !call.world.directory.users.contains_key(id) {
        return Err(Failure::new(
            404,
            "architect.dependency.object.not.found",
            "Could not find the dependency object with specified ID and version.",
        ));
    }
    let kinds = call.query.many("resourceType");
    let mut flows: Vec<&Flow> = call
        .world
        .directory
        .reported
        .flows
        .of(id)
        .filter(|flow| kinds.is_empty() || kinds.contains(&flow.kind))
        .collect();
    flows.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let (status, known) = match call.switches.dependency_tracking {
        DependencyTracking::Operational => (200, flows),
        DependencyTracking::Building => (206, flows.into_iter().skip(1).step_by(2).collect()),
        DependencyTracking::NotBuilt => (206, Vec::new()),
    };
    let page = call.page(LARGEST_PAGE)?;
    Reply::with(status, &page_of(call, page, &known, |flow| dependency(flow)))
}

fn build(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let organization = &call.world.directory.organization;
    let started = instant(organization.created);
    Reply::ok(&match call.switches.dependency_tracking {
        DependencyTracking::Operational => json!({
            "id": organization.id,
            "status": "OPERATIONAL",
            "dateStarted": started,
            "dateCompleted": started,
        }),
        DependencyTracking::Building => {
            json!({ "id": organization.id, "status": "BUILDINPROGRESS", "dateStarted": started })
        }
        DependencyTracking::NotBuilt => json!({ "id": organization.id, "status": "NOTBUILT" }),
    })
}
