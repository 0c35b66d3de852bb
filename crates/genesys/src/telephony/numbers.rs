//! Numbers that are dialled: those of the public network (DID) and extensions within the organization.

use serde::Deserialize;

use crate::{error::Error, page::Entry, reader::Reader, request::Call, users::UserRef};

/// A number and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Number {
    /// Id.
    pub id: String,
    /// The number: of a DID with country, for example `+13175550100`.
    #[serde(alias = "phoneNumber")]
    pub number: Option<String>,
    /// Who or what has it; absent if it is free. A user only where `owner_type` says so.
    pub owner: Option<UserRef>,
    /// `USER`, `PHONE`, `IVR_CONFIG` or `GROUP`.
    pub owner_type: Option<String>,
}

impl Entry for Number {
    fn key(&self) -> &str {
        &self.id
    }
}

const DIDS: &str = "/api/v2/telephony/providers/edges/dids";
const EXTENSIONS: &str = "/api/v2/telephony/providers/edges/extensions";

impl Reader {
    /// Reads the public numbers that a user, phone, group or menu has, by the id of that.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:plugin:all`.
    pub async fn dids_of(&self, owner: &str) -> Result<Vec<Number>, Error> {
        self.numbers(&Call::get("read DIDs of owner", DIDS, &[]).query("owner.id", owner)).await
    }

    /// Reads a public number; `None` if the organization has no such number.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:plugin:all`.
    pub async fn did(&self, number: &str) -> Result<Option<Number>, Error> {
        let found = self.numbers(&Call::get("read DID", DIDS, &[]).query("phoneNumber", number)).await?;
        Ok(exactly(found, number))
    }

    /// Reads the public numbers of the organization.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:plugin:all`.
    pub async fn all_dids(&self) -> Result<Vec<Number>, Error> {
        self.numbers(&Call::get("read DIDs", DIDS, &[])).await
    }

    /// Reads an extension; `None` if the organization has no such extension.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:extensionPool:view`.
    pub async fn extension(&self, number: &str) -> Result<Option<Number>, Error> {
        let call = Call::get("read extension", EXTENSIONS, &[]).query("number", number);
        Ok(exactly(self.numbers(&call).await?, number))
    }

    /// Reads the extensions of the organization. Those of one user cannot be asked for, so they are picked from these.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:extensionPool:view`.
    pub async fn all_extensions(&self) -> Result<Vec<Number>, Error> {
        self.numbers(&Call::get("read extensions", EXTENSIONS, &[])).await
    }

    async fn numbers(&self, call: &Call) -> Result<Vec<Number>, Error> {
        self.list(&|page| self.on_page(call.clone(), page)).await
    }
}

/// The vendor's filter may match a part of a number.
fn exactly(found: Vec<Number>, number: &str) -> Option<Number> {
    found.into_iter().find(|one| one.number.as_deref() == Some(number))
}
