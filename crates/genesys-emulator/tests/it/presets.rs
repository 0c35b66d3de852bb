//! Presets and switches.

use genesys_emulator::{Preset, SwitchError, Switches};

#[test]
fn every_switch_is_set_by_its_name_to_its_own_value() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let all = Switches::of(preset);
        assert_eq!(all.list().iter().map(|(name, _)| *name).collect::<Vec<_>>(), Switches::NAMES);
        let mut copy = Switches::of(Preset::Documented);
        for (name, value) in all.list() {
            copy.set(name, &value).unwrap();
        }
        assert_eq!(copy, all);
    }
}

#[test]
fn the_presets_differ_in_what_the_seed_documents_report() {
    let documented = Switches::of(Preset::Documented).list();
    let reported = Switches::of(Preset::AsReported).list();
    let differ: Vec<_> =
        documented.iter().zip(&reported).filter(|(a, b)| a != b).map(|(_, b)| (b.0, b.1.as_str())).collect();
    assert_eq!(
        differ,
        [
            ("version_clash", "precondition-412"),
            ("if_match", "enforced"),
            ("in_use_refused", "true"),
            ("delete_while_active_refused", "true"),
            ("delete_answer", "no-content-204"),
            ("history_of_deleted", "dropped"),
            ("name_of_deleted", "deleted-user"),
        ]
    );
}

#[test]
fn dashes_may_stand_for_underscores() {
    let mut switches = Switches::of(Preset::Documented);
    switches.set("search-lag-s", "7").unwrap();
    assert_eq!(switches.search_lag_s, 7);
}

#[test]
fn a_wrong_name_or_value_is_told_with_what_would_do() {
    let mut switches = Switches::of(Preset::Documented);
    assert_eq!(switches.set("warp", "9"), Err(SwitchError::NoSuchSwitch { name: "warp".to_owned() }));
    let error = switches.set("put_state", "maybe").unwrap_err();
    assert_eq!(error.to_string(), "the switch put_state cannot be \"maybe\"; it can be served or not-found");
    let error = switches.set("search_lag_s", "-1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the switch search_lag_s cannot be \"-1\"; it can be a whole number up to 100000000"
    );
    assert_eq!(switches, Switches::of(Preset::Documented));
}

#[test]
fn a_preset_is_read_from_its_name_and_shown_by_it() {
    for name in ["documented", "as-reported"] {
        assert_eq!(name.parse::<Preset>().unwrap().to_string(), name);
    }
    assert_eq!(
        "real".parse::<Preset>().unwrap_err().to_string(),
        "there is no preset \"real\"; the presets are documented and as-reported"
    );
}
