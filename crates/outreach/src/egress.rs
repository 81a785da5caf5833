//! The one door through which requests leave: check the address, resolve it once, judge every
//! answer, connect to those answers and to nothing else.
//!
//! A client is made for each request, so that no connection outlives the judgement it rests on and
//! the addresses of one target never serve another; the TLS settings, which are dear, are shared.
//! Redirects are answers like any other, proxies of the environment are not asked, and replies are
//! neither decompressed nor read beyond their limit.

mod address;
mod error;
mod policy;
mod resolve;
mod target;
mod tls;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use tokio::time::Instant;
use url::Host;

pub use address::Network;
pub use error::{EgressError, Refusal};
pub use policy::{Allowance, AllowanceFault, EgressPolicy, Origin, Timeouts};
pub use resolve::{Answers, Resolver, SystemResolver};
pub use target::Target;

/// Header lines of a reply that are read; more is no ordinary reply.
const REPLY_HEADERS_MAX: usize = 64;

/// The product's only HTTP client. Cheap to make and to clone the handle of (`Arc`); holds no
/// connections between requests.
pub struct Egress {
    policy: EgressPolicy,
    resolver: Arc<dyn Resolver>,
    tls: tls::Tls,
}

/// A request that has not been judged yet.
#[derive(Clone)]
pub struct Request<'a> {
    /// The method: `GET`, `POST` and so on.
    pub method: Method,
    /// The web address as somebody wrote it.
    pub url: &'a str,
    /// Names and values of header lines.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, sent as it is.
    pub body: Vec<u8>,
}

/// The head of a reply; its body waits to be read, or is given up when this is dropped.
pub struct Reply {
    inner: reqwest::Response,
    deadline: Instant,
    max_response: usize,
}

impl Egress {
    /// An egress that asks the machine's name servers and trusts its root certificates.
    pub fn new(policy: EgressPolicy) -> Egress {
        Egress::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// An egress that asks another resolver; for tests.
    pub fn with_resolver(policy: EgressPolicy, resolver: Arc<dyn Resolver>) -> Egress {
        Egress { policy, resolver, tls: tls::Tls::native() }
    }

    #[cfg(test)]
    fn with_roots(
        policy: EgressPolicy,
        resolver: Arc<dyn Resolver>,
        roots: Vec<rustls::pki_types::CertificateDer<'static>>,
    ) -> Egress {
        Egress { policy, resolver, tls: tls::Tls::given(roots) }
    }

    /// Judges a web address as far as that goes without asking a name server; for saving settings.
    ///
    /// # Errors
    /// With the reason that the policy has against it.
    pub fn check(&self, url: &str) -> Result<Target, Refusal> {
        Target::parse(url, &self.policy)
    }

    /// Sends a request and waits for the head of the reply. A redirect is a reply: it is not
    /// followed.
    ///
    /// # Errors
    /// When the policy refuses the target, or no reply came; never with anything that was answered.
    pub async fn send(&self, request: Request<'_>) -> Result<Reply, EgressError> {
        let deadline = Instant::now() + self.policy.timeouts.total;
        let target = Target::parse(request.url, &self.policy)?;
        let sent = tokio::time::timeout_at(deadline, self.send_to(&target, request)).await;
        let result = sent.unwrap_or(Err(EgressError::TimedOut));
        tracing::debug!(
            origin = %target.origin(),
            outcome = result.as_ref().map_or_else(|error| error.code(), |_| "replied"),
            "request left the house"
        );
        let inner = result?;
        Ok(Reply { inner, deadline, max_response: self.policy.max_response })
    }

    async fn send_to(
        &self,
        target: &Target,
        request: Request<'_>,
    ) -> Result<reqwest::Response, EgressError> {
        let headers = header_map(request.headers)?;
        let addresses = self.resolve(target).await?;
        let client = self.client(target, addresses).await?;
        let mut outgoing = reqwest::Request::new(request.method, target.url().clone());
        *outgoing.headers_mut() = headers;
        *outgoing.body_mut() = Some(request.body.into());
        client.execute(outgoing).await.map_err(|error| failure(&error))
    }

    /// Asks for the target's addresses, once, and refuses the target if any of them is forbidden: a
    /// name that leads to a public and to a private address at once is an attack or a mistake.
    async fn resolve(&self, target: &Target) -> Result<Vec<IpAddr>, EgressError> {
        let addresses = match (&target.origin().host, target.literal_address()) {
            (Host::Domain(name), _) => {
                self.resolver.resolve(name).await.map_err(|_| EgressError::Unresolved)?
            }
            (_, literal) => literal.into_iter().collect(),
        };
        if addresses.is_empty() {
            return Err(EgressError::Unresolved);
        }
        let judged = addresses.iter().all(|address| self.policy.permits(target, *address));
        if !judged || addresses.len() > resolve::ANSWERS_MAX {
            return Err(Refusal::Address.into());
        }
        Ok(addresses)
    }

    async fn client(&self, target: &Target, addresses: Vec<IpAddr>) -> Result<Client, EgressError> {
        let pinned = resolve::Pinned { host: target.origin().host.to_string(), addresses };
        Client::builder()
            .tls_backend_preconfigured(self.tls.config(target.origin().https).await?)
            .https_only(target.origin().https)
            .dns_resolver(Arc::new(pinned))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .http1_only()
            .http1_max_headers(REPLY_HEADERS_MAX)
            .pool_max_idle_per_host(0)
            .connect_timeout(self.policy.timeouts.connect)
            .build()
            .map_err(|_| EgressError::Malformed)
    }
}

impl Reply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.inner.status().as_u16()
    }

    /// The value of a header line, when it is plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers().get(name)?.to_str().ok()
    }

    /// Reads the body, as it was sent: nothing is decompressed.
    ///
    /// # Errors
    /// When it is larger than the policy allows, or does not end within the time of the request.
    pub async fn body(mut self) -> Result<Vec<u8>, EgressError> {
        let declared = self.inner.content_length().unwrap_or(0);
        if usize::try_from(declared).map_or(true, |length| length > self.max_response) {
            return Err(EgressError::ReplyTooLarge);
        }
        let mut body = Vec::new();
        loop {
            let chunk = tokio::time::timeout_at(self.deadline, self.inner.chunk())
                .await
                .map_err(|_| EgressError::TimedOut)?
                .map_err(|error| failure(&error))?;
            match chunk {
                Some(chunk) if body.len() + chunk.len() > self.max_response => {
                    return Err(EgressError::ReplyTooLarge);
                }
                Some(chunk) => body.extend_from_slice(&chunk),
                None => return Ok(body),
            }
        }
    }

    /// How long the other side asks to wait before the next request, when it says so in seconds.
    /// (A date is not read: it would need both clocks to agree.)
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header("retry-after")?.trim();
        let digits = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Duration::from_secs(seconds.parse().unwrap_or(u64::MAX)))
    }
}

fn header_map(headers: &[(&str, &str)]) -> Result<HeaderMap, EgressError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| EgressError::Malformed)?;
        let value = HeaderValue::from_str(value).map_err(|_| EgressError::Malformed)?;
        map.append(name, value);
    }
    Ok(map)
}

/// Sorts what went wrong by its kind alone; the client's own words would quote the URL.
fn failure(error: &reqwest::Error) -> EgressError {
    if tls::is_certificate_fault(error) {
        EgressError::Certificate
    } else if error.is_timeout() {
        EgressError::TimedOut
    } else if error.is_builder() {
        EgressError::Malformed
    } else if error.is_connect() {
        EgressError::Unreachable
    } else {
        EgressError::ReplyBroken
    }
}

#[cfg(test)]
mod tests;
