//! The library's errors are precise and mute; here each gets its exit code and what to do next.

mod journal;

use emeritus::archive::{AskError, FeedError, ReportError, ResolveError, RosterSyncError, VerifyError};
use emeritus::event::AccountSeen;
use emeritus::{
    AdoptError, AgainError, ClockError, CollectError, DriveError, EvidenceError, ExplainError, FindError,
    HomeError, JournalError, LeaseError, Person, PlanningError, ProveAllError, ProveError, ReassignError,
    RunError,
};
use genesys::Disposition;

pub(super) use self::journal::of_journal;
use super::Failure;
use crate::exit_code::ExitCode;

/// An exit code, with hints.
pub(super) type Verdict = (ExitCode, Vec<String>);

pub(super) fn plain(code: ExitCode) -> Verdict {
    (code, Vec::new())
}

pub(super) fn hinted(code: ExitCode, hint: impl Into<String>) -> Verdict {
    (code, vec![hint.into()])
}

fn of_vendor(error: &genesys::Error) -> Verdict {
    match error.disposition() {
        Disposition::Reauthenticate => hinted(
            ExitCode::Config,
            "check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and the region; `emeritus doctor` looks at all of them",
        ),
        Disposition::Forbidden => {
            let missing = error.missing_permissions().join(", ");
            let described = error.needs().map(|needs| needs.any_of().join(" or ")).unwrap_or_default();
            let which = match (missing.is_empty(), described.is_empty()) {
                (false, _) => missing,
                (true, false) => described,
                (true, true) => "a permission".to_owned(),
            };
            hinted(
                ExitCode::Vendor,
                format!(
                    "add {which} to a role of the OAuth client; `emeritus doctor` lists every one that is needed"
                ),
            )
        }
        Disposition::NotSent => hinted(
            ExitCode::Vendor,
            "nothing was sent: check the region and the network; where it goes out by a proxy, HTTPS_PROXY names it",
        ),
        Disposition::RetryAfter(_)
        | Disposition::Absent
        | Disposition::VersionClash
        | Disposition::InUse
        | Disposition::Conflict
        | Disposition::Refused
        | Disposition::OutcomeUnknown
        | Disposition::NotOffered
        | Disposition::BadAnswer => plain(ExitCode::Vendor),
    }
}

/// Of an error that has the vendor's somewhere beneath it, or of one that has not.
fn of_cause(error: &(dyn std::error::Error + 'static), otherwise: ExitCode) -> Verdict {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(vendor) = current.downcast_ref::<genesys::Error>() {
            return of_vendor(vendor);
        }
        cause = current.source();
    }
    plain(otherwise)
}

/// Asks whether somebody was meant.
pub(crate) fn did_you_mean(Person { id, state, email, name }: &Person) -> String {
    format!("did you mean {name} <{email}>, {state}? id {id}")
}

pub(super) fn of_find(error: &FindError) -> Verdict {
    match error {
        FindError::Nobody { like, .. } => {
            let everybody = "people in every state were looked at, deleted ones too".to_owned();
            let meant = like.iter().map(did_you_mean);
            (ExitCode::NotFound, [everybody].into_iter().chain(meant).collect())
        }
        FindError::Several { .. } => hinted(ExitCode::NotFound, "name the one you mean by user id"),
        FindError::Malformed { .. } => plain(ExitCode::Vendor),
        FindError::Vendor { source, .. } => of_vendor(source),
    }
}

pub(super) fn of_collect(error: &CollectError) -> Verdict {
    match error {
        CollectError::Vendor { source, .. } => of_vendor(source),
        CollectError::NoSuchUser { .. } => plain(ExitCode::NotFound),
        CollectError::Malformed { .. } => plain(ExitCode::Vendor),
    }
}

pub(super) fn of_clocks(error: &ClockError) -> Verdict {
    match error {
        ClockError::Differ { .. } => hinted(
            ExitCode::Config,
            "set this machine's clock (by NTP, best); holds and windows are counted on both clocks, so nothing is \
             written while they do not agree",
        ),
        ClockError::Unknown { .. } => hinted(
            ExitCode::Vendor,
            "look for what takes the `Date` out of the vendor's answers, or changes it: nothing is written while its \
             clock is not known",
        ),
        ClockError::Vendor(source) => of_vendor(source),
    }
}

fn of_lease(error: &LeaseError) -> Verdict {
    match error {
        LeaseError::Held { .. } => {
            hinted(ExitCode::Busy, "wait for it to end; if it dies, its lease is free at once")
        }
        LeaseError::Lock { .. } => plain(ExitCode::Journal),
    }
}

fn of_drive(error: &DriveError) -> Verdict {
    match error {
        DriveError::Journal(journal) => of_journal(journal),
        DriveError::Directory(_) => plain(ExitCode::Journal),
        DriveError::Illegal(_) | DriveError::Endless => plain(ExitCode::Bug),
    }
}

