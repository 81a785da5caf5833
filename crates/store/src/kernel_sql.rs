//! Writes to kernel tables as statements of the common dialect.

use crate::commit::{ColumnDefinition, SchemaStep};
use crate::database::{Refusal, Statement};
use crate::datum::{Datum, instant};
use crate::kernel::{
    Document, Endpoint, Import, ImportError, ImportRow, KernelWrite, MessageState, Outcome,
    Revision, Run, RunState, Step, Trash,
};
use crate::plan::TableName;
use model::{Storage, Uuid};
use serde_json::Value as Json;

/// Adds the statements of one write.
pub(crate) fn statements(write: KernelWrite, time: i64, all: &mut Vec<Statement>) {
    match write {
        KernelWrite::PutDocuments(documents) => put_documents(&documents, all),
        KernelWrite::RemoveDocuments(ids) => {
            all.extend(ids.iter().map(|id| remove_document(id)));
        }
        KernelWrite::Publish { revision, suffix } => publish(&revision, suffix, all),
        KernelWrite::PutTrash(trash) => all.push(put_trash(&trash)),
        KernelWrite::RemoveTrash(id) => all
            .push(Statement::new("delete from $.sys_trash where id = $1", vec![Datum::from(&id)])),
        KernelWrite::StartRun(run) => all.push(start_run(&run)),
        KernelWrite::UpdateRun { id, fence, state, not_before, error, keep } => {
            all.push(update_run(id, fence, state, not_before, error.as_deref(), keep, time));
        }
        KernelWrite::PutStep(step) => all.push(put_step(&step)),
        KernelWrite::MoveCursor { name, from, to } => all.push(move_cursor(&name, from, to)),
        KernelWrite::FinishMessage { id, fence, outcome } => {
            all.push(finish_message(id, fence, &outcome, time));
        }
        KernelWrite::PutImport(import) => all.push(put_import(&import)),
        KernelWrite::UpdateImport { import, fence, keep } => {
            all.push(update_import(&import, fence, keep, time));
        }
        KernelWrite::AddImportRows { import, rows } => {
            all.extend(rows.chunks(ROWS_AT_A_TIME).map(|rows| add_import_rows(import, rows)));
        }
        KernelWrite::AddImportErrors { import, errors } => {
            all.extend(errors.iter().map(|error| add_import_error(import, error)));
        }
        KernelWrite::ClearImportRows(import) => all.push(Statement::new(
            "delete from $.sys_import_row where import = $1",
            vec![import.into()],
        )),
        KernelWrite::PutEndpoint(endpoint) => all.push(put_endpoint(&endpoint)),
        KernelWrite::RemoveEndpoint(name) => all.push(Statement::new(
            "delete from $.sys_endpoint where name = $1",
            vec![Datum::from(&name)],
        )),
    }
}

/// All old rows go before any new one comes, so that names can be swapped.
fn put_documents(documents: &[Document], all: &mut Vec<Statement>) {
    all.extend(documents.iter().map(|document| remove_document(&document.id)));
    all.extend(documents.iter().map(|document| {
        Statement::new(
            "insert into $.sys_document (id, kind, name, app, body) values ($1, $2, $3, $4, $5)",
            vec![
                Datum::from(&document.id),
                Datum::from(&document.kind),
                Datum::from(&document.name),
                Datum::from(&document.app),
                Datum::from(&document.body),
            ],
        )
    }));
}

fn remove_document(id: &str) -> Statement {
    Statement::new("delete from $.sys_document where id = $1", vec![id.into()])
}

fn publish(revision: &Revision, suffix: i64, all: &mut Vec<Statement>) {
    all.push(Statement::new(
        "insert into $.sys_revision
             (number, time, actor, summary, operations, inverse, steps)
         values ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            revision.number.into(),
            instant(revision.time),
            Datum::from(&revision.actor),
            Datum::from(&revision.summary),
            Datum::from(&revision.operations),
            Datum::from(&revision.inverse),
            Datum::from(&revision.steps),
        ],
    ));
    all.push(Statement::new(
        "update $.sys_head set catalogue_revision = $1, suffix = $2",
        vec![revision.number.into(), suffix.into()],
    ));
}

fn put_trash(trash: &Trash) -> Statement {
    Statement::new(
        "insert into $.sys_trash (id, kind, entity, body, revision, removed_at, purge_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update set kind = excluded.kind, entity = excluded.entity,
             body = excluded.body, revision = excluded.revision,
             removed_at = excluded.removed_at, purge_at = excluded.purge_at",
        vec![
            Datum::from(&trash.id),
            Datum::from(&trash.kind),
            Datum::from(&trash.entity),
            Datum::from(&trash.body),
            trash.revision.into(),
            instant(trash.removed_at),
            instant(trash.purge_at),
        ],
    )
}

