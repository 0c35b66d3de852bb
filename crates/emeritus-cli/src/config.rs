//! Where settings come from: a flag, else the environment, else a `.env` file in the current directory, else the configuration
//! file. This is the only place that reads the environment, and secrets leave it as secrets.

mod archive;
mod dotenv;
mod file;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use genesys::{Credentials, Endpoint, Proxy, Region};
use secrecy::{ExposeSecret as _, SecretString};

use crate::args::{ConnectionArgs, HomeArgs};
use crate::error::Failure;
use crate::exit_code::ExitCode;

pub(crate) use file::Patience;
pub(crate) use text::without_mark;

const CLIENT_ID: &str = "GENESYS_CLIENT_ID";
const CLIENT_SECRET: &str = "GENESYS_CLIENT_SECRET";
const REGION: &str = "GENESYS_REGION";
const TARGET: &str = "TARGET_USER_EMAIL";
const API_URL: &str = "EMERITUS_API_URL";
const LOGIN_URL: &str = "EMERITUS_LOGIN_URL";
const HOME: &str = "EMERITUS_HOME";

/// The names that are read from the environment and from a `.env` file, besides those of the archive.
const NAMES: [&str; 7] = [CLIENT_ID, CLIENT_SECRET, REGION, TARGET, API_URL, LOGIN_URL, HOME];

/// Where a setting was found, strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    File,
    Dotenv,
    Environment,
    Flag,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "the configuration file",
            Self::Dotenv => "the .env file",
            Self::Environment => "the environment",
            Self::Flag => "the command line",
        })
    }
}

/// Every source of settings, read once.
#[derive(Debug)]
pub(crate) struct Config {
    environment: BTreeMap<&'static str, SecretString>,
    dotenv: BTreeMap<&'static str, SecretString>,
    file: file::ConfigFile,
    home: Option<PathBuf>,
}

impl Config {
    /// Reads every source. Nothing is judged yet but the files' form and permissions.
    pub(crate) fn load(args: &HomeArgs) -> Result<Self, Failure> {
        let names: Vec<_> = NAMES.into_iter().chain(archive::NAMES).collect();
        let environment: BTreeMap<_, _> =
            names.iter().filter_map(|name| Some((*name, variable(name)?.into()))).collect();
        let dotenv = dotenv::read(Path::new(".env"), &names)?;
        let stated = args.home.clone().or_else(|| {
            let found = environment.get(HOME).or_else(|| dotenv.get(HOME));
            found.map(|path| PathBuf::from(path.expose_secret()))
        });
        let file = file::read(args.config.as_deref(), stated.as_deref())?;
        let home = stated.or_else(|| file.home.clone());
        Ok(Self { environment, dotenv, file, home })
    }

    /// Returns the proxy by which the vendor is reached, if there is one. It is named by the names that every tool reads.
    pub(crate) fn proxy() -> Result<Option<Proxy>, Failure> {
        let first = |names: [&str; 2]| names.into_iter().find_map(variable);
        let Some(text) = first(["https_proxy", "HTTPS_PROXY"]) else { return Ok(None) };
        let except = first(["no_proxy", "NO_PROXY"]);
        let proxy = Proxy::parse(&text, except.as_deref());
        proxy.map(Some).map_err(|error| {
            Failure::new(ExitCode::Config, error).context("could not use HTTPS_PROXY of the environment")
        })
    }

