//! Checks of a workspace from outside: the seal of the change log, what was built, values that no
//! two records share, links, and records against their history.

mod records;

use std::sync::Arc;

use model::changeset::{Index, indexes};
use model::{Entity, Label, Language, Result};
use serde_json::{Value as Json, json};
use store::{
    Aggregate, AggregateColumn, AggregateOrder, Column, Condition, Function, Group, Measure, Op,
    Select, TableName, WorkspaceEntry,
};

use crate::compile;
use crate::engine::Engine;
use crate::faults::from_store;
use crate::workspace::Workspace;

/// Problems of one check that are told; the rest is counted.
const TOLD: usize = 20;

/// What checking a workspace found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
}

/// One kind of check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name for programs: `log`, `documents`, `unique`, `links` or `records`.
    pub name: &'static str,
    /// What is checked, for people.
    pub label: Label,
    /// How many things were looked at.
    pub examined: u64,
    /// How many problems there are.
    pub found: u64,
    /// The first of them, for people.
    pub problems: Vec<Label>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.checks.iter().all(|check| check.found == 0)
    }

    /// For programs, with the texts in a language.
    pub fn to_json(&self, language: Language) -> Json {
        let check = |check: &Check| {
            let problems = check.problems.iter().map(|problem| problem.text(language));
            json!({"name": check.name, "label": check.label.text(language),
                "examined": check.examined, "found": check.found,
                "problems": problems.collect::<Vec<_>>()})
        };
        json!({"good": self.is_good(), "checks": self.checks.iter().map(check).collect::<Vec<_>>()})
    }

    /// For people, a line per check and below it what is wrong.
    pub fn to_text(&self, language: Language) -> String {
        let mut text = String::new();
        for check in &self.checks {
            let state = match (check.found, language) {
                (0, Language::En) => "good".to_owned(),
                (0, Language::ZhCn) => "正常".to_owned(),
                (found, Language::En) => format!("{found} problems"),
                (found, Language::ZhCn) => format!("{found} 个问题"),
            };
            let label = check.label.text(language);
            text.push_str(&format!("{label} ({}): {state}\n", check.examined));
            for problem in &check.problems {
                text.push_str(&format!("  - {}\n", problem.text(language)));
            }
        }
        text
    }
}

impl Check {
    fn new(name: &'static str, en: &str, zh: &str) -> Check {
        let label = Label::new(en, zh);
        Check { name, label, examined: 0, found: 0, problems: Vec::new() }
    }

    fn tell(&mut self, en: &str, zh: &str) {
        self.found += 1;
        if self.problems.len() < TOLD {
            self.problems.push(Label::new(en, zh));
        }
    }
}

/// Checks a workspace; `begun` hears the name of each check as it begins. The change log is read
/// wholly, tables by counting, records by samples from all over. Errors: the database does not
/// answer, or takes too long.
pub async fn verify(
    engine: &Engine,
    entry: &WorkspaceEntry,
    mut begun: impl FnMut(&Label) + Send,
) -> Result<Report> {
    let mut checks = Vec::new();
    let mut log = Check::new("log", "Change log and its hash chain", "变更日志及其哈希链");
    begun(&log.label);
    let store = engine.store().workspace(entry.id).await.map_err(from_store)?;
    let chain = store.verify_chain(|_| {}).await.map_err(from_store)?;
    log.examined = chain.entries;
    if let Some((sequence, why)) = chain.broken {
        log.tell(
            &format!("entry {sequence}: {why}"),
            &format!("第 {sequence} 条：{}", chinese(why)),
        );
    }
    checks.push(log);

    let mut documents = Check::new("documents", "Documents and their tables", "定义文档与数据表");
    begun(&documents.label);
    let workspace = match engine.open_workspace(entry).await {
        Ok(workspace) => workspace,
        Err(error) => {
            documents.tell(&error.to_string(), &error.to_string());
            checks.push(documents);
            return Ok(Report { checks });
        }
    };
    let entities = entities(&workspace);
    for entity in &entities {
        documents.examined += 1;
        check_table(&workspace, entity, &mut documents).await?;
    }
    checks.push(documents);

    let mut unique = Check::new("unique", "Values that no two records share", "唯一值");
    begun(&unique.label);
    for entity in &entities {
        for index in indexes(entity).into_iter().filter(|index| index.unique) {
            unique.examined += 1;
            check_unique(&workspace, entity, &index, &mut unique).await?;
        }
    }
    checks.push(unique);

    let mut links = Check::new("links", "Links and the records behind them", "关联及其目标记录");
    begun(&links.label);
    for entity in &entities {
        check_links(&workspace, entity, &mut links).await?;
    }
    checks.push(links);

    let mut sample = Check::new(
        "records",
        "Records against their history (samples)",
        "记录与其变更历史（抽样）",
    );
    begun(&sample.label);
    for entity in &entities {
        records::check_entity(&workspace, entity, &mut sample).await?;
    }
    records::check_newest(&workspace, &mut sample).await?;
    checks.push(sample);
    Ok(Report { checks })
}

