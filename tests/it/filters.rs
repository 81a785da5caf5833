//! The filter language has one meaning: on random records, every random filter finds the same
//! records in SQLite, in PostgreSQL and in memory, and `not` finds exactly the others.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::filter::{
    self, Bound, Everything, Filter, Op, Quantifier, Related, Row, Scope, Through,
};
use model::{Entity, Field, Uuid, Value};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value as Json, json};
use tests::{House, on_both, publish};

/// Filters per run; `TESSERA_FILTER_CASES` asks for more.
fn cases() -> usize {
    std::env::var("TESSERA_FILTER_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(600)
}

/// The entities: things that belong to boxes.
fn documents() -> Json {
    let label = json!({"en": "x"});
    let field = |name: &str, kind: &str, settings: Json| json!({"name": name, "type": kind, "label": label, "settings": settings});
    let options = json!({"options": [
        {"name": "red", "label": label}, {"name": "blue", "label": label}, {"name": "old", "label": label}]});
    let thing = vec![
        field("line", "text", json!({})),
        field("long", "long_text", json!({})),
        field("whole", "integer", json!({})),
        field("exact", "decimal", json!({"scale": 2})),
        field("flag", "checkbox", json!({})),
        field("day", "date", json!({})),
        field("moment", "date_time", json!({})),
        field("colour", "select", options),
        field("box", "link", json!({"to": "box", "inverse": {"name": "things", "label": label}})),
    ];
    let boxes = vec![field("line", "text", json!({})), field("whole", "integer", json!({}))];
    let entity = |name: &str, fields: Vec<Json>| {
        json!({"op": "put", "kind": "entity",
            "document": {"name": name, "label": label, "fields": fields}})
    };
    json!([entity("box", boxes), entity("thing", thing)])
}

/// A value for a field: mostly from a small pool, so that filters meet it; sometimes empty.
fn value(random: &mut StdRng, field: &str) -> Json {
    if random.random_bool(0.2) {
        return Json::Null;
    }
    let pool = match field {
        "line" | "long" => json!([
            "a",
            "A",
            "Ａ",
            "ab",
            "Abc",
            "bc",
            "é",
            "É",
            "ß",
            "张三",
            "章三",
            "100%",
            "a_b",
            "a\\b",
            "'; --",
            "İ",
            "x".repeat(60),
            format!("{}y", "x".repeat(60)),
            "ǆ",
            "ﬁ",
            "fi"
        ]),
        "whole" => json!([-2, -1, 0, 1, 2, 9_007_199_254_740_991i64]),
        "exact" => json!(["-0.01", "0.00", "0.10", "0.1", "1.00", "12.34"]),
        "flag" => json!([true, false]),
        "day" => json!(["2024-02-29", "2026-05-30", "2026-05-31", "2026-06-01", "1969-12-31"]),
        "moment" => json!([
            "2026-05-30T15:59:59.999Z",
            "2026-05-30T16:00:00Z",
            "2026-05-31T15:59:59Z",
            "2026-05-31T16:00:00Z",
            "1969-12-31T23:59:59.001Z"
        ]),
        "colour" => json!(["red", "blue", "old"]),
        _ => json!([null]),
    };
    pool.as_array().unwrap().choose(random).unwrap().clone()
}

const FIELDS: [&str; 8] = ["line", "long", "whole", "exact", "flag", "day", "moment", "colour"];

/// What random filters and their evaluation know.
struct World {
    thing: Arc<Entity>,
    rows: HashMap<String, Vec<(Uuid, Vec<Value>)>>,
}

impl World {
    fn rows(&self, entity: &str) -> &[(Uuid, Vec<Value>)] {
        &self.rows[entity]
    }
}

struct OneRow<'a> {
    world: &'a World,
    entity: &'a Entity,
    row: &'a [Value],
}

impl Row for OneRow<'_> {
    fn value(&self, field: &Field) -> &Value {
        let at = self.entity.fields.iter().position(|known| known.id == field.id).unwrap();
        &self.row[at]
    }

    fn through(&self, through: &Through, id: Uuid) -> bool {
        let target = self.world.rows(&through.target.name).iter().find(|(own, _)| *own == id);
        target.is_some_and(|(_, row)| {
            through.inner.matches(&OneRow { world: self.world, entity: &through.target, row })
        })
    }

    fn related(&self, related: &Related) -> bool {
        let own = self.row[0].as_id();
        let link = related.entity.fields.iter().position(|f| f.id == related.link.id).unwrap();
        let pointing = self
            .world
            .rows(&related.entity.name)
            .iter()
            .filter(|(_, row)| row[link].as_id() == own);
        let mut matching = pointing.map(|(_, row)| {
            related.inner.matches(&OneRow { world: self.world, entity: &related.entity, row })
        });
        match related.quantifier {
            Quantifier::Some => matching.any(|matches| matches),
            Quantifier::Every => matching.all(|matches| matches),
            Quantifier::None => !matching.any(|matches| matches),
        }
    }
}

