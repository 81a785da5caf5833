//! Random histories: whatever was done, going back leads to where it began.

use super::*;

/// One thing that somebody does.
#[derive(Debug, Clone)]
enum Act {
    AddField(u8),
    RemoveField(u8),
    RenameField(u8, u8),
    Relabel(u8, u8),
    Archive(u8),
    RenameOption(u8, u8),
    RenameEntity(u8),
    AddView(u8),
    RemoveView(u8),
    Columns(u8, u8),
    Swap(u8),
    RemoveEntity,
    RenameView(u8, u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..6u8).prop_map(Act::AddField),
        (0..14u8).prop_map(Act::RemoveField),
        (0..14u8, 0..6u8).prop_map(|(a, b)| Act::RenameField(a, b)),
        (0..14u8, 0..4u8).prop_map(|(a, b)| Act::Relabel(a, b)),
        (0..3u8).prop_map(Act::Archive),
        (0..3u8, 0..6u8).prop_map(|(a, b)| Act::RenameOption(a, b)),
        (0..3u8).prop_map(Act::RenameEntity),
        (0..4u8).prop_map(Act::AddView),
        (0..6u8).prop_map(Act::RemoveView),
        (0..6u8, 0..14u8).prop_map(|(a, b)| Act::Columns(a, b)),
        (0..14u8).prop_map(Act::Swap),
        Just(Act::RemoveEntity),
        (0..6u8, 0..4u8).prop_map(|(a, b)| Act::RenameView(a, b)),
    ]
}

/// The entity that the acts are about, whatever it is called.
fn deal(workspace: &Workspace) -> Option<String> {
    let mut entities = workspace.catalogue.entities();
    entities.find(|entity| entity.id.starts_with("deal")).map(|entity| entity.name.clone())
}

fn nth(list: &Json, n: u8) -> usize {
    usize::from(n) % list.as_array().unwrap().len().max(1)
}

/// The name of a view of the entity.
fn view(workspace: &Workspace, entity: &str, n: u8) -> Option<String> {
    let prefix = format!("{entity}.");
    let views: Vec<String> = workspace
        .catalogue
        .documents()
        .filter(|document| document.kind == DocumentKind::View)
        .map(|document| document.name.clone())
        .filter(|name| name.starts_with(&prefix))
        .collect();
    views.get(usize::from(n) % views.len().max(1)).cloned()
}

/// The operations of an act, if it means something now.
fn operations(workspace: &Workspace, act: &Act) -> Option<Json> {
    let name = deal(workspace)?;
    let edit = |edit: &dyn Fn(&mut Json)| {
        Some(json!([workspace.edit("entity", &name, |body| edit(body))]))
    };
    match act {
        Act::AddField(n) => edit(&|body| {
            let fields = body["fields"].as_array_mut().unwrap();
            let field = json!({"name": format!("extra_{n}"), "type": "integer",
                "label": {"en": "Extra"}, "indexed": n % 2 == 0});
            fields.insert(usize::from(*n).min(fields.len()), field);
        }),
        Act::RemoveField(n) => edit(&|body| {
            let index = nth(&body["fields"], *n);
            body["fields"].as_array_mut().unwrap().remove(index);
        }),
        Act::RenameField(n, m) => edit(&|body| {
            let index = nth(&body["fields"], *n);
            body["fields"][index]["name"] = json!(format!("renamed_{m}"));
        }),
        Act::Relabel(n, m) => edit(&|body| {
            let index = nth(&body["fields"], *n);
            body["fields"][index]["label"]["en"] = json!(format!("Label {m}"));
        }),
        Act::Archive(n) => edit(&|body| {
            if let Some(stage) = stage(body) {
                let option = &mut stage["settings"]["options"][usize::from(*n)];
                option["archived"] = json!(option["archived"] != true);
            }
        }),
        Act::RenameOption(n, m) => edit(&|body| {
            if let Some(stage) = stage(body) {
                stage["settings"]["options"][usize::from(*n)]["name"] =
                    json!(format!("option_{m}"));
            }
        }),
        Act::RenameEntity(n) => edit(&|body| body["name"] = json!(format!("entity_{n}"))),
        Act::Swap(n) => edit(&|body| {
            let index = nth(&body["fields"], *n);
            body["fields"].as_array_mut().unwrap().rotate_left(index);
        }),
        Act::RemoveEntity => Some(json!([
            remove("entity", &name),
            remove("automation", "follow_up"),
            remove("view", "account.busy"),
            remove("form", "account.main"),
        ])),
        Act::AddView(n) => Some(json!([put(
            "view",
            json!({"name": format!("{name}.extra_{n}"),
            "label": {"en": "Extra"}, "entity": name, "type": "grid"})
        )])),
        Act::RemoveView(n) => Some(json!([remove("view", &view(workspace, &name, *n)?)])),
        Act::RenameView(n, m) => {
            let view = view(workspace, &name, *n)?;
            Some(json!([workspace.edit("view", &view, |body| {
                body["name"] = json!(format!("{name}.renamed_{m}"));
            })]))
        }
        Act::Columns(n, m) => {
            let view = view(workspace, &name, *n)?;
            let fields = workspace.body("entity", &name)["fields"].clone();
            let field = &fields[nth(&fields, *m)]["name"];
            Some(json!([workspace.edit("view", &view, |body| {
                let mut columns = body["columns"].as_array().cloned().unwrap_or_default();
                columns.retain(|column| column["field"] != *field);
                columns.insert(columns.len() / 2, json!({"field": field}));
                body["columns"] = json!(columns);
            })]))
        }
    }
}

