//! How often somebody may try a password. The counters live in the control store, so that all
//! nodes count together; their names come from the account and the peer's address alone, never
//! from anything else that the client may choose.

use std::net::{IpAddr, Ipv6Addr};

use model::{Code, Error, Result};

use super::secret::{hash, hex};
use crate::engine::Engine;
use crate::faults::from_store;

/// The window in which failures count, in milliseconds.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Attempts on one account within a window.
const ACCOUNT_MAX: i64 = 10;
/// Failures from one address within a window: an office behind one address fits.
const ADDRESS_MAX: i64 = 100;

/// The counters that one attempt touches.
pub(super) struct Attempt {
    account: String,
    address: Option<String>,
}

impl Attempt {
    /// An attempt on the account of an e-mail address, from a network address if there is one.
    pub fn new(email: &str, address: Option<IpAddr>) -> Attempt {
        // Hashed, so that the table of failures is no list of addresses.
        let account = format!("login:{}", hex(&hash(&model::fold(email.trim()))));
        Attempt { account, address: address.map(|address| format!("address:{}", prefix(address))) }
    }

    /// Counts the attempt before it is made, so that many at once cannot pass together. Errors:
    /// `login_throttled`, saying when to try again.
    pub async fn begin(&self, engine: &Engine) -> Result<()> {
        let (control, now) = (engine.store().control(), engine.now());
        if let Some(address) = &self.address {
            let failures = control.failures(address, now, WINDOW_MS).await.map_err(from_store)?;
            if failures.count >= ADDRESS_MAX {
                return Err(throttled(failures.since, now));
            }
        }
        let counted = control.count_failure(&self.account, now, WINDOW_MS).await;
        let counted = counted.map_err(from_store)?;
        if counted.count > ACCOUNT_MAX {
            return Err(throttled(counted.since, now));
        }
        Ok(())
    }

    /// Notes that the attempt failed.
    pub async fn failed(&self, engine: &Engine) -> Result<()> {
        let (control, now) = (engine.store().control(), engine.now());
        if let Some(address) = &self.address {
            control.count_failure(address, now, WINDOW_MS).await.map_err(from_store)?;
        }
        Ok(())
    }

    /// Notes that the attempt succeeded. What other accounts failed from the address stays.
    pub async fn succeeded(&self, engine: &Engine) -> Result<()> {
        engine.store().control().clear_failures(&self.account).await.map_err(from_store)
    }
}

fn throttled(since: i64, now: i64) -> Error {
    let seconds = ((since + WINDOW_MS - now).max(1_000) + 999) / 1000;
    Error::new(Code::LoginThrottled)
        .with("seconds", seconds)
        .details(serde_json::json!({"retry_after": seconds}))
}

/// Failures older than this are of no more use.
pub(super) fn forgotten_before(now: i64) -> i64 {
    now - WINDOW_MS
}

/// What counts as one address: an IPv4 address, or the network that one IPv6 customer gets.
fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let mut parts = address.segments();
            parts[4..].fill(0);
            format!("{}/64", Ipv6Addr::from(parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_by_its_network() {
        let of = |text: &str| prefix(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn case_width_and_spaces_of_an_address_make_no_new_counter() {
        let name = |email: &str| Attempt::new(email, None).account;
        assert_eq!(name("Ada@Example.com"), name(" ada@example.com "));
        assert_eq!(name("ada@example.com"), name("ａda@example.com"));
        assert!(!name("ada@example.com").contains("ada"));
    }

    #[test]
    fn the_wait_is_the_rest_of_the_window() {
        let error = throttled(1_000, 61_000);
        assert_eq!(error.details, Some(serde_json::json!({"retry_after": 840})));
    }
}
