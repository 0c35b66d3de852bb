//! Arguments that say where things are. Every one of them can come from somewhere else too: see `config`.

use std::path::PathBuf;

use clap::Args;
use genesys::Region;

/// Where the organization is reached.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConnectionArgs {
    /// Region of the organization, such as eu-central-1 or mypurecloud.de [also: GENESYS_REGION].
    #[arg(long, value_name = "REGION", help_heading = "Connection")]
    pub(crate) region: Option<Region>,

    /// Address of an API on this machine, such as an emulator's [also: EMERITUS_API_URL].
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    pub(crate) api_url: Option<String>,

    /// Address of a login service on this machine [also: EMERITUS_LOGIN_URL].
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    pub(crate) login_url: Option<String>,

    #[command(flatten)]
    pub(crate) home: HomeArgs,
}

/// Where Emeritus keeps its own things.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct HomeArgs {
    /// Directory for journal, snapshots and evidence [also: EMERITUS_HOME].
    #[arg(long, value_name = "DIR", help_heading = "Connection")]
    pub(crate) home: Option<PathBuf>,

    /// Configuration file [default: config.toml in the home, else ~/.config/emeritus/config.toml].
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    pub(crate) config: Option<PathBuf>,
}
