//! The log: lines of JSON on standard error, or text where a person reads it on a terminal.
//!
//! What is logged are ids, codes and times; never bodies, query strings or secrets.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{LogArgs, LogFormat};

/// Starts the log, at a level where the operator says none. Errors: a text for the operator, when
/// the filter cannot be read.
pub fn start(settings: &LogArgs, default: &str) -> Result<(), String> {
    let filter = settings.log.as_deref().unwrap_or(default);
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| format!("“{filter}” is no log filter: {error}"))?;
    let text = match settings.log_format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Json => false,
        LogFormat::Text => true,
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match text {
        true => log.with_target(false).init(),
        false => log.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let message = panic.payload_as_str().unwrap_or("without words");
        tracing::error!(place, message, "panicked");
    }));
    Ok(())
}
