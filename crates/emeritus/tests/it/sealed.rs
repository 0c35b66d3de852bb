//! The evidence files against the journal: what is changed is named, whatever the list of sums says, and what does not fit
//! is never sealed anew.

use std::fs;
use std::path::{Path, PathBuf};

use emeritus::id::RunId;
use emeritus::{EvidenceError, FileCheck, Recheck};
use genesys_emulator::Preset;
use sha2::{Digest as _, Sha256};

use crate::world::World;

struct Sealed {
    world: World,
    run: RunId,
    directory: PathBuf,
}

fn sealed() -> Sealed {
    let world = World::small(Preset::Documented);
    let report = world.retire().unwrap();
    Sealed { run: report.state.run().clone(), directory: report.evidence_dir, world }
}

/// What somebody does who changes a file and does not want it to be seen.
fn sum_again(directory: &Path) {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.retain(|name| name != "SHA256SUMS");
    names.sort();
    let lines: String = names
        .iter()
        .map(|name| {
            let digest = Sha256::digest(fs::read(directory.join(name)).unwrap());
            let sum: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{sum}  {}\n", name.display())
        })
        .collect();
    fs::write(directory.join("SHA256SUMS"), lines).unwrap();
}

impl Sealed {
    fn verify(&self) -> Vec<FileCheck> {
        self.world.executor().verify_evidence(&self.run).unwrap()
    }

    /// Everything that is not whole.
    fn wrong(&self) -> Vec<FileCheck> {
        let mut checks = self.verify();
        checks.retain(|check| !matches!(check, FileCheck::Whole { .. }));
        checks
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let path = self.directory.join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        sum_again(&self.directory);
    }

