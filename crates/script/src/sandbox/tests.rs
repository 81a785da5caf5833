//! What scripts can do and what they are told when they do it wrong, without a process around them.

use super::*;
use crate::check::surface;
use crate::protocol::{
    Context, EntityShape, FieldShape, Hook, HostCall, Kind, Limits, Refusal, Row, Rows, User,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io;
use std::sync::Arc;

/// A host with one account, and a record of what it was asked.
#[derive(Clone, Default)]
struct OneAccount(Rc<RefCell<Vec<HostCall>>>);

impl Asks for OneAccount {
    fn ask(&mut self, call: &HostCall) -> io::Result<(Result<Rows, Refusal>, usize)> {
        self.0.borrow_mut().push(call.clone());
        let row = Row {
            id: "a1".to_owned(),
            revision: 7,
            values: record(json!({"id": "a1", "name": "Acme", "credit": "1000.10", "tag": "gold"})),
        };
        let answer = match call {
            HostCall::Get { entity, .. } if entity == "secret" => Err(Refusal {
                code: "entity_unknown".to_owned(),
                message: Bilingual::new(
                    "There is no entity called secret.",
                    "没有名为 secret 的对象。",
                ),
            }),
            HostCall::Get { id, .. } if id != "a1" => Ok(Vec::new()),
            HostCall::Get { .. } => Ok(vec![row]),
            HostCall::Query { limit, .. } => {
                Ok(vec![row; usize::try_from(limit.unwrap_or(2)).expect("a small number")])
            }
        };
        let fields = Arc::new(vec![
            FieldShape::new("id", Kind::Id),
            FieldShape::new("name", Kind::Text),
            FieldShape::decimal("credit", 2),
            FieldShape::new("tag", Kind::Text),
        ]);
        Ok((answer.map(|rows| Rows { fields, rows }), 200))
    }
}

fn record(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(record) => record,
        other => panic!("{other} is not a record"),
    }
}

fn shape() -> Arc<EntityShape> {
    Arc::new(EntityShape {
        name: "opportunity".to_owned(),
        fields: vec![
            FieldShape::new("id", Kind::Id).read_only(),
            FieldShape::new("name", Kind::Text),
            FieldShape::new("stage", Kind::Text),
            FieldShape::decimal("amount", 2),
            FieldShape::new("count", Kind::Integer),
            FieldShape::new("close_date", Kind::Date),
            FieldShape::new("called_at", Kind::Instant),
            FieldShape::new("account", Kind::Id),
            FieldShape::new("active", Kind::Bool),
            FieldShape::new("extra", Kind::Json),
            FieldShape::new("tag", Kind::Text),
        ],
    })
}

fn request(source: &str, drafts: Vec<Draft>) -> Request {
    Request {
        invocation: "i".to_owned(),
        script: Script::new("s", "opportunity.before_save", source),
        hook: Hook::BeforeSave,
        entity: shape(),
        drafts,
        context: Context {
            now_ms: 1_795_975_200_123,
            today: "2026-11-30".to_owned(),
            seed: 42,
            user: User { id: "u1".to_owned(), name: "Lin".to_owned() },
            time_zone: "Asia/Shanghai".to_owned(),
        },
        limits: Limits { operations: 500_000, deadline_ms: 5_000 },
    }
}

fn sandbox() -> Sandbox {
    Sandbox::new(Box::new(OneAccount::default()), Meter::new(None))
}

fn new(value: Value) -> Draft {
    Draft { old: None, new: record(value) }
}

/// Runs a script over one draft.
fn run(source: &str, draft: Draft) -> Outcome {
    let done = sandbox().run(request(source, vec![draft])).expect("a script that compiles");
    done.outcomes.into_iter().next().expect("one outcome per draft")
}

/// The changes that a script makes to an empty draft.
fn changes(source: &str) -> Value {
    let outcome = run(source, Draft::default());
    assert_eq!(outcome.fault, None, "{source}");
    Value::Object(outcome.changes)
}

/// The English message of the fault that a script runs into.
fn fault(source: &str) -> String {
    run(source, Draft::default()).fault.map(|fault| fault.message.en).unwrap_or_default()
}

