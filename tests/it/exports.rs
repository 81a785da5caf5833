//! Exports: the records of a view as people and programs read them, within the reader's rights.

use engine::exports::{self, Style};
use engine::imports::{self, Request};
use engine::{Context, RequestInfo};
use model::{Code, Language};
use serde_json::json;
use tests::{House, bytes_of, create, on_both, publish, shared_data};

const RAW: Style = Style { raw: true };
const SHOWN: Style = Style { raw: false };

async fn csv(context: &Context, what: &str, style: Style) -> String {
    let pieces = exports::csv(context, what, style).await.unwrap();
    String::from_utf8(bytes_of(pieces).await.unwrap()).unwrap()
}

/// A product, a seller and an opportunity, and a manager who may export.
async fn sold(house: &House) -> Context {
    let context = house.person("manager", &["manager"]).await;
    let product = json!({"name": "=GTX", "sales_price": "10.00", "cost": "2.50"});
    let product = create(&context, "product", product).await;
    let seller = create(&context, "seller", json!({"name": "Ines, \"the\" one"})).await;
    let opportunity = json!({"opportunity_id": "A1", "product": product["id"],
        "seller": seller["id"], "stage": "won", "close_value": "99.50",
        "close_date": "2026-05-31", "description": "+1 line\nand more"});
    create(&context, "opportunity", opportunity).await;
    context
}

/// A view of opportunities with some columns.
async fn view(house: &House, columns: &[&str]) {
    let columns: Vec<_> = columns.iter().map(|field| json!({"field": field})).collect();
    let document = json!({"name": "opportunity.export", "label": {"en": "E"}, "app": "crm",
        "entity": "opportunity", "type": "grid", "sort": ["-close_value"], "columns": columns});
    let system = house.system().await;
    publish(&system, json!([{"op": "put", "kind": "view", "document": document}])).await.unwrap();
}

on_both! {
    people_get_labels_and_titles_and_no_formula(house) {
        sold(&house).await;
        view(&house, &["name", "stage", "product", "seller", "close_value", "close_date",
            "description", "account", "product.cost"]).await;
        let account = house.engine.store().control()
            .account_by_email("manager@example.com").await.unwrap().unwrap();
        let english = context_now(&house, &account, Language::En).await;
        let text = csv(&english, "opportunity.export", SHOWN).await;
        assert_eq!(text, "\u{feff}Opportunity name,Stage,Product,Seller,Close value,Close date,\
            Description,Account,Product / Cost\r\n\
            A1,Won,'=GTX,\"Ines, \"\"the\"\" one\",99.50,2026-05-31,\"'+1 line\nand more\",,2.50\r\n");
        let chinese = context_now(&house, &account, Language::ZhCn).await;
        let text = csv(&chinese, "opportunity.export", SHOWN).await;
        assert!(text.starts_with("\u{feff}商机名称,商机阶段,产品"), "{text}");
        assert!(text.contains("A1,赢单,"), "{text}");
    }

    programs_get_names_and_ids(house) {
        sold(&house).await;
        view(&house, &["name", "stage", "product"]).await;
        let account = house.engine.store().control()
            .account_by_email("manager@example.com").await.unwrap().unwrap();
        let context = context_now(&house, &account, Language::ZhCn).await;
        let text = csv(&context, "opportunity.export", RAW).await;
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("name,stage,product"));
        let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
        assert_eq!(cells[..2], ["A1", "won"]);
        assert_eq!(cells[2].len(), 36);
        assert!(csv(&context, "product", RAW).await.starts_with("name,"));
    }

    only_what_the_reader_may_see_is_exported(house) {
        sold(&house).await;
        view(&house, &["name", "product.cost", "seller"]).await;
        let system = house.system().await;
        let seller = house.person("sara", &["seller", "exporter"]).await;
        let refused = exports::csv(&seller, "opportunity.export", SHOWN).await.err().unwrap();
        assert_eq!(refused.code, Code::CapabilityMissing);
        let role = json!({"name": "exporter", "label": {"en": "Exporter"}, "app": "crm",
            "capabilities": ["export"]});
        publish(&system, json!([{"op": "put", "kind": "role", "document": role}])).await.unwrap();
        let account = house.engine.store().control()
            .account_by_email("sara@example.com").await.unwrap().unwrap();
        let seller = context_now(&house, &account, Language::En).await;
        let text = csv(&seller, "opportunity.export", SHOWN).await;
        assert_eq!(text, "\u{feff}Opportunity name,Seller\r\n", "not the cost, not others' records");
        let products = csv(&seller, "product", RAW).await;
        assert!(!products.contains("cost") && products.contains("'=GTX"), "{products}");
        for what in ["opportunity.nothing", "nothing.all"] {
            let refused = exports::csv(&seller, what, SHOWN).await.err().unwrap();
            assert_eq!(refused.code, Code::DocumentUnknown);
        }
        let refused = exports::csv(&seller, "nothing", SHOWN).await.err().unwrap();
        assert_eq!(refused.code, Code::EntityUnknown);
    }

    an_export_comes_back_as_it_was(house) {
        let Some(folder) = shared_data("crm-sales-opportunities-central") else { return };
        let context = house.person("manager", &["manager"]).await;
        for name in ["accounts", "products", "sales_teams"] {
            let mapping = tests::root().join(format!("apps/crm/imports/{name}.json"));
            let mapping = serde_json::from_slice(&std::fs::read(mapping).unwrap()).unwrap();
            let request = Request::from_json(&mapping).unwrap();
            let file = folder.join(format!("{name}.csv"));
            imports::run_now(&context, &request, &file, |_| {}).await.unwrap();
        }
        let text = csv(&context, "account", SHOWN).await;
        assert_eq!(text.lines().count(), 85);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let mapping = json!({"entity": "account", "match": ["name"], "mapping": {
            "Account name": "name", "Industry": "sector", "Employees": "employees",
            "Annual revenue (million USD)": "revenue", "Year established": "year_established",
            "Parent account": {"field": "subsidiary_of", "by": "name"},
            "Office location": "office_location"}});
        let request = Request::from_json(&mapping).unwrap();
        let answer = imports::run_now(&context, &request, file.path(), |_| {}).await.unwrap();
        assert_eq!((&answer["unchanged"], &answer["failed"]), (&json!(84), &json!(0)), "{answer}");
    }

    an_export_has_every_page(house) {
        let context = house.person("manager", &["manager"]).await;
        let mut text = String::from("name\n");
        (0..2_500).for_each(|row| text.push_str(&format!("Account {row:05}\n")));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let mapping = json!({"entity": "account", "mapping": {"name": "name"}});
        let request = Request::from_json(&mapping).unwrap();
        imports::run_now(&context, &request, file.path(), |_| {}).await.unwrap();
        let exported = csv(&context, "account.all", RAW).await;
        let first = |line: &str| line.split(',').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = exported.lines().skip(1).map(first).collect();
        names.sort();
        assert_eq!(names, text.lines().skip(1).collect::<Vec<_>>());
    }
}

async fn context_now(house: &House, account: &store::Account, language: Language) -> Context {
    let request = RequestInfo { language: Some(language), ..RequestInfo::default() };
    house.context(account, request).await.unwrap()
}