fn of_evidence(error: &EvidenceError) -> Verdict {
    match error {
        EvidenceError::Journal(journal) => of_journal(journal),
        EvidenceError::Census { .. } => hinted(
            ExitCode::Journal,
            "keep the run's directory as it is; `emeritus evidence RUN --verify` says what else does not fit",
        ),
        EvidenceError::File { .. } | EvidenceError::Line { .. } | EvidenceError::Records(_) => {
            plain(ExitCode::Journal)
        }
        EvidenceError::Json(_) | EvidenceError::Report(_) => plain(ExitCode::Bug),
    }
}

fn of_planning(error: &PlanningError) -> Verdict {
    match error {
        PlanningError::Find(find) => of_find(find),
        PlanningError::Collect(collect) => of_collect(collect),
        PlanningError::Clocks(clocks) => of_clocks(clocks),
        PlanningError::Journal(journal) => of_journal(journal),
        PlanningError::NoSnapshot => {
            hinted(ExitCode::NotFound, "`emeritus status` lists the runs of this state directory")
        }
        PlanningError::IsKnown { .. } => {
            hinted(ExitCode::Usage, "omit --account: what the person was before they left is known")
        }
        PlanningError::Reassign(reassign) => of_reassign(reassign),
        PlanningError::Survey(source) => of_vendor(source),
        PlanningError::Unnamed => plain(ExitCode::Usage),
        PlanningError::Plan(_) => plain(ExitCode::Refused),
        PlanningError::Canonical(_) | PlanningError::Id(_) => plain(ExitCode::Bug),
    }
}

fn of_reassign(error: &ReassignError) -> Verdict {
    match error {
        ReassignError::Find { source, .. } => of_find(source),
        ReassignError::NotActive { .. } | ReassignError::Themselves { .. } => {
            hinted(ExitCode::Config, "name somebody else in the policy file, somebody who is active")
        }
    }
}

fn of_adopt(error: &AdoptError) -> Verdict {
    match error {
        AdoptError::Vendor(source) => of_vendor(source),
    }
}

fn of_explain(error: &ExplainError) -> Verdict {
    match error {
        ExplainError::Find(find) => of_find(find),
        ExplainError::Collect(collect) => of_collect(collect),
        ExplainError::History(history) => of_cause(history, ExitCode::Vendor),
    }
}

fn of_run(error: &RunError) -> Verdict {
    match error {
        RunError::Approval(_) => {
            hinted(ExitCode::Refused, "make a new plan: the organization may have changed")
        }
        RunError::Drift { .. } | RunError::OtherInventory { .. } => {
            hinted(ExitCode::Drift, "nothing was written: look at what changed, and plan again")
        }
        RunError::OtherState { seen: AccountSeen::Unreadable(_), .. } => {
            hinted(ExitCode::Vendor, "nothing was written: try again")
        }
        RunError::OtherState { .. } => {
            hinted(ExitCode::Drift, "nothing was written: look at the account, and plan again")
        }
        RunError::OtherOrganization { .. } => {
            hinted(ExitCode::Refused, "use the credentials of the organization that the plan is for")
        }
        RunError::Unfinished { run } => {
            let finish = format!("finish it first: `emeritus resume {run}`");
            let (code, mut hints) = hinted(ExitCode::Refused, finish);
            hints.push("or give a retirement up, and what is stuck: `emeritus restore PERSON`".to_owned());
            (code, hints)
        }
        RunError::Superseded { .. } => hinted(
            ExitCode::Refused,
            "plan again if the person is to be retired after all; `emeritus status` shows how both runs stand",
        ),
        RunError::Lease(lease) => of_lease(lease),
        RunError::Collect(collect) => of_collect(collect),
        RunError::Clocks(clocks) => of_clocks(clocks),
        RunError::Journal(journal) => of_journal(journal),
        RunError::Drive { run, source } => {
            let (code, mut hints) = of_drive(source);
            hints.push(format!("what happened so far is in the journal; go on with `emeritus resume {run}`"));
            (code, hints)
        }
        RunError::Evidence { run, source } => {
            let (code, mut hints) = of_evidence(source);
            hints.push(format!(
                "the run itself is in the journal; write it again with `emeritus evidence {run}`"
            ));
            (code, hints)
        }
        RunError::Illegal(_) | RunError::Canonical(_) | RunError::Id(_) => plain(ExitCode::Bug),
    }
}

fn of_prove(error: &ProveError) -> Verdict {
    match error {
        ProveError::Journal(journal) => of_journal(journal),
        ProveError::Clocks(clocks) => of_clocks(clocks),
        ProveError::NoCensus { .. } => hinted(ExitCode::NotFound, "the run ended before it read the history"),
        ProveError::File(_) => hinted(
            ExitCode::Journal,
            "the run's census is not what was sealed: `emeritus evidence RUN --verify` names the file",
        ),
        ProveError::History(history) => of_cause(history, ExitCode::Vendor),
        ProveError::Organization(collect) => of_collect(collect),
        ProveError::OtherOrganization { .. } => {
            hinted(ExitCode::Refused, "use the credentials of the organization that the run is of")
        }
    }
}

