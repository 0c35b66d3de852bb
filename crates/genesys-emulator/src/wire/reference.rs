//! References: an id, sometimes a name, and where the thing itself is.

use serde::Serialize;

use crate::world::directory::Directory;

/// `DomainEntityRef` and its many twins.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    self_uri: String,
}

impl Reference {
    /// `place` is the address without `/api/v2/` and without the id.
    pub(crate) fn new(id: &str, name: Option<&str>, place: &str) -> Self {
        Self { id: id.to_owned(), name: name.map(str::to_owned), self_uri: format!("/api/v2/{place}/{id}") }
    }

    pub(crate) fn user(id: &str) -> Self {
        Self::new(id, None, "users")
    }

    pub(crate) fn group(id: &str) -> Self {
        Self::new(id, None, "groups")
    }
}

/// `NamedEntity`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NamedEntity {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Directory {
    pub(crate) fn division_reference(&self, id: &str) -> Reference {
        let name = self.divisions.get(id).map(|division| division.name.as_str());
        Reference::new(id, name, "authorization/divisions")
    }

    pub(crate) fn team_reference(&self, id: &str) -> Reference {
        Reference::new(id, self.teams.get(id).map(|team| team.name.as_str()), "teams")
    }
}
