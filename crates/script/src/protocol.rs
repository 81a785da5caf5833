//! The messages between the host and its workers. A script is a function from what a request holds
//! and what the host answers to a reply; nothing else goes in or out.

use crate::fault::{Bilingual, ScriptFault};
use crate::limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Version of these messages; host and worker are the same binary, so a mismatch is a fault.
pub const PROTOCOL: u32 = 1;

/// A record as JSON: field name to value, in the shape of the API.
pub type Record = Map<String, Value>;

/// A script and its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The document's id.
    pub id: String,
    /// The document's name, shown in errors: `opportunity.before_save`.
    pub name: String,
    /// The text.
    pub source: String,
    /// SHA-256 of the text in hexadecimal; workers keep compiled scripts by id and hash.
    pub hash: String,
}

impl Script {
    /// A script whose hash is computed from its text.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        source: impl Into<String>,
    ) -> Arc<Self> {
        let source = source.into();
        let hash = Sha256::digest(source.as_bytes());
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Arc::new(Self { id: id.into(), name: name.into(), source, hash })
    }
}

/// When a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hook {
    /// Before a record is created or updated; may change the draft and refuse it.
    BeforeSave,
}

impl Hook {
    /// The name in script documents: `before_save`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeSave => "before_save",
        }
    }

    /// The hook of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::BeforeSave].into_iter().find(|hook| hook.name() == name)
    }
}

/// What kind of value a field holds, as far as scripts care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// An exact decimal with a fixed number of digits after the point; also currencies.
    Decimal,
    /// Text; also the names of options.
    Text,
    /// A calendar day.
    Date,
    /// A moment, in milliseconds.
    Instant,
    /// The id of a record.
    Id,
    /// Any JSON value.
    Json,
}

/// A field as a script sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldShape {
    /// Machine name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Digits after the point of a decimal.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub scale: u8,
    /// Whether a hook may set it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub writable: bool,
}

impl FieldShape {
    /// A field that hooks may set.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, scale: 0, writable: true }
    }

    /// A decimal field with `scale` digits after the point.
    pub fn decimal(name: impl Into<String>, scale: u8) -> Self {
        Self { name: name.into(), kind: Kind::Decimal, scale, writable: true }
    }

    /// The same field, which hooks may only read.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.writable = false;
        self
    }
}

fn is_zero(scale: &u8) -> bool {
    *scale == 0
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

/// An entity as a script sees it. A name that is not listed is an error when a script mentions it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityShape {
    /// Machine name.
    pub name: String,
    /// Its fields, the built-in ones included.
    pub fields: Vec<FieldShape>,
}

/// One record that is about to be saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The record as it is stored; absent for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Record>,
    /// The whole record as it would be stored. A field that is missing is empty.
    pub new: Record,
}

/// The person or principal for whom a script runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Record id of the user.
    pub id: String,
    /// Name, for messages.
    pub name: String,
}

/// Everything that would differ between two runs of the same script, recorded so that a run can be
/// repeated exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The moment of the request, in milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// The day of that moment in the workspace's time zone, `2026-01-31`.
    pub today: String,
    /// Seed of `random()`.
    pub seed: u64,
    /// For whom.
    pub user: User,
    /// The workspace's time zone, an IANA name.
    pub time_zone: String,
}

/// What a run may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Operations per draft.
    pub operations: u64,
    /// Time for the whole request, in milliseconds.
    pub deadline_ms: u64,
}

impl Limits {
    /// The limits of a hook over `drafts` records: 200 ms for one, 4 ms more for each further one.
    pub fn of_hook(drafts: usize) -> Self {
        let further = u64::try_from(drafts.saturating_sub(1)).unwrap_or(u64::MAX);
        let deadline = limits::HOOK_DEADLINE_MS
            .saturating_add(further.saturating_mul(limits::HOOK_DEADLINE_PER_DRAFT_MS));
        Self {
            operations: limits::HOOK_OPERATIONS,
            deadline_ms: deadline.min(limits::DEADLINE_MS_MAX),
        }
    }
}