fn of_ask(error: &AskError) -> Verdict {
    match error {
        AskError::Open(_) => hinted(ExitCode::Config, "name a folder that you can write, or a bucket"),
        AskError::Nothing { .. } => (
            ExitCode::NotFound,
            vec![
                "--archive, EMERITUS_ARCHIVE or place in the table [archive] of the configuration file name another".to_owned(),
                "`emeritus roster sync` and `emeritus archive PERSON` begin one".to_owned(),
            ],
        ),
        AskError::Read(_) | AskError::Log(_) | AskError::Roster(_) => of_archive(),
    }
}

fn of_archive() -> Verdict {
    hinted(ExitCode::Archive, "docs/operate/read-an-archive.md says what can be done")
}

fn of_resolve(error: &ResolveError) -> Verdict {
    match error {
        ResolveError::NotAName { .. } => plain(ExitCode::Usage),
        ResolveError::Nobody { .. } => hinted(
            ExitCode::NotFound,
            "the archive's roster was asked, in every state; `emeritus roster sync` brings it up to date",
        ),
        ResolveError::Several { .. } => hinted(ExitCode::NotFound, "name the one you mean by user id"),
    }
}

fn of_report(error: &ReportError) -> Verdict {
    match error {
        ReportError::NoColumn { .. } | ReportError::Several { .. } => {
            hinted(ExitCode::Usage, "name the column that holds the users: --column NAME")
        }
        ReportError::Empty | ReportError::Json { .. } | ReportError::Csv(_) => plain(ExitCode::Usage),
    }
}

fn of_roster_sync(error: &RosterSyncError) -> Verdict {
    match error {
        RosterSyncError::Clocks(clocks) => of_clocks(clocks),
        RosterSyncError::Vendor(source) => of_vendor(source),
        RosterSyncError::Roster(_) => of_archive(),
    }
}

fn of_again(error: &AgainError) -> Verdict {
    match error {
        AgainError::Prove(prove) => of_prove(prove),
        AgainError::Lease(lease) => of_lease(lease),
        AgainError::Journal(journal) => of_journal(journal),
        // Somebody else appended between the look and the lease.
        AgainError::Illegal(_) => plain(ExitCode::Busy),
        AgainError::Evidence(evidence) => {
            let (code, mut hints) = of_evidence(evidence);
            hints.push(
                "what was found is in the journal; write it again with `emeritus evidence RUN`".to_owned(),
            );
            (code, hints)
        }
    }
}

fn of_prove_all(error: &ProveAllError) -> Verdict {
    match error {
        ProveAllError::Journal(journal) => of_journal(journal),
        ProveAllError::Clocks(clocks) => of_clocks(clocks),
        ProveAllError::Organization(collect) => of_collect(collect),
    }
}

fn of_feed(error: &FeedError) -> Verdict {
    let again = "what was archived so far counts; run the same command again, and it goes on from there";
    match error {
        FeedError::Empty { .. } => plain(ExitCode::Usage),
        FeedError::Clocks(clocks) => of_clocks(clocks),
        FeedError::Vendor(source) => of_vendor(source),
        FeedError::History(history) => {
            let (code, mut hints) = of_cause(history, ExitCode::Vendor);
            hints.push(again.to_owned());
            (code, hints)
        }
        FeedError::Roster(roster) => of_roster_sync(roster),
        FeedError::Read(_) => of_archive(),
        FeedError::Batch(_) => hinted(ExitCode::Archive, again),
    }
}

fn of_verify(error: &VerifyError) -> Verdict {
    match error {
        VerifyError::Read(_) | VerifyError::Malformed { .. } => of_archive(),
        VerifyError::Journal(journal) => of_journal(journal),
        VerifyError::NoCensus { .. } => {
            hinted(ExitCode::NotFound, "the run ended before it read the history")
        }
        VerifyError::File(_) => hinted(
            ExitCode::Journal,
            "the run's census is not what was sealed: `emeritus evidence RUN --verify` names the file",
        ),
    }
}

macro_rules! failures {
    ($($error:ty => $verdict:expr;)*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let (code, hints) = ($verdict)(&error);
                hints.into_iter().fold(Self::new(code, error), Self::hint)
            }
        })*
    };
}

failures! {
    AdoptError => of_adopt;
    ExplainError => of_explain;
    PlanningError => of_planning;
    ReassignError => of_reassign;
    RunError => of_run;
    JournalError => of_journal;
    EvidenceError => of_evidence;
    ProveError => of_prove;
    AgainError => of_again;
    ProveAllError => of_prove_all;
    AskError => of_ask;
    FeedError => of_feed;
    FindError => of_find;
    VerifyError => of_verify;
    ReportError => of_report;
    ResolveError => of_resolve;
    RosterSyncError => of_roster_sync;
    HomeError => |_: &HomeError| hinted(ExitCode::Config, "choose another directory: --home DIR");
}
