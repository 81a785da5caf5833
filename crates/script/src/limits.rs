//! Every bound of the room in one place: sizes, counts, depths and times that customer code and the
//! messages about it cannot exceed.

use std::time::Duration;

/// Longest source text of one script, in bytes.
pub const SOURCE_BYTES_MAX: usize = 64 * 1024;
/// Most drafts in one request.
pub const DRAFTS_MAX: usize = 500;
/// Longest frame between host and worker, in bytes.
pub const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most that one draft may weigh when it goes in, and its changes when they come out, in bytes.
pub const DRAFT_BYTES_MAX: usize = 1024 * 1024;
/// Deepest nesting of a value that a script stores.
pub const VALUE_DEPTH_MAX: usize = 32;
/// Most validation errors that one draft can collect; further ones are dropped.
pub const ERRORS_PER_DRAFT_MAX: usize = 50;
/// Longest message of `fail`, in bytes; a longer one is cut.
pub const MESSAGE_BYTES_MAX: usize = 2 * 1024;
/// Most that `print` and `debug` may leave in the log of one request, in bytes.
pub const LOG_BYTES_MAX: usize = 32 * 1024;
/// Most lines in the log of one request.
pub const LOG_LINES_MAX: usize = 1_000;

/// Most questions to the host (`get`, `query`) per draft.
pub const CALLS_PER_DRAFT_MAX: u32 = 100;
/// Most rows that the host hands over per draft.
pub const ROWS_PER_DRAFT_MAX: u32 = 5_000;
/// Most bytes that the host hands over per draft, and in one answer.
pub const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most bytes of answers that a worker remembers during one request.
pub const REMEMBERED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most records that one request may read, because each of them is checked again before writing.
pub const READS_MAX: usize = 20_000;

/// Operations that a hook may spend on one draft.
pub const HOOK_OPERATIONS: u64 = 500_000;
/// Time that a hook has for one draft.
pub const HOOK_DEADLINE_MS: u64 = 200;
/// Time that each further draft of the same request adds.
pub const HOOK_DEADLINE_PER_DRAFT_MS: u64 = 4;
/// Largest operation budget that a request may ask for.
pub const OPERATIONS_MAX: u64 = 10_000_000;
/// Longest deadline that a request may ask for.
pub const DEADLINE_MS_MAX: u64 = 60_000;
/// Time that a check of a source text has.
pub const CHECK_DEADLINE_MS: u64 = 1_000;
/// How long after the deadline the host waits before it kills the worker.
pub const GRACE: Duration = Duration::from_millis(50);
/// How long a new worker may take until it reports.
pub const START_PATIENCE: Duration = Duration::from_secs(10);
/// How long a request waits for a free worker before it is told to come back later.
pub const QUEUE_PATIENCE: Duration = Duration::from_secs(10);
/// How long a retired worker may take to leave by itself.
pub const LEAVE_PATIENCE: Duration = Duration::from_secs(1);
/// Runs after which a worker is replaced.
pub const RUNS_PER_WORKER: u32 = 1_000;
/// Age at which a worker is replaced after its run; less than its processor time, which therefore
/// only ends a worker that nobody can end any more.
pub const WORKER_LIFE: Duration = Duration::from_secs(1_200);

/// Deepest nesting of script function calls.
pub const CALL_LEVELS: usize = 24;
/// Deepest expression at the top of a script, and inside a function.
pub const EXPRESSION_DEPTHS: (usize, usize) = (48, 24);
/// Most functions that a script defines.
pub const FUNCTIONS: usize = 64;
/// Most variables alive at once.
pub const VARIABLES: usize = 128;
/// Longest string, in bytes.
pub const STRING_BYTES: usize = 256 * 1024;
/// Most elements of an array, nested ones included.
pub const ARRAY_ITEMS: usize = 2_000;
/// Most properties of a map, nested ones included.
pub const MAP_ITEMS: usize = 500;

/// Address space of a worker, in bytes.
pub const ADDRESS_SPACE_BYTES: u64 = 384 * 1024 * 1024;
/// Resident memory at which a running script is stopped, in bytes; below the address space, so that
/// most scripts that eat memory end in an error and not in a dead worker.
pub const RESIDENT_BYTES_MAX: u64 = 192 * 1024 * 1024;
/// Resident memory after a run at which the worker asks to be replaced, in bytes.
pub const RESIDENT_BYTES_TIRED: u64 = 96 * 1024 * 1024;
/// Most open files of a worker.
pub const OPEN_FILES: u64 = 16;
/// Processor time of a worker's whole life, in seconds.
pub const PROCESSOR_SECONDS: u64 = 1_800;
/// Stack of the thread that runs scripts, in bytes.
pub const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Compiled scripts that a worker keeps.
pub const CACHE_SCRIPTS: usize = 256;
/// Source bytes of the compiled scripts that a worker keeps.
pub const CACHE_SOURCE_BYTES: usize = 2 * 1024 * 1024;
