//! Who runs this, as the machine says. The environment is not asked: anybody can set a variable.

use std::io::IsTerminal as _;

use emeritus::plan::Operator;
use nix::unistd::{Uid, User, geteuid, gethostname};

/// Where Linux keeps who logged in, whatever they became since.
const LOGIN_UID: &str = "/proc/self/loginuid";

/// What that file says where nobody did.
const NOBODY: u32 = u32::MAX;

/// Who approves what this process does.
#[derive(Debug, Clone)]
pub(crate) struct Approver {
    /// The name that the machine gives, else the number.
    pub(crate) name: String,
    pub(crate) operator: Operator,
}

impl Approver {
    /// Looks who it is.
    pub(crate) fn of_this_process() -> Self {
        let said = std::fs::read_to_string(LOGIN_UID).ok();
        let login_uid = said.and_then(|text| login_uid(&text));
        let uid = geteuid().as_raw();
        let host =
            gethostname().ok().and_then(|host| host.into_string().ok()).filter(|host| !host.is_empty());
        Self {
            name: name_of(login_uid.unwrap_or(uid)),
            operator: Operator { login_uid, uid, host, terminal: std::io::stdin().is_terminal() },
        }
    }
}

fn login_uid(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|uid| *uid != NOBODY)
}

fn name_of(uid: u32) -> String {
    let known = User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name);
    known.unwrap_or_else(|| format!("uid {uid}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_logged_in_is_not_somebody_with_a_large_number() {
        assert_eq!(login_uid("1000\n"), Some(1_000));
        assert_eq!([login_uid("4294967295"), login_uid(""), login_uid("-1")], [None; 3]);
    }

    #[test]
    fn who_has_no_name_is_a_number() {
        assert_eq!((name_of(0), name_of(4_294_000_001)), ("root".to_owned(), "uid 4294000001".to_owned()));
    }
}
