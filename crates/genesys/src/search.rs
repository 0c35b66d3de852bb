//! Searching users. The vendor's search index follows changes with a delay of up to minutes, so what was just changed is read
//! by id, not searched.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    error::Error,
    reader::Reader,
    request::Call,
    users::{Expand, Met, State, User},
};

/// One condition of a search; all conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    field: String,
    values: Vec<String>,
}

/// How a text is looked for in names and e-mail addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It is in one of them.
    Contains,
    /// One of them begins with it.
    StartsWith,
}

impl Criterion {
    /// Returns the condition that a field, for example `email`, is exactly `value`.
    #[must_use]
    pub fn exact(field: &str, value: &str) -> Self {
        Self { field: field.to_owned(), values: vec![value.to_owned()] }
    }

    /// Returns the condition that the user is in one of the states.
    #[must_use]
    pub fn states(states: &[State]) -> Self {
        Self {
            field: "state".to_owned(),
            values: states.iter().map(|state| state.as_str().to_owned()).collect(),
        }
    }

    fn to_json(&self) -> Value {
        match self.values.as_slice() {
            [value] if self.field != "state" => {
                json!({ "fields": [self.field], "value": value, "type": "EXACT" })
            }
            values => json!({ "fields": [self.field], "values": values, "type": "EXACT" }),
        }
    }
}

/// A page of a search. One without hits may leave the list out.
#[derive(Deserialize)]
struct Hits {
    results: Option<Vec<Met>>,
}

impl Reader {
    /// Searches users, complete over all pages.
    ///
    /// Which states the vendor returns without being asked for any is undocumented, so without a condition on the state all
    /// states are asked for.
    ///
    /// # Errors
    /// As any read; [`BadAnswer`](crate::Disposition::BadAnswer) if the pages do not add up.
    pub async fn search_users(&self, criteria: &[Criterion]) -> Result<Vec<User>, Error> {
        self.search(criteria, &[]).await
    }

    /// Finds the users with an e-mail address in every state, each state asked on its own and each result compared again,
    /// without regard to case.
    ///
    /// # Errors
    /// As [`Reader::search_users`].
    pub async fn users_by_email(&self, email: &str) -> Result<Vec<User>, Error> {
        let wanted = email.trim().to_lowercase();
        let found = self.search_each_state(&Criterion::exact("email", email.trim()), &[]).await?;
        let has =
            |user: &User| user.email.as_ref().is_some_and(|email| email.trim().to_lowercase() == wanted);
        Ok(found.into_iter().filter(has).collect())
    }

    /// Finds the users whom the employer knows by an id (`employerInfo.employeeId`), in every state, each result compared
    /// again. The vendor's schema does not list the searchable fields: where this one is not, nobody is found.
    ///
    /// # Errors
    /// As [`Reader::search_users`].
    pub async fn users_by_employee_id(&self, employee_id: &str) -> Result<Vec<User>, Error> {
        let wanted = employee_id.trim();
        let criterion = Criterion::exact("employerInfo.employeeId", wanted);
        let found = self.search_each_state(&criterion, &[Expand::EmployerInfo]).await?;
        let has = |user: &User| {
            let known = user.employer_info.as_ref().and_then(|info| info.employee_id.as_deref());
            known.is_some_and(|known| known.trim() == wanted)
        };
        Ok(found.into_iter().filter(has).collect())
    }

    /// Returns some of the users whose name or e-mail address has a text in it, in every state: one page of the vendor's
    /// choice. It is for showing people whom they may have meant, and shows nothing about who is not there.
    ///
    /// # Errors
    /// As any read.
    pub async fn users_like(&self, text: &str, likeness: Likeness) -> Result<Vec<User>, Error> {
        let kind = match likeness {
            Likeness::Contains => "CONTAINS",
            Likeness::StartsWith => "STARTS_WITH",
        };
        let like = json!({ "fields": ["name", "email"], "value": text, "type": kind });
        let query = [like, Criterion::states(&State::ALL).to_json()];
        let body = json!({ "pageSize": 100, "pageNumber": 1, "query": query });
        let call = Call::ask("search users", "/api/v2/users/search", &body);
        let found: Hits = self.read(&call).await?;
        Ok(found.results.unwrap_or_default().into_iter().map(|Met(user)| user).collect())
    }

    /// Finds a user once even when the state changed between two of the searches.
    async fn search_each_state(&self, criterion: &Criterion, expand: &[Expand]) -> Result<Vec<User>, Error> {
        let mut found: Vec<User> = Vec::new();
        for state in State::ALL {
            let criteria = [criterion.clone(), Criterion::states(&[state])];
            for user in self.search(&criteria, expand).await? {
                match found.iter_mut().find(|known| known.id == user.id) {
                    Some(known) if known.version < user.version => *known = user,
                    Some(_) => {}
                    None => found.push(user),
                }
            }
        }
        Ok(found)
    }

    async fn search(&self, criteria: &[Criterion], expand: &[Expand]) -> Result<Vec<User>, Error> {
        let mut query: Vec<Value> = criteria.iter().map(Criterion::to_json).collect();
        if !criteria.iter().any(|criterion| criterion.field == "state") {
            query.push(Criterion::states(&State::ALL).to_json());
        }
        let expand: Vec<String> = expand.iter().map(|part| Expand::join(&[*part])).collect();
        let call = |page: u32| {
            let mut body = json!({ "pageSize": self.page_size(), "pageNumber": page, "query": query });
            if let (false, Some(fields)) = (expand.is_empty(), body.as_object_mut()) {
                fields.insert("expand".to_owned(), json!(expand));
            }
            Call::ask("search users", "/api/v2/users/search", &body)
        };
        let found: Vec<Met> = self.list(&call).await?;
        Ok(found.into_iter().map(|Met(user)| user).collect())
    }
}
