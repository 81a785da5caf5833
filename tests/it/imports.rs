//! Imports: a real pipeline with its dirt, rows that wait for others, dry runs, crashes, rights.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::imports::{self, Request};
use engine::{Context, FixedClock, RequestInfo};
use model::{Code, Language};
use serde_json::{Value as Json, json};
use tests::{House, aggregate, bytes_of, column, list, on_both, root, shared_data, update};

const DATA: &str = "crm-sales-opportunities-central";

/// An import mapping that ships with the app.
fn mapping(name: &str) -> Json {
    let path = root().join(format!("apps/crm/imports/{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Imports a file from disk, as the command line does.
async fn from_disk(context: &Context, mapping: &Json, file: &Path) -> Json {
    let request = Request::from_json(mapping).unwrap();
    imports::run_now(context, &request, file, |_| {}).await.unwrap()
}

/// Starts an import as the API does.
async fn start(context: &Context, mut body: Json, content: &str) -> Json {
    body["content"] = json!(content);
    let reply = imports::create(context, body).await.unwrap();
    assert_eq!(reply.status, 201);
    serde_json::from_slice(&reply.body).unwrap()
}

/// Carries all imports out.
async fn work(house: &House) {
    let workspace = house.engine.workspace(house.workspace.id).await.unwrap();
    while imports::work(&house.engine, &workspace).await.unwrap() {}
}

/// Starts an import, carries it out, and answers how it went.
async fn import(house: &House, context: &Context, body: Json, content: &str) -> Json {
    let started = start(context, body, content).await;
    work(house).await;
    imports::get(context, started["id"].as_str().unwrap()).await.unwrap()
}

/// Created, updated, unchanged, failed.
fn counts(import: &Json) -> [i64; 4] {
    assert_eq!(import["state"], "done", "{import}");
    ["created", "updated", "unchanged", "failed"].map(|key| import[key].as_i64().unwrap())
}

async fn count(context: &Context, entity: &str) -> Json {
    list(context, entity, json!({"count": true, "limit": 1})).await.unwrap()["count"].clone()
}

async fn won(context: &Context) -> Json {
    let query = json!({"filter": {"field": "stage", "op": "eq", "value": "won"},
        "measures": [{"fn": "sum", "field": "close_value"}]});
    let figures = aggregate(context, "opportunity", query).await.unwrap();
    figures["groups"][0]["measures"][0].clone()
}

async fn errors(context: &Context, import: &Json) -> String {
    let id = import["id"].as_str().unwrap();
    let bytes = bytes_of(imports::errors_csv(context, id).await.unwrap()).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Imports a file of accounts, products and sellers before the pipeline that points to them.
async fn targets(context: &Context, folder: &Path) {
    for name in ["accounts", "products", "sales_teams"] {
        let file = folder.join(format!("{name}.csv"));
        let answer = from_disk(context, &mapping(name), &file).await;
        assert_eq!(answer["failed"], 0, "{name}: {answer}");
    }
}

async fn pipeline(context: &Context, folder: PathBuf, refused: i64, rows: i64, sum: &str) {
    targets(context, &folder).await;
    let file = folder.join("sales_pipeline.csv");
    let first = from_disk(context, &mapping("sales_pipeline"), &file).await;
    assert_eq!(counts(&first), [rows - refused, 0, 0, refused]);
    let report = errors(context, &first).await;
    let lines: Vec<&str> = report.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "line,column,value,reason");
    assert_eq!(lines.len() as i64, refused + 1);
    let told = |line: &&str| line.contains(",product,GTXPro,Product points to no record");
    assert!(lines[1..].iter().all(told), "{}", lines[1]);
    assert_eq!(first["errors"].as_array().unwrap().len(), 100);

    let corrected = from_disk(context, &mapping("sales_pipeline_corrected"), &file).await;
    assert_eq!(counts(&corrected), [refused, 0, rows - refused, 0]);
    let again = from_disk(context, &mapping("sales_pipeline_corrected"), &file).await;
    assert_eq!(counts(&again), [0, 0, rows, 0]);
    assert_eq!(count(context, "opportunity").await, rows);
    assert_eq!(won(context).await, sum);
}

on_both! {
    a_real_pipeline_is_imported_without_losing_or_guessing_a_row(house) {
        let Some(folder) = shared_data(DATA) else { return };
        let context = house.person("manager", &["manager"]).await;
        pipeline(&context, folder, 528, 3512, "3346293.00").await;
        let open = json!({"filter": {"field": "account", "op": "empty"}, "count": true, "limit": 1});
        assert_eq!(list(&context, "opportunity", open).await.unwrap()["count"], 611);
    }

    the_samples_that_ship_come_to_what_they_say(house) {
        let folder = root().join("apps/crm/samples");
        let expected = std::fs::read(folder.join("expected.json")).unwrap();
        let expected: Json = serde_json::from_slice(&expected).unwrap();
        let context = house.person("manager", &["manager"]).await;
        let refused = expected["rows_with_gtxpro"].as_i64().unwrap();
        let rows = expected["rows"]["sales_pipeline"].as_i64().unwrap();
        let sum = expected["won_close_value"].as_str().unwrap().to_owned();
        pipeline(&context, folder.clone(), refused, rows, &sum).await;
        let contacts = mapping("contacts");
        let first = from_disk(&context, &contacts, &folder.join("contacts.csv")).await;
        assert_eq!(counts(&first), [expected["rows"]["contacts"].as_i64().unwrap(), 0, 0, 0]);
    }

    what_is_wrong_is_reported_with_line_column_value_and_reason_in_the_readers_language(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "match": ["name"],
            "mapping": {"name": "name", "staff": "employees", "sector": "sector"}});
        let text = "name,staff,sector,note\n\
            Acme,12,technology,a\n\
            =1+1,many,Nonsense,b\n\
            ,7,,c\n\
            Globex,3,科技,d,surplus\n\
            Initech,,软件,e\n";
        let answer = import(&house, &context, body, text).await;
        assert_eq!(counts(&answer), [2, 0, 0, 3]);
        assert_eq!(answer["ignored_columns"], json!(["note"]));
        let told: Vec<[&Json; 3]> = answer["errors"].as_array().unwrap().iter()
            .map(|error| [&error["line"], &error["column"], &error["value"]]).collect();
        assert_eq!(told, [
            [&json!(3), &json!("staff"), &json!("many")],
            [&json!(3), &json!("sector"), &json!("Nonsense")],
            [&json!(4), &json!("name"), &json!("")],
            [&json!(5), &json!(null), &json!("")],
        ]);
        let report = errors(&context, &answer).await;
        assert!(report.contains("3,staff,many,Employees must be a whole number."), "{report}");
        let control = house.engine.store().control();
        let account = control.account_by_email("manager@example.com").await.unwrap().unwrap();
        let chinese = RequestInfo { language: Some(Language::ZhCn), ..RequestInfo::default() };
        let context = house.context(&account, chinese).await.unwrap();
        let report = errors(&context, &answer).await;
        assert!(report.contains("3,staff,many,“员工人数”必须是整数。"), "{report}");
    }

    no_cell_of_the_report_is_a_formula(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "mapping": {"name": "name", "staff": "employees"}});
        let answer = import(&house, &context, body, "name,staff\nAcme,\"=cmd|' /C calc'!A1\"\n").await;
        let report = errors(&context, &answer).await;
        assert!(report.contains("2,staff,'=cmd|' /C calc'!A1,"), "{report}");
    }

    a_row_may_name_another_that_stands_further_down(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "match": ["name"], "mapping":
            {"name": "name", "parent": {"field": "subsidiary_of", "by": "name"}}});
        let text = "name,parent\nc,B\nb,a\na,\nlost,nobody\nx,y\ny,x\n";
        let mut dry = body.clone();
        dry["dry_run"] = json!(true);
        let rehearsed = import(&house, &context, dry, text).await;
        assert_eq!(counts(&rehearsed), [3, 0, 0, 3]);
        assert_eq!(count(&context, "account").await, 0);

        let answer = import(&house, &context, body.clone(), text).await;
        assert_eq!(counts(&answer), [3, 0, 0, 3]);
        assert_eq!(column(&json!({"records": answer["errors"]}), "line"), [5, 6, 7]);
        let query = json!({"sort": ["name"], "expand": ["subsidiary_of"]});
        let accounts = list(&context, "account", query).await.unwrap();
        let parents = column(&accounts, "subsidiary_of");
        assert_eq!(parents[1]["title"], "a");
        assert_eq!(parents[2]["title"], "b");
        assert_eq!(counts(&import(&house, &context, body, text).await), [0, 0, 3, 3]);
    }

    a_row_with_the_key_of_an_earlier_one_changes_its_record(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "match": ["name"],
            "mapping": {"name": "name", "staff": "employees"}});
        let text = "name,staff\nAcme,1\nACME,2\nGlobex,3\nAcme,4\n";
        let mut dry = body.clone();
        dry["dry_run"] = json!(true);
        assert_eq!(counts(&import(&house, &context, dry, text).await), [2, 2, 0, 0]);
        assert_eq!(counts(&import(&house, &context, body, text).await), [2, 2, 0, 0]);
        let accounts = list(&context, "account", json!({"sort": ["name"]})).await.unwrap();
        assert_eq!(column(&accounts, "employees"), [4, 3]);
    }

    without_a_match_a_value_that_is_taken_is_refused(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "mapping": {"name": "name"}});
        let text = "name\nAcme\nGlobex\nacme\n";
        let mut dry = body.clone();
        dry["dry_run"] = json!(true);
        assert_eq!(counts(&import(&house, &context, dry, text).await), [2, 0, 0, 1]);
        let answer = import(&house, &context, body.clone(), text).await;
        assert_eq!(counts(&answer), [2, 0, 0, 1]);
        assert_eq!(answer["errors"][0]["code"], "value_taken");
        assert_eq!(counts(&import(&house, &context, body, text).await), [0, 0, 0, 3]);
    }

    a_file_in_any_encoding_is_read(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = |content: Json| json!({"entity": "account", "match": ["name"],
            "mapping": {"名称": "name", "行业": "sector"}, "content": content});
        let text = "名称;行业\r\n北京科技;科技\r\n上海医疗;医疗\r\n";
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for (round, bytes) in [gb, wide, marked].into_iter().enumerate() {
            let content = json!({"base64": STANDARD.encode(bytes)});
            let reply = imports::create(&context, body(content)).await.unwrap();
            let started: Json = serde_json::from_slice(&reply.body).unwrap();
            work(&house).await;
            let answer = imports::get(&context, started["id"].as_str().unwrap()).await.unwrap();
            let fresh = if round == 0 { 2 } else { 0 };
            assert_eq!(counts(&answer), [fresh, 0, 2 - fresh, 0]);
        }
    }

    a_request_that_does_not_fit_begins_nothing(house) {
        let context = house.person("manager", &["manager"]).await;
        let refused = async |body: Json| imports::create(&context, body).await.unwrap_err();
        let mapped = |mapping: Json| json!({"entity": "product", "mapping": mapping,
            "content": "name,price\nx,1\n"});
        let error = refused(mapped(json!({"nmae": "name"}))).await;
        assert_eq!(error.faults[0].code, Code::ImportColumnUnknown);
        assert_eq!(error.faults[0].path, "mapping/nmae");
        let error = refused(mapped(json!({"name": "title"}))).await;
        assert_eq!(error.faults[0].code, Code::FieldUnknown);
        let error = refused(mapped(json!({"name": "created_at"}))).await;
        assert_eq!(error.faults[0].code, Code::FieldReadOnly);
        let mut body = mapped(json!({"name": "name", "price": "sales_price"}));
        body["match"] = json!(["sales_price"]);
        assert_eq!(refused(body).await.faults[0].code, Code::MatchInvalid);
        let mut body = mapped(json!({"name": "name"}));
        body["content"] = json!("name\n\"x\n");
        assert_eq!(refused(body).await.faults[0].code, Code::ImportUnreadable);
        let mut body = mapped(json!({"name": "name"}));
        body["entity"] = json!("nothing");
        assert_eq!(refused(body).await.code, Code::EntityUnknown);
        assert_eq!(count(&context, "product").await, 0);
    }

    rights_are_those_of_the_time_when_it_runs(house) {
        let system = house.system().await;
        let context = house.person("ann", &["manager"]).await;
        let body = json!({"entity": "account", "mapping": {"name": "name"}});
        let started = start(&context, body.clone(), "name\nAcme\n").await;
        let role = json!([{"op": "put", "kind": "role", "document":
            {"name": "manager", "label": {"en": "M"}, "app": "crm",
             "entities": {"account": {"rights": ["read", "create"]}}}}]);
        tests::publish(&system, role).await.unwrap();
        work(&house).await;
        let import = system_view(&house, &started).await;
        assert_eq!(import["state"], "failed");
        assert_eq!(import["failure"]["code"], "capability_missing");
        assert_eq!(count(&system, "account").await, 0);

        let seller = house.person("bob", &["seller"]).await;
        let error = imports::create(&seller, body).await.unwrap_err();
        assert_eq!(error.code, Code::CapabilityMissing);
    }

    an_import_is_seen_by_whoever_started_it_only(house) {
        let ann = house.person("ann", &["manager"]).await;
        let bob = house.person("bob", &["manager"]).await;
        let body = json!({"entity": "account", "mapping": {"name": "name"}});
        let started = start(&ann, body, "name\nAcme\n").await;
        let id = started["id"].as_str().unwrap();
        assert!(imports::get(&ann, id).await.is_ok());
        assert_eq!(imports::get(&bob, id).await.unwrap_err().code, Code::ImportUnknown);
        assert_eq!(imports::get(&ann, "nonsense").await.unwrap_err().code, Code::ImportUnknown);
    }

    hooks_see_every_row(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "opportunity", "match": ["opportunity_id"],
            "mapping": {"number": "opportunity_id", "stage": "stage", "value": "close_value"}});
        let text = "number,stage,value\nA1,Won,10\nA2,赢单,\nA3,Engaging,\n";
        let answer = import(&house, &context, body, text).await;
        assert_eq!(counts(&answer), [2, 0, 0, 1]);
        assert_eq!(answer["errors"][0]["column"], "value");
        assert_eq!(answer["errors"][0]["code"], "rule_failed");
        let records = list(&context, "opportunity", json!({"sort": ["name"]})).await.unwrap();
        assert_eq!(column(&records, "name"), ["A1", "A3"]);
        assert!(column(&records, "close_date")[0].is_string());
    }

    an_import_goes_on_after_a_crash_and_takes_no_row_twice(house) {
        let mut house = house;
        let context = house.person("manager", &["manager"]).await;
        let mut text = String::from("name,phone\n");
        (0..6_000).for_each(|row| text.push_str(&format!("Person {row},\n")));
        // Without a key to match, a row that was taken twice would be two records.
        let body = json!({"entity": "contact", "mapping": {"name": "name", "phone": "phone"}});
        let started = start(&context, body, &text).await;
        let mut attempts = 0;
        loop {
            let workspace = house.engine.workspace(house.workspace.id).await.unwrap();
            let engine = house.engine.clone();
            let task = tokio::spawn(async move { imports::work(&engine, &workspace).await });
            let mut log = house.engine.workspace(house.workspace.id).await.unwrap()
                .store().subscribe();
            // Stopped dead after the first batch that it commits, wherever it is by then.
            let moved = tokio::select! {
                moved = log.changed() => moved.is_ok(),
                () = async { while !task.is_finished() { tokio::task::yield_now().await } } => false,
            };
            task.abort();
            let _ = task.await;
            attempts += 1;
            let import = system_view(&house, &started).await;
            if import["state"] == "done" {
                break;
            }
            assert!(moved && attempts < 50, "{import}");
            let later = house.engine.now() + 61_000;
            house = house.restart_at(std::sync::Arc::new(FixedClock::at(later))).await;
        }
        let import = system_view(&house, &started).await;
        assert_eq!(counts(&import), [6_000, 0, 0, 0]);
        assert_eq!(count(&house.system().await, "contact").await, 6_000);
        assert!(attempts > 2, "it was never interrupted");
    }

    the_change_log_names_the_import_as_the_cause(house) {
        let context = house.person("manager", &["manager"]).await;
        let body = json!({"entity": "account", "mapping": {"name": "name"}});
        import(&house, &context, body, "name\nAcme\n").await;
        let accounts = list(&context, "account", json!({})).await.unwrap();
        let id = accounts["records"][0]["id"].clone();
        update(&context, "account", &id, json!({"employees": 5})).await.unwrap();
        let id = id.as_str().unwrap();
        let history = engine::records::history(&context, "account", id, None).await.unwrap();
        let entry = &history["entries"][1];
        assert_eq!(entry["cause"], json!({"kind": "import"}));
        assert_eq!(entry["actor"]["name"], "manager");
    }
}

async fn system_view(house: &House, started: &Json) -> Json {
    let system = house.system().await;
    imports::get(&system, started["id"].as_str().unwrap()).await.unwrap()
}