/// What a broken chain says, in Chinese.
fn chinese(why: &str) -> &str {
    match why {
        "the entry is missing" => "缺少该条目",
        "the content was changed" => "内容被改动",
        "the entry was changed" => "条目被改动",
        "the head has another hash than the last entry" => "链头与最后一条的哈希不一致",
        other => other,
    }
}

/// The entities with tables of their own, by name.
fn entities(workspace: &Workspace) -> Vec<Arc<Entity>> {
    let snapshot = workspace.snapshot();
    let own = snapshot.catalogue.entities().filter(|entity| !entity.kernel);
    let mut entities: Vec<Arc<Entity>> = own.cloned().collect();
    entities.sort_by(|a, b| a.name.cmp(&b.name));
    entities
}

/// Whether the table has every column that the document says.
async fn check_table(workspace: &Workspace, entity: &Entity, check: &mut Check) -> Result<()> {
    let columns = entity.fields.iter().map(|field| compile::column(field)).collect();
    let select = Select::new(compile::table(entity), columns, 1);
    match workspace.store().select(&select).await {
        Ok(_) => Ok(()),
        Err(fault @ (store::Fault::Busy | store::Fault::Closed | store::Fault::TimedOut)) => {
            Err(from_store(fault))
        }
        Err(fault) => {
            let name = &entity.name;
            tracing::error!(entity = %name, %fault, "a table cannot be read");
            check.tell(
                &format!("the table of {name} cannot be read as its document says"),
                &format!("“{name}”的数据表与定义不一致"),
            );
            Ok(())
        }
    }
}

/// Whether the most frequent values of a unique index occur once.
async fn check_unique(
    workspace: &Workspace,
    entity: &Entity,
    index: &Index,
    check: &mut Check,
) -> Result<()> {
    let fields = index.fields.iter().filter_map(|name| entity.field(name));
    let columns: Vec<Column> = fields.map(|field| compile::column(field)).collect();
    let filled = columns.iter().map(|column| not_empty(column.clone())).collect();
    let group = |column: &Column| Group { column: column.clone(), bucket: None };
    let aggregate = Aggregate {
        table: compile::table(entity),
        filter: Condition::And(filled),
        group: columns.iter().map(group).collect(),
        measures: vec![Measure { function: Function::Count, column: None }],
        order: vec![AggregateOrder { by: AggregateColumn::Measure(0), descending: true }],
        limit: 1,
    };
    let found = workspace.store().aggregate(&aggregate).await.map_err(from_store)?;
    let most = found.rows.first().and_then(|row| row.last()).and_then(|count| count.as_int());
    if let Some(count) = most.filter(|count| *count > 1) {
        let (name, fields) = (&entity.name, index.fields.join(", "));
        check.tell(
            &format!("{name}: {count} records share one value of {fields}"),
            &format!("{name}：有 {count} 条记录的 {fields} 相同"),
        );
    }
    Ok(())
}

/// Whether every link points to a record.
async fn check_links(workspace: &Workspace, entity: &Entity, check: &mut Check) -> Result<()> {
    let store = workspace.store();
    let table = compile::table(entity);
    let snapshot = workspace.snapshot();
    for field in &entity.fields {
        let Some(link) = field.kind.link() else { continue };
        let Some(target) = snapshot.catalogue.entity(&link.to) else { continue };
        let linked = Condition::Linked {
            column: compile::column(field),
            table: TableName::from(target.id.as_str()),
            condition: Box::new(Condition::True),
        };
        let filled = not_empty(compile::column(field));
        check.examined += store.count(&table, &filled).await.map_err(from_store)?;
        // Who wrote a record may be gone; that is history, not a link.
        if field.built_in {
            continue;
        }
        let dangling = filled.and(Condition::Not(Box::new(linked)));
        let count = store.count(&table, &dangling).await.map_err(from_store)?;
        if count > 0 {
            let (entity, field) = (&entity.name, &field.name);
            check.tell(
                &format!("{entity}.{field}: {count} records point to a record that is not there"),
                &format!("{entity}.{field}：有 {count} 条记录指向不存在的记录"),
            );
        }
    }
    Ok(())
}

fn not_empty(column: Column) -> Condition {
    Condition::Test { column, op: Op::NotEmpty, values: Vec::new() }
}