#[test]
fn every_limit_of_the_engine_is_set() {
    let profile = sandbox().profile();
    assert_eq!(profile.operations, limits::HOOK_OPERATIONS);
    assert_eq!(profile.call_levels, limits::CALL_LEVELS);
    assert_eq!(profile.expression_depths, limits::EXPRESSION_DEPTHS);
    assert_eq!(profile.string_bytes, limits::STRING_BYTES);
    assert_eq!(profile.array_items, limits::ARRAY_ITEMS);
    assert_eq!(profile.map_items, limits::MAP_ITEMS);
    assert!(profile.strict_variables && profile.strict_properties);
}

#[test]
fn decimals_are_exact() {
    assert_eq!(changes("record.active = 0.1 + 0.2 == 0.3")["active"], true);
    assert_eq!(changes("record.amount = 0.1 + 0.2")["amount"], "0.30");
    assert_eq!(changes("record.amount = 19.99 * 3")["amount"], "59.97");
    assert_eq!(changes("record.amount = round(2.345, 2)")["amount"], "2.35");
    assert_eq!(changes("record.amount = round(-2.345, 2)")["amount"], "-2.35");
    assert_eq!(changes("record.amount = round(100 / 3.0, 2)")["amount"], "33.33");
    assert_eq!(
        changes("record.amount = decimal(\"92233720368547758.07\")")["amount"],
        "92233720368547758.07"
    );
    assert_eq!(changes("record.count = (7 / 2.0 * 2).to_int()")["count"], 7);
    let cents = "let sum = 0.0; for i in 0..1000 { sum += 0.01; } record.amount = sum;";
    assert_eq!(changes(cents)["amount"], "10.00");
    assert!(fault("record.amount = 10 / 3.0").contains("round(value, 2)"));
    assert!(fault("record.amount = decimal(\"12,5\")").contains("is not a number"));
    assert!(fault("let x = 79228162514264337593543950335.0; x * x").contains("overflow"));
}

#[test]
fn a_stored_decimal_is_compared_and_calculated_as_a_number() {
    let draft = new(json!({"amount": "12.50", "count": 3}));
    let outcome = run(
        "if record.amount > 12 && record.amount == 12.5 { record.amount *= record.count; }",
        draft,
    );
    assert_eq!(Value::Object(outcome.changes), json!({"amount": "37.50"}));
}

#[test]
fn only_what_really_changed_comes_back() {
    let draft = new(json!({"name": "A", "amount": "12.50", "close_date": "2026-01-01"}));
    let source = r#"
        record.name = "A";
        record.amount = 12.5;
        record.close_date = date(2026, 1, 1);
        record.stage = "won";
        record.count = ();
    "#;
    assert_eq!(Value::Object(run(source, draft).changes), json!({"stage": "won"}));
}

#[test]
fn setting_a_field_to_nothing_empties_it() {
    let outcome = run("record.name = ();", new(json!({"name": "A"})));
    assert_eq!(Value::Object(outcome.changes), json!({"name": null}));
}

#[test]
fn days_and_moments_calculate_and_compare() {
    assert_eq!(changes("record.close_date = today() + 1")["close_date"], "2026-12-01");
    assert_eq!(changes("record.close_date = today().add_months(3)")["close_date"], "2027-02-28");
    assert_eq!(changes("record.close_date = \"2026-02-28\"")["close_date"], "2026-02-28");
    assert_eq!(changes("record.count = days_between(date(\"2026-01-01\"), today())")["count"], 333);
    assert_eq!(
        changes("record.active = today() > \"2026-01-01\" && \"2027-01-01\" >= today()")["active"],
        true
    );
    assert_eq!(changes("record.active = today() == ()")["active"], false);
    assert_eq!(changes("record.active = record.close_date == ()")["active"], true);
    assert_eq!(
        changes("record.called_at = now().add_hours(1)")["called_at"],
        "2026-11-29T19:00:00.123Z"
    );
    // The moment is still the 29th in UTC, and already the 30th in the workspace.
    assert_eq!(changes("record.close_date = now().date")["close_date"], "2026-11-30");
    assert!(fault("record.close_date = \"30.11.2026\"").contains("close_date needs a date"));
    assert!(fault("today() > \"soon\"").contains("is not a date"));
    assert!(fault("today().add_days(9223372036854775807)").contains("out of range"));
    // As in filters: nothing is neither before nor after anything.
    for source in
        ["record.close_date < today()", "record.close_date >= today()", "5 > record.amount"]
    {
        assert_eq!(changes(&format!("record.active = {source}"))["active"], false, "{source}");
    }
}

