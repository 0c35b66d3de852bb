//! What was archived when, and whose windows are in the archive.

use std::collections::BTreeMap;
use std::ops::Range;

use super::ReadError;
use crate::archive::Archive;
use crate::manifest::Manifest;

/// For whom which windows are archived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// In order, none touching the next.
    windows: BTreeMap<String, Vec<Range<i64>>>,
}

impl Archive {
    /// Lists what was archived, oldest first: of one organization, or of all.
    ///
    /// # Errors
    /// When the table of batches cannot be read.
    pub async fn manifests(&self, organization: Option<&str>) -> Result<Vec<Manifest>, ReadError> {
        let mut manifests = Vec::new();
        for file in self.batches.snapshot().await?.files.into_values() {
            if organization.is_some_and(|wanted| file.partition("organization") != Some(wanted)) {
                continue;
            }
            let manifest = file.tag("manifest").and_then(|tag| serde_json::from_str::<Manifest>(tag).ok());
            let damaged = || ReadError::NoManifest { path: file.decoded_path() };
            manifests.push(manifest.ok_or_else(damaged)?);
        }
        manifests.sort_by(|a, b| (a.archived_at, &a.batch).cmp(&(b.archived_at, &b.batch)));
        Ok(manifests)
    }

    /// Says for whom which windows are archived: of one organization, or of all.
    ///
    /// # Errors
    /// As [`Archive::manifests`].
    pub async fn coverage(&self, organization: Option<&str>) -> Result<Coverage, ReadError> {
        Ok(Coverage::of_batches(&self.manifests(organization).await?))
    }
}

impl Coverage {
    /// What batches cover, each its window for each of its subjects.
    #[must_use]
    pub fn of_batches(manifests: &[Manifest]) -> Self {
        let mut windows: BTreeMap<String, Vec<Range<i64>>> = BTreeMap::new();
        for manifest in manifests {
            for subject in &manifest.subjects {
                let window = manifest.window.0..manifest.window.1;
                windows.entry(subject.clone()).or_default().push(window);
            }
        }
        for windows in windows.values_mut() {
            windows.sort_by_key(|window| (window.start, window.end));
            let mut joined: Vec<Range<i64>> = Vec::new();
            for window in windows.drain(..).filter(|window| !window.is_empty()) {
                match joined.last_mut() {
                    Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
                    Some(_) | None => joined.push(window),
                }
            }
            *windows = joined;
        }
        Self { windows }
    }

    /// The windows of a user, in order, as few as there can be; their ends are excluded.
    #[must_use]
    pub fn of(&self, user_id: &str) -> &[Range<i64>] {
        self.windows.get(user_id).map(Vec::as_slice).unwrap_or_default()
    }

    /// What of a window is not archived for a user.
    #[must_use]
    pub fn gaps(&self, user_id: &str, window: Range<i64>) -> Vec<Range<i64>> {
        let mut gaps = Vec::new();
        let mut from = window.start;
        for covered in self.of(user_id) {
            if covered.end <= from {
                continue;
            }
            if covered.start >= window.end {
                break;
            }
            if covered.start > from {
                gaps.push(from..covered.start);
            }
            from = covered.end;
        }
        if from < window.end {
            gaps.push(from..window.end);
        }
        gaps
    }

    /// Everybody of whom something is archived.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        self.windows.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_covered_is_a_gap() {
        let coverage = Coverage { windows: BTreeMap::from([("a".to_owned(), vec![10..20, 30..40])]) };
        let gaps = |user, window: Range<i64>| -> Vec<(i64, i64)> {
            coverage.gaps(user, window).into_iter().map(|gap| (gap.start, gap.end)).collect()
        };
        assert_eq!(gaps("a", 0..50), [(0, 10), (20, 30), (40, 50)]);
        assert_eq!(gaps("a", 12..18), []);
        assert_eq!(gaps("a", 15..35), [(20, 30)]);
        assert_eq!(gaps("a", 20..30), [(20, 30)]);
        assert_eq!(gaps("nobody", 1..2), [(1, 2)]);
    }
}
