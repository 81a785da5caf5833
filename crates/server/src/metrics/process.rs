//! What the operating system knows of this process.

use std::fs;

/// What a process uses.
pub(super) struct Usage {
    pub resident_bytes: u64,
    pub open_files: u64,
}

/// What this process uses; `None` where the system does not tell.
pub(super) fn usage() -> Option<Usage> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    let open_files = fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    Some(Usage { resident_bytes: kibibytes * 1024, open_files })
}
