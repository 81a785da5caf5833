//! The shared vectors in `tests/cases/filters`, which the databases and the browser run too.

use std::path::Path;

use super::*;

/// A file of vectors, ready to be asked.
struct Vectors {
    name: String,
    body: Json,
    workspace: Workspace,
    records: Records,
}

impl Vectors {
    fn load(path: &Path) -> Vectors {
        let text = std::fs::read(path).expect("the file");
        let body = crate::json::parse(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut workspace = Workspace::default();
        let linked = body["linked"].as_array().into_iter().flatten();
        let entities: Vec<Json> =
            linked.chain([&body["entity"]]).map(|entity| put("entity", entity.clone())).collect();
        workspace.apply(json!(entities)).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut records = Records::default();
        let entity = |name: &Json| {
            workspace.catalogue.entity(name.as_str().expect("a name")).expect("the entity").clone()
        };
        for record in body["records"].as_array().expect("records") {
            records.add(&workspace, &entity(&body["entity"]["name"]), record);
        }
        for (name, rows) in body["related"].as_object().into_iter().flatten() {
            for record in rows.as_array().expect("records") {
                records.add(&workspace, &entity(&json!(name)), record);
            }
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        Vectors { name, body, workspace, records }
    }

    fn scope(&self) -> Scope {
        let text = |key: &str| self.body[key].as_str();
        Scope {
            me: text("me").map(|me| Uuid::try_parse(me).expect("an id")),
            now: parse_instant(text("now").expect("now")).expect("an instant"),
            zone: TimeZone::get(text("zone").expect("zone")).expect("a zone"),
        }
    }

    fn check(&self) -> usize {
        let entity = self.body["entity"]["name"].as_str().expect("a name");
        let entity = self.workspace.catalogue.entity(entity).expect("the entity");
        let subjects: Vec<Uuid> = ids(&json!(
            self.body["records"]
                .as_array()
                .expect("records")
                .iter()
                .map(|r| r["id"].clone())
                .collect::<Vec<_>>()
        ));
        let cases = self.body["cases"].as_array().expect("cases");
        for case in cases {
            let about = format!("{}: {}", self.name, case["about"]);
            let ask = |filter: &Json| {
                let bound = bound(&self.workspace, entity, &self.scope(), filter);
                let bound = bound.unwrap_or_else(|fault| panic!("{about}: {fault:?}"));
                let mut found = self.records.matching(entity, &bound);
                found.retain(|id| subjects.contains(id));
                found
            };
            let expected = ids(&case["matches"]);
            assert_eq!(ask(&case["filter"]), expected, "{about}");
            let others: Vec<Uuid> =
                subjects.iter().filter(|id| !expected.contains(id)).copied().collect();
            assert_eq!(ask(&json!({"not": case["filter"]})), others, "not {about}");
        }
        cases.len()
    }
}

fn ids(list: &Json) -> Vec<Uuid> {
    let list = list.as_array().expect("ids").iter();
    let mut ids: Vec<Uuid> =
        list.map(|id| Uuid::try_parse(id.as_str().expect("an id")).expect("an id")).collect();
    ids.sort();
    ids
}

#[test]
fn every_vector_holds_in_memory_and_so_does_its_complement() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/filters");
    let files = std::fs::read_dir(folder).expect("the folder");
    let paths = files.map(|file| file.expect("a file").path());
    let vectors = paths.filter(|path| path.extension().is_some_and(|name| name == "json"));
    let count: usize = vectors.map(|path| Vectors::load(&path).check()).sum();
    assert!(count >= 100, "{count} vectors");
}