    /// Returns the directory for journal, snapshots and evidence.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        if let Some(home) = &self.home {
            return Ok(home.clone());
        }
        let directories = ProjectDirs::from("", "", "emeritus").ok_or_else(|| {
            Failure::config("there is no home directory to keep the journal in")
                .hint("name a directory: --home DIR")
        })?;
        Ok(directories.state_dir().unwrap_or_else(|| directories.data_local_dir()).to_owned())
    }

    /// Returns the person that a command is about: the argument, else `TARGET_USER_EMAIL`. Where nobody is asked, a
    /// variable that a script left empty must not become somebody else: there only the argument counts.
    pub(crate) fn person(&self, argument: Option<&str>, unasked: bool) -> Result<String, Failure> {
        if let Some(text) = argument {
            return named(text).map(str::to_owned);
        }
        if unasked {
            return Err(Failure::usage("with --yes the person has to be named on the command line")
                .hint("TARGET_USER_EMAIL is for commands that ask, or that only read"));
        }
        let default = || self.find(TARGET).map(|(_, value)| value.expose_secret().to_owned());
        default().ok_or_else(|| {
            Failure::usage("no person is named").hint("name an e-mail address, or set TARGET_USER_EMAIL")
        })
    }

    /// Returns the ids of people who are never retired.
    pub(crate) fn protected(&self) -> &[String] {
        &self.file.protected
    }

    /// Returns the policy file of plans that name none.
    pub(crate) fn policy_file(&self) -> Option<&Path> {
        self.file.policy.as_deref()
    }

    /// Returns how patient a run is, as far as the configuration file says.
    pub(crate) fn patience(&self) -> &Patience {
        &self.file.patience
    }

    /// Returns the file that the secret is in, if others may read it.
    pub(crate) fn exposed_secret(&self) -> Option<&'static str> {
        let is_used = matches!(self.find(CLIENT_SECRET), Some((Level::Dotenv, _)));
        (is_used && dotenv::others_can_read(Path::new(".env"))).then_some(".env")
    }

    /// Returns the OAuth client.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        let id = self.find(CLIENT_ID).map(|(_, id)| id.expose_secret().to_owned());
        let id = id.or_else(|| self.file.client_id.clone());
        let secret = self.find(CLIENT_SECRET).map(|(_, secret)| secret.clone());
        let secret = secret.or_else(|| self.file.client_secret.clone());
        match (id, secret) {
            (Some(client_id), Some(client_secret)) => Ok(Credentials { client_id, client_secret }),
            (id, secret) => {
                let missing: Vec<_> = [(CLIENT_ID, id.is_none()), (CLIENT_SECRET, secret.is_none())]
                    .into_iter()
                    .filter_map(|(name, is_missing)| is_missing.then_some(name))
                    .collect();
                Err(Failure::config(format!("{} is not set", missing.join(" and ")))
                    .hint("set it in the environment, in a .env file, or in the configuration file")
                    .hint("`emeritus demo` and `emeritus emulator` need no credentials"))
            }
        }
    }

    /// Returns where the organization is reached: the strongest source that names a region or an address decides.
    pub(crate) fn endpoint(&self, args: &ConnectionArgs) -> Result<Endpoint, Failure> {
        let region = self.region(args)?;
        let api = self.url(args.api_url.as_deref(), API_URL);
        let login = self.url(args.login_url.as_deref(), LOGIN_URL);
        let address = api.as_ref().map(|(level, _)| *level).max(login.as_ref().map(|(level, _)| *level));
        match (region, address) {
            (None, None) => Err(Failure::config("no region is named")
                .hint("name the organization's region: --region eu-central-1, or GENESYS_REGION")
                .hint(format!("the regions: {}", regions()))),
            (Some((at, _)), Some(also)) if at == also => {
                Err(Failure::config(format!("{at} names both a region and an address on this machine"))
                    .hint("name one of the two"))
            }
            (Some((at, region)), address) if address.is_none_or(|address| at > address) => {
                Ok(Endpoint::region(region))
            }
            (_, Some(_) | None) => match (api, login) {
                (Some((_, api)), Some((_, login))) => Endpoint::loopback(&api, &login).map_err(|error| {
                    Failure::new(ExitCode::Config, error).hint(
                        "credentials are sent to the vendor's hosts and to this machine, and nowhere else",
                    )
                }),
                (api, _) => {
                    let (has, lacks) =
                        if api.is_some() { (API_URL, LOGIN_URL) } else { (LOGIN_URL, API_URL) };
                    Err(Failure::config(format!("{has} is set, {lacks} is not"))
                        .hint("`emeritus emulator` prints both"))
                }
            },
        }
    }

    fn region(&self, args: &ConnectionArgs) -> Result<Option<(Level, Region)>, Failure> {
        if let Some(region) = args.region {
            return Ok(Some((Level::Flag, region)));
        }
        let found = self.find(REGION).map(|(level, value)| (level, value.expose_secret().to_owned()));
        let found = found.or_else(|| self.file.region.clone().map(|region| (Level::File, region)));
        let Some((level, text)) = found else { return Ok(None) };
        let region = text.parse::<Region>().map_err(|error| {
            Failure::new(ExitCode::Config, error)
                .context(format!("{level} names a region that does not exist"))
                .hint(format!("the regions: {}", regions()))
        })?;
        Ok(Some((level, region)))
    }

    fn url(&self, flag: Option<&str>, name: &str) -> Option<(Level, String)> {
        let flag = flag.map(|url| (Level::Flag, url.to_owned()));
        flag.or_else(|| self.find(name).map(|(level, url)| (level, url.expose_secret().to_owned())))
    }

    fn find(&self, name: &str) -> Option<(Level, &SecretString)> {
        let environment = self.environment.get(name).map(|value| (Level::Environment, value));
        environment.or_else(|| self.dotenv.get(name).map(|value| (Level::Dotenv, value)))
    }
}