fn stage(body: &mut Json) -> Option<&mut Json> {
    let fields = body["fields"].as_array_mut().unwrap();
    fields.iter_mut().find(|field| field["type"] == "stage")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn going_back_step_by_step_leads_to_where_it_began(acts in prop::collection::vec(act(), 1..12)) {
        let mut workspace = Workspace::sales();
        let mut texts = vec![workspace.text()];
        for act in &acts {
            let Some(operations) = operations(&workspace, act) else { continue };
            // What is refused does nothing.
            if workspace.apply(operations).is_ok() {
                texts.push(workspace.text());
            } else {
                prop_assert_eq!(Some(&workspace.text()), texts.last());
            }
        }
        for number in (2..=texts.len()).rev() {
            let result = revert_revision(&mut workspace, number);
            prop_assert!(result.is_ok(), "revision {} of {:?}: {:?}", number, acts, result);
            prop_assert_eq!(workspace.text(), texts[number - 2].clone(), "{:?}", acts);
        }
    }

    #[test]
    fn undoing_one_and_undoing_that_changes_nothing(
        acts in prop::collection::vec(act(), 2..8),
        which in 0usize..8,
    ) {
        let mut workspace = Workspace::sales();
        for act in &acts {
            if let Some(operations) = operations(&workspace, act) {
                let _ = workspace.apply(operations);
            }
        }
        let before = workspace.text();
        let number = 2 + which % (workspace.history.len().max(2) - 1);
        prop_assume!(number <= workspace.history.len());
        if revert_revision(&mut workspace, number).is_ok() {
            let last = workspace.history.len();
            let result = revert_revision(&mut workspace, last);
            prop_assert!(result.is_ok(), "{:?}: {:?}", acts, result);
            prop_assert_eq!(workspace.text(), before, "{:?}", acts);
        }
    }

    #[test]
    fn undo_is_exact_without_later_changes(before in document(), after in document()) {
        prop_assert_eq!(undo(&before, &after, &after), Ok(before.clone()));
        prop_assert_eq!(undo(&before, &after, &before), Ok(before.clone()));
        prop_assert_eq!(undo(&before, &before, &after), Ok(after));
    }
}

fn document() -> impl Strategy<Value = Json> {
    let label = prop_oneof![Just("a"), Just("b")];
    let item = (prop::sample::subsequence(vec!["a", "b", "c", "d"], 0..4).prop_shuffle(), label);
    item.prop_map(|(ids, label)| {
        let items: Vec<Json> = ids.iter().map(|id| json!({"id": id, "label": label})).collect();
        json!({"fields": items, "label": {"en": label}})
    })
}
