//! Backups, restoring them on either database, and checking workspaces.

use std::path::Path;

use engine::imports::{self, Request};
use engine::{Context, backup, verify};
use model::{Code, Language};
use serde_json::{Value as Json, json};
use tests::{House, Place, create, list, on_both, publish, root, update};

/// Fills a house with the samples that ship, and with what history leaves behind.
async fn fill(house: &House) -> Context {
    let context = house.person("manager", &["manager", "admin"]).await;
    let folder = root().join("apps/crm");
    let files = ["accounts", "products", "sales_teams", "sales_pipeline", "contacts"];
    for name in files {
        let mapping = std::fs::read(folder.join(format!("imports/{name}.json"))).unwrap();
        let request = Request::from_json(&serde_json::from_slice(&mapping).unwrap()).unwrap();
        let file = folder.join(format!("samples/{name}.csv"));
        imports::run_now(&context, &request, &file, |_| {}).await.unwrap();
    }
    let account = create(&context, "account", json!({"name": "北京科技 \u{1F600}"})).await;
    let other =
        create(&context, "account", json!({"name": "Other", "subsidiary_of": account["id"]}));
    let other = other.await;
    update(&context, "account", &account["id"], json!({"employees": 7})).await.unwrap();
    let id = account["id"].as_str().unwrap();
    engine::records::delete(&context, "account", id, None).await.unwrap();
    engine::records::restore(&context, "account", id).await.unwrap();
    update(&context, "account", &other["id"], json!({"revenue": "-0.01"})).await.unwrap_err();
    let field = json!([{"op": "put", "kind": "view", "document": {"name": "account.extra",
        "label": {"zh-CN": "额外"}, "app": "crm", "entity": "account", "type": "grid"}}]);
    publish(&context, field).await.unwrap();
    context
}

async fn everything(context: &Context) -> Vec<Json> {
    let mut all = Vec::new();
    for entity in ["account", "product", "seller", "opportunity", "contact", "user"] {
        let query = json!({"sort": ["id"], "limit": 200, "count": true});
        let page = list(context, entity, query).await.unwrap();
        all.push(json!([page["records"], page["count"]]));
        let query = json!({"sort": ["-created_at"], "limit": 200});
        all.push(list(context, entity, query).await.unwrap()["records"].clone());
    }
    all
}

async fn report(house: &House, entry: &store::WorkspaceEntry) -> verify::Report {
    verify::verify(&house.engine, entry, |_| {}).await.unwrap()
}

async fn assert_good(house: &House, entry: &store::WorkspaceEntry) {
    let report = report(house, entry).await;
    assert!(report.is_good(), "{}", report.to_text(Language::En));
    assert!(report.checks.iter().all(|check| check.examined > 0), "{report:?}");
}

/// Restores an archive in another house and compares what is there.
async fn restored(house: &House, file: &Path, into: &House) {
    let expected = everything(&house.system().await).await;
    let restored = backup::restore(&into.engine, file, "copy").await.unwrap();
    let entry = &restored.workspace;
    let context = into.engine.system_context(entry.id, "test").await.unwrap();
    assert_eq!(everything(&context).await, expected);
    assert_good(into, entry).await;
    let history = async |context: &Context| {
        let account = json!({"filter": {"field": "name", "op": "starts", "value": "北京"}});
        let found = list(context, "account", account).await.unwrap();
        let id = found["records"][0]["id"].as_str().unwrap().to_owned();
        engine::records::history(context, "account", &id, None).await.unwrap()
    };
    assert_eq!(history(&context).await, history(&house.system().await).await);
    let (revision, documents) = engine::documents::meta(&house.system().await, None).unwrap();
    assert_eq!(engine::documents::meta(&context, None).unwrap(), (revision, documents));

    // It goes on where it stood: the next record, the next revision.
    create(&context, "account", json!({"name": "After"})).await;
    let twice = engine::records::create(&context, "account", json!({"name": "After"})).await;
    assert_eq!(twice.unwrap_err().faults[0].code, Code::ValueTaken);
    let more = json!([{"op": "remove", "kind": "view", "name": "account.extra"}]);
    publish(&context, more).await.unwrap();
    assert_good(into, entry).await;
}