#[test]
fn errors_stand_beside_their_fields_in_both_languages() {
    let source = r#"
        if record.stage == "won" && record.amount == () { fail("amount", "A won deal needs an amount."); }
        fail(#{ "en": "Ask first.", "zh-CN": "请先询问。" });
    "#;
    let outcome = run(source, new(json!({"stage": "won"})));
    assert_eq!(outcome.fault, None);
    assert_eq!(outcome.errors[0].field.as_deref(), Some("amount"));
    assert_eq!(outcome.errors[0].message.text("zh-CN"), "A won deal needs an amount.");
    assert_eq!(outcome.errors[1].field, None);
    assert_eq!(outcome.errors[1].message.text("zh-CN"), "请先询问。");
}

#[test]
fn a_failure_after_a_reported_error_does_not_hide_it() {
    let done = sandbox()
        .run(request(
            "fail(\"amount\", \"Missing.\"); record.amount + 1 > 2",
            vec![Draft::default()],
        ))
        .expect("a script that compiles");
    assert_eq!(done.outcomes[0].errors.len(), 1);
    assert_eq!(done.outcomes[0].fault, None);
    assert!(done.log[0].text.contains("One of the values is empty"), "{:?}", done.log);
}

#[test]
fn unknown_and_protected_fields_are_errors_with_a_place() {
    for source in [
        "let x = record.amoutn;",
        "record.amoutn = 1;",
        "record[\"amoutn\"]",
        "record.set(\"amoutn\", 1)",
        "changed(\"amoutn\")",
        "fail(\"amoutn\", \"x\")",
    ] {
        assert!(fault(source).contains("opportunity has no field called amoutn"), "{source}");
    }
    let outcome = run("\n  record.id = \"x\";", Draft::default());
    let fault = outcome.fault.expect("a protected field");
    assert_eq!(fault.message.en, "id cannot be set by a script.");
    assert_eq!(fault.line, Some(2));
    assert_eq!(fault.kind, FaultKind::Runtime);
}

#[test]
fn values_of_the_wrong_kind_are_refused_where_they_are_set() {
    assert_eq!(fault("record.name = 5"), "name needs a text; to_string() makes one, not 5.");
    assert_eq!(fault("record.count = 1.5"), "count needs a whole number, not 1.5.");
    assert_eq!(fault("record.active = \"yes\""), "active needs true or false, not \"yes\".");
    assert_eq!(
        fault("record.amount + 1"),
        "+ does not work with empty and integer. One of the values is empty; test it with `== ()` first."
    );
    assert_eq!(fault("let x = \"a\"; x.round(2)"), "There is no round for text and integer.");
    assert_eq!(fault("record.extra = #{ f: Fn(\"x\") }"), "A value of type Fn cannot be stored.");
}

#[test]
fn the_stored_record_can_be_read_and_not_changed() {
    let draft = || Draft {
        old: Some(record(json!({"stage": "open", "amount": "1.00"}))),
        new: record(json!({"stage": "won", "amount": "1.00"})),
    };
    let source = r#"
        record.active = changed("stage") && !changed("amount") && !is_new() && old.stage == "open";
    "#;
    assert_eq!(run(source, draft()).changes["active"], true);
    let fault = run("old.stage = \"x\"", draft()).fault.expect("read only");
    assert!(fault.message.en.contains("being saved"));
    assert_eq!(
        changes("record.active = is_new() && old == () && !changed(\"stage\")")["active"],
        true
    );
    assert!(run("record = old", draft()).fault.is_some());
}

#[test]
fn the_record_is_seen_inside_functions_and_closures() {
    let source = r#"
        fn total() { record.amount * 2 }
        fn own(record) { record + 1 }
        let factor = 3;
        record.amount = 5;
        let sums = [1, 2].map(|n| n * factor + record.amount);
        record.count = own(40) + 1;
        record.amount = total() + sums[1];
    "#;
    assert_eq!(changes(source), json!({"amount": "21.00", "count": 42}));
}

#[test]
fn a_field_called_tag_is_a_field() {
    assert_eq!(
        changes("record.tag = \"a\"; record.name = record.tag + \"b\";"),
        json!({"tag": "a", "name": "ab"})
    );
}

#[test]
fn free_json_is_read_and_changed_in_place() {
    let draft = new(json!({"extra": {"list": [1], "deep": {"rate": 0.1}}}));
    let outcome = run("record.extra.list.push(2); record.extra.deep.rate += 0.2;", draft);
    assert_eq!(outcome.fault, None);
    assert_eq!(outcome.changes["extra"], json!({"list": [1, 2], "deep": {"rate": 0.3}}));
}

#[test]
fn the_same_invocation_gives_the_same_results() {
    let source = "record.count = random(1, 1000000); record.amount = round(random() * 1000, 2);";
    let results = || {
        let drafts = vec![Draft::default(), Draft::default()];
        sandbox().run(request(source, drafts)).expect("a script that compiles").outcomes
    };
    let first = results();
    assert_eq!(first, results());
    assert_ne!(first[0], first[1]);
    let mut other = request(source, vec![Draft::default()]);
    other.context.seed = 43;
    assert_ne!(first[0], sandbox().run(other).expect("a script that compiles").outcomes[0]);
}

#[test]
fn questions_reach_the_host_once_and_answers_have_their_kinds() {
    let host = OneAccount::default();
    let mut sandbox = Sandbox::new(Box::new(host.clone()), Meter::new(None));
    let source = r#"
        let account = get("account", record.account);
        if account.credit < 1000.2 { record.name = account.name + account.tag; }
        record.account = account;
        record.active = get("account", "nobody") == () && get("account", ()) == ();
        record.count = query("account", (), #{ limit: 3, sort: ["-name"] }).len();
    "#;
    let drafts = vec![new(json!({"account": "a1"})); 3];
    let done = sandbox.run(request(source, drafts)).expect("a script that compiles");
    for outcome in &done.outcomes {
        assert_eq!(
            Value::Object(outcome.changes.clone()),
            json!({"name": "Acmegold", "active": true, "count": 3}),
            "{:?}",
            outcome.fault
        );
    }
    assert_eq!(host.0.borrow().len(), 3, "three drafts ask the same three questions");
}

#[test]
fn a_refused_question_is_an_error_that_a_script_may_catch() {
    let source = "let x = get(\"secret\", \"1\");";
    let outcome = run(source, Draft::default());
    let fault = outcome.fault.expect("a refusal");
    assert_eq!(
        fault.message,
        Bilingual::new("There is no entity called secret.", "没有名为 secret 的对象。")
    );
    assert_eq!((fault.kind, fault.line), (FaultKind::Runtime, Some(1)));
    let caught = "try { get(\"secret\", \"1\"); } catch (e) { record.name = `${e}`; }";
    assert_eq!(changes(caught)["name"], "There is no entity called secret.");
}

#[test]
fn wrong_questions_are_refused_before_they_are_asked() {
    assert!(fault("query(\"account\", \"name\")").contains("A filter is a map"));
    assert!(fault("query(\"account\", (), #{ top: 5 })").contains("top is not a valid option"));
    assert!(
        fault("query(\"account\", (), #{ limit: -1 })").contains("limit is not a valid option")
    );
}

#[test]
fn fuel_for_questions_runs_out_and_cannot_be_caught() {
    let calls = "loop { try { get(\"account\", \"a1\"); } catch { } }";
    let outcome = run(calls, Draft::default());
    let fault = outcome.fault.expect("fuel");
    assert_eq!(fault.kind, FaultKind::Limit);
    assert!(fault.message.en.contains("more than 100 times"), "{fault}");
    let rows = "for i in 0..100 { query(\"account\", (), #{ limit: 1000 + i }); }";
    assert!(fault_of_limit(rows).contains("more than 5000 records"));
}

fn fault_of_limit(source: &str) -> String {
    let fault = run(source, Draft::default()).fault.expect("a limit");
    assert_eq!(fault.kind, FaultKind::Limit, "{source}: {fault}");
    fault.message.en
}

#[test]
fn a_fault_of_one_draft_leaves_the_others_alone() {
    let drafts = vec![new(json!({"count": 1})), new(json!({"count": 0})), new(json!({"count": 2}))];
    let done = sandbox()
        .run(request("record.count = 10 / record.count;", drafts))
        .expect("a script that compiles");
    assert_eq!(done.outcomes[0].changes["count"], 10);
    assert!(
        done.outcomes[1]
            .fault
            .as_ref()
            .is_some_and(|fault| fault.message.en.contains("Division by zero"))
    );
    assert_eq!(done.outcomes[2].changes["count"], 5);
    assert!(done.operations > 0);
}

#[test]
fn a_loop_ends_at_the_deadline_and_the_sandbox_goes_on() {
    let mut sandbox = sandbox();
    let mut late =
        request("fn f(a) { } let a = []; a += 1..1900; loop { f(a); }", vec![Draft::default()]);
    late.limits = Limits { operations: limits::OPERATIONS_MAX, deadline_ms: 50 };
    let fault = sandbox.run(late).expect_err("late");
    assert_eq!(fault.kind, FaultKind::Deadline);
    assert_eq!(fault.line, Some(1));
    assert!(sandbox.run(request("record.count = 1;", vec![Draft::default()])).is_ok());
}

#[test]
fn the_log_is_capped() {
    let source = "for i in 0..20000 { print(\"0123456789\".to_upper()); } debug(1);";
    let done =
        sandbox().run(request(source, vec![Draft::default()])).expect("a script that compiles");
    let bytes: usize = done.log.iter().map(|line| line.text.len()).sum();
    assert!(done.log.len() <= limits::LOG_LINES_MAX && bytes <= limits::LOG_BYTES_MAX + 8);
}

#[test]
fn denied_functions_and_words_say_so() {
    for source in
        ["sleep(1)", "[].pad(3, 1)", "\"x\".pad(5, \"\")", "\"x\".pad(5, ' ')", "sleep(0.5)"]
    {
        let source = format!(
            "let x = 1; {}",
            source.replace("[]", "let a = []; a").replace("\"x\".", "let s = \"x\"; s.")
        );
        assert!(fault(&source).contains("is not available in scripts"), "{source}");
    }
    for source in ["eval(\"1\")", "import \"x\" as y;", "export let x = 1;"] {
        let error = sandbox().run(request(source, vec![Draft::default()])).expect_err("refused");
        assert_eq!(error.kind, FaultKind::Syntax, "{source}");
    }
    for source in ["timestamp()", "blob(10)", "parse_json(\"[\")"] {
        let compiled = sandbox().run(request(source, vec![Draft::default()]));
        assert!(compiled.expect("compiles").outcomes[0].fault.is_some(), "{source}");
    }
}

#[test]
fn syntax_errors_carry_the_place_and_both_languages() {
    let error = sandbox()
        .run(request("let a = 1;\nif a == {", vec![Draft::default()]))
        .expect_err("not a script");
    assert_eq!((error.kind, error.line), (FaultKind::Syntax, Some(2)));
    let error = sandbox().run(request("total = 1;", vec![Draft::default()])).expect_err("unknown");
    assert_eq!(error.message.zh, "没有名为 total 的变量。");
    let long = "//".repeat(limits::SOURCE_BYTES_MAX);
    let error = sandbox().run(request(&long, vec![Draft::default()])).expect_err("too long");
    assert_eq!(error.kind, FaultKind::Limit);
}

#[test]
fn what_a_script_throws_is_shown() {
    assert_eq!(fault("throw \"No.\""), "No.");
    let outcome = run("throw #{ en: \"No.\", \"zh-CN\": \"不。\" }", Draft::default());
    assert_eq!(outcome.fault.expect("thrown").message, Bilingual::new("No.", "不。"));
}

#[test]
fn a_change_that_is_too_large_is_refused() {
    let source = "let s = \"x\"; for i in 0..17 { s += s; } \
                  record.name = s; record.stage = s; record.extra = [s, s, s, s, s, s];";
    let outcome = run(source, Draft::default());
    assert!(outcome.fault.is_some());
    assert!(outcome.changes.is_empty());
}

#[test]
fn one_place_makes_an_engine_and_one_place_starts_a_process() {
    fn sources(directory: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && !path.ends_with("tests.rs")
            {
                found.push(std::fs::read_to_string(&path).expect("a source file"));
            }
        }
    }
    let mut found = Vec::new();
    sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    let count = |text: &str| -> usize { found.iter().map(|file| file.matches(text).count()).sum() };
    assert_eq!(count("Engine::new"), 1);
    assert_eq!(count("Command::new"), 1);
}

/// Everything that a script can reach, as a list that a person has looked at. A new version of the
/// engine that brings a new function fails here; `UPDATE_SURFACE=1` writes the list anew.
#[test]
fn the_surface_of_the_sandbox_is_exactly_the_published_one() {
    let found: String = surface(sandbox().engine())
        .into_iter()
        .map(|(name, count)| format!("{name}/{count}\n"))
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/sandbox/surface.txt");
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if std::env::var_os("UPDATE_SURFACE").is_some() {
        std::fs::write(path, &found).expect("the source tree is writable");
    } else if found != expected {
        let missing: Vec<_> =
            expected.lines().filter(|line| !found.lines().any(|f| f == *line)).collect();
        let added: Vec<_> =
            found.lines().filter(|line| !expected.lines().any(|e| e == *line)).collect();
        panic!("gone: {missing:?}\nadded: {added:?}");
    }
}

#[test]
fn everything_the_editor_offers_exists() {
    use crate::completions::{CompletionKind, completions};
    let surface = surface(sandbox().engine());
    for offer in completions(Hook::BeforeSave) {
        let exists = match offer.kind {
            CompletionKind::Function | CompletionKind::Method => {
                offer.name == "print" || surface.iter().any(|(name, _)| name == offer.name)
            }
            CompletionKind::Property => {
                surface.iter().any(|(name, _)| *name == format!("get${}", offer.name))
            }
            CompletionKind::Variable => api::VARIABLES.contains(&offer.name),
            CompletionKind::Keyword => true,
        };
        assert!(exists, "{}", offer.name);
        assert!(!offer.en.is_empty() && !offer.zh.is_empty());
    }
}

#[test]
fn a_check_finds_problems_with_their_places() {
    let problems = |source: &str| {
        let request = CheckRequest {
            source: source.to_owned(),
            hook: Hook::BeforeSave,
            entity: Some(shape()),
        };
        sandbox().check(&request)
    };
    let texts = |source: &str| -> Vec<(u32, u32, String)> {
        problems(source).into_iter().map(|p| (p.line, p.column, p.message.en)).collect()
    };
    assert!(
        texts("if record.stage == \"won\" && changed(\"stage\") { fail(\"amount\", \"x\"); }")
            .is_empty()
    );
    assert!(
        texts("fn f(a) { a.trim(); record.amount } let x = f(\"b\"); x.round(2); print(x);")
            .is_empty()
    );
    assert_eq!(texts("let x = 1;\nx = y;"), [(2, 5, "There is no variable called y.".to_owned())]);
    assert_eq!(
        texts("let x = record.amoutn;\nrecord.id = \"1\";\nfail(\"nam\", \"x\");"),
        [
            (1, 16, "opportunity has no field called amoutn. Did you mean amount?".to_owned()),
            (2, 8, "id cannot be set by a script.".to_owned()),
            (3, 6, "opportunity has no field called nam. Did you mean name?".to_owned()),
        ]
    );
    assert_eq!(
        texts("tody();\nround(1.5, 2, 3);"),
        [
            (1, 1, "There is no function called tody. Did you mean today?".to_owned()),
            (2, 1, "round takes 1 or 2 values, not 3.".to_owned()),
        ]
    );
    assert_eq!(problems("let m = #{}; m.fly();")[0].severity, crate::protocol::Severity::Warning);
}