fn random_filter(random: &mut StdRng, world: &World, depth: usize) -> Json {
    let pick = random.random_range(0..10);
    if depth > 0 && pick < 4 {
        let count = random.random_range(0..4);
        let inner: Vec<Json> =
            (0..count).map(|_| random_filter(random, world, depth - 1)).collect();
        return match pick {
            0 => json!({"not": random_filter(random, world, depth - 1)}),
            1 => json!({"or": inner}),
            _ => json!({"and": inner}),
        };
    }
    if pick == 4 {
        // The box of a thing, and other things in it.
        let quantifier = ["some", "every", "none"].choose(random).unwrap();
        let inner = random_leaf(random, world, "");
        let things = json!({"field": "things", *quantifier: inner});
        let some_box = world.rows("box").choose(random).unwrap().0;
        let by_box = json!({"field": "box", "op": "eq", "value": some_box});
        return if random.random_bool(0.5) { by_box } else { json!({"box_of": things}) };
    }
    let prefix = if random.random_bool(0.3) { "box." } else { "" };
    random_leaf(random, world, prefix)
}

fn random_leaf(random: &mut StdRng, world: &World, prefix: &str) -> Json {
    let choices: &[&str] = if prefix.is_empty() { &FIELDS } else { &["line", "whole"] };
    let name = *choices.choose(random).unwrap();
    let field = world.thing.field(name).unwrap();
    let op = *field.kind.operators().choose(random).unwrap();
    let mut operand = || loop {
        let value = value(random, name);
        if !value.is_null() {
            return value;
        }
    };
    let value = match op {
        Op::Empty | Op::NotEmpty => Json::Null,
        Op::In | Op::NotIn => json!([operand(), operand()]),
        Op::Between => json!([operand(), operand()]),
        Op::Within => [
            json!({"this": "month"}),
            json!({"last": 3, "unit": "day"}),
            json!({"next": 1, "unit": "quarter"}),
        ]
        .choose(random)
        .unwrap()
        .clone(),
        _ => operand(),
    };
    json!({"field": format!("{prefix}{name}"), "op": op.name(), "value": value})
}

/// Fills both entities with random records and reads them back as they are stored.
async fn fill(admin: &engine::Context, random: &mut StdRng) -> World {
    let mut boxes = Vec::new();
    for _ in 0..8 {
        let values = json!({"line": value(random, "line"), "whole": value(random, "whole")});
        boxes.push(tests::create(admin, "box", values).await["id"].clone());
    }
    for _ in 0..60 {
        let mut values = serde_json::Map::new();
        for name in FIELDS {
            values.insert(name.into(), value(random, name));
        }
        if random.random_bool(0.8) {
            values.insert("box".into(), boxes.choose(random).unwrap().clone());
        }
        tests::create(admin, "thing", Json::Object(values)).await;
    }
    let mut rows = HashMap::new();
    for name in ["box", "thing"] {
        let entity = admin.catalogue().entity(name).unwrap();
        let all = tests::list(admin, name, json!({"limit": 200})).await.unwrap();
        let stored = all["records"].as_array().unwrap().iter().map(|record| {
            let row: Vec<Value> = entity
                .fields
                .iter()
                .map(|field| field.parse(&record[&field.name]).unwrap())
                .collect();
            (row[0].as_id().unwrap(), row)
        });
        rows.insert(name.to_owned(), stored.collect());
    }
    World { thing: admin.catalogue().entity("thing").unwrap().clone(), rows }
}

/// Ids of an entity's records that match in memory.
fn in_memory(world: &World, entity: &Entity, bound: &Bound) -> BTreeSet<String> {
    let rows = world.rows(&entity.name).iter();
    let matching = rows.filter(|(_, row)| bound.matches(&OneRow { world, entity, row }));
    matching.map(|(id, _)| id.to_string()).collect()
}

async fn in_database(admin: &engine::Context, entity: &str, filter: &Json) -> BTreeSet<String> {
    let answer = tests::list(admin, entity, json!({"filter": filter, "limit": 200})).await;
    let answer = answer.unwrap_or_else(|error| panic!("{filter}: {error}"));
    tests::column(&answer, "id").iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

on_both! {
    memory_and_database_find_the_same_records(house) {
        let seed = std::env::var("TESSERA_FILTER_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_129);
        let mut random = StdRng::seed_from_u64(seed);
        let admin = house.person("admin", &["admin"]).await;
        publish(&admin, documents()).await.unwrap();
        let admin = again(&house).await;
        let world = fill(&admin, &mut random).await;
        let scope = Scope { me: None, now: admin.now(), zone: admin.zone().clone() };
        for case in 0..cases() {
            let mut asked = random_filter(&mut random, &world, 3);
            // A marker for filters on boxes; it stands alone.
            let entity = match asked.get("box_of").cloned() {
                Some(inner) => {
                    asked = inner;
                    "box"
                }
                None if asked.to_string().contains("box_of") => continue,
                None => "thing",
            };
            let entity = admin.catalogue().entity(entity).unwrap().clone();
            let parsed = Filter::parse(&asked).unwrap_or_else(|fault| panic!("{asked}: {fault:?}"));
            let bound = filter::bind(&parsed, &entity, &Everything(admin.catalogue()), &scope).unwrap();
            let expected = in_memory(&world, &entity, &bound);
            let found = in_database(&admin, &entity.name, &asked).await;
            assert_eq!(found, expected, "case {case} of seed {seed}: {asked}");
            let others = in_database(&admin, &entity.name, &json!({"not": asked})).await;
            let all = world.rows(&entity.name).len();
            assert_eq!(others.len() + found.len(), all, "case {case} of seed {seed}: not {asked}");
            assert!(others.is_disjoint(&found));
        }
    }
}

async fn again(house: &House) -> engine::Context {
    let control = house.engine.store().control();
    let account = control.account_by_email("admin@example.com").await.unwrap().unwrap();
    house.context(&account, Default::default()).await.unwrap()
}
