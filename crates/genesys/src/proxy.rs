//! A proxy on the way to the vendor. It is asked for a tunnel to the host (`CONNECT`), and TLS goes through that end to
//! end: it learns which host is called, and nothing else. The hosts stay those of the region.

use std::fmt;

/// Where requests go out from a network that lets nothing out directly.
#[derive(Clone)]
pub struct Proxy {
    place: String,
    inner: reqwest::Proxy,
}

/// A text that names no proxy. It is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not the address of a proxy: http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT")]
pub struct NotAProxy;

impl Proxy {
    /// Parses `http://HOST:PORT` or `HOST:PORT`, with `USER:PASSWORD@` before the host where the proxy asks for it.
    /// `except` are hosts that are called directly, as `NO_PROXY` lists them.
    ///
    /// # Errors
    /// Refuses anything else.
    pub fn parse(text: &str, except: Option<&str>) -> Result<Self, NotAProxy> {
        let text = text.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = reqwest::Url::parse(&text).map_err(|_| NotAProxy)?;
        let (Some(host), true, true) = (url.host_str(), url.scheme() == "http", url.path() == "/") else {
            return Err(NotAProxy);
        };
        let place = format!("{host}:{}", url.port_or_known_default().ok_or(NotAProxy)?);
        let inner = reqwest::Proxy::https(url.as_str()).map_err(|_| NotAProxy)?;
        let except = except.and_then(reqwest::NoProxy::from_string);
        Ok(Self { place, inner: inner.no_proxy(except) })
    }

    /// Returns host and port, without what it is opened with.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn inner(&self) -> reqwest::Proxy {
        self.inner.clone()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("place", &self.place).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_password() {
        for (text, place) in [
            ("http://proxy.example:3128", "proxy.example:3128"),
            (" http://user:pa%20ss@proxy.example:3128/ ", "proxy.example:3128"),
            ("proxy.example:8080", "proxy.example:8080"),
            ("http://proxy.example", "proxy.example:80"),
        ] {
            let proxy = Proxy::parse(text, Some("localhost,.internal")).unwrap();
            assert_eq!(proxy.place(), place, "{text}");
            assert!(!format!("{proxy:?}").contains("pa"), "{proxy:?}");
        }
        for text in
            ["", "http://", "socks5://proxy.example:1080", "https://proxy.example", "http://a/b", "a b"]
        {
            assert_eq!(Proxy::parse(text, None).err(), Some(NotAProxy), "{text}");
        }
    }
}
