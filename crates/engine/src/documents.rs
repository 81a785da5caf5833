//! Documents: what was built, how it changes, and how a change is taken back.

use std::sync::Arc;

use model::changeset::{
    Changeset, DocumentChange, Operation, Plan, PlanContext, SchemaStep, TrashChange, TrashKind,
    Trashed, plan,
};
use model::document::{Capability, Document, DocumentKind, FieldRight, Right};
use model::name::Suffixes;
use model::{Catalogue, Code, Entity, Error, Label, Language, Result, Uuid, merge, time};
use serde_json::{Value as Json, json};
use store::{ColumnDefinition, KernelWrite, TableName};

use crate::access::Access;
use crate::context::Context;
use crate::faults::from_store;
use crate::records::begin_commit;

/// How long removed things can come back: 90 days.
const TRASH_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// Revisions of one page.
const PAGE: u32 = 50;

/// Answers the revision of the catalogue and the documents that the actor may see: entities and
/// fields that they may read, and roles, scripts and automations only for builders.
pub fn meta(context: &Context, kind: Option<&str>) -> Result<(i64, Json)> {
    let kind = kind.map(known_kind).transpose()?;
    let catalogue = context.catalogue();
    let documents: Vec<Json> = catalogue
        .documents()
        .filter(|document| kind.is_none_or(|kind| kind == document.kind))
        .filter_map(|document| visible(&context.access, catalogue, document))
        .collect();
    let revision = catalogue.revision;
    Ok((revision, json!({"revision": revision, "documents": documents})))
}

fn known_kind(name: &str) -> Result<DocumentKind> {
    DocumentKind::from_name(name).ok_or_else(|| Error::new(Code::KindUnknown).with("kind", name))
}

/// A document as an actor may see it.
fn visible(access: &Access, catalogue: &Catalogue, document: &Document) -> Option<Json> {
    let builder = access.can(Capability::Build);
    let mut body = document.body.clone();
    match document.kind {
        _ if builder && document.kind != DocumentKind::Entity => {}
        DocumentKind::App => {}
        DocumentKind::Entity => {
            let entity = catalogue.entity(&document.name)?;
            if !builder && !access.may(&entity.name, Right::Read) {
                return None;
            }
            show_entity(access, catalogue, entity, builder, &mut body);
        }
        DocumentKind::View | DocumentKind::Form => {
            let entity = catalogue.entity(body["entity"].as_str()?)?;
            if !access.may(&entity.name, Right::Read) || !may_say(access, document) {
                return None;
            }
            prune(access, entity, &mut body);
        }
        DocumentKind::Role | DocumentKind::Script | DocumentKind::Automation => return None,
    }
    Some(json!({"kind": document.kind.name(), "name": document.name, "document": body}))
}

/// Adds the inverses to an entity's document and leaves out what may not be seen.
fn show_entity(
    access: &Access,
    catalogue: &Catalogue,
    entity: &Arc<Entity>,
    builder: bool,
    body: &mut Json,
) {
    let sees = |name: &str| {
        let field = entity.field(name);
        builder || field.is_some_and(|f| access.field_right(&entity.name, f) > FieldRight::Hidden)
    };
    if let Some(fields) = body["fields"].as_array_mut() {
        fields.retain(|field| field["name"].as_str().is_some_and(sees));
    }
    for key in ["unique", "indexes"] {
        if let Some(sets) = body.get_mut(key).and_then(Json::as_array_mut) {
            sets.retain(|set| {
                let mut names = set.as_array().into_iter().flatten();
                names.all(|name| name.as_str().is_some_and(sees))
            });
        }
    }
    if body["title_field"].as_str().is_some_and(|name| !sees(name)) {
        body["title_field"] = Json::Null;
    }
    let seen = entity.inverses.iter().filter(|inverse| {
        let source = catalogue.entity(&inverse.entity);
        let link = source.and_then(|source| source.field(&inverse.field));
        builder
            || link.is_some_and(|link| {
                access.may(&inverse.entity, Right::Read)
                    && access.field_right(&inverse.entity, link) > FieldRight::Hidden
            })
    });
    let inverses: Vec<Json> = seen
        .map(|inverse| {
            json!({"name": inverse.name, "label": inverse.label, "entity": inverse.entity,
                "field": inverse.field})
        })
        .collect();
    body["inverses"] = json!(inverses);
}

