//! One suite over both databases: every test runs on SQLite, and on PostgreSQL when
//! `TESSERA_TEST_POSTGRES` has its URL (`scripts/postgres` starts one).

#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod conditions;
mod control;
mod copies;
mod figures;
mod jobs;
mod log;
mod nodes;
mod pages;
mod rows;
mod schema;
