//! Every route on one page: method, address, parameters, who may come, and the handler.
//!
//! The door decides what a handler gets: behind `workspace` it gets a context and cannot be called
//! without one. Unknown parameters are refused before a handler is called.

use std::pin::Pin;

use engine::Context;
use hyper::Method;
use model::Result;
use percent_encoding::percent_decode_str;

use crate::call::Call;
use crate::reply::Reply;
use crate::routes::{
    auth, changes, endpoints, events, exports, health, imports, me, meta, openapi, records,
    scripts, tokens,
};

/// Bytes of a JSON body.
pub const BODY_MAX: usize = 1024 * 1024;
/// Bytes of a body with a file in it.
pub const FILE_BODY_MAX: usize = 64 * 1024 * 1024;

/// The future of a handler.
pub type Pending = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// Who may come in, and what the handler gets.
#[derive(Clone, Copy)]
pub enum Door {
    /// Anybody.
    Open(fn(Call) -> Pending),
    /// Who shows a good credential.
    Account(fn(Call) -> Pending),
    /// Who shows one and belongs to the workspace of the address.
    Workspace(fn(Call, Context) -> Pending),
}

/// A route.
pub struct Route {
    /// The method; `GET` also answers `HEAD`.
    pub method: Method,
    /// The address with its variable parts in braces.
    pub path: &'static str,
    /// The parameters that it knows.
    pub parameters: &'static [&'static str],
    /// Who may come in.
    pub door: Door,
    /// Its name in the API's description and in metrics.
    pub name: &'static str,
    /// Bytes of its body at most.
    pub body_max: usize,
}

macro_rules! door {
    (open $handler:path) => {
        Door::Open(|call| Box::pin($handler(call)))
    };
    (account $handler:path) => {
        Door::Account(|call| Box::pin($handler(call)))
    };
    (workspace $handler:path) => {
        Door::Workspace(|call, context| Box::pin($handler(call, context)))
    };
}

macro_rules! limit {
    () => {
        BODY_MAX
    };
    ($limit:ident) => {
        $limit
    };
}

macro_rules! routes {
    ($($method:ident $path:literal $([$($parameter:literal)*])? $door:ident
       $module:ident :: $handler:ident $(up to $limit:ident)?;)*) => {
        /// All of them.
        pub static ROUTES: &[Route] = &[$(Route {
            method: Method::$method,
            path: $path,
            parameters: &[$($($parameter),*)?],
            door: door!($door $module::$handler),
            name: concat!(stringify!($module), ".", stringify!($handler)),
            body_max: limit!($($limit)?),
        },)*];
    };
}