/// Whether an actor could say every name in the filter and the order of a view; a view that they
/// could not ask themselves is not shown to them.
fn may_say(access: &Access, document: &Document) -> bool {
    let body = &document.body;
    let Ok(entity) = access.readable(body["entity"].as_str().unwrap_or_default()) else {
        return false;
    };
    let reader = crate::access::Reader { access };
    let scope = model::filter::Scope { me: None, now: 0, zone: jiff::tz::TimeZone::UTC };
    let filter = match body.get("filter") {
        None | Some(Json::Null) => true,
        Some(filter) => model::filter::Filter::parse(filter)
            .and_then(|filter| model::filter::bind(&filter, &entity.entity, &reader, &scope))
            .is_ok(),
    };
    let sorts = body["sort"].as_array().into_iter().flatten().filter_map(Json::as_str);
    filter
        && sorts
            .map(|sort| sort.trim_start_matches('-').split('.').next().unwrap_or_default())
            .all(|name| reader.known_field(&entity.entity, name, "").is_ok())
}

/// Leaves out of a view or form what mentions a field that may not be seen.
fn prune(access: &Access, entity: &Entity, body: &mut Json) {
    let hidden = |name: &str| {
        let first = name.split('.').next().unwrap_or_default();
        let field = entity.field(first);
        field.is_some_and(|field| access.field_right(&entity.name, field) == FieldRight::Hidden)
    };
    match body {
        Json::Object(object) => {
            for value in object.values_mut() {
                prune(access, entity, value);
            }
        }
        Json::Array(items) => {
            items.retain(|item| match item {
                Json::Object(object) => {
                    !object.get("field").and_then(Json::as_str).is_some_and(hidden)
                }
                Json::String(name) => !hidden(name),
                _ => true,
            });
            items.iter_mut().for_each(|item| prune(access, entity, item));
        }
        _ => {}
    }
}

/// Plans a changeset and, unless only a preview is asked for, publishes it. Errors: a stale base,
/// a document that is not right (with paths below `operations`), a forbidden step.
pub async fn change(context: &Context, body: &Json, preview: bool) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let changeset = Changeset::from_json(body)?;
    publish(context, &changeset, None, None, preview).await
}

/// Undoes exactly one revision, as a new one. Errors: `revert_blocked` when later revisions have
/// changed the same.
pub async fn revert(context: &Context, number: i64, preview: bool) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let context = context.refreshed().await?;
    let stored = context.workspace.store.revision(number).await.map_err(from_store)?;
    let unknown = || Error::new(Code::RevisionUnknown).with("number", number);
    let stored = stored.ok_or_else(unknown)?;
    let changes: Vec<DocumentChange> =
        serde_json::from_value(stored.inverse).map_err(Error::internal)?;
    let changeset = merge::revert(&changes, context.catalogue())?;
    let summary = Label::new(&format!("Revert of {number}"), &format!("撤销版本 {number}"));
    publish(&context, &changeset, None, Some(summary), preview).await
}

/// Publishes a changeset: documents, tables, trash and the revision, in one commit.
pub(crate) async fn publish(
    context: &Context,
    changeset: &Changeset,
    app: Option<String>,
    summary: Option<Label>,
    preview: bool,
) -> Result<Json> {
    let store = &context.workspace.store;
    let head = store.head().await.map_err(from_store)?;
    let stale = changeset.base_revision != head.catalogue_revision;
    let context = &match head.catalogue_revision == context.catalogue().revision {
        true => context.clone(),
        false => context.refreshed().await?,
    };
    if stale {
        let now = json!({"revision": context.catalogue().revision});
        return Err(Error::new(Code::RevisionStale).details(now));
    }
    refuse_kernel(changeset, app.as_deref())?;
    let trash = trashed(context).await?;
    let empty = empty_entities(context).await?;
    let plan = plan(
        context.catalogue(),
        changeset,
        PlanContext {
            suffixes: Suffixes::starting_at(head.suffix as u64),
            trash: &trash,
            app,
            empty: &empty,
        },
    )?;
    let language = context.language();
    let steps = steps_json(context, &plan, language).await?;
    let base = context.catalogue().revision;
    if preview {
        return Ok(json!({"revision": base, "steps": steps}));
    }
    if let Some(refusal) = plan.refusal() {
        return Err(refusal);
    }
    check_scripts(context, &plan).await?;
    let summary = summary.unwrap_or_else(|| summarise(&plan));
    let commit = commit_of(context, changeset, &plan, &summary);
    match store.commit(commit).await {
        Ok(_) => {}
        Err(store::Fault::CatalogueMoved { .. }) => return Err(Error::new(Code::RevisionStale)),
        Err(store::Fault::Unique { .. }) => {
            let reason = match language {
                Language::En => "existing records share a value that must be unique",
                Language::ZhCn => "已有记录存在重复值",
            };
            return Err(Error::new(Code::ChangeForbidden).with("reason", reason));
        }
        Err(other) => return Err(from_store(other)),
    }
    context.workspace.reload().await?;
    Ok(json!({"revision": base + 1, "steps": steps}))
}

