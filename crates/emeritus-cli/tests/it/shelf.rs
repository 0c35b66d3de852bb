//! Archives as they stand somewhere: what people took part in, put there from the emulator's own records.

use std::path::{Path, PathBuf};

use emeritus_archive::{Archive, BatchSpec, Begun, Groups, Location};

use crate::desk::Desk;
use crate::organization::Organization;

/// The archive of a desk.
pub(crate) fn place(desk: &Desk) -> PathBuf {
    desk.path().join("archive")
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Archives everything that people took part in as one batch, without going through the command.
pub(crate) fn fill(organization: &Organization, folder: &Path, batch: &str, users: &[&str]) {
    let archive = Archive::open(&Location::Folder(folder.to_owned())).unwrap();
    let spec = BatchSpec {
        id: batch.to_owned(),
        organization: organization.emulator.organization_id(),
        source: "a test".to_owned(),
        window: (0, 1),
        subjects: users.iter().map(|user| (*user).to_owned()).collect(),
        now: organization.emulator.clock().now().as_millisecond(),
        groups: Groups::default(),
        skip_archived: false,
    };
    block_on(async {
        let Begun::Open(mut batch) = archive.begin(spec).await.unwrap() else { panic!("archived before") };
        for user in users {
            for id in organization.emulator.conversations_of(user) {
                batch.add(organization.emulator.conversation(&id).unwrap().to_string().as_bytes()).unwrap();
            }
        }
        batch.finish().await.unwrap();
    });
}

/// A desk from which the vendor cannot be reached, and that has no credentials for it either.
pub(crate) fn offline(desk: &mut Desk) {
    for name in ["EMERITUS_API_URL", "EMERITUS_LOGIN_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"] {
        assert!(desk.unset(name).is_some());
    }
}
