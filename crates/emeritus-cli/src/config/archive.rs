//! Where the archive stands, and what is kept in it.

use std::path::PathBuf;

use emeritus::archive::{Bucket, Groups, Location};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::Config;
use crate::error::Failure;

pub(super) const PLACE: &str = "EMERITUS_ARCHIVE";
const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";
const AWS_REGION: &str = "AWS_REGION";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The names that are read from the environment and from a `.env` file.
pub(super) const NAMES: [&str; 6] = [PLACE, ACCESS_KEY, SECRET_KEY, TOKEN, AWS_REGION, ENDPOINT];

/// The table `[archive]` of the configuration file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ArchiveTable {
    /// A folder, or `s3://BUCKET/PREFIX`.
    pub(super) place: Option<String>,
    /// Groups of columns that are kept besides metadata and ids.
    pub(super) groups: Vec<String>,
    /// Base URL of an S3-compatible store.
    pub(super) endpoint: Option<String>,
    /// Region for which requests to the store are signed.
    pub(super) region: Option<String>,
}

impl Config {
    /// Returns where the archive stands: the argument, else the environment, else the configuration file.
    pub(crate) fn archive(&self, flag: Option<&str>) -> Result<Location, Failure> {
        self.archive_if_any(flag)?.ok_or_else(|| {
            Failure::config("no archive is named")
                .hint("name a folder or s3://BUCKET/PREFIX: --archive PLACE, EMERITUS_ARCHIVE, or place in the table [archive]")
        })
    }

    /// Returns where the archive stands, if one is named anywhere.
    pub(crate) fn archive_if_any(&self, flag: Option<&str>) -> Result<Option<Location>, Failure> {
        let place = flag.map(str::to_owned).or_else(|| self.text(PLACE));
        let place = place.or_else(|| self.file.archive.place.clone());
        let Some(place) = place.filter(|place| !place.is_empty()) else { return Ok(None) };
        match place.split_once("://") {
            None => Ok(Some(Location::Folder(PathBuf::from(place)))),
            Some(("s3", rest)) => self.bucket(rest).map(|bucket| Some(Location::Bucket(bucket))),
            Some((scheme, _)) => Err(Failure::config(format!("an archive cannot be kept at {scheme}://"))
                .hint("name a folder or s3://BUCKET/PREFIX")),
        }
    }

    /// Returns what is kept of what may identify people outside the organization: the argument's words, else the
    /// configuration file's.
    pub(crate) fn archive_groups(&self, flag: &[String]) -> Result<Groups, Failure> {
        let words = if flag.is_empty() { &self.file.archive.groups } else { flag };
        let mut groups = Groups::default();
        for word in words {
            let group = match word.as_str() {
                "attributes" => &mut groups.attributes,
                "addresses" => &mut groups.addresses,
                "names" => &mut groups.names,
                "notes" => &mut groups.notes,
                _ => {
                    return Err(Failure::config(format!("`{word}` is not a group of columns")).hint(
                        "the groups are attributes, addresses, names, notes; none is kept unless it is named",
                    ));
                }
            };
            *group = true;
        }
        Ok(groups)
    }

    fn bucket(&self, text: &str) -> Result<Bucket, Failure> {
        let (name, prefix) = text.split_once('/').unwrap_or((text, ""));
        if name.is_empty() {
            return Err(
                Failure::config("the archive's place names no bucket").hint("write s3://BUCKET/PREFIX")
            );
        }
        let (Some(access_key), Some(secret_key)) = (self.text(ACCESS_KEY), self.text(SECRET_KEY)) else {
            return Err(Failure::config(format!("{ACCESS_KEY} or {SECRET_KEY} is not set")).hint(
                "the keys of a bucket come from the environment or a .env file, and from nowhere else",
            ));
        };
        let table = &self.file.archive;
        Ok(Bucket {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            region: self
                .text(AWS_REGION)
                .or_else(|| table.region.clone())
                .unwrap_or_else(|| "us-east-1".to_owned()),
            endpoint: self.text(ENDPOINT).or_else(|| table.endpoint.clone()),
            access_key,
            secret_key,
            token: self.text(TOKEN),
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.find(name).map(|(_, value)| value.expose_secret().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    fn place(config: &Config, flag: Option<&str>) -> String {
        match config.archive(flag) {
            Ok(location) => emeritus::archive::describe(&location),
            Err(failure) => failure.to_string().lines().next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file() {
        let mut all = config(&[(PLACE, "of-environment")], &[(PLACE, "of-dotenv")], None);
        all.file.archive.place = Some("of-file".to_owned());
        assert_eq!(place(&all, Some("of-flag")), "of-flag");
        assert_eq!(place(&all, None), "of-environment");
        let mut weaker = config(&[], &[], None);
        assert_eq!(place(&weaker, None), "error: no archive is named");
        weaker.file.archive.place = Some("of-file".to_owned());
        assert_eq!(place(&weaker, None), "of-file");
    }

    #[test]
    fn a_bucket_needs_keys_and_does_not_show_them() {
        let keys = [
            (ACCESS_KEY, "AKIA"),
            (SECRET_KEY, "hush"),
            (TOKEN, "hush-too"),
            (ENDPOINT, "http://127.0.0.1:9"),
        ];
        let with = config(&keys, &[], None);
        assert_eq!(place(&with, Some("s3://history/emeritus/")), "s3://history/emeritus");
        let shown = format!("{:?} {with:?}", with.archive(Some("s3://history/emeritus/")).unwrap());
        assert!(!shown.contains("hush") && !shown.contains("AKIA"), "{shown}");
        let without = place(&config(&[], &[], None), Some("s3://history"));
        assert_eq!(without, "error: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set");
        assert_eq!(place(&with, Some("s3:///x")), "error: the archive's place names no bucket");
        assert_eq!(place(&with, Some("gs://x/y")), "error: an archive cannot be kept at gs://");
    }

    #[test]
    fn no_group_is_kept_unless_it_is_named() {
        let none = config(&[], &[], None);
        assert_eq!(none.archive_groups(&[]).unwrap(), Groups::default());
        let two = none.archive_groups(&["names".to_owned(), "notes".to_owned()]).unwrap();
        assert_eq!(two, Groups { names: true, notes: true, ..Groups::default() });
        assert!(none.archive_groups(&["ani".to_owned()]).is_err());
    }
}
