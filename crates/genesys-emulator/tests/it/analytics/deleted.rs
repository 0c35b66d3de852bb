//! Who may read history, and what is seen of people who were deleted.

use genesys_emulator::{Preset, Settings};
use serde_json::{Value, json};

use super::{FEBRUARY, Org, QUERY, of_user};

#[test]
fn history_is_read_with_either_of_two_permissions_and_no_other() {
    let org = Org::new();
    let ada = org.agent("Ada", 10);
    let body = of_user(&ada, FEBRUARY);
    for (permission, expected) in [
        ("analytics:conversationDetail:view", 200),
        ("analytics:agentConversationDetail:view", 200),
        ("analytics:conversationAggregate:view", 403),
    ] {
        let limited = org.vendor.with_permissions(&[permission]);
        assert_eq!(limited.post(QUERY, &body).status, expected, "{permission}");
    }
}

#[test]
fn documented_history_of_a_deleted_user_stays_as_it_was() {
    let org = Org::new();
    let ada = org.agent("Ada", 5_000);
    let before = org.query(&of_user(&ada, FEBRUARY));
    delete(&org, &ada);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), before);
    assert!(before.1["totalHits"].as_u64().unwrap() > 50);
}

#[test]
fn as_reported_history_of_a_deleted_user_seems_gone_and_comes_back_on_restore() {
    let org = Org::with(Settings { preset: Preset::AsReported, ..Settings::default() });
    let (ada, bea) = (org.agent("Ada", 2_000), org.agent("Bea", 2_000));
    let before = org.query(&of_user(&ada, FEBRUARY));
    let of_bea = org.query(&of_user(&bea, FEBRUARY));
    let one = before.1["conversations"][0]["conversationId"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/analytics/conversations/{one}/details");
    delete(&org, &ada);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), (200, json!({ "totalHits": 0 })));
    let (_, seen) = org.get(&path);
    let agent = |record: &Value| {
        let participants = record["participants"].as_array().unwrap().iter();
        participants.clone().find(|participant| participant["purpose"] == "agent").unwrap().clone()
    };
    assert_eq!(agent(&seen)["participantName"], "Deleted User");
    assert!(agent(&seen).get("userId").is_none());
    assert_eq!(org.query(&of_user(&bea, FEBRUARY)), of_bea, "others are as they were");
    assert_eq!(org.emulator.conversation(&one).unwrap(), before.1["conversations"][0], "nothing was changed");
    assert_eq!(org.vendor.set_state(&ada, "active").status, 200);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), before);
}

fn delete(org: &Org, user: &str) {
    assert_eq!(org.vendor.deactivate(user).status, 200);
    let answer = org.vendor.delete(&format!("/api/v2/users/{user}"));
    assert!(answer.status == 200 || answer.status == 204, "{answer:?}");
}
