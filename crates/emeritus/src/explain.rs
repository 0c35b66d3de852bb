//! Why somebody who was just made inactive or deleted looks as if they had no history, and what they still hold:
//! each cause with the call that shows what the usual view leaves out. Reads only.

mod leftovers;

use emeritus_core::census::{Control, Window};
use emeritus_core::holding::{Kind, Thing};
use emeritus_core::inventory::{AccountState, Inventory, Part, Why};
use emeritus_core::plan::HistoryScope;
use genesys::EvaluationsOf;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use crate::collect::CollectError;
use crate::failure::why;
use crate::find::{FindError, Person, Who};
use crate::history::{self, HistoryError, Span};
use crate::stats::Phase;
use crate::{Emeritus, Notice};

/// The longest interval of a details query with a filter, in days.
const QUERY_DAYS: i64 = 31;

/// A person's evaluations as the vendor counts them in two ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluations {
    /// With those of deleted people.
    pub with_deleted: Part<u64>,
    /// Without them, as the vendor answers unless told otherwise.
    pub without_deleted: Part<u64>,
}

/// One reason for which a view is empty although nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// A stable word for it.
    pub code: &'static str,
    /// For people: what the usual view leaves out, and what is there.
    pub text: String,
    /// The call that shows it.
    pub call: String,
}

/// What is known of somebody who is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Who.
    pub person: Person,
    /// Whether the organization is an emulated one.
    pub emulated: bool,
    /// What they still hold of what a retirement takes.
    pub leftovers: Vec<(Kind, Thing)>,
    /// What could not be read, and why.
    pub unknown: Vec<(String, Why)>,
    /// Evaluations.
    pub evaluations: Evaluations,
    /// How far back the conversations were looked for, and why no further.
    pub scope: HistoryScope,
    /// Conversations in that window.
    pub history: Span,
    /// Why a view may be empty.
    pub causes: Vec<Cause>,
}

