//! Makes equal what differs from one time to the next: ids in the order of their appearance, digests, moments, days, places.

use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn tidy(text: &str, desk: &Path) -> String {
    let text = text.replace(&desk.display().to_string(), "[desk]");
    let mut ids = BTreeMap::new();
    let mut tidied = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | ':' | '.') {
            word.push(character);
            continue;
        }
        tidied.push_str(&known(&word, &mut ids));
        word.clear();
        if character != '\0' {
            tidied.push(character);
        }
    }
    tidied.lines().map(counted).collect::<Vec<_>>().join("\n")
}

fn known(word: &str, ids: &mut BTreeMap<String, usize>) -> String {
    let bare = word.trim_end_matches(['.', ':']);
    let rest = word.strip_prefix(bare).unwrap_or_default();
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = bare.len() == 36 && bare.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if is_id && hexadecimal(&bare.replace('-', "")) {
        let next = ids.len() + 1;
        let number = *ids.entry(bare.to_owned()).or_insert(next);
        return format!("[id {number}]{rest}");
    }
    if bare.len() == 64 && hexadecimal(bare) {
        return format!("[digest]{rest}");
    }
    let shape: String = bare.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape.starts_with("0000-00-00T00:00:00") {
        return format!("[moment]{rest}");
    }
    match shape.as_str() {
        "0000-00-00" => format!("[day]{rest}"),
        "00:00:00" => format!("[time]{rest}"),
        _ if shape.starts_with("127.0.0.1:") || shape.starts_with("000.0.0.0:") => format!("[address]{rest}"),
        _ => word.to_owned(),
    }
}

/// The number of requests depends on how often something had to be looked at.
fn counted(line: &str) -> String {
    match line.strip_prefix("  requests      ") {
        // Of a run that was killed nobody counted them.
        Some("not counted") => line.to_owned(),
        Some(number) => {
            assert!(number.replace(',', "").parse::<u64>().unwrap() > 0, "{line}");
            "  requests      [requests]".to_owned()
        }
        None => line.to_owned(),
    }
}

#[test]
fn what_differs_is_made_equal_and_nothing_else() {
    let id = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
    let text = format!(
        "run {id}, {id}: at 2026-11-21T09:14:03.5Z in /tmp/d/x; 1,200 kept (2026-11-21)\n  requests      57"
    );
    assert_eq!(
        tidy(&text, Path::new("/tmp/d")),
        "run [id 1], [id 1]: at [moment] in [desk]/x; 1,200 kept ([day])\n  requests      [requests]"
    );
}
