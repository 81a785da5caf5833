//! The program `tessera`: the server and the command line, in one binary.

use std::process::ExitCode;

/// Many small allocations on many threads are what this program does all day.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The argument by which the program starts itself as a worker that runs customers' scripts.
const SCRIPT_WORKER: &str = "script-worker";

fn main() -> ExitCode {
    // Before anything else: a worker must not read settings, open files or start threads.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == SCRIPT_WORKER) {
        script::worker_main();
    }
    server::cli::main()
}
