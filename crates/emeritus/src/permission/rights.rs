//! What the OAuth client of this program may do, by its own roles.

use emeritus_core::inventory::Why;
use genesys::{Reader, Role};

use super::{Probe, Takes};
use crate::failure::why;

/// What a client may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rights {
    /// What these roles carry.
    Known(Vec<Role>),
    /// Its roles could not be read.
    Unknown {
        /// Why.
        why: Why,
        /// A permission that is lacking for certain: that of the read which was refused.
        lacks: Option<&'static str>,
    },
}

impl Rights {
    /// Reads the roles of a client.
    pub(crate) async fn read(reader: &Reader, client: &str) -> Self {
        match Self::roles(reader, client).await {
            Ok(roles) => Self::Known(roles),
            Err((why, takes)) => {
                let refused = matches!(why, Why::Forbidden { .. });
                Self::Unknown {
                    why,
                    lacks: takes.filter(|_| refused).and_then(|takes| takes.any_of().first().copied()),
                }
            }
        }
    }

    async fn roles(reader: &Reader, client: &str) -> Result<Vec<Role>, (Why, Option<Takes>)> {
        let odd = |code: &str| (Why::Unreadable { code: code.to_owned() }, None);
        let of = |probe: Probe| move |error: genesys::Error| (why(&error), Some(probe.takes()));
        let client = reader.oauth_client(client).await.map_err(of(Probe::OwnClient))?;
        if client.role_divisions.is_empty() {
            return Err(odd("the client's record names no role"));
        }
        let mut roles = reader.roles().await.map_err(of(Probe::Roles))?;
        roles.retain(|role| client.role_divisions.iter().any(|held| held.role_id == role.id));
        // A listing that leaves the policies out says nothing about what they allow.
        if roles.iter().any(|role| role.permission_policies.is_none() && role.permissions.is_none()) {
            return Err(odd("a role was listed without its permissions"));
        }
        Ok(roles)
    }

    /// Returns why the client's roles are not known, if they are not.
    pub(crate) fn unknown(&self) -> Option<&Why> {
        match self {
            Self::Known(_) => None,
            Self::Unknown { why, .. } => Some(why),
        }
    }

    /// Returns whether a permission is held; `None` where that is not known.
    pub(crate) fn has(&self, permission: &str) -> Option<bool> {
        match self {
            Self::Known(roles) => Some(roles.iter().any(|role| allows(role, permission))),
            Self::Unknown { lacks, .. } => (*lacks == Some(permission)).then_some(false),
        }
    }
}

fn allows(role: &Role, permission: &str) -> bool {
    let by_policy = role.permission_policies.iter().flatten().any(|policy| policy.includes(permission));
    let by_name = role.permissions.iter().flatten().any(|held| held == "*" || held == permission);
    by_policy || by_name
}
