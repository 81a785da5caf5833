//! The operator's settings: flags, then `TESSERA_*` variables, then defaults.
//!
//! A variable that begins with `TESSERA_` and means nothing is refused at start, with the nearest
//! name that does: a typing error must not leave a setting silently at its default.

mod variables;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use outreach::EgressPolicy;
use outreach::egress::{Allowance, Network};

pub use variables::refuse_unknown;

/// Where the data lives.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct StoreArgs {
    /// Folder of the embedded database
    #[arg(long, env = "TESSERA_DATA", default_value = "data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// PostgreSQL instead of the embedded database, as postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Connections to PostgreSQL
    #[arg(long, env = "TESSERA_CONNECTIONS", default_value_t = 16, value_name = "N")]
    pub connections: u32,

    /// Threads that read one workspace of the embedded database at the same time
    #[arg(long, env = "TESSERA_READERS", default_value_t = 2, value_name = "N")]
    pub readers: usize,

    /// Processes that run customers' scripts; 0 switches scripts off
    #[arg(long, env = "TESSERA_SCRIPT_WORKERS", default_value_t = 2, value_name = "N")]
    pub script_workers: usize,

    /// Private places that webhooks may call: networks, hosts or origins, separated by commas
    #[arg(long, env = "TESSERA_ALLOW_PRIVATE", value_name = "LIST", value_delimiter = ',')]
    pub allow_private: Vec<Allowance>,
}

impl StoreArgs {
    /// Where the store finds its data.
    pub fn location(&self) -> store::Location {
        match &self.database_url {
            Some(url) => store::Location::Postgres { url: url.clone() },
            None => store::Location::Sqlite { directory: self.data.clone() },
        }
    }

    /// Sizes of the store.
    pub fn options(&self) -> store::Options {
        store::Options {
            reader_threads: self.readers.max(1),
            connections: self.connections.max(2),
            ..store::Options::default()
        }
    }

    /// Where requests of webhooks may go.
    pub fn egress(&self) -> EgressPolicy {
        EgressPolicy { allow_private: self.allow_private.clone(), ..EgressPolicy::default() }
    }

    /// How scripts are run, unless they are switched off.
    pub fn scripts(&self) -> Option<script::PoolConfig> {
        let workers = self.script_workers;
        (workers > 0).then(|| script::PoolConfig::this_program(workers))
    }
}

/// How the server listens.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Listening")]
pub struct ListenArgs {
    /// Address for people and programs
    #[arg(long, env = "TESSERA_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Address for metrics and health, or `off`
    #[arg(
        long,
        env = "TESSERA_ADMIN_LISTEN",
        default_value = "127.0.0.1:8081",
        value_name = "ADDRESS"
    )]
    pub admin_listen: Switch<SocketAddr>,

    /// Address that people use, as https://crm.example.com; needed beyond this machine
    #[arg(long, env = "TESSERA_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,

    /// Proxies in front whose X-Forwarded-For is believed: addresses or networks
    #[arg(
        long,
        env = "TESSERA_TRUSTED_PROXIES",
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = network
    )]
    pub trusted_proxies: Vec<Network>,

    /// Connections open at the same time
    #[arg(long, env = "TESSERA_CONNECTIONS_MAX", default_value_t = 4096, value_name = "N")]
    pub connections_max: usize,
}

fn network(text: &str) -> Result<Network, String> {
    Network::parse(text).ok_or_else(|| format!("“{text}” is no address and no network"))
}

/// A value, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch<T> {
    /// Switched on.
    On(T),
    /// Switched off.
    Off,
}

impl<T: std::str::FromStr> std::str::FromStr for Switch<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Switch<T>, T::Err> {
        match text {
            "off" => Ok(Switch::Off),
            text => text.parse().map(Switch::On),
        }
    }
}

/// How the log looks.
#[derive(Debug, Clone, Args)]
pub struct LogArgs {
    /// What is logged: error, warn, info, debug or trace, also per part as `info,server=debug`;
    /// info when serving, else warn
    #[arg(long, env = "TESSERA_LOG", value_name = "FILTER", global = true, help_heading = "Log")]
    pub log: Option<String>,

    /// Form of the log
    #[arg(
        long,
        env = "TESSERA_LOG_FORMAT",
        default_value = "auto",
        value_name = "FORMAT",
        global = true,
        help_heading = "Log"
    )]
    pub log_format: LogFormat,
}

/// Forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// One JSON object per line.
    Json,
    /// Lines for people.
    Text,
}

/// Refuses what would put passwords on the wire: plain HTTP is for this machine only.
pub fn check_exposure(listen: &SocketAddr, base_url: Option<&str>) -> Result<(), String> {
    let encrypted = base_url.is_some_and(|url| url.starts_with("https://"));
    if encrypted || is_loopback(listen.ip()) {
        return Ok(());
    }
    Err(format!(
        "{listen} can be reached from other machines, so passwords would travel unencrypted.\n\
         Put a proxy with TLS in front and say --base-url https://…, or listen on 127.0.0.1."
    ))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        let check = |listen: &str, base| check_exposure(&listen.parse().unwrap(), base).is_ok();
        assert!(check("127.0.0.1:8080", None));
        assert!(check("[::1]:8080", Some("http://localhost:8080")));
        assert!(check("0.0.0.0:8080", Some("https://crm.example.com")));
        assert!(!check("0.0.0.0:8080", None));
        assert!(!check("192.0.2.1:8080", Some("http://crm.example.com")));
    }

    #[test]
    fn a_listener_can_be_switched_off() {
        assert_eq!("off".parse::<Switch<SocketAddr>>(), Ok(Switch::Off));
        assert!("of".parse::<Switch<SocketAddr>>().is_err());
    }
}