/// One script to be run over some drafts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Id of this run, for logs.
    pub invocation: String,
    /// What to run.
    pub script: Arc<Script>,
    /// When it runs.
    pub hook: Hook,
    /// The shape of the drafts.
    pub entity: Arc<EntityShape>,
    /// The drafts, at most [`limits::DRAFTS_MAX`]. Each is run by itself: they share no variables.
    pub drafts: Vec<Draft>,
    /// Time, day, seed, user.
    pub context: Context,
    /// What it may spend.
    pub limits: Limits,
}

/// A question of a script to its host, which answers it with the rights of the run's principal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum HostCall {
    /// One record by id.
    Get {
        /// Entity name.
        entity: String,
        /// Record id.
        id: String,
    },
    /// The records that a filter matches.
    Query {
        /// Entity name.
        entity: String,
        /// A filter in the language of the API; `null` matches all.
        filter: Value,
        /// Sort keys, `-amount` for descending.
        sort: Vec<String>,
        /// Most records wanted; the host has a bound of its own.
        limit: Option<u32>,
        /// Fields wanted; `None` means all that the principal may read.
        fields: Option<Vec<String>>,
    },
}

impl HostCall {
    /// The entity that is asked for.
    pub fn entity(&self) -> &str {
        match self {
            Self::Get { entity, .. } | Self::Query { entity, .. } => entity,
        }
    }
}

/// One record that the host hands over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Record id.
    pub id: String,
    /// Revision that was read; the write that follows is refused if it has changed.
    pub revision: i64,
    /// Values by field name.
    pub values: Record,
}

/// The host's answer to a call: none or one row for `Get`, any number for `Query`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The fields that the principal may read and that were asked for.
    pub fields: Arc<Vec<FieldShape>>,
    /// The records.
    pub rows: Vec<Row>,
}

/// The host will not answer: no right, no such entity, a wrong filter. The script may catch it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// A code of the error table, `field_unknown`.
    pub code: String,
    /// The reason.
    pub message: Bilingual,
}

/// A record that the run has read, for the guard of the write that follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Entity name.
    pub entity: String,
    /// Record id.
    pub id: String,
    /// Revision that was read; `None` if the record was not there or not visible.
    pub revision: Option<i64>,
}

/// A validation error that a script reported with `fail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldError {
    /// The field it belongs beside; `None` for the record as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the author wrote.
    pub message: Bilingual,
}

/// What a script wants for one draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Fields whose value the script changed, with the new values.
    pub changes: Record,
    /// Errors that it reported; a draft with any is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The script failed on this draft; the others have their own outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<ScriptFault>,
}

/// A line that a script printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// Index of the draft.
    pub draft: u32,
    /// Line in the source where known (only `debug` knows it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The text.
    pub text: String,
}

/// The result of a run: data that the engine may commit, show or throw away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// One outcome per draft, in the order of the request.
    pub drafts: Vec<Outcome>,
    /// What was printed, capped.
    pub log: Vec<LogLine>,
    /// Records that were read, each once, in the order of first reading.
    pub reads: Vec<Read>,
    /// Operations spent over all drafts.
    pub operations: u64,
    /// Questions that reached the host.
    pub calls: u32,
}

/// A source text to be checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// The text.
    pub source: String,
    /// When it would run.
    pub hook: Hook,
    /// The entity it would run on; with it, unknown fields of `record` and `old` are found too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Arc<EntityShape>>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The script cannot run, or fails when it reaches this place.
    Error,
    /// Probably a mistake.
    Warning,
}

/// A place in a source text that needs the author's eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: Bilingual,
}

/// What a worker reports of itself when it starts. The host refuses one that is not confined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Version of the messages that the worker speaks.
    pub protocol: u32,
    /// What the operating system holds it to.
    pub confinement: Confinement,
    /// What the script engine holds scripts to.
    pub profile: Profile,
}

/// What the operating system holds a worker to, read back after it was set. Zero means unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// Address space, in bytes.
    pub address_space_bytes: u64,
    /// Processor time, in seconds.
    pub processor_seconds: u64,
    /// Open files.
    pub open_files: u64,
    /// Whether core dumps are off.
    pub no_core_dumps: bool,
    /// Whether it can gain no privileges.
    pub no_new_privileges: bool,
    /// Whether the file system and the network are closed to it: `full`, `partial` on an older
    /// kernel, `none` on a kernel without landlock.
    pub landlock: String,
    /// Environment variables that it sees.
    pub environment: usize,
}

