//! Every fault of the emulated organization that a client can meet, judged by the organization's own truth.

use std::time::Duration;

use genesys::{Disposition, Effect, State};
use genesys_emulator::{Emulator, FaultKind, FaultRule, Settings};
use jiff::SignedDuration;

use crate::emulator::{client, settings};

fn faults() -> Vec<FaultKind> {
    let second = Duration::from_secs(1);
    let hour = Duration::from_secs(3_600);
    vec![
        FaultKind::TooManyRequests { retry_after: Some(9) },
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::ServerError { status: 500, committed: false },
        FaultKind::ServerError { status: 500, committed: true },
        FaultKind::ServerError { status: 503, committed: true },
        FaultKind::ServerError { status: 408, committed: true },
        FaultKind::GatewayTimeout504,
        FaultKind::ConnectRefused,
        FaultKind::ResetBefore,
        FaultKind::ResetAfterCommit,
        FaultKind::HangBefore(hour),
        FaultKind::HangAfterCommit(hour),
        FaultKind::CommitLate(10 * second),
        FaultKind::TokenExpired401,
        FaultKind::Forbidden403 { permission: "directory:user:edit".to_owned() },
        FaultKind::NotFound404,
        FaultKind::InUse409,
        FaultKind::VersionRace,
        FaultKind::VersionClash412,
        FaultKind::VersionClash400,
        FaultKind::SlowBody { byte_every: second },
        FaultKind::TruncatedJson,
        FaultKind::CutOffBody,
        FaultKind::HtmlPage200,
        FaultKind::Redirect { location: "https://evil.example/".to_owned() },
        FaultKind::OversizedBody,
        FaultKind::ClockJump(SignedDuration::from_hours(2)),
        FaultKind::ClockJump(SignedDuration::from_hours(-2)),
    ]
}

/// What the client says of an effect is never more than what the organization knows.
#[test]
fn whatever_goes_wrong_the_word_on_an_effect_is_true() {
    for fault in faults() {
        let emulator = Emulator::new(settings());
        let ada = emulator.user("Ada").email("ada@x.example").add();
        let client = client(&emulator);
        let path = format!("/api/v2/users/{ada}");
        emulator.fault(FaultRule::new(fault.clone()).on("PATCH", &path));
        let sent = emulator.clock().run(async {
            let version = client.reader().user(&ada, &[]).await.unwrap().version.unwrap();
            client.writer().send(&Effect::set_state(&ada, version, State::Inactive)).await
        });
        assert_eq!(emulator.faults_fired().len(), 1, "{fault:?} did not happen");
        let performed = emulator.truth(&ada).unwrap().state == "inactive";
        let said = match &sent {
            Ok(_) => Some(true),
            Err(error) if error.disposition() == Disposition::OutcomeUnknown => None,
            Err(_) => Some(false),
        };
        assert!(
            said.is_none_or(|said| said == performed),
            "{fault:?}: said {said:?}, was {performed}, {sent:?}"
        );
        // It is sent a second time only where the first was certainly not performed.
        let sends = emulator.requests().iter().filter(|request| request.method == "PATCH").count();
        let again = matches!(fault, FaultKind::TooManyRequests { .. } | FaultKind::TokenExpired401);
        assert_eq!(sends, if again { 2 } else { 1 }, "{fault:?}");
        let changes =
            emulator.requests().iter().filter(|request| request.method == "PATCH" && request.changed).count();
        assert!(changes <= 1, "{fault:?}");
    }
}

/// A read either gives the truth or is an error.
#[test]
fn whatever_goes_wrong_a_read_is_true_or_an_error() {
    for fault in faults() {
        let emulator = Emulator::new(settings());
        let ada = emulator.user("Ada").title("Agent").add();
        let path = format!("/api/v2/users/{ada}");
        emulator.fault(FaultRule::new(fault.clone()).on("GET", &path));
        let reader = client(&emulator).reader();
        let read = emulator.clock().run(reader.user(&ada, &[]));
        assert_eq!(emulator.faults_fired().len(), 1, "{fault:?} did not happen");
        match read {
            Ok(user) => assert_eq!((user.id, user.title.as_deref()), (ada, Some("Agent")), "{fault:?}"),
            Err(error) => assert_ne!(error.disposition(), Disposition::OutcomeUnknown, "{fault:?}"),
        }
    }
}

#[test]
fn faults_of_paging_are_noticed() {
    for fault in [FaultKind::DuplicatePage, FaultKind::PageDrift, FaultKind::MissingLastPage] {
        let emulator = Emulator::new(Settings { users: 120, ..settings() });
        emulator.fault(FaultRule::new(fault.clone()).on("POST", "/api/v2/users/search"));
        let reader = client(&emulator).reader();
        let found = emulator.clock().run(reader.search_users(&[])).unwrap();
        assert_eq!(emulator.faults_fired().len(), 1, "{fault:?} did not happen");
        let mut found: Vec<_> = found.into_iter().map(|user| user.id).collect();
        let mut all = emulator.user_ids();
        found.sort();
        all.sort();
        assert_eq!(found, all, "{fault:?}");

        let emulator = Emulator::new(Settings { users: 120, ..settings() });
        emulator.fault(FaultRule::new(fault.clone()).on("POST", "/api/v2/users/search").always());
        match emulator.clock().run(client(&emulator).reader().search_users(&[])) {
            Err(error) => assert_eq!(error.disposition(), Disposition::BadAnswer, "{fault:?}"),
            // A page that is always one behind shows everything in the end.
            Ok(found) => assert_eq!(found.len(), emulator.user_ids().len(), "{fault:?}"),
        }
    }
}
