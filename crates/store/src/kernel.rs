//! What the kernel tables of a workspace hold, as plain values: documents, revisions, the trash,
//! automation runs, the outbox, imports, webhook endpoints.

use model::Uuid;
use serde_json::Value as Json;

/// The words of an enum as they are stored.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// The word stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// What a word means.
            pub fn parse(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use words;

/// Where a workspace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Sequence of the last entry of the change log; 0 when there is none.
    pub sequence: i64,
    /// Hash of that entry.
    pub hash: [u8; 32],
    /// Number of the last published revision; 0 before the first.
    pub catalogue_revision: i64,
    /// The next suffix to give out.
    pub suffix: i64,
}

/// A stored document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its stable id, unique among all documents of the workspace.
    pub id: String,
    /// Its kind, such as `entity`.
    pub kind: String,
    /// Its name, unique within the kind.
    pub name: String,
    /// The app that brought it.
    pub app: String,
    /// What it says.
    pub body: Json,
}

/// A published revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Its number; one more than the last.
    pub number: i64,
    /// When, in milliseconds UTC.
    pub time: i64,
    /// By whom.
    pub actor: Json,
    /// What it did, in a line for people.
    pub summary: String,
    /// The changeset as it was applied.
    pub operations: Json,
    /// The changeset that undoes it.
    pub inverse: Json,
    /// The steps that it took.
    pub steps: Json,
}

/// Something removed whose data is kept until it is purged.
#[derive(Debug, Clone, PartialEq)]
pub struct Trash {
    /// The physical name of what was removed: an entity's or a field's id.
    pub id: String,
    /// `entity`, `field`, or another word of the engine's.
    pub kind: String,
    /// The entity that it belonged to; itself for an entity.
    pub entity: String,
    /// What is needed to bring it back or to purge it.
    pub body: Json,
    /// The revision that removed it.
    pub revision: i64,
    /// When it was removed, in milliseconds UTC.
    pub removed_at: i64,
    /// When it may be purged, in milliseconds UTC.
    pub purge_at: i64,
}

words! {
    /// How far a run of an automation is.
    RunState {
        /// Waits for a worker, or is held by one.
        Ready = "ready",
        /// Every step is done.
        Done = "done",
        /// A step failed for good.
        Failed = "failed",
        /// A person or a limit stopped it.
        Cancelled = "cancelled",
    }
}

/// A run of an automation.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The name of the automation.
    pub automation: String,
    /// The entity's id of the record that caused it.
    pub entity: String,
    /// The record that caused it.
    pub record: Uuid,
    /// The entry of the change log that caused it; one run per automation and entry.
    pub sequence: i64,
    /// How far it is.
    pub state: RunState,
    /// How many runs caused each other up to this one, which counts.
    pub depth: i64,
    /// What the steps may refer to.
    pub context: Json,
    /// Why it failed.
    pub error: Option<String>,
    /// Not carried on before, in milliseconds UTC.
    pub not_before: i64,
    /// How often a worker took it.
    pub attempts: i64,
    /// When it was made, in milliseconds UTC.
    pub created_at: i64,
    /// When it last changed, in milliseconds UTC.
    pub updated_at: i64,
}

words! {
    /// How far a step of a run is.
    StepState {
        /// It has begun and may have had effects.
        Started = "started",
        /// It is done and must not be repeated.
        Done = "done",
        /// It failed.
        Failed = "failed",
        /// Its condition did not hold.
        Skipped = "skipped",
    }
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The run.
    pub run: Uuid,
    /// Its place in the run, from 0.
    pub number: i64,
    /// Its name in the automation.
    pub name: String,
    /// How far it is.
    pub state: StepState,
    /// What later steps may refer to, or what went wrong.
    pub result: Json,
    /// How often it was tried.
    pub attempts: i64,
    /// When it last changed, in milliseconds UTC.
    pub updated_at: i64,
}

words! {
    /// How far a message of the outbox is.
    MessageState {
        /// Waits to be sent, or is being sent.
        Ready = "ready",
        /// Sent.
        Done = "done",
        /// Given up.
        Failed = "failed",
    }
}

/// A message of the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id, which is also the receiver's idempotency key.
    pub id: Uuid,
    /// Who sends it.
    pub kind: String,
    /// What the sender needs.
    pub payload: Json,
    /// How far it is.
    pub state: MessageState,
    /// How often it was taken to be sent.
    pub attempts: i64,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// Not sent before, in milliseconds UTC.
    pub not_before: i64,
    /// When it was written, in milliseconds UTC.
    pub created_at: i64,
}