/// Refuses an empty text as a person: it is what is left of a variable that is not set.
pub(crate) fn named(text: &str) -> Result<&str, Failure> {
    if text.trim().is_empty() {
        return Err(
            Failure::usage("the person is an empty text").hint("is a variable of the script not set?")
        );
    }
    Ok(text)
}

fn regions() -> String {
    let names: Vec<_> = Region::ALL.iter().map(|region| region.aws_name()).collect();
    names.join(", ")
}

/// Returns a variable of the environment; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn config(
        environment: &[(&'static str, &str)],
        dotenv: &[(&'static str, &str)],
        region_in_file: Option<&str>,
    ) -> Config {
        let map = |pairs: &[(&'static str, &str)]| {
            pairs.iter().map(|(name, value)| (*name, SecretString::from(*value))).collect()
        };
        Config {
            environment: map(environment),
            dotenv: map(dotenv),
            file: file::ConfigFile { region: region_in_file.map(str::to_owned), ..Default::default() },
            home: None,
        }
    }

    fn endpoint(config: &Config, args: &ConnectionArgs) -> String {
        config.endpoint(args).map_or_else(|failure| failure.to_string(), |endpoint| endpoint.describe())
    }

    #[test]
    fn a_flag_beats_the_environment_beats_dotenv_beats_the_file() {
        let none = ConnectionArgs::default();
        let flag = ConnectionArgs { region: Some(Region::EuWest1), ..ConnectionArgs::default() };
        let all = config(&[(REGION, "eu-west-2")], &[(REGION, "us-east-1")], Some("us-west-2"));
        assert_eq!(endpoint(&all, &flag), "eu-west-1 (mypurecloud.ie)");
        assert_eq!(endpoint(&all, &none), "eu-west-2 (euw2.pure.cloud)");
        let weaker = config(&[], &[(REGION, "us-east-1")], Some("us-west-2"));
        assert_eq!(endpoint(&weaker, &none), "us-east-1 (mypurecloud.com)");
        assert_eq!(endpoint(&config(&[], &[], Some("us-west-2")), &none), "us-west-2 (usw2.pure.cloud)");
    }

    #[test]
    fn a_region_named_more_strongly_than_an_address_wins_and_the_other_way_round() {
        let address = [(API_URL, "http://127.0.0.1:1"), (LOGIN_URL, "http://127.0.0.1:2")];
        let flag = ConnectionArgs { region: Some(Region::EuWest1), ..ConnectionArgs::default() };
        let none = ConnectionArgs::default();
        assert_eq!(endpoint(&config(&address, &[], None), &flag), "eu-west-1 (mypurecloud.ie)");
        assert_eq!(
            endpoint(&config(&address, &[(REGION, "us-east-1")], None), &none),
            "loopback http://127.0.0.1:1"
        );
        let both = [address.as_slice(), &[(REGION, "us-east-1")]].concat();
        assert!(endpoint(&config(&both, &[], None), &none).starts_with("error: the environment names both"));
    }

    #[test]
    fn half_an_address_is_refused() {
        let half = config(&[(API_URL, "http://127.0.0.1:1")], &[], None);
        let text = endpoint(&half, &ConnectionArgs::default());
        assert!(text.starts_with("error: EMERITUS_API_URL is set, EMERITUS_LOGIN_URL is not"), "{text}");
    }

    #[test]
    fn what_is_missing_is_named_and_the_secret_is_not_shown() {
        let text = config(&[(CLIENT_SECRET, "hush")], &[], None).credentials().unwrap_err().to_string();
        assert!(text.starts_with("error: GENESYS_CLIENT_ID is not set"), "{text}");
        let shown = format!("{:?}", config(&[(CLIENT_SECRET, "hush")], &[(CLIENT_SECRET, "hush")], None));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