on_both! {
    a_backup_is_restored_on_either_database_and_verifies(house) {
        fill(&house).await;
        assert_good(&house, &house.workspace).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.tessera");
        let saved = backup::backup(&house.engine, &house.workspace, &file, false).await.unwrap();
        assert!(saved.rows > 2_000 && saved.bytes > 10_000, "{saved:?}");
        restored(&house, &file, &house).await;
        let other = match house.place {
            Place::Sqlite => House::bare(Place::Postgres).await,
            Place::Postgres => House::bare(Place::Sqlite).await,
        };
        restored(&house, &file, &other).await;
    }

    members_come_along_by_their_address(house) {
        fill(&house).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.tessera");
        backup::backup(&house.engine, &house.workspace, &file, true).await.unwrap();
        let other = House::bare(Place::Sqlite).await;
        let restored = backup::restore(&other.engine, &file, "copy").await.unwrap();
        assert_eq!(restored.new_accounts, ["manager@example.com"]);
        assert_eq!(restored.without_password, ["manager@example.com"]);
        let control = other.engine.store().control();
        let account = control.account_by_email("manager@example.com").await.unwrap().unwrap();
        let spaces = control.workspaces_of(account.id).await.unwrap();
        assert_eq!(spaces.iter().map(|entry| entry.slug.as_str()).collect::<Vec<_>>(), ["copy"]);
        let again = backup::restore(&other.engine, &file, "second").await.unwrap();
        assert!(again.new_accounts.is_empty());
    }

    a_restoration_that_is_refused_leaves_nothing_behind(house) {
        fill(&house).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.tessera");
        backup::backup(&house.engine, &house.workspace, &file, false).await.unwrap();
        let whole = std::fs::read(&file).unwrap();
        let before = engine::workspaces::list(&house.engine).await.unwrap();
        for (at, cut) in [(whole.len() / 2, false), (whole.len() - 100, false), (0, true)] {
            let mut bytes = whole.clone();
            if cut {
                bytes.truncate(whole.len() - 1000);
            } else {
                bytes[at] ^= 0x20;
            }
            std::fs::write(&file, &bytes).unwrap();
            let refused = backup::restore(&house.engine, &file, "copy").await.unwrap_err();
            assert_eq!(refused.faults[0].code, Code::ArchiveInvalid);
        }
        std::fs::write(&file, &whole).unwrap();
        let refused = backup::restore(&house.engine, &file, "demo").await.unwrap_err();
        assert_eq!(refused.faults[0].code, Code::NameTaken);
        let refused = backup::restore(&house.engine, &file, "Not a slug").await.unwrap_err();
        assert_eq!(refused.faults[0].code, Code::NameInvalid);
        assert_eq!(engine::workspaces::list(&house.engine).await.unwrap(), before);
        assert!(backup::restore(&house.engine, &file, "copy").await.is_ok());
    }

    a_backup_is_of_one_moment_while_others_write(house) {
        fill(&house).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.tessera");
        let context = house.system().await;
        let writing = tokio::spawn(async move {
            for number in 0..400 {
                create(&context, "account", json!({"name": format!("While {number}")})).await;
            }
        });
        let saving = async {
            let mut saved = Vec::new();
            while !writing.is_finished() || saved.is_empty() {
                backup::backup(&house.engine, &house.workspace, &file, false).await.unwrap();
                saved.push(());
                let slug = format!("copy{}", saved.len());
                let restored = backup::restore(&house.engine, &file, &slug).await.unwrap();
                assert_good(&house, &restored.workspace).await;
            }
        };
        saving.await;
        writing.await.unwrap();
    }

    what_was_changed_behind_the_back_is_found(house) {
        fill(&house).await;
        let workspace = house.engine.store().workspace(house.workspace.id).await.unwrap();
        let context = house.system().await;
        let entity = context.catalogue().entity("account").unwrap().clone();
        let name = entity.field("name").unwrap();
        let found = list(&context, "account", json!({"limit": 1, "sort": ["-created_at"]})).await;
        let record = found.unwrap()["records"][0].clone();
        let column = |field: &model::Field| store::Column {
            key: field.kind.keyed(), ..store::Column::new(field.id.as_str(), field.kind.storage())
        };
        let revision = context.catalogue().revision;
        let mut commit = store::Commit::new(revision, 1, json!({}), json!({}));
        commit.rows = vec![store::RowWrite::Update {
            table: store::TableName::from(entity.id.as_str()),
            id: uuid::Uuid::try_parse(record["id"].as_str().unwrap()).unwrap(),
            revision: record["revision"].as_i64().unwrap(),
            values: vec![(column(name), model::Value::from("Mine now"))],
        }];
        workspace.commit(commit).await.unwrap();
        let report = report(&house, &house.workspace).await;
        assert!(!report.is_good());
        let checks: Vec<&str> = report.checks.iter()
            .filter(|check| check.found > 0).map(|check| check.name).collect();
        assert_eq!(checks, ["records"]);
        assert!(report.to_text(Language::ZhCn).contains("变更日志"));
    }
}