routes! {
    GET    "/healthz"                                         open health::alive;
    GET    "/readyz"                                          open health::ready;
    GET    "/api/v1/openapi.json"                             open openapi::platform;
    GET    "/api/v1/meta/schemas/{file}"                      open meta::schema;

    POST   "/api/v1/setup"                                    open auth::setup;
    POST   "/api/v1/auth/login"                               open auth::login;
    POST   "/api/v1/auth/logout"                              account auth::logout;
    GET    "/api/v1/me"                                       account me::account;
    POST   "/api/v1/me/password"                              account me::change_password;
    GET    "/api/v1/me/sessions"                              account me::sessions;
    DELETE "/api/v1/me/sessions/{id}"                         account me::revoke_session;

    GET    "/api/v1/w/{ws}/me"                                workspace me::show;
    PATCH  "/api/v1/w/{ws}/me"                                workspace me::update;
    GET    "/api/v1/w/{ws}/openapi.json"                      workspace openapi::workspace;

    GET    "/api/v1/w/{ws}/meta" ["kind"]                     workspace meta::list;
    POST   "/api/v1/w/{ws}/meta/changesets" ["preview"]       workspace meta::change;
    GET    "/api/v1/w/{ws}/meta/revisions" ["before"]         workspace meta::revisions;
    POST   "/api/v1/w/{ws}/meta/revisions/{n}/revert" ["preview"] workspace meta::revert;
    GET    "/api/v1/w/{ws}/meta/trash"                        workspace meta::trash;

    GET    "/api/v1/w/{ws}/records/{entity}"
        ["filter" "sort" "fields" "expand" "search" "limit" "cursor" "offset" "count"]
                                                              workspace records::list;
    POST   "/api/v1/w/{ws}/records/{entity}"                  workspace records::create;
    POST   "/api/v1/w/{ws}/records/{entity}/query"            workspace records::query;
    POST   "/api/v1/w/{ws}/records/{entity}/aggregate"        workspace records::aggregate;
    POST   "/api/v1/w/{ws}/records/{entity}/batch"            workspace records::batch;
    GET    "/api/v1/w/{ws}/records/{entity}/{id}" ["fields" "expand"] workspace records::get;
    PATCH  "/api/v1/w/{ws}/records/{entity}/{id}"             workspace records::update;
    DELETE "/api/v1/w/{ws}/records/{entity}/{id}"             workspace records::delete;
    GET    "/api/v1/w/{ws}/records/{entity}/{id}/history" ["cursor"] workspace records::history;
    POST   "/api/v1/w/{ws}/records/{entity}/{id}/restore"     workspace records::restore;

    GET    "/api/v1/w/{ws}/changes" ["since" "limit"]         workspace changes::since;
    GET    "/api/v1/w/{ws}/events"                            workspace events::stream;

    POST   "/api/v1/w/{ws}/imports"                           workspace imports::create up to FILE_BODY_MAX;
    GET    "/api/v1/w/{ws}/imports/{id}"                      workspace imports::get;
    GET    "/api/v1/w/{ws}/imports/{id}/errors.csv"           workspace imports::errors;
    GET    "/api/v1/w/{ws}/exports/{view}" ["raw"]            workspace exports::csv;

    POST   "/api/v1/w/{ws}/scripts/check"                     workspace scripts::check;
    GET    "/api/v1/w/{ws}/scripts/completions"               workspace scripts::completions;

    GET    "/api/v1/w/{ws}/tokens"                            workspace tokens::list;
    POST   "/api/v1/w/{ws}/tokens"                            workspace tokens::create;
    DELETE "/api/v1/w/{ws}/tokens/{id}"                       workspace tokens::revoke;

    GET    "/api/v1/w/{ws}/endpoints"                         workspace endpoints::list;
    PUT    "/api/v1/w/{ws}/endpoints/{name}"                  workspace endpoints::put;
    DELETE "/api/v1/w/{ws}/endpoints/{name}"                  workspace endpoints::remove;
}

/// Finds the route of an address.
pub struct Router {
    /// By address, the routes of its methods as places in [`ROUTES`].
    paths: matchit::Router<Vec<usize>>,
}

/// What is at an address.
pub enum Found {
    /// A route, by its place in [`ROUTES`], and the variable parts of the address.
    Route(usize, Vec<(&'static str, String)>),
    /// Routes of other methods; the line of an `Allow` header.
    OtherMethods(String),
    /// Nothing.
    Nothing,
}

impl Default for Router {
    /// Compiles the table.
    fn default() -> Router {
        let mut paths: matchit::Router<Vec<usize>> = matchit::Router::new();
        for (place, route) in ROUTES.iter().enumerate() {
            if ROUTES[..place].iter().any(|earlier| earlier.path == route.path) {
                continue;
            }
            let of_path = |place: &usize| ROUTES[*place].path == route.path;
            let methods = (place..ROUTES.len()).filter(of_path).collect();
            paths.insert(route.path, methods).expect("a test compiles the table");
        }
        Router { paths }
    }
}

impl Router {
    /// What is at an address.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let Ok(found) = self.paths.at(path) else { return Found::Nothing };
        // An answer to HEAD is that of GET; its body is left out where it is written.
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        let Some(place) = found.value.iter().find(|place| ROUTES[**place].method == *wanted) else {
            return Found::OtherMethods(allowed(found.value));
        };
        let names = segment_names(ROUTES[*place].path);
        let mut segments = Vec::with_capacity(found.params.len());
        for (name, (_, value)) in names.zip(found.params.iter()) {
            match percent_decode_str(value).decode_utf8() {
                Ok(value) => segments.push((name, value.into_owned())),
                Err(_) => return Found::Nothing,
            }
        }
        Found::Route(*place, segments)
    }
}

fn segment_names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn allowed(places: &[usize]) -> String {
    let mut methods: Vec<&str> =
        places.iter().map(|place| ROUTES[*place].method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

#[cfg(test)]
mod tests;