fn start_run(run: &Run) -> Statement {
    Statement::new(
        "insert into $.sys_run (id, automation, entity, record, sequence, state, depth, context,
             error, not_before, attempts, lease_until, fence, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, 0, $12, $13)
         on conflict (automation, sequence) do nothing",
        vec![
            run.id.into(),
            Datum::from(&run.automation),
            Datum::from(&run.entity),
            run.record.into(),
            run.sequence.into(),
            run.state.as_str().into(),
            run.depth.into(),
            Datum::from(&run.context),
            run.error.as_deref().into(),
            instant(run.not_before),
            run.attempts.into(),
            instant(run.created_at),
            instant(run.updated_at),
        ],
    )
}

fn update_run(
    id: Uuid,
    fence: Option<i64>,
    state: RunState,
    not_before: i64,
    error: Option<&str>,
    keep: bool,
    time: i64,
) -> Statement {
    let mut parameters = vec![
        id.into(),
        state.as_str().into(),
        instant(not_before),
        error.into(),
        instant(time),
        keep.into(),
    ];
    match fence {
        Some(fence) => {
            parameters.push(fence.into());
            Statement::new(
                "update $.sys_run set state = $2, not_before = $3, error = $4, updated_at = $5,
                     lease_until = case when $6 then lease_until else null end
                 where id = $1 and fence = $7 and lease_until is not null",
                parameters,
            )
        }
        // The fence moves on, so that a worker that holds the run notices.
        None => Statement::new(
            "update $.sys_run set state = $2, not_before = $3, error = $4, updated_at = $5,
                 lease_until = case when $6 then lease_until else null end, fence = fence + 1
             where id = $1",
            parameters,
        ),
    }
    .or(Refusal::LeaseLost)
}

fn put_step(step: &Step) -> Statement {
    // A step is known by its run and number; its id says both in one, and sorts by the number.
    let id = step.run.as_u128() & !0xffff | u128::from(step.number as u16);
    let id = Uuid::from_u128(id);
    Statement::new(
        "insert into $.sys_step
             (run, number, id, name, state, result, attempts, created_at, updated_at)
         values ($1, $2, $8, $3, $4, $5, $6, $7, $7)
         on conflict (run, number) do update set name = excluded.name, state = excluded.state,
             result = excluded.result, attempts = excluded.attempts,
             updated_at = excluded.updated_at",
        vec![
            step.run.into(),
            step.number.into(),
            Datum::from(&step.name),
            step.state.as_str().into(),
            Datum::from(&step.result),
            step.attempts.into(),
            instant(step.updated_at),
            id.into(),
        ],
    )
}

fn move_cursor(name: &str, from: i64, to: i64) -> Statement {
    if from == 0 {
        return Statement::new(
            "insert into $.sys_cursor as c (name, sequence) values ($1, $2)
             on conflict (name) do update set sequence = excluded.sequence
             where c.sequence = 0",
            vec![name.into(), to.into()],
        )
        .or(Refusal::CursorMoved);
    }
    Statement::new(
        "update $.sys_cursor set sequence = $3 where name = $1 and sequence = $2",
        vec![name.into(), from.into(), to.into()],
    )
    .or(Refusal::CursorMoved)
}

fn finish_message(id: Uuid, fence: i64, outcome: &Outcome, time: i64) -> Statement {
    let (state, not_before, error) = match outcome {
        Outcome::Done => (MessageState::Done, time, None),
        Outcome::Retry { at, error } => (MessageState::Ready, *at, Some(error.as_str())),
        Outcome::Failed { error } => (MessageState::Failed, time, Some(error.as_str())),
    };
    Statement::new(
        "update $.sys_outbox set state = $3, not_before = $4, last_error = $5, updated_at = $6,
             lease_until = null
         where id = $1 and fence = $2 and lease_until is not null",
        vec![
            id.into(),
            fence.into(),
            state.as_str().into(),
            instant(not_before),
            error.into(),
            instant(time),
        ],
    )
    .or(Refusal::LeaseLost)
}

fn put_import(import: &Import) -> Statement {
    Statement::new(
        "insert into $.sys_import (id, entity, state, mapping, total, position, created, updated,
             failed, actor, lease_until, fence, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, 0, $11, $12)
         on conflict (id) do update set entity = excluded.entity, state = excluded.state,
             mapping = excluded.mapping, total = excluded.total, position = excluded.position,
             created = excluded.created, updated = excluded.updated, failed = excluded.failed,
             actor = excluded.actor, updated_at = excluded.updated_at",
        vec![
            import.id.into(),
            Datum::from(&import.entity),
            Datum::from(&import.state),
            Datum::from(&import.mapping),
            import.total.into(),
            import.position.into(),
            import.created.into(),
            import.updated.into(),
            import.failed.into(),
            Datum::from(&import.actor),
            instant(import.created_at),
            instant(import.updated_at),
        ],
    )
}

