//! A program that is only a script worker, so that tests of the pool have a process to start.

fn main() {
    script::worker_main()
}