/// Entities that the kernel stores are declared by the house only.
fn refuse_kernel(changeset: &Changeset, app: Option<&str>) -> Result<()> {
    if app == Some(crate::packages::BASE) {
        return Ok(());
    }
    for (index, operation) in changeset.operations.iter().enumerate() {
        let Operation::Put { document, .. } = operation else { continue };
        if document.get("kernel").is_some() {
            let path = format!("operations/{index}/document/kernel");
            return Err(model::Fault::new(path, Code::KeyUnknown).with("key", "kernel").into());
        }
    }
    Ok(())
}

/// Entities without any record, where more may be changed.
async fn empty_entities(context: &Context) -> Result<Vec<String>> {
    let mut empty = Vec::new();
    for entity in context.catalogue().entities().filter(|entity| !entity.kernel) {
        let table = crate::compile::table(entity);
        let select = store::Select::new(table, vec![store::Column::id()], 1);
        let found = context.workspace.store.select(&select).await.map_err(from_store)?;
        if found.rows.is_empty() {
            empty.push(entity.id.clone());
        }
    }
    Ok(empty)
}

async fn trashed(context: &Context) -> Result<Vec<Trashed>> {
    let stored = context.workspace.store.trash().await.map_err(from_store)?;
    let read = |item: store::Trash| {
        Some(Trashed {
            kind: TrashKind::from_name(&item.kind)?,
            entity_id: item.entity,
            id: item.id,
            document: item.body,
        })
    };
    Ok(stored.into_iter().filter_map(read).collect())
}

/// The steps for people, with how many records each one touches.
async fn steps_json(context: &Context, plan: &Plan, language: Language) -> Result<Vec<Json>> {
    let mut steps = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let mut shown = step.to_json(language);
        let before = step.entity.as_deref().and_then(|name| context.catalogue().entity(name));
        if let Some(entity) = before.filter(|entity| !entity.kernel) {
            let table = crate::compile::table(entity);
            let everything = store::Condition::True;
            let rows = context.workspace.store.count(&table, &everything).await;
            shown["rows"] = json!(rows.map_err(from_store)?);
        }
        steps.push(shown);
    }
    Ok(steps)
}

/// A script that cannot run is not published.
async fn check_scripts(context: &Context, plan: &Plan) -> Result<()> {
    let Some(pool) = &context.engine.inner.scripts else { return Ok(()) };
    for change in plan.changes.iter().filter(|change| change.kind == DocumentKind::Script) {
        let Some(after) = &change.after else { continue };
        let entity = plan.catalogue.entity(after["entity"].as_str().unwrap_or_default());
        let request = script::CheckRequest {
            source: after["source"].as_str().unwrap_or_default().to_owned(),
            hook: script::Hook::BeforeSave,
            entity: entity.map(|entity| Arc::new(crate::records::script_shape(entity))),
        };
        let problems = pool.check(&request).await.map_err(Error::internal)?;
        let worst = problems.iter().find(|problem| problem.severity == script::Severity::Error);
        if let Some(problem) = worst {
            let reason = Label::new(&problem.message.en, &problem.message.zh);
            let path =
                format!("script/{}/source", change.name_after.as_deref().unwrap_or_default());
            let fault = model::Fault::new(path, Code::ScriptInvalid)
                .with("line", problem.line)
                .with("column", problem.column)
                .with_label("reason", &reason);
            return Err(fault.into());
        }
    }
    Ok(())
}

/// A line for the list of revisions: the first step, and how many more.
fn summarise(plan: &Plan) -> Label {
    let Some(first) = plan.steps.first() else { return Label::new("Change", "修改") };
    let more = plan.steps.len() - 1;
    let text = |language: Language| first.message.text(language).to_owned();
    match more {
        0 => Label::new(&text(Language::En), &text(Language::ZhCn)),
        more => Label::new(
            &format!("{} (+{more})", text(Language::En)),
            &format!("{}（另 {more} 项）", text(Language::ZhCn)),
        ),
    }
}

