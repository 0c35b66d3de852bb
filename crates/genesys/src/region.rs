//! The vendor's regions. Credentials are sent to these hosts and to no other (loopback excepted).

use std::{fmt, str::FromStr};

macro_rules! regions {
    ($($variant:ident $aws:literal $domain:literal,)*) => {
        /// A region of the vendor, as listed by the official SDK (`PureCloudRegionHosts`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Region {
            $(#[doc = concat!("`", $aws, "`: ", $domain)] $variant,)*
        }

        impl Region {
            /// Every region.
            pub const ALL: [Self; 18] = [$(Self::$variant,)*];

            /// Returns the name of the cloud provider's region, for example `eu-central-1`.
            #[must_use]
            pub fn aws_name(self) -> &'static str {
                match self { $(Self::$variant => $aws,)* }
            }

            /// Returns the domain under which `api.` and `login.` live, for example `mypurecloud.de`.
            #[must_use]
            pub fn domain(self) -> &'static str {
                match self { $(Self::$variant => $domain,)* }
            }
        }
    };
}

regions! {
    UsEast1 "us-east-1" "mypurecloud.com",
    UsEast2 "us-east-2" "use2.us-gov-pure.cloud",
    UsWest2 "us-west-2" "usw2.pure.cloud",
    CaCentral1 "ca-central-1" "cac1.pure.cloud",
    SaEast1 "sa-east-1" "sae1.pure.cloud",
    MxCentral1 "mx-central-1" "mxc1.pure.cloud",
    EuWest1 "eu-west-1" "mypurecloud.ie",
    EuWest2 "eu-west-2" "euw2.pure.cloud",
    EuCentral1 "eu-central-1" "mypurecloud.de",
    EuCentral2 "eu-central-2" "euc2.pure.cloud",
    EuscDeEast1 "eusc-de-east-1" "edee1.eusc-pure.cloud",
    MeCentral1 "me-central-1" "mec1.pure.cloud",
    ApSouth1 "ap-south-1" "aps1.pure.cloud",
    ApNortheast1 "ap-northeast-1" "mypurecloud.jp",
    ApNortheast2 "ap-northeast-2" "apne2.pure.cloud",
    ApNortheast3 "ap-northeast-3" "apne3.pure.cloud",
    ApSoutheast1 "ap-southeast-1" "apse1.pure.cloud",
    ApSoutheast2 "ap-southeast-2" "mypurecloud.com.au",
}

/// The text names no region of the vendor; [`Region::ALL`] lists them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` is not a region: expected a name such as `eu-central-1` or a domain such as `mypurecloud.de`"
)]
pub struct UnknownRegion {
    /// What was given.
    pub name: String,
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        let wanted = text.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|region| region.aws_name() == wanted || region.domain() == wanted)
            .ok_or_else(|| UnknownRegion { name: text.to_owned() })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.domain())
    }
}