/// A job held by one worker for a while. The fence grows with every claim, so that a worker that
/// slept past its lease cannot write over the next one.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed<T> {
    /// The job.
    pub job: T,
    /// Shows that the lease is still ours.
    pub fence: i64,
}

/// How sending a message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was sent.
    Done,
    /// It failed and is tried again.
    Retry {
        /// When, in milliseconds UTC.
        at: i64,
        /// What went wrong.
        error: String,
    },
    /// It is given up.
    Failed {
        /// What went wrong.
        error: String,
    },
}

/// An import and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// The entity's id.
    pub entity: String,
    /// The engine's word for how far it is; `ready` may be claimed by a worker.
    pub state: String,
    /// How columns become fields, and every other setting.
    pub mapping: Json,
    /// Rows of the file.
    pub total: i64,
    /// Number of the last row that was dealt with.
    pub position: i64,
    /// Records made.
    pub created: i64,
    /// Records changed.
    pub updated: i64,
    /// Rows refused.
    pub failed: i64,
    /// Who started it.
    pub actor: Json,
    /// When it was started, in milliseconds UTC.
    pub created_at: i64,
    /// When it last changed, in milliseconds UTC.
    pub updated_at: i64,
}

/// A row of an imported file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// Its number in the file, from 1.
    pub number: i64,
    /// Its cells.
    pub content: Json,
}

/// A row of an imported file that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportError {
    /// Its number in the file, from 1.
    pub number: i64,
    /// Its cells.
    pub content: Json,
    /// Why.
    pub errors: Json,
}

/// Where webhooks go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name, unique in the workspace.
    pub name: String,
    /// The address.
    pub url: String,
    /// Signs what is sent.
    pub secret: Vec<u8>,
    /// When it last changed, in milliseconds UTC.
    pub updated_at: i64,
}

/// A write to a kernel table, part of a [`crate::Commit`].
#[derive(Debug, Clone, PartialEq)]
pub enum KernelWrite {
    /// Stores documents by their ids; names may be swapped among them.
    PutDocuments(Vec<Document>),
    /// Removes the documents with these ids.
    RemoveDocuments(Vec<String>),
    /// Publishes: stores the revision, makes its number the catalogue's and `suffix` the next to
    /// give out. Commits that were prepared before are refused from now on.
    Publish {
        /// The revision.
        revision: Revision,
        /// The next suffix to give out.
        suffix: i64,
    },
    /// Puts something into the trash.
    PutTrash(Trash),
    /// Takes the thing with this id out of the trash.
    RemoveTrash(String),
    /// Starts a run, unless the automation has a run for this entry of the change log.
    StartRun(Run),
    /// Stores how far a claimed run is and gives it back; a lost lease refuses the commit.
    UpdateRun {
        /// The run.
        id: Uuid,
        /// The claim's; `None` for a person's decision, which takes the run from its worker.
        fence: Option<i64>,
        /// How far it is.
        state: RunState,
        /// Not carried on before, in milliseconds UTC.
        not_before: i64,
        /// Why it failed.
        error: Option<String>,
        /// Keep the lease, because the worker carries on.
        keep: bool,
    },
    /// Stores a step by its run and number.
    PutStep(Step),
    /// Moves a reader of the change log; [`crate::Fault::CursorMoved`] when it is not at `from`.
    MoveCursor {
        /// The reader.
        name: String,
        /// The last sequence read before; 0 at first.
        from: i64,
        /// The last sequence read now.
        to: i64,
    },
    /// Stores how sending a message ended; a lost lease refuses the commit.
    FinishMessage {
        /// The message.
        id: Uuid,
        /// The claim's.
        fence: i64,
        /// How it ended.
        outcome: Outcome,
    },
    /// Stores an import by its id.
    PutImport(Import),
    /// Stores how far a claimed import is; a lost lease refuses the commit.
    UpdateImport {
        /// The import as it is now.
        import: Import,
        /// The claim's.
        fence: i64,
        /// Keep the lease, because the worker carries on.
        keep: bool,
    },
    /// Adds rows of an imported file.
    AddImportRows {
        /// The import.
        import: Uuid,
        /// The rows.
        rows: Vec<ImportRow>,
    },
    /// Adds refused rows.
    AddImportErrors {
        /// The import.
        import: Uuid,
        /// The rows.
        errors: Vec<ImportError>,
    },
    /// Forgets the rows of an import; its errors stay.
    ClearImportRows(Uuid),
    /// Stores a webhook endpoint by its name.
    PutEndpoint(Endpoint),
    /// Removes the webhook endpoint with this name.
    RemoveEndpoint(String),
}
