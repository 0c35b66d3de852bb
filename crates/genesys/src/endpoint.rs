//! Where requests go, and the one rule that decides whether a request may carry credentials.

use std::net::IpAddr;

use http::Uri;

use crate::region::Region;

/// The pair of origins that an organization is reached at: its API and its login service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    place: Place,
    api: String,
    login: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Region(Region),
    Loopback,
}

/// An address that is not accepted as an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is not an absolute URL.
    #[error("`{url}` is not an absolute URL")]
    NotAUrl {
        /// What was given.
        url: String,
    },
    /// The scheme is neither `http` nor `https`.
    #[error("`{url}` must begin with http:// or https://")]
    Scheme {
        /// What was given.
        url: String,
    },
    /// The host is not this machine. Other hosts are reached by region only.
    #[error("`{host}` is not a loopback address: name a region instead")]
    NotLoopback {
        /// The host of the URL.
        host: String,
    },
    /// The URL has a path, a query or user information.
    #[error("`{url}` must be an origin: scheme, host and port only")]
    NotAnOrigin {
        /// What was given, without user information.
        url: String,
    },
}

impl Endpoint {
    /// Returns the endpoint of one of the vendor's regions.
    #[must_use]
    pub fn region(region: Region) -> Self {
        let domain = region.domain();
        Self {
            place: Place::Region(region),
            api: format!("https://api.{domain}"),
            login: format!("https://login.{domain}"),
        }
    }

    /// Returns an endpoint on this machine, such as an emulator's.
    ///
    /// # Errors
    /// Anything but an origin at 127.0.0.0/8, `::1` or `localhost` is refused, so that a mistyped address cannot be sent
    /// credentials.
    pub fn loopback(api_url: &str, login_url: &str) -> Result<Self, EndpointError> {
        Ok(Self {
            place: Place::Loopback,
            api: loopback_origin(api_url)?,
            login: loopback_origin(login_url)?,
        })
    }

    /// Returns whether requests stay on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.place == Place::Loopback
    }

    /// Returns the endpoint for people: the region, or the loopback address. Holds no secrets.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.place {
            Place::Region(region) => format!("{} ({})", region.aws_name(), region.domain()),
            Place::Loopback => format!("loopback {}", self.api),
        }
    }

    /// Returns the origin of the API, for example `https://api.mypurecloud.de`.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.api
    }

    /// Returns the origin of the login service, for example `https://login.mypurecloud.de`.
    #[must_use]
    pub fn login_url(&self) -> &str {
        &self.login
    }

    /// Returns whether a request to `uri` may carry credentials: only to this endpoint's own two origins, scheme and port
    /// included. By construction these are a region's pinned hosts over TLS, or loopback.
    ///
    /// Every request of this crate passes here immediately before its `Authorization` header is attached.
    #[must_use]
    pub fn may_carry_credentials(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
        let origin = format!("{scheme}://{authority}");
        origin == self.api || origin == self.login
    }
}

fn loopback_origin(text: &str) -> Result<String, EndpointError> {
    let uri: Uri = text.trim().parse().map_err(|_| EndpointError::NotAUrl { url: text.to_owned() })?;
    let (Some(scheme), Some(authority), Some(host)) = (uri.scheme_str(), uri.authority(), uri.host()) else {
        return Err(EndpointError::NotAUrl { url: text.to_owned() });
    };
    if scheme != "http" && scheme != "https" {
        return Err(EndpointError::Scheme { url: text.to_owned() });
    }
    if authority.as_str().contains('@') {
        return Err(EndpointError::NotAnOrigin { url: format!("{scheme}://{host}") });
    }
    if !is_loopback_host(host) {
        return Err(EndpointError::NotLoopback { host: host.to_owned() });
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(EndpointError::NotAnOrigin { url: text.to_owned() });
    }
    Ok(format!("{scheme}://{authority}"))
}

fn is_loopback_host(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