    fn census(&self) -> String {
        let names = fs::read_dir(&self.directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.retain(|name| name.starts_with("census-"));
        names.sort();
        names.pop().unwrap()
    }
}

fn changed(name: &str) -> FileCheck {
    FileCheck::Changed { name: name.to_owned() }
}

#[test]
fn what_was_written_is_whole_and_the_list_of_sums_is_part_of_it() {
    let sealed = sealed();
    let names: Vec<_> = sealed
        .verify()
        .into_iter()
        .map(|check| {
            let FileCheck::Whole { name } = check else { panic!("{check:?}") };
            name
        })
        .collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert_eq!(names[0], "SHA256SUMS");
    // Made again, it comes out the same, and nothing is written down about it again.
    let before = sealed.world.executor().check_journal().unwrap();
    sealed.world.executor().write_evidence(&sealed.run).unwrap();
    assert_eq!(sealed.world.executor().check_journal().unwrap(), before);
    assert_eq!(sealed.wrong(), Vec::new());
}

#[test]
fn a_changed_file_is_named_though_its_sum_was_made_anew() {
    for (name, from, to) in [
        ("report.html", "8 conversations", "7 conversations"),
        ("evidence.json", "\"verified\"", "\"refused\""),
    ] {
        let sealed = sealed();
        sealed.change(name, from, to);
        assert_eq!(sealed.wrong(), [changed("SHA256SUMS"), changed(name)]);
        // They follow from the journal, so they can be made again.
        sealed.world.executor().write_evidence(&sealed.run).unwrap();
        assert_eq!(sealed.wrong(), Vec::new());
    }
}

#[test]
fn a_reading_that_does_not_fit_its_root_is_never_sealed_anew() {
    let sealed = sealed();
    let census = sealed.census();
    let text = fs::read_to_string(sealed.directory.join(&census)).unwrap();
    let (first, _) = text.split_once('\n').unwrap();
    sealed.change(&census, &format!("{first}\n"), "");
    let sums = fs::read(sealed.directory.join("SHA256SUMS")).unwrap();
    assert_eq!(sealed.wrong(), [changed("SHA256SUMS"), changed(&census)]);
    let refused = sealed.world.executor().write_evidence(&sealed.run).unwrap_err();
    assert!(matches!(&refused, EvidenceError::Census { name, .. } if *name == census), "{refused:?}");
    assert_eq!(fs::read(sealed.directory.join("SHA256SUMS")).unwrap(), sums);
    assert_eq!(sealed.wrong(), [changed("SHA256SUMS"), changed(&census)]);

    fs::remove_file(sealed.directory.join(&census)).unwrap();
    let refused = sealed.world.executor().write_evidence(&sealed.run).unwrap_err();
    assert!(matches!(&refused, EvidenceError::Census { name, .. } if *name == census), "{refused:?}");
    fs::write(sealed.directory.join(&census), text).unwrap();
    sealed.world.executor().write_evidence(&sealed.run).unwrap();
    assert_eq!(sealed.wrong(), Vec::new());
}

#[test]
fn a_file_of_somebody_else_is_no_evidence_even_when_it_is_listed() {
    let sealed = sealed();
    fs::write(sealed.directory.join("note.txt"), "added").unwrap();
    sum_again(&sealed.directory);
    let unlisted = FileCheck::Unlisted { name: "note.txt".to_owned() };
    assert_eq!(sealed.wrong(), [changed("SHA256SUMS"), unlisted.clone()]);
    sealed.world.executor().write_evidence(&sealed.run).unwrap();
    assert_eq!(sealed.wrong(), [unlisted]);
}

/// The sums that the journal keeps are in its chain like all else.
#[test]
fn sums_that_were_changed_in_the_journal_too_are_not_those_that_were_written() {
    let sealed = sealed();
    let sum = |sealed: &Sealed| {
        let list = fs::read_to_string(sealed.directory.join("SHA256SUMS")).unwrap();
        let line = list.lines().find(|line| line.ends_with("report.html")).unwrap();
        line.split_once(' ').unwrap().0.to_owned()
    };
    let before = sum(&sealed);
    sealed.change("report.html", "8 conversations", "7 conversations");
    let after = sum(&sealed);
    let raw = rusqlite::Connection::open(sealed.world.journal_path()).unwrap();
    raw.execute_batch("DROP TRIGGER evidence_is_never_changed").unwrap();
    assert_eq!(
        raw.execute("UPDATE evidence SET files = replace(files, ?1, ?2)", (&before, &after)).unwrap(),
        1
    );
    drop(raw);
    let refused = sealed.world.executor().verify_evidence(&sealed.run).unwrap_err();
    let is_journal = matches!(refused, EvidenceError::Journal(emeritus::JournalError::Broken { .. }));
    assert!(is_journal, "{refused:?}");
}

/// A journal of an earlier release keeps no sums: then what follows from the journal is made and compared.
#[test]
fn evidence_of_an_earlier_release_is_held_against_what_follows_from_the_journal() {
    let sealed = sealed();
    let raw = rusqlite::Connection::open(sealed.world.journal_path()).unwrap();
    raw.execute_batch("DROP TRIGGER evidence_is_never_removed; DELETE FROM evidence").unwrap();
    drop(raw);
    assert_eq!(sealed.wrong(), Vec::new());
    // A reading has its root in the events, whatever its sum says.
    let census = sealed.census();
    let text = fs::read_to_string(sealed.directory.join(&census)).unwrap();
    let (first, _) = text.split_once('\n').unwrap();
    sealed.change(&census, &format!("{first}\n"), "");
    assert!(sealed.wrong().contains(&changed(&census)), "{:?}", sealed.wrong());
    fs::write(sealed.directory.join(&census), text).unwrap();
    sum_again(&sealed.directory);
    sealed.change("report.html", "8 conversations", "7 conversations");
    assert_eq!(sealed.wrong(), [FileCheck::Differs { name: "report.html".to_owned() }]);
    fs::write(sealed.directory.join("evidence.json"), "{}").unwrap();
    assert_eq!(
        sealed.wrong(),
        [changed("evidence.json"), FileCheck::Differs { name: "report.html".to_owned() }]
    );
}

#[test]
fn evidence_that_was_never_written_is_noticed_and_the_next_run_writes_it() {
    let sealed = sealed();
    fs::remove_dir_all(&sealed.directory).unwrap();
    let executor = sealed.world.executor();
    assert!(!executor.has_evidence(&sealed.run));
    let missing: Vec<_> =
        executor.without_evidence().unwrap().iter().map(|state| state.run().clone()).collect();
    assert_eq!(missing, std::slice::from_ref(&sealed.run));
    drop(executor);

    // With the readings gone it cannot be written, and the next run is not kept from its work by that.
    sealed.world.retire().unwrap();
    assert!(!sealed.world.executor().has_evidence(&sealed.run));

    let sealed = self::sealed();
    for name in ["SHA256SUMS", "report.html", "evidence.json"] {
        fs::remove_file(sealed.directory.join(name)).unwrap();
    }
    let executor = sealed.world.executor();
    let planned = sealed.world.plan(&executor);
    sealed.world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert!(executor.has_evidence(&sealed.run));
    assert_eq!(executor.without_evidence().unwrap(), Vec::new());
    drop(executor);
    assert_eq!(sealed.wrong(), Vec::new());
}
