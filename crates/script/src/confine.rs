//! What the operating system holds a worker to. Everything is set by the process on itself, before
//! it reads the first script, and read back, so that the host hears what holds and not what was
//! wished for.

use crate::limits;
use crate::protocol::Confinement;
use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};
use rustix::thread::{no_new_privs, set_no_new_privs};

/// Confines this process for ever. Threads that are started later inherit all of it.
///
/// # Errors
/// What could not be confined; landlock is the exception, since older kernels do not have it.
pub(crate) fn confine() -> Result<Confinement, String> {
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, limits::OPEN_FILES)?;
    limit(Resource::Cpu, limits::PROCESSOR_SECONDS)?;
    limit(Resource::As, limits::ADDRESS_SPACE_BYTES)?;
    set_no_new_privs(true).map_err(|error| format!("no new privileges: {error}"))?;
    // Other processes of the same user cannot look into the memory of this one.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|error| format!("dumpable: {error}"))?;
    let landlock = close_files_and_network().unwrap_or_else(|_| "none".to_owned());
    Ok(Confinement {
        address_space_bytes: read(Resource::As),
        processor_seconds: read(Resource::Cpu),
        open_files: read(Resource::Nofile),
        no_core_dumps: getrlimit(Resource::Core).maximum == Some(0),
        no_new_privileges: no_new_privs().unwrap_or(false),
        landlock,
        environment: std::env::vars_os().count(),
    })
}

/// Whether a worker that reports this may run customer code.
pub(crate) fn is_enough(confinement: &Confinement) -> bool {
    let within = |value: u64, max: u64| value > 0 && value <= max;
    within(confinement.address_space_bytes, limits::ADDRESS_SPACE_BYTES)
        && within(confinement.processor_seconds, limits::PROCESSOR_SECONDS)
        && within(confinement.open_files, limits::OPEN_FILES)
        && confinement.no_core_dumps
        && confinement.no_new_privileges
}

/// Sets the soft and the hard limit; a hard limit that is lower already stays.
fn limit(resource: Resource, value: u64) -> Result<(), String> {
    let hard = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    setrlimit(resource, Rlimit { current: Some(hard), maximum: Some(hard) })
        .map_err(|error| format!("{resource:?}: {error}"))
}

fn read(resource: Resource) -> u64 {
    getrlimit(resource).maximum.unwrap_or(0)
}

/// No path can be opened, no connection made, no other process signalled, as far as the kernel can.
fn close_files_and_network() -> Result<String, RulesetError> {
    let abi = ABI::V7;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => "full",
        RulesetStatus::PartiallyEnforced => "partial",
        RulesetStatus::NotEnforced => "none",
    }
    .to_owned())
}
