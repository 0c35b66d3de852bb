//! Coaching and learning.

use crate::vendor::Vendor;

const COACHING: &str = "/api/v2/coaching/appointments";
const LEARNING: &str = "/api/v2/learning/assignments";

#[test]
fn appointments_are_found_by_whoever_has_to_do_with_them() {
    let vendor = Vendor::documented();
    let bea = vendor.emulator.user("Bea").add();
    let ada = vendor.emulator.user("Ada").manager(&bea).coaching().add();
    assert_eq!(vendor.get(COACHING).status, 400);
    let of_ada = vendor.get(&format!("{COACHING}?userIds={ada}"));
    assert_eq!(of_ada.ids().len(), 1);
    assert_eq!(of_ada.body["entities"][0]["status"], "Scheduled");
    assert_eq!(vendor.get(&format!("{COACHING}?userIds={ada},{bea}")).ids(), of_ada.ids());
    let count = |query: &str| vendor.get(&format!("{COACHING}?{query}")).body["total"].as_u64().unwrap();
    assert_eq!(count(&format!("userIds={ada}&relationships=Attendee")), 1);
    assert_eq!(count(&format!("userIds={ada}&relationships=Facilitator")), 0);
    assert_eq!(count(&format!("userIds={bea}&relationships=Facilitator,Creator")), 1);
    assert_eq!(count(&format!("userIds={ada}&statuses=Completed")), 0);
    assert_eq!(count(&format!("userIds={ada}&statuses=Scheduled&facilitatorIds={bea}")), 1);
    assert_eq!(count(&format!("userIds={ada}&interval=2026-03-05T00:00:00/2026-03-06T00:00:00")), 1);
    assert_eq!(count(&format!("userIds={ada}&interval=2026-03-05T09:10:00Z/2026-03-06T00:00:00Z")), 0);
    let overlapping = "interval=2026-03-05T09:10:00Z/2026-03-06T00:00:00Z&intervalCondition=Overlaps";
    assert_eq!(count(&format!("userIds={ada}&{overlapping}")), 1);
    assert_eq!(count(&format!("userIds={ada}&overdue=True")), 0);
}

#[test]
fn learning_is_found_by_user_and_by_module() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").learning("Privacy").learning("Safety").add();
    let bea = vendor.emulator.user("Bea").learning("Privacy").add();
    assert_eq!(vendor.get(LEARNING).status, 400);
    let of_ada = vendor.get(&format!("{LEARNING}?userId={ada}&states=Assigned,InProgress"));
    assert_eq!(of_ada.ids().len(), 2);
    let both = vendor.get(&format!("{LEARNING}?userId={ada}&userId={bea}"));
    assert_eq!(both.ids().len(), 3);
    let privacy = of_ada.body["entities"].as_array().unwrap().iter();
    let module = privacy.map(|held| &held["module"]).find(|module| module["name"] == "Privacy").unwrap();
    let module = module["id"].as_str().unwrap();
    assert_eq!(vendor.get(&format!("{LEARNING}?moduleId={module}")).ids().len(), 2);
    assert_eq!(vendor.get(&format!("{LEARNING}?userId={ada}&states=Completed")).body["total"], 0);
    assert_eq!(vendor.get(&format!("{LEARNING}?userId={ada}&states=Open")).status, 400);
    let many = vec![ada.as_str(); 101].join(",");
    assert_eq!(vendor.get(&format!("{LEARNING}?userId={many}")).status, 400);
    assert_eq!(vendor.with_permissions(&[]).get(&format!("{LEARNING}?userId={ada}")).status, 403);
}
