//! The exit codes. They are part of the interface: documented in `docs/exit-codes.md`, held to that page by a test, and a
//! number that was released once is never given another meaning.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    Done,
    Bug,
    Usage,
    Config,
    NotFound,
    Refused,
    Drift,
    Vendor,
    Stuck,
    ProofBroken,
    NotVerified,
    Busy,
    Journal,
    Held,
    TakenBack,
    Leftovers,
    Archive,
    Unresolved,
    Interrupted,
}

impl ExitCode {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 19] = [
        Self::Done,
        Self::Bug,
        Self::Usage,
        Self::Config,
        Self::NotFound,
        Self::Refused,
        Self::Drift,
        Self::Vendor,
        Self::Stuck,
        Self::ProofBroken,
        Self::NotVerified,
        Self::Busy,
        Self::Journal,
        Self::Held,
        Self::TakenBack,
        Self::Leftovers,
        Self::Archive,
        Self::Unresolved,
        Self::Interrupted,
    ];

    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Bug => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::NotFound => 4,
            Self::Refused => 5,
            Self::Drift => 6,
            Self::Vendor => 7,
            Self::Stuck => 8,
            Self::ProofBroken => 9,
            Self::NotVerified => 10,
            Self::Busy => 11,
            Self::Journal => 12,
            Self::Held => 13,
            Self::TakenBack => 14,
            Self::Leftovers => 15,
            Self::Archive => 16,
            Self::Unresolved => 17,
            // What a shell makes of a process that Ctrl-C ended.
            Self::Interrupted => 130,
        }
    }

    /// Returns the stable word for it, which is `error.kind` in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Bug => "bug",
            Self::Usage => "usage",
            Self::Config => "config",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::Drift => "drift",
            Self::Vendor => "vendor",
            Self::Stuck => "stuck",
            Self::ProofBroken => "proof-broken",
            Self::NotVerified => "not-verified",
            Self::Busy => "busy",
            Self::Journal => "journal",
            Self::Held => "held",
            Self::TakenBack => "taken-back",
            Self::Leftovers => "leftovers",
            Self::Archive => "archive",
            Self::Unresolved => "unresolved",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_page_lists_exactly_these_codes() {
        let page = include_str!("../../../docs/exit-codes.md");
        let listed: Vec<_> = page
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
                let number: u8 = cells.next()?.parse().ok()?;
                Some((number, cells.next()?.trim_matches('`').to_owned()))
            })
            .collect();
        let known: Vec<_> =
            ExitCode::ALL.iter().map(|code| (code.number(), code.name().to_owned())).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn no_number_and_no_word_is_used_twice() {
        let numbers: BTreeSet<_> = ExitCode::ALL.iter().map(|code| code.number()).collect();
        let names: BTreeSet<_> = ExitCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!((numbers.len(), names.len()), (ExitCode::ALL.len(), ExitCode::ALL.len()));
    }
}
