//! The configuration file. One that holds the client secret must belong to the user who runs this, and to nobody else's eyes.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use emeritus::Length;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::text::{self, Named, without_mark};
use crate::error::Failure;
use crate::exit_code::ExitCode;

const KEYS: &str = "the keys are region, client_id, client_secret, protected, home, policy, the table [patience] with \
    staleness, observations, proof_readings, proof_pause, idle_poll, and the table [archive] with place, groups, endpoint, region";

/// What the configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// The organization's region.
    pub(super) region: Option<String>,
    /// Id of the OAuth client.
    pub(super) client_id: Option<String>,
    /// Secret of the OAuth client.
    #[serde(deserialize_with = "secret")]
    pub(super) client_secret: Option<SecretString>,
    /// Ids of people who are never retired.
    pub(super) protected: Vec<String>,
    /// Directory for journal, snapshots and evidence.
    pub(super) home: Option<PathBuf>,
    /// Policy file for plans that name none.
    pub(super) policy: Option<PathBuf>,
    /// How patient a run is.
    pub(super) patience: Patience,
    /// Where the archive stands.
    pub(super) archive: super::archive::ArchiveTable,
}

/// How patient a run is; what is not set stays as the planner has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Patience {
    /// Two reads this far apart that agree are taken for the truth.
    pub(crate) staleness: Option<Length>,
    /// How often an unclear outcome is looked at before a person is asked.
    pub(crate) observations: Option<u16>,
    /// How often a proof that lacks something is read again before it counts as broken.
    pub(crate) proof_readings: Option<u16>,
    /// The pause between two readings of a proof.
    pub(crate) proof_pause: Option<Length>,
    /// The pause between two looks at live work.
    pub(crate) idle_poll: Option<Length>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    String::deserialize(deserializer).map(|text| Some(SecretString::from(text)))
}

/// Reads the file that was named, else the first that exists of the home's and the user's; none is fine.
pub(super) fn read(named: Option<&Path>, home: Option<&Path>) -> Result<ConfigFile, Failure> {
    if let Some(path) = named {
        return read_one(path, Named::Here)?
            .ok_or_else(|| Failure::config(format!("there is no {}", path.display())));
    }
    let of_home = home.map(|home| home.join("config.toml"));
    let of_user = ProjectDirs::from("", "", "emeritus").map(|user| user.config_dir().join("config.toml"));
    for path in of_home.into_iter().chain(of_user) {
        if let Some(file) = read_one(&path, Named::Nowhere)? {
            return Ok(file);
        }
    }
    Ok(ConfigFile::default())
}

fn read_one(path: &Path, named: Named) -> Result<Option<ConfigFile>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(ExitCode::Config, error).context(format!("could not read {}", path.display()))
    };
    let Some(read) = text::read(path, named).map_err(unreadable)? else { return Ok(None) };
    let text = without_mark(&read.text);
    let file: ConfigFile = toml::from_str(text).map_err(|error| malformed(path, text, &error))?;
    if file.client_secret.is_some() {
        private(path, read.mode, read.owner)?;
    }
    Ok(Some(file))
}

/// The parser's own message quotes the line, and the line may be the secret's: only its number is told.
fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let offset = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    Failure::config(format!("line {line} of {} cannot be understood", path.display())).hint(KEYS)
}

fn private(path: &Path, mode: u32, owner: u32) -> Result<(), Failure> {
    let path = path.display();
    let refused = |why: String| Failure::config(format!("{path} holds the client secret, and {why}"));
    if owner != rustix::process::geteuid().as_raw() {
        return Err(refused("it belongs to another user".to_owned()).hint("keep a file of your own"));
    }
    if mode & 0o077 != 0 {
        return Err(refused(format!("others may use it (mode {:04o})", mode & 0o7777))
            .hint(format!("close it: chmod 600 {path}"))
            .hint("if others may have read it, give the OAuth client a new secret"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_about_the_file_never_quotes_it() {
        for text in [
            "client_secret = 12345678",
            "client_secret = \"hush",
            "region = \"a\"\nclient_secrets = \"hush\"",
        ] {
            let error = toml::from_str::<ConfigFile>(text).unwrap_err();
            let told = malformed(Path::new("c.toml"), text, &error).to_string();
            assert!(!told.contains("hush") && !told.contains("12345678"), "{told}");
            assert!(told.starts_with("error: line"), "{told}");
        }
    }

    #[test]
    fn patience_is_read_as_lengths() {
        let file: ConfigFile =
            toml::from_str("[patience]\nproof_pause = \"90s\"\nproof_readings = 2").unwrap();
        let pause = Some("90s".parse().unwrap());
        assert_eq!(
            file.patience,
            Patience { proof_pause: pause, proof_readings: Some(2), ..Patience::default() }
        );
    }
}