/// The limits of the script engine in use, read back from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Operations per evaluation.
    pub operations: u64,
    /// Nested calls.
    pub call_levels: usize,
    /// Expression depth at the top, and in functions.
    pub expression_depths: (usize, usize),
    /// Functions per script.
    pub functions: usize,
    /// Variables alive.
    pub variables: usize,
    /// Bytes per string.
    pub string_bytes: usize,
    /// Items per array.
    pub array_items: usize,
    /// Items per map.
    pub map_items: usize,
    /// Unknown variables are refused at once.
    pub strict_variables: bool,
    /// Unknown properties of maps are errors.
    pub strict_properties: bool,
}

/// A frame from the host to a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToWorker {
    /// Run a script.
    Run(Box<Request>),
    /// Check a source text.
    Check(CheckRequest),
    /// The answer to the last call.
    Answer(Result<Rows, Refusal>),
}

/// The same frames by reference, so that the host need not clone what it sends.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToWorkerRef<'a> {
    Run(&'a Request),
    Check(&'a CheckRequest),
    Answer(&'a Result<Rows, Refusal>),
}

/// A frame from a worker to the host.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromWorker {
    /// First frame of a worker.
    Hello(Hello),
    /// The worker could not confine itself and is leaving.
    Unfit(String),
    /// A question; the worker waits for the answer.
    Call(HostCall),
    /// The end of a run.
    Done(Done),
    /// The run ended without outcomes.
    Failed {
        /// Why.
        fault: ScriptFault,
        /// Whether the worker wants to be replaced.
        tired: bool,
    },
    /// The end of a check.
    Checked(Vec<Problem>),
}

/// A run that ended with outcomes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub outcomes: Vec<Outcome>,
    pub log: Vec<LogLine>,
    pub operations: u64,
    /// Whether the worker wants to be replaced, because it has grown.
    pub tired: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_survives_its_frame() {
        let fields =
            vec![FieldShape::decimal("amount", 2), FieldShape::new("id", Kind::Id).read_only()];
        let request = Request {
            invocation: "i".to_owned(),
            script: Script::new("s", "deal.before_save", "record.amount = 1;"),
            hook: Hook::BeforeSave,
            entity: Arc::new(EntityShape { name: "deal".to_owned(), fields }),
            drafts: vec![Draft { old: Some(Map::new()), new: Map::new() }, Draft::default()],
            context: Context {
                now_ms: 1,
                today: "2026-01-01".to_owned(),
                seed: u64::MAX,
                user: User { id: "u".to_owned(), name: "林".to_owned() },
                time_zone: "UTC".to_owned(),
            },
            limits: Limits::of_hook(2),
        };
        let frame = crate::frame::encode(&ToWorkerRef::Run(&request)).expect("small");
        let body = &frame[4..];
        match crate::frame::decode::<ToWorker>(body).expect("what was encoded") {
            ToWorker::Run(read) => assert_eq!(*read, request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn messages_with_unknown_parts_are_refused() {
        for message in [
            json!({"run": {"script": "x"}}),
            json!({"check": {"source": "", "hook": "before_save", "extra": 1}}),
            json!({"check": {"source": "", "hook": "after_lunch"}}),
            json!({"destroy": {}}),
        ] {
            let text = message.to_string();
            assert!(crate::frame::decode::<ToWorker>(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_hash_of_a_script_is_that_of_its_text() {
        let script = Script::new("s", "n", "abc");
        assert_eq!(script.hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(Hook::from_name("before_save"), Some(Hook::BeforeSave));
        assert_eq!(Hook::from_name("x"), None);
    }

    #[test]
    fn more_drafts_have_more_time_up_to_the_limit() {
        assert_eq!(Limits::of_hook(1).deadline_ms, limits::HOOK_DEADLINE_MS);
        assert_eq!(Limits::of_hook(500).deadline_ms, 200 + 499 * 4);
        assert_eq!(Limits::of_hook(usize::MAX).deadline_ms, limits::DEADLINE_MS_MAX);
    }
}
