//! HTTP in and out, the command line, and the embedded web app. What a request may do and what it
//! does is the engine's to say; here it is only read and worded.

pub mod admin;
pub mod app;
pub mod body;
pub mod call;
pub mod cli;
pub mod config;
pub mod credentials;
pub mod dispatch;
pub mod headers;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod openapi;
pub mod reply;
pub mod router;
pub mod routes;
pub mod shipped;
pub mod site;
pub mod web;