/// Somebody could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// Not exactly one person.
    #[error("could not find the person")]
    Find(#[source] FindError),
    /// What they hold could not be read.
    #[error("could not collect what the person holds")]
    Collect(#[source] CollectError),
    /// Their history could not be read.
    #[error("could not read the person's history")]
    History(#[source] HistoryError),
}

impl Emeritus {
    /// Returns what somebody still holds, and why their history may look empty. Reads only.
    ///
    /// # Errors
    /// Not exactly one person is found, or their account or their history cannot be read.
    pub async fn explain(&self, who: &Who, since: Option<Timestamp>) -> Result<Explanation, ExplainError> {
        let person = self.find(who).await.map_err(ExplainError::Find)?;
        let inventory = self.collect(&person.id).await.map_err(ExplainError::Collect)?;
        let evaluations = self.both_evaluations(person.id.as_str()).await;
        let scope = self.history_scope(since, &[person.id.as_str()]).await;
        let _phase = self.meter.during(Phase::History);
        let to = self.by_both().latest;
        let window = Window { from: scope.from, to };
        let recent_from = to - SignedDuration::from_hours(24 * QUERY_DAYS);
        let watch = &self.watch;
        let progress = |done, of, found| {
            watch(&Notice::Reading { what: "history", done, of: Some(of), found });
        };
        let history = history::span(&self.reader, &person.id, window, recent_from, progress)
            .await
            .map_err(ExplainError::History)?;
        let control = if history.conversations == 0 {
            history::control(&self.reader, &window).await
        } else {
            Control::NotNeeded
        };
        let causes = vec![
            of_state(&person),
            of_views(&person, &history, to),
            of_evaluations(&person, &evaluations),
            of_window(&person, &scope, &history, &control, to),
        ];
        Ok(Explanation {
            emulated: inventory.emulated,
            leftovers: leftovers::of(&inventory),
            unknown: unknown(&inventory),
            person,
            evaluations,
            scope,
            history,
            causes,
        })
    }

    async fn both_evaluations(&self, id: &str) -> Evaluations {
        let _phase = self.meter.during(Phase::Inventory);
        let of = EvaluationsOf::Agent(id);
        let counted = |read: Result<Vec<genesys::Thing>, genesys::Error>| match read {
            Ok(found) => Part::Known(found.len() as u64),
            Err(error) => Part::Unknown(why(&error)),
        };
        Evaluations {
            with_deleted: counted(self.reader.evaluations(of, &[]).await),
            without_deleted: counted(self.reader.evaluations_without_deleted_users(of, &[]).await),
        }
    }
}

fn unknown(inventory: &Inventory) -> Vec<(String, Why)> {
    let parts = inventory.unknown_parts().into_iter();
    parts.map(|(part, why)| (part.to_owned(), why.clone())).collect()
}

fn of_state(person: &Person) -> Cause {
    let id = &person.id;
    let (text, call) = match person.state {
        AccountState::Active => {
            ("the account is active: no state filter hides it", format!("GET /api/v2/users/{id}"))
        }
        AccountState::Inactive => (
            "the account is inactive: lists of people show active ones unless asked for others",
            format!("GET /api/v2/users?state=inactive&id={id}"),
        ),
        AccountState::Deleted => (
            "the account is deleted, which hides it and destroys nothing: it answers 404 unless asked for as deleted",
            format!("GET /api/v2/users/{id}?state=deleted"),
        ),
    };
    Cause { code: "state-filter", text: text.to_owned(), call }
}

fn of_views(person: &Person, history: &Span, now: Timestamp) -> Cause {
    let text = match history.conversations {
        0 => "agent views list active agents only; by user id there is nothing either".to_owned(),
        found => format!("agent views list active agents only; by user id there are {found} conversation(s)"),
    };
    Cause { code: "agent-views", text, call: query(person, history.last.unwrap_or(now)) }
}

fn of_evaluations(person: &Person, evaluations: &Evaluations) -> Cause {
    let said = |part: &Part<u64>| match part {
        Part::Known(count) => count.to_string(),
        Part::Unknown(why) => format!("unknown ({why})"),
    };
    let text = format!(
        "evaluations of deleted people are left out unless asked for: {} with them, {} without",
        said(&evaluations.with_deleted),
        said(&evaluations.without_deleted)
    );
    let id = &person.id;
    let call = format!("GET /api/v2/quality/evaluations/query?agentUserId={id}&includeDeletedUsers=true");
    Cause { code: "evaluations", text, call }
}

fn of_window(
    person: &Person,
    scope: &HistoryScope,
    history: &Span,
    control: &Control,
    now: Timestamp,
) -> Cause {
    let since = format!("since {} ({})", day(scope.from), scope.why());
    let text = match (history.first, history.last) {
        (Some(first), Some(last)) => format!(
            "one query spans {QUERY_DAYS} days at most: {} conversation(s) in the last {QUERY_DAYS} days, {} {since}, the \
             first on {}, the last on {}",
            history.recent,
            history.conversations,
            day(first),
            day(last)
        ),
        _ => {
            let seen = match control {
                Control::Sees { .. } => "other people's conversations are seen in it",
                Control::SeesNothing | Control::NotNeeded => {
                    "nobody's are seen in it either, so this says nothing about the person"
                }
                Control::Refused | Control::Unreadable => {
                    "whether others' can be seen could not be asked, so this says nothing about the person"
                }
            };
            format!("one query spans {QUERY_DAYS} days at most: no conversation {since}; {seen}")
        }
    };
    Cause { code: "window", text, call: query(person, history.last.unwrap_or(now)) }
}

/// Returns the details query that shows the 31 days up to the end of a day.
fn query(person: &Person, last: Timestamp) -> String {
    let midnight = |at: Timestamp| format!("{}T00:00:00.000Z", day(at));
    let (from, to) = (
        midnight(last - SignedDuration::from_hours(24 * (QUERY_DAYS - 1))),
        midnight(last + SignedDuration::from_hours(24)),
    );
    let body = json!({
        "interval": format!("{from}/{to}"),
        "segmentFilters": [{
            "type": "and",
            "predicates": [{
                "type": "dimension", "dimension": "userId", "operator": "matches", "value": person.id.as_str(),
            }],
        }],
    });
    format!("POST /api/v2/analytics/conversations/details/query {body}")
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
