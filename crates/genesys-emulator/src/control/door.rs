//! Who may use the control interface. It asks for no token, so a page in a browser must not reach it: neither under a name
//! that was made to point at this machine, nor from another origin.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::Refusal;

/// Lets a request in that names this machine by its own name and comes from no page, or from one served here.
pub(super) async fn check(request: Request, next: Next) -> Response {
    match refusal(request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

/// A request that was made in this process names no host.
fn refusal(headers: &HeaderMap) -> Option<Refusal> {
    let forbidden = |field: &str, message: &str| {
        let (field, message) = (field.to_owned(), message.to_owned());
        Some(Refusal { status: StatusCode::FORBIDDEN, field, message })
    };
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (None, _) => None,
        (Some(host), None) => match host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) {
            Some(host) if is_this_machine(host.host()) => Some(host),
            Some(_) | None => {
                return forbidden("Host", "must name this machine: 127.0.0.1, [::1] or localhost");
            }
        },
        (Some(_), Some(_)) => return forbidden("Host", "must be there once"),
    };
    let same = |origin: &str| {
        let host = host.as_ref().map(|host| format!("http://{host}"));
        host.is_some_and(|host| host.eq_ignore_ascii_case(origin))
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if origins.all(|origin| origin.to_str().is_ok_and(same)) {
        None
    } else {
        forbidden("Origin", "no page of another origin may use this")
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        refusal(&map).map(|refusal| refusal.field)
    }

    #[test]
    fn only_this_machine_is_a_host_and_only_its_own_pages_an_origin() {
        let host = Some("Host".to_owned());
        let origin = Some("Origin".to_owned());
        for (headers, expected) in [
            (&[][..], None),
            (&[("host", "127.0.0.1:8080")], None),
            (&[("host", "localhost")], None),
            (&[("host", "[::1]:1")], None),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], None),
            (&[("host", "attacker.example:8080")], host.clone()),
            (&[("host", "127.0.0.1.attacker.example")], host.clone()),
            (&[("host", "localhost@attacker.example")], host.clone()),
            (&[("host", "10.0.0.1")], host.clone()),
            (&[("host", "")], host.clone()),
            (&[("host", "127.0.0.1"), ("host", "attacker.example")], host),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8081")], origin.clone()),
            (&[("host", "127.0.0.1:8080"), ("origin", "https://attacker.example")], origin.clone()),
            (&[("host", "127.0.0.1:8080"), ("origin", "null")], origin.clone()),
            (&[("origin", "http://127.0.0.1:8080")], origin),
        ] {
            assert_eq!(refused(headers), expected, "{headers:?}");
        }
    }
}