fn commit_of(
    context: &Context,
    changeset: &Changeset,
    plan: &Plan,
    summary: &Label,
) -> store::Commit {
    let mut commit = begin_commit(context);
    let number = context.catalogue().revision + 1;
    commit.schema = plan.schema.iter().map(|step| schema_step(plan, step)).collect();
    let put = plan.changes.iter().filter_map(stored_document).collect();
    let removed = plan.changes.iter().filter(|change| change.after.is_none());
    let removed: Vec<String> = removed.map(|change| change.id().to_owned()).collect();
    commit.kernel.push(KernelWrite::RemoveDocuments(removed));
    commit.kernel.push(KernelWrite::PutDocuments(put));
    for change in &plan.trash {
        commit.kernel.push(match change {
            TrashChange::Take(id) => KernelWrite::RemoveTrash(id.clone()),
            TrashChange::Put(trashed) => KernelWrite::PutTrash(store::Trash {
                id: trashed.id.clone(),
                kind: trashed.kind.name().to_owned(),
                entity: trashed.entity_id.clone(),
                body: trashed.document.clone(),
                revision: number,
                removed_at: context.now,
                purge_at: context.now + TRASH_MS,
            }),
        });
    }
    let steps: Vec<Json> = plan
        .steps
        .iter()
        .map(|step| {
            let mut shown = step.to_json(Language::En);
            shown["message"] = json!(step.message);
            shown
        })
        .collect();
    commit.kernel.push(KernelWrite::Publish {
        revision: store::Revision {
            number,
            time: context.now,
            actor: context.actor.to_json(),
            summary: json!(summary).to_string(),
            operations: changeset.to_json(),
            // What reverting needs: every document before and after.
            inverse: json!(plan.changes),
            steps: Json::Array(steps),
        },
        suffix: plan.suffixes as i64,
    });
    for change in &plan.changes {
        commit.changes.push(store::Change {
            entity: change.kind.name().to_owned(),
            record: Uuid::nil(),
            operation: store::Operation::Document,
            before: change.before.clone().unwrap_or_default(),
            after: change.after.clone().unwrap_or_default(),
        });
    }
    commit
}

fn stored_document(change: &DocumentChange) -> Option<store::Document> {
    let body = change.after.clone()?;
    Some(store::Document {
        id: change.id().to_owned(),
        kind: change.kind.name().to_owned(),
        name: change.name_after.clone()?,
        app: body["app"].as_str().unwrap_or_default().to_owned(),
        body,
    })
}

fn schema_step(plan: &Plan, step: &SchemaStep) -> store::SchemaStep {
    let definition = |column: &model::Column| ColumnDefinition {
        name: column.name.as_str().into(),
        storage: column.storage,
        key: column.keyed,
        references: plan.link_target(&column.name).map(TableName::from),
    };
    let column = |column: &model::Column| store::Column {
        name: column.name.as_str().into(),
        storage: column.storage,
        key: column.keyed,
        path: Vec::new(),
    };
    match step {
        SchemaStep::CreateTable { table, columns } => store::SchemaStep::CreateTable {
            table: table.as_str().into(),
            columns: columns.iter().map(definition).collect(),
        },
        SchemaStep::AddColumn { table, column } => store::SchemaStep::AddColumn {
            table: table.as_str().into(),
            column: definition(column),
        },
        SchemaStep::CreateIndex { table, name, columns, unique } => {
            store::SchemaStep::CreateIndex {
                index: name.as_str().into(),
                table: table.as_str().into(),
                columns: columns.iter().map(column).collect(),
                unique: *unique,
            }
        }
        SchemaStep::DropIndex { table, name } => store::SchemaStep::DropIndex {
            index: name.as_str().into(),
            table: table.as_str().into(),
        },
    }
}

/// Answers the revisions, newest first.
pub async fn revisions(context: &Context, before: Option<i64>) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let store = &context.workspace.store;
    let found = store.revisions(before, PAGE).await.map_err(from_store)?;
    let language = context.language();
    let in_language = |text: &Json| match serde_json::from_value::<Label>(text.clone()) {
        Ok(label) => json!(label.text(language)),
        Err(_) => text.clone(),
    };
    let shown = |revision: &store::Revision| {
        let summary = serde_json::from_str(&revision.summary).unwrap_or_default();
        let mut steps = revision.steps.clone();
        for step in steps.as_array_mut().into_iter().flatten() {
            step["message"] = in_language(&step["message"]);
        }
        json!({"number": revision.number, "time": time::format_instant(revision.time),
            "actor": revision.actor, "summary": in_language(&summary), "steps": steps})
    };
    Ok(json!({"revisions": found.iter().map(shown).collect::<Vec<_>>()}))
}

/// Answers what was removed and can still come back.
pub async fn trash(context: &Context) -> Result<Json> {
    context.access.require(Capability::Build)?;
    let found = context.workspace.store.trash().await.map_err(from_store)?;
    let shown = |item: &store::Trash| {
        json!({"id": item.id, "kind": item.kind, "entity": item.entity,
            "name": item.body["name"], "label": item.body["label"], "revision": item.revision,
            "removed_at": time::format_instant(item.removed_at),
            "purge_at": time::format_instant(item.purge_at)})
    };
    Ok(json!({"items": found.iter().map(shown).collect::<Vec<_>>()}))
}
