//! Each key of a policy file, with the values that it takes.

use emeritus_core::holding::Kind;
use emeritus_core::id::UserId;
use emeritus_core::policy::{LiveWork, Reason, Strictness};
use jiff::SignedDuration;
use toml::de::DeValue;

use super::{PolicyFile, PolicyFileError, Wish, quoted, texts};
use crate::day::Day;
use crate::find::Who;
use crate::length::Length;

pub(super) const SECTIONS: [&str; 4] = ["retire", "proof", "archive", "things"];

const KEYS: [&str; 7] = ["mode", "hold", "reason", "live_work", "unknown", "protected", "returns"];

const REASONS: [(&str, Reason); 6] = [
    ("voluntary", Reason::Voluntary),
    ("seasonal", Reason::Seasonal),
    ("leave", Reason::Leave),
    ("performance", Reason::Performance),
    ("conduct", Reason::Conduct),
    ("unknown", Reason::Unknown),
];

/// One line of a policy file.
pub(super) struct Entry<'a> {
    pub(super) section: &'a str,
    pub(super) key: &'a str,
    pub(super) key_line: usize,
    pub(super) value: &'a DeValue<'a>,
    pub(super) line: usize,
}

impl Entry<'_> {
    pub(super) fn read_into(&self, file: &mut PolicyFile) -> Result<(), PolicyFileError> {
        if self.section == "things" {
            let kind = Kind::of_name(self.key).ok_or_else(|| {
                self.unknown(Kind::ALL.into_iter().map(Kind::name).collect::<Vec<_>>().join(", "))
            })?;
            file.things.insert(kind, self.wish(kind)?);
            return Ok(());
        }
        if self.section == "proof" {
            if self.key != "again_after" {
                return Err(self.unknown("again_after".to_owned()));
            }
            let lengths = self.again_after();
            file.again_after = Some(lengths.ok_or_else(|| {
                self.value(
                    "a list of lengths above zero such as [\"30d\", \"90d\"], each once; none for never",
                )
            })?);
            return Ok(());
        }
        if self.section == "archive" {
            if self.key != "warn_before" {
                return Err(self.unknown("warn_before".to_owned()));
            }
            file.archive_warning = Some(self.length(self.value.as_str())?.0);
            return Ok(());
        }
        match self.key {
            "mode" => file.deletes = Some(self.one_of(&[("keep", false), ("delete", true)])?),
            "hold" => file.hold = Some(self.length(self.value.as_str())?.0),
            "reason" => file.reason = Some(self.one_of(&REASONS)?),
            "live_work" => file.live_work = Some(self.live_work()?),
            "unknown" => {
                let known = [("warn", Strictness::Warn), ("block", Strictness::Block)];
                file.unknown = Some(self.one_of(&known)?);
            }
            // What it says when it is false is the rule by now.
            "allow_last_admin" if self.value.as_bool() == Some(false) => {}
            "allow_last_admin" => {
                return Err(PolicyFileError::Gone { line: self.key_line, key: self.name() });
            }
            "protected" => {
                file.protected = self.protected().ok_or_else(|| self.value("a list of user ids"))?;
            }
            "returns" => {
                let day = self.value.as_str().and_then(|text| text.parse::<Day>().ok());
                file.returns = Some(day.ok_or_else(|| self.value("a day in quotes, as \"2027-03-01\""))?.0);
            }
            _ => return Err(self.unknown(KEYS.join(", "))),
        }
        Ok(())
    }

    fn one_of<T: Copy>(&self, known: &[(&str, T)]) -> Result<T, PolicyFileError> {
        let given = self.value.as_str();
        let found = known.iter().find(|(name, _)| given == Some(*name)).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            self.value(&names.join(", "))
        })
    }

    fn length(&self, text: Option<&str>) -> Result<Length, PolicyFileError> {
        let length = text.and_then(|text| text.parse().ok());
        length.ok_or_else(|| self.value("a length such as \"30d\", \"12h\", \"30m\", \"90s\""))
    }

    fn again_after(&self) -> Option<Vec<SignedDuration>> {
        let mut lengths = Vec::new();
        for text in texts(self.value)? {
            let length = text.parse::<Length>().ok()?.0;
            if !length.is_positive() || lengths.contains(&length) {
                return None;
            }
            lengths.push(length);
        }
        lengths.sort();
        Some(lengths)
    }

    fn live_work(&self) -> Result<LiveWork, PolicyFileError> {
        let text = self.value.as_str().unwrap_or_default();
        if text == "block" {
            return Ok(LiveWork::Block);
        }
        let length = text.strip_prefix("wait ").and_then(|length| length.trim().parse::<Length>().ok());
        let length = length.ok_or_else(|| self.value("\"block\", or how long to wait, as \"wait 30m\""))?;
        Ok(LiveWork::Drain { up_to: length.0 })
    }

    fn protected(&self) -> Option<Vec<UserId>> {
        let id = |text: &str| match Who::parse(text) {
            Ok(Who::Id(id)) => Some(id),
            Ok(Who::Email(_) | Who::External { .. } | Who::Employee(_)) | Err(_) => None,
        };
        texts(self.value)?.into_iter().map(id).collect()
    }

    fn wish(&self, kind: Kind) -> Result<Wish, PolicyFileError> {
        let wrong = || {
            let allowed = kind.treatments().into_iter().map(|treatment| match treatment {
                "reassign:<who>" => "\"reassign:<e-mail or user id>\"".to_owned(),
                other => format!("\"{other}\""),
            });
            self.value(&allowed.collect::<Vec<_>>().join(", "))
        };
        match self.value.as_str().unwrap_or_default() {
            "release" if kind.can_be_released() => Ok(Wish::Release),
            "keep" if kind.treatments().contains(&"keep") => Ok(Wish::Keep),
            "block" => Ok(Wish::Block),
            text => match text.strip_prefix("reassign:").map(Who::parse) {
                Some(Ok(who)) if kind.can_be_reassigned() => Ok(Wish::Reassign(who)),
                Some(Ok(_) | Err(_)) | None => Err(wrong()),
            },
        }
    }

    fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    fn unknown(&self, allowed: String) -> PolicyFileError {
        PolicyFileError::UnknownKey { line: self.key_line, key: self.name(), allowed }
    }

    fn value(&self, allowed: &str) -> PolicyFileError {
        PolicyFileError::Value {
            line: self.line,
            key: self.name(),
            given: quoted(self.value),
            allowed: allowed.to_owned(),
        }
    }
}