fn update_import(import: &Import, fence: i64, keep: bool, time: i64) -> Statement {
    Statement::new(
        "update $.sys_import set state = $3, total = $4, position = $5, created = $6,
             updated = $7, failed = $8, updated_at = $9,
             lease_until = case when $10 then lease_until else null end
         where id = $1 and fence = $2 and lease_until is not null",
        vec![
            import.id.into(),
            fence.into(),
            Datum::from(&import.state),
            import.total.into(),
            import.position.into(),
            import.created.into(),
            import.updated.into(),
            import.failed.into(),
            instant(time),
            keep.into(),
        ],
    )
    .or(Refusal::LeaseLost)
}

/// Rows of an import that one statement adds.
const ROWS_AT_A_TIME: usize = 1_000;

fn add_import_rows(import: Uuid, rows: &[ImportRow]) -> Statement {
    let list = rows.iter().map(|row| Json::from(vec![Json::from(row.number), row.content.clone()]));
    let list = Json::Array(list.collect());
    Statement::new(
        "insert into $.sys_import_row (import, number, content)
         select $1, cast(value ->> 0 as bigint), value -> 1
         from /*sqlite json_each($2) */ /*pg jsonb_array_elements($2) as list(value) */",
        vec![import.into(), Datum::from(&list)],
    )
}

fn add_import_error(import: Uuid, error: &ImportError) -> Statement {
    Statement::new(
        "insert into $.sys_import_error (import, number, content, errors)
         values ($1, $2, $3, $4)
         on conflict (import, number) do update set content = excluded.content,
             errors = excluded.errors",
        vec![
            import.into(),
            error.number.into(),
            Datum::from(&error.content),
            Datum::from(&error.errors),
        ],
    )
}

fn put_endpoint(endpoint: &Endpoint) -> Statement {
    Statement::new(
        "insert into $.sys_endpoint (name, url, secret, updated_at) values ($1, $2, $3, $4)
         on conflict (name) do update set url = excluded.url, secret = excluded.secret,
             updated_at = excluded.updated_at",
        vec![
            Datum::from(&endpoint.name),
            Datum::from(&endpoint.url),
            endpoint.secret.as_slice().into(),
            instant(endpoint.updated_at),
        ],
    )
}

/// Notes what a step made or removed, so that a copy of the workspace describes itself.
pub(crate) fn register(step: &SchemaStep, all: &mut Vec<Statement>) {
    match step {
        SchemaStep::CreateTable { table, columns } => {
            all.push(Statement::new(
                "insert into $.sys_table (name) values ($1)",
                vec![table.as_str().into()],
            ));
            all.extend(columns.iter().map(|column| register_column(table, column)));
        }
        SchemaStep::AddColumn { table, column } => all.push(register_column(table, column)),
        SchemaStep::CreateIndex { index, table, columns, unique } => {
            all.extend((0..).zip(columns).map(|(place, column)| {
                Statement::new(
                    "insert into $.sys_index
                         (name, place, owner, indexed, storage, keyed, is_unique)
                     values ($1, $2, $3, $4, $5, $6, $7)",
                    vec![
                        (&**index).into(),
                        Datum::from(place),
                        table.as_str().into(),
                        (&*column.name).into(),
                        storage_word(column.storage).into(),
                        column.key.into(),
                        (*unique).into(),
                    ],
                )
            }));
        }
        SchemaStep::DropIndex { index, .. } => all.push(Statement::new(
            "delete from $.sys_index where name = $1",
            vec![(&**index).into()],
        )),
        SchemaStep::DropColumn { table, column } => {
            let named = || vec![table.as_str().into(), (&*column.name).into()];
            all.push(Statement::new(
                "delete from $.sys_index where name in
                     (select name from $.sys_index where owner = $1 and indexed = $2)",
                named(),
            ));
            all.push(Statement::new(
                "delete from $.sys_column where owner = $1 and name = $2",
                named(),
            ));
        }
        SchemaStep::DropTable { table } => all.push(Statement::new(
            "delete from $.sys_table where name = $1",
            vec![table.as_str().into()],
        )),
    }
}

fn register_column(table: &TableName, column: &ColumnDefinition) -> Statement {
    Statement::new(
        "insert into $.sys_column (owner, name, storage, keyed, target)
         values ($1, $2, $3, $4, $5)",
        vec![
            table.as_str().into(),
            (&*column.name).into(),
            storage_word(column.storage).into(),
            column.key.into(),
            column.references.as_ref().map(TableName::as_str).into(),
        ],
    )
}

const STORAGES: [(Storage, &str); 7] = [
    (Storage::Bool, "bool"),
    (Storage::Integer, "integer"),
    (Storage::Text, "text"),
    (Storage::Date, "date"),
    (Storage::Instant, "instant"),
    (Storage::Id, "id"),
    (Storage::Json, "json"),
];

/// The word for a storage in the catalogue of tables and in archives.
pub(crate) fn storage_word(storage: Storage) -> &'static str {
    STORAGES.iter().find(|(of, _)| *of == storage).map_or("", |(_, word)| word)
}

/// The storage that a word means.
pub(crate) fn parse_storage(word: &str) -> Option<Storage> {
    STORAGES.iter().find(|(_, of)| *of == word).map(|(storage, _)| *storage)
}
