//! The corpus of the fuzzers, and what they found, through every reader once more.

use std::path::{Path, PathBuf};

/// What `fuzz/corpus` holds for a reader, and every file cut short and with a bit turned in a few places.
fn inputs(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut inputs = Vec::new();
    for path in files {
        let bytes = std::fs::read(&path).expect("a file of the corpus");
        for part in 1..8 {
            let at = bytes.len() * part / 8;
            inputs.push((path.clone(), bytes.iter().copied().take(at).collect()));
            let mut turned = bytes.clone();
            if let Some(byte) = turned.get_mut(at) {
                *byte ^= 1 << (part % 8);
                inputs.push((path.clone(), turned));
            }
        }
        inputs.push((path, bytes));
    }
    inputs
}

#[test]
fn no_reader_fails_on_what_the_fuzzers_have_kept() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in emeritus_fuzz::TARGETS {
        let inputs = inputs(&corpus.join(name));
        assert!(inputs.len() >= 10, "{name}: the corpus is gone");
        for (path, bytes) in inputs {
            let read = std::panic::catch_unwind(|| target(&bytes));
            assert!(
                read.is_ok(),
                "{name} fails on {} or a part of it: {:?}",
                path.display(),
                String::from_utf8_lossy(&bytes)
            );
        }
    }
}
