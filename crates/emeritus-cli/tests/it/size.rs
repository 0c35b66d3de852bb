//! A long history: read whole, in little memory.

use serde_json::json;

use crate::desk::{Desk, await_moment};
use crate::organization::{Organization, email};

const CONVERSATIONS: u64 = 20_000;
const LIMIT_KB: u64 = 64 * 1_024;

/// The most memory that a process has had so far, in kB.
fn peak_kb(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn twenty_thousand_conversations_in_three_years_are_proved_in_little_memory() {
    let organization = Organization::with(|settings| settings.retention_days = 1_100);
    let id = organization.emulator.user("Ada").in_queue("Billing").add();
    let now = organization.emulator.clock().now();
    let years = jiff::SignedDuration::from_hours(24 * 365 * 3);
    organization.emulator.give_history(&id, CONVERSATIONS, now - years, now);
    let desk = Desk::at(&organization);
    let mut child = desk.command(&["retire", &email("Ada"), "--yes", "--json"]).spawn().unwrap();
    let peak = std::cell::Cell::new(0);
    let process = child.id();
    await_moment(&mut child, || {
        peak.set(peak_kb(process).unwrap_or_default().max(peak.get()));
        false
    });
    let said = desk.said(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{said:?}");
    let proof = said.object()["proof"].clone();
    assert_eq!((&proof["verdict"], &proof["conversations"]), (&json!("intact"), &json!(CONVERSATIONS)));
    println!("peak {} kB", peak.get());
    assert!(peak.get() > 0 && peak.get() < LIMIT_KB, "{} kB", peak.get());

    let conversations = organization.emulator.conversations_of(&id);
    let gone = &conversations[conversations.len() / 2];
    assert!(organization.emulator.remove_conversation(gone));
    let said = desk.run(&["prove", &email("Ada"), "--json"]);
    assert_eq!(said.code, Some(9), "{said:?}");
    assert_eq!(said.object()["proof"]["missing"], json!([gone]));
}
