//! Workforce management: the unit that plans a user's work, and the plan.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Pipeline,
    error::{Error, ErrorKind},
    reader::Reader,
    request::{Call, Segment},
    thing::{Document, Facts, Thing},
    users::UserRef,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AgentUnit {
    management_unit: Option<Document>,
    business_unit: Option<Document>,
}

/// The answer to a search of schedules. Without a result it is a promise of one.
#[derive(Deserialize)]
struct Search {
    result: Option<Schedules>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedules {
    agent_schedules: Vec<AgentSchedule>,
}

#[derive(Deserialize)]
struct AgentSchedule {
    user: Option<UserRef>,
    #[serde(default)]
    shifts: Vec<Document>,
}

const UNIT: Facts = Facts { name: "/name", detail: &[] };

const SHIFT: Facts = Facts {
    name: "/name",
    detail: &[("start", "/startDate"), ("minutes", "/lengthMinutes"), ("schedule", "/schedule/id")],
};

impl Reader {
    /// Reads the management unit that a user belongs to, with `business_unit`; `None` if to none. The vendor says the same,
    /// 404, of a user who does not exist. Units have names, but not here.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `wfm:agent:view` or one of several permissions of schedules.
    pub async fn management_unit(&self, user: &str) -> Result<Option<Thing>, Error> {
        let template = "/api/v2/workforcemanagement/agents/{agentId}/managementunit";
        let call = Call::get("read management unit", template, &[Segment::Id(user)]);
        let found = self.read_if_there::<AgentUnit>(&call).await?;
        Ok(found.and_then(|agent| {
            let mut unit = agent.management_unit?.into_thing(UNIT);
            if let Some(business) = agent.business_unit {
                unit.detail.insert("business_unit".to_owned(), business.into_thing(UNIT).id);
            }
            Some(unit)
        }))
    }

    /// Reads a user's published shifts in a management unit within a stretch of time, with `start`, `minutes` and `schedule`.
    /// Shifts have no names.
    ///
    /// # Errors
    /// As any read; [`BadAnswer`](crate::Disposition::BadAnswer) if the vendor does not give the result at once: it promises
    /// a result too large for an answer for later, elsewhere, which one user's shifts of some weeks are not.
    pub async fn agent_schedules(
        &self,
        management_unit: &str,
        user: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/workforcemanagement/managementunits/{managementUnitId}/agentschedules/search";
        let body: Value = json!({
            "startDate": format!("{from:.3}"),
            "endDate": format!("{to:.3}"),
            "userIds": [user],
        });
        let call = Call::ask_of("search agent schedules", template, &[Segment::Id(management_unit)], &body);
        let Some(found) = self.read::<Search>(&call).await?.result else {
            return Err(Pipeline::reject(&call, ErrorKind::Incomplete { expected: None, unique: 0 }));
        };
        let own = found
            .agent_schedules
            .into_iter()
            .filter(|schedule| schedule.user.as_ref().is_none_or(|of| of.id == user));
        Ok(own.flat_map(|schedule| schedule.shifts).map(|shift| shift.into_thing(SHIFT)).collect())
    }
}
