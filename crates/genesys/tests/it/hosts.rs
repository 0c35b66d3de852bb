//! Credentials go to the pinned hosts, and nowhere else.

use std::sync::Arc;

use genesys::{Client, Endpoint, EndpointError, Limits, Region, VendorDate};

use crate::vendor::{Reply, USER, Vendor, credentials, outcome};

#[test]
fn all_regions_go_by_both_of_their_names() {
    assert_eq!(Region::ALL.len(), 18);
    for region in Region::ALL {
        assert_eq!(region.aws_name().parse(), Ok(region));
        assert_eq!(region.domain().parse(), Ok(region));
        assert_eq!(region.to_string(), region.domain());
    }
    assert_eq!(" EU-Central-1 ".parse(), Ok(Region::EuCentral1));
    assert_eq!(Region::EuCentral1.to_string(), "mypurecloud.de");
    assert_eq!(Region::ApSoutheast2.to_string(), "mypurecloud.com.au");
    for name in ["", "eu", "eu-central", "mypurecloud", "mypurecloud.de.evil.example", "api.mypurecloud.de"] {
        assert!(name.parse::<Region>().is_err(), "{name}");
    }
}

#[test]
fn a_region_sends_to_its_own_two_hosts() {
    for region in Region::ALL {
        let vendor = Vendor::script(vec![Reply::user()]);
        let clock = Arc::new(vendor.clock.clone());
        let client = Client::new(
            Endpoint::region(region),
            credentials(),
            vendor.transport(),
            clock,
            Limits::default(),
        );
        vendor.clock.run(client.reader().user(USER, &[])).unwrap();
        let hosts: Vec<_> = vendor.asked().into_iter().map(|asked| asked.host).collect();
        assert_eq!(hosts, [format!("https://login.{region}"), format!("https://api.{region}")]);
        assert!(!client.emulated());
        assert_eq!(client.endpoint().describe(), format!("{} ({region})", region.aws_name()));
    }
}

#[test]
fn credentials_are_withheld_from_every_other_target() {
    let region = Endpoint::region(Region::EuCentral1);
    let loopback = Endpoint::loopback("http://127.0.0.1:8080", "http://127.0.0.1:8081").unwrap();
    for (uri, of_region, of_loopback) in [
        ("https://api.mypurecloud.de/api/v2/users", true, false),
        ("https://login.mypurecloud.de/oauth/token", true, false),
        ("http://api.mypurecloud.de/api/v2/users", false, false),
        ("https://api.mypurecloud.de:8443/api/v2/users", false, false),
        ("https://api.mypurecloud.com/api/v2/users", false, false),
        ("https://apps.mypurecloud.de/", false, false),
        ("https://mypurecloud.de/", false, false),
        ("https://api.mypurecloud.de.evil.example/", false, false),
        ("https://api.mypurecloud.de@evil.example/", false, false),
        ("https://evil.example/api.mypurecloud.de", false, false),
        ("https://user@api.mypurecloud.de/", false, false),
        ("/api/v2/users", false, false),
        ("http://127.0.0.1:8080/api/v2/users", false, true),
        ("http://127.0.0.1:8081/oauth/token", false, true),
        ("http://127.0.0.1:9999/api/v2/users", false, false),
        ("http://127.0.0.1.evil.example:8080/", false, false),
        ("http://192.0.2.1:8080/", false, false),
    ] {
        let uri = uri.parse().unwrap();
        assert_eq!(region.may_carry_credentials(&uri), of_region, "{uri}");
        assert_eq!(loopback.may_carry_credentials(&uri), of_loopback, "{uri}");
    }
}

#[test]
fn addresses_by_url_must_be_on_this_machine() {
    let good = [
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:8080/",
        "http://localhost:3000",
        "https://LOCALHOST",
    ];
    for url in good {
        let endpoint = Endpoint::loopback(url, url).unwrap();
        assert!(endpoint.is_loopback(), "{url}");
        assert!(endpoint.may_carry_credentials(&format!("{}/x", endpoint.api_url()).parse().unwrap()));
    }
    for url in [
        "",
        "127.0.0.1:80",
        "/path",
        "ftp://127.0.0.1",
        "http://0.0.0.0:80",
        "http://10.0.0.1",
        "http://128.0.0.1",
        "http://[::2]",
        "http://[::ffff:192.0.2.1]",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://user:pass@127.0.0.1",
        "http://127.0.0.1/prefix",
        "http://127.0.0.1?x=1",
        "https://api.mypurecloud.de",
    ] {
        assert!(Endpoint::loopback(url, "http://127.0.0.1:1").is_err(), "{url}");
        assert!(Endpoint::loopback("http://127.0.0.1:1", url).is_err(), "{url}");
    }
    assert_eq!(
        Endpoint::loopback("http://user:pass@127.0.0.1", "http://127.0.0.1"),
        Err(EndpointError::NotAnOrigin { url: "http://127.0.0.1".to_owned() }),
    );
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let reply = Reply::empty(status).header("location", "https://evil.example/api/v2/users");
        let vendor = Vendor::script(vec![reply, Reply::user()]);
        let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
        assert_eq!(error.status(), Some(status));
        assert_eq!(vendor.calls().len(), 1);
        assert!(vendor.asked().iter().all(|asked| asked.host.starts_with("http://127.0.0.1:")));
    }
}

#[test]
fn results_are_marked_as_emulated_by_address_or_by_header() {
    let client = |reply: Reply| {
        let vendor = Vendor::script(vec![reply]);
        let (endpoint, clock) = (Endpoint::region(Region::UsEast1), Arc::new(vendor.clock.clone()));
        let client = Client::new(endpoint, credentials(), vendor.transport(), clock, Limits::default());
        vendor.clock.run(client.reader().user(USER, &[])).unwrap();
        client
    };
    assert!(!client(Reply::user()).emulated());
    assert!(client(Reply::user().header("x-genesys-emulator", "1")).emulated());
    assert!(Vendor::script(vec![]).client(Limits::default()).emulated());
}

#[test]
fn the_clocks_difference_is_told_from_the_vendors_date() {
    let vendor = Vendor::script(vec![Reply::user().header("date", "Mon, 02 Mar 2026 08:58:30 GMT")]);
    let client = vendor.client(Limits::default());
    assert_eq!(client.vendor_date(), VendorDate::Unasked);
    vendor.clock.run(client.reader().user(USER, &[])).unwrap();
    let VendorDate::Stated(date) = client.vendor_date() else { panic!("{:?}", client.vendor_date()) };
    assert_eq!(date.ahead().as_secs(), 89);
}
