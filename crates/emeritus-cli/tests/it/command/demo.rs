use crate::desk::Desk;

#[test]
fn the_story_holds() {
    let desk = Desk::bare();
    let kept = desk.path().join("kept");
    let story = desk.json(&["demo", "--json", "--keep-in", kept.to_str().unwrap()]);
    assert_eq!(story["held"], 27);
    assert_eq!(story["runs"].as_array().unwrap().len(), 4);
    assert!(story["seconds"].as_f64().unwrap() < 60.0, "{story}");
}
