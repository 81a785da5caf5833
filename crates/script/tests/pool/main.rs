//! The pool with real worker processes.

mod hostile;
mod support;
mod workers;
