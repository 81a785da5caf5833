//! Requests that must leave, and requests that must not: each refusal is proven by a canary that
//! listens where the attack points to and sees no connection.

mod bench;
mod refused;
mod replies;
mod tls;
