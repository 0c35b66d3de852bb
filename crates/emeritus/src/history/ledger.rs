//! The censuses of several people in the making: each leaf goes to the census and the file of whose it is.

use emeritus_core::census::{Census, CensusBuilder, Leaf, START, Window};

use super::file::{FileError, Writer};
use super::leaf::Found;
use super::{HistoryError, Wanted};

struct Account {
    window: Window,
    builder: CensusBuilder,
    file: Writer,
}

/// Open censuses, in the order in which their people were named. A conversation that is added again replaces what was
/// there of it: the last reading stands.
pub(super) struct Ledger {
    accounts: Vec<Account>,
    written: u64,
}

/// A conversation that does not tell when it began was found in a stretch that may begin before the window.
fn within(leaf: &Leaf, window: Window) -> Leaf {
    let start = if leaf.unread.contains(START) { leaf.start.max(window.from) } else { leaf.start };
    Leaf { start, ..leaf.clone() }
}

impl Ledger {
    pub(super) fn create(wanted: &[Wanted]) -> Result<Self, HistoryError> {
        let open = |wanted: &Wanted| {
            let file = Writer::create(&wanted.path).map_err(HistoryError::File)?;
            Ok(Account { window: wanted.window, builder: CensusBuilder::new(wanted.window), file })
        };
        Ok(Self { accounts: wanted.iter().map(open).collect::<Result<_, HistoryError>>()?, written: 0 })
    }

    /// Adds what people had in a conversation, where it belongs into their window.
    pub(super) fn add(&mut self, found: &Found) -> Result<(), HistoryError> {
        if let (true, Some(account)) = (found.leaves.is_empty(), self.accounts.first_mut()) {
            // Only one person's reading takes a record that names nobody.
            account.builder.without_id(found.key, "conversationId");
        }
        for (place, leaf) in &found.leaves {
            let Some(account) = self.accounts.get_mut(*place) else { continue };
            let leaf = &within(leaf, account.window);
            if account.builder.add(leaf).map_err(|source| HistoryError::File(FileError::Json(source)))? {
                account.file.write(leaf).map_err(HistoryError::File)?;
                self.written += 1;
            }
        }
        Ok(())
    }

    /// Returns how many leaves were written.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Closes the censuses; each file gets its name when it is whole.
    pub(super) fn close(self) -> Vec<Result<Census, HistoryError>> {
        self.accounts
            .into_iter()
            .map(|account| {
                account.file.publish().map_err(HistoryError::File)?;
                Ok(account.builder.finish())
            })
            .collect()
    }
}
