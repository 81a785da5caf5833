//! Names to addresses, once per request. Every answer is judged, and the connection is pinned to
//! what was judged: nobody asks a second time, so nobody can be told something else.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The most answers that are looked at; more than that is no ordinary host.
pub(super) const ANSWERS_MAX: usize = 64;

/// The addresses of a name, when they are known.
pub type Answers<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Something that knows the addresses of names. Tests give one that lies.
pub trait Resolver: Send + Sync {
    /// All addresses of a host name.
    ///
    /// # Errors
    /// When the name has none, or the name servers do not answer.
    fn resolve<'a>(&'a self, host: &'a str) -> Answers<'a>;
}

/// The machine's own resolver: hosts file, name servers, search list.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Answers<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// What the HTTP client sees as its name server: the checked addresses of one name, nothing else.
pub(super) struct Pinned {
    pub(super) host: String,
    pub(super) addresses: Vec<IpAddr>,
}

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = if name.as_str() == self.host {
            // Port 0 stands for the port of the URL, which is part of what was checked.
            let pinned: Vec<_> =
                self.addresses.iter().map(|address| SocketAddr::new(*address, 0)).collect();
            Ok(Box::new(pinned.into_iter()) as Addrs)
        } else {
            Err(io::Error::from(io::ErrorKind::PermissionDenied).into())
        };
        Box::pin(std::future::ready(answer))
    }
}
