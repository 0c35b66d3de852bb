//! Architect: flows and the like that name a user.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::Error,
    page::Entry,
    reader::Reader,
    request::Call,
    thing::{Document, Facts, NoId, Thing},
};

/// What names a user. The vendor keeps an index of it, and answers also while it is being built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consumers {
    /// Everything that names the user.
    Complete(Vec<Thing>),
    /// What the vendor has found so far (206): there may be more.
    Building(Vec<Thing>),
}

/// A thing that names a user. Several versions of one flow are several entries with one id.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
struct Consumer {
    key: String,
    thing: Thing,
}

const DEPENDENCY: Facts =
    Facts { name: "/name", detail: &[("type", "/type"), ("version", "/version"), ("deleted", "/deleted")] };

impl TryFrom<Value> for Consumer {
    type Error = NoId;

    fn try_from(value: Value) -> Result<Self, NoId> {
        let thing = Document::try_from(value)?.into_thing(DEPENDENCY);
        let part = |word: &str| thing.detail.get(word).map_or("", String::as_str);
        let key = format!("{}/{}/{}", part("type"), thing.id, part("version"));
        Ok(Self { key, thing })
    }
}

impl Entry for Consumer {
    fn key(&self) -> &str {
        &self.key
    }
}

impl Reader {
    /// Reads the flows and other things of Architect that name a user, with `type`, `version` and `deleted`. A thing that
    /// names the user in several versions is there once for each.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `architect:dependencyTracking:view`.
    pub async fn flows_naming(&self, user: &str) -> Result<Consumers, Error> {
        let template = "/api/v2/architect/dependencytracking/consumingresources";
        let call = |page: u32| {
            let call = Call::get("read consuming resources", template, &[])
                .query("id", user)
                .query("objectType", "USER");
            self.on_page(call, page)
        };
        let (found, is_building) = self.list_or_part::<Consumer>(&call).await?;
        let found = found.into_iter().map(|consumer| consumer.thing).collect();
        Ok(if is_building { Consumers::Building(found) } else { Consumers::Complete(found) })
    }
}
