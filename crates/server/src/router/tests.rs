//! The table of routes, and finding one.

use super::*;

fn route(method: Method, path: &str) -> Option<&'static str> {
    match Router::default().find(&method, path) {
        Found::Route(place, _) => Some(ROUTES[place].name),
        _ => None,
    }
}

#[test]
fn addresses_lead_to_their_routes() {
    for (method, path, name) in [
        (Method::GET, "/healthz", "health.alive"),
        (Method::GET, "/api/v1/w/demo/records/deal", "records.list"),
        (Method::HEAD, "/api/v1/w/demo/records/deal", "records.list"),
        (Method::POST, "/api/v1/w/demo/records/deal", "records.create"),
        (Method::POST, "/api/v1/w/demo/records/deal/query", "records.query"),
        (Method::PATCH, "/api/v1/w/demo/records/deal/x", "records.update"),
        (Method::POST, "/api/v1/w/demo/records/deal/x/restore", "records.restore"),
        (Method::POST, "/api/v1/w/demo/meta/revisions/4/revert", "meta.revert"),
    ] {
        assert_eq!(route(method, path), Some(name), "{path}");
    }
    for path in ["/", "/api/v1", "/api/v1/w/demo/records/", "/api/v1/w//records/deal/x/y"] {
        assert_eq!(route(Method::GET, path), None, "{path}");
    }
}

#[test]
fn variable_parts_are_decoded_and_named() {
    let found = Router::default().find(&Method::GET, "/api/v1/w/demo/records/a%2Fb/%E6%9D%8E");
    let Found::Route(_, segments) = found else { panic!("not found") };
    assert_eq!(
        segments,
        [("ws", "demo".to_owned()), ("entity", "a/b".to_owned()), ("id", "李".to_owned())]
    );
    let broken = Router::default().find(&Method::GET, "/api/v1/w/demo/records/%ff");
    assert!(matches!(broken, Found::Nothing));
}

#[test]
fn another_method_is_told_from_an_unknown_address() {
    let Found::OtherMethods(allowed) = Router::default().find(&Method::PUT, "/api/v1/w/d/me")
    else {
        panic!("found")
    };
    assert_eq!(allowed, "GET, PATCH, HEAD");
    let options = Router::default().find(&Method::OPTIONS, "/api/v1/auth/login");
    assert!(matches!(options, Found::OtherMethods(allowed) if allowed == "POST"));
}

#[test]
fn names_are_unique_and_only_few_doors_are_open() {
    let names: std::collections::HashSet<&str> = ROUTES.iter().map(|route| route.name).collect();
    assert_eq!(names.len(), ROUTES.len());
    let open: Vec<&str> = ROUTES
        .iter()
        .filter(|route| matches!(route.door, Door::Open(_)))
        .map(|route| route.name)
        .collect();
    assert_eq!(
        open,
        [
            "health.alive",
            "health.ready",
            "openapi.platform",
            "meta.schema",
            "auth.setup",
            "auth.login"
        ]
    );
    for route in ROUTES {
        let of_workspace = route.path.starts_with("/api/v1/w/{ws}/");
        assert_eq!(of_workspace, matches!(route.door, Door::Workspace(_)), "{}", route.path);
    }
}
