//! The SQL of typical questions, on both databases, as people may want to read it.

use insta::assert_snapshot;
use model::{Storage, Uuid, Value};

use super::rows::{Shapes, Verb};
use super::select::Segment;
use super::{Query, aggregate, schema, select};
use crate::commit::{ColumnDefinition, SchemaStep};
use crate::dialect::Home;
use crate::plan::*;

fn homes() -> [Home; 2] {
    [Home::sqlite(), Home::workspace(Uuid::nil())]
}

/// What both databases are asked, one after another.
fn both(ask: impl Fn(&Home) -> String) -> String {
    homes().map(|home| ask(&home)).join("\n\n")
}

fn shown(query: Query) -> String {
    format!("{}\n{:?}", query.sql, query.parameters)
}

fn name() -> Column {
    Column::text("name_b")
}

fn amount() -> Column {
    Column::new("amount_c", Storage::Integer)
}

fn deals(filter: Condition, order: Vec<Order>, page: Page) -> Select {
    let table = TableName::from("deal_a");
    Select { filter, order, page, ..Select::new(table, vec![Column::id(), name()], 50) }
}

fn by(column: Column, descending: bool) -> Order {
    Order { column, descending }
}

#[test]
fn a_filtered_and_ordered_page() {
    let hop = Hop { column: "account_d".into(), table: TableName::from("account_e") };
    let city = Column::text("city_f").through(vec![hop]);
    let filter = Condition::And(vec![
        Condition::test(city.clone(), Op::Eq, "Köln"),
        Condition::Not(Box::new(Condition::test(name(), Op::Contains, "%"))),
        Condition::Inverse {
            table: TableName::from("activity_g"),
            column: Column::new("deal_h", Storage::Id),
            quantifier: Quantifier::Every,
            condition: Box::new(Condition::test(amount(), Op::Gt, 5)),
        },
    ]);
    let question = deals(filter, vec![by(city, false), by(amount(), true)], Page::Start);
    let sql = both(|home| shown(select::select(home, &question, Segment::Whole).unwrap()));
    assert_snapshot!(sql);
}

#[test]
fn the_next_page_upwards_is_one_range_of_an_index() {
    let page = Page::After(vec!["acme".into(), Value::Id(Uuid::nil())]);
    let question = deals(Condition::True, vec![by(name(), false)], page);
    assert_eq!(select::segments(&question), [Segment::Whole]);
    let sql = both(|home| shown(select::select(home, &question, Segment::Whole).unwrap()));
    assert_snapshot!(sql);
}

#[test]
fn the_next_page_downwards_reads_the_filled_and_then_the_empty() {
    let page = Page::After(vec![Value::Int(7), Value::Id(Uuid::nil())]);
    let question = deals(Condition::True, vec![by(amount(), true)], page);
    let segments = select::segments(&question);
    assert_eq!(segments, [Segment::Filled, Segment::Empty]);
    let sql = both(|home| {
        let ask = |segment| shown(select::select(home, &question, segment).unwrap());
        segments.iter().copied().map(ask).collect::<Vec<_>>().join("\n")
    });
    assert_snapshot!(sql);
}

#[test]
fn figures_of_groups() {
    let question = Aggregate {
        table: TableName::from("deal_a"),
        filter: Condition::test(name(), Op::Starts, "Ac"),
        group: vec![
            Group {
                column: Column::new("close_d", Storage::Date),
                bucket: Some(Bucket::Date(Period::Month)),
            },
            Group { column: name(), bucket: None },
        ],
        measures: vec![
            Measure { function: Function::Count, column: None },
            Measure { function: Function::Average, column: Some(amount()) },
        ],
        order: vec![AggregateOrder { by: AggregateColumn::Measure(1), descending: true }],
        limit: 10,
    };
    assert_snapshot!(both(|home| shown(aggregate::aggregate(home, &question).unwrap())));
}

#[test]
fn rows_are_written_by_statements_that_depend_on_columns_only() {
    let sql = both(|home| {
        let shapes = Shapes::new(home.clone());
        let table = TableName::from("deal_a");
        let columns = [name(), amount(), Column::new("notes_d", Storage::Json)];
        let verbs = [Verb::Insert, Verb::Update, Verb::Delete, Verb::Read];
        let one = |verb| shapes.get(verb, &table, columns.iter()).unwrap().sql.to_string();
        verbs.map(one).join("\n")
    });
    assert_snapshot!(sql);
}

#[test]
fn tables_columns_and_indexes() {
    let column = |name: &str, storage, key, references: Option<&str>| ColumnDefinition {
        name: name.into(),
        storage,
        key,
        references: references.map(TableName::from),
    };
    let table = TableName::from("deal_a");
    let columns = vec![
        column("name_b", Storage::Text, true, None),
        column("stage_c", Storage::Text, false, None),
        column("account_d", Storage::Id, false, Some("account_e")),
    ];
    let steps = [
        SchemaStep::CreateTable { table: table.clone(), columns: columns.clone() },
        SchemaStep::AddColumn {
            table: table.clone(),
            column: column("closed_f", Storage::Instant, false, None),
        },
        SchemaStep::CreateIndex {
            index: "deal_a__name_b__u".into(),
            table: table.clone(),
            columns: vec![name()],
            unique: true,
        },
        SchemaStep::CreateIndex {
            index: "deal_a__amount_c__i".into(),
            table: table.clone(),
            columns: vec![amount()],
            unique: false,
        },
        SchemaStep::DropColumn { table: table.clone(), column: columns[0].clone() },
        SchemaStep::DropTable { table },
    ];
    let sql = both(|home| {
        let of_step = |step| schema::statements(home, step).unwrap();
        steps.iter().flat_map(of_step).collect::<Vec<_>>().join("\n")
    });
    assert_snapshot!(sql);
}

/// How SQLite goes about a question over `deal_a` with indexes on name and amount.
fn plan(question: &Select, segment: Segment) -> String {
    let home = Home::sqlite();
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    crate::sqlite::add_functions(&connection).unwrap();
    let definition = |column: Column| ColumnDefinition {
        name: column.name,
        storage: column.storage,
        key: column.key,
        references: None,
    };
    let index = |name: &str, column: Column| SchemaStep::CreateIndex {
        index: name.into(),
        table: TableName::from("deal_a"),
        columns: vec![column],
        unique: false,
    };
    let steps = [
        SchemaStep::CreateTable {
            table: TableName::from("deal_a"),
            columns: vec![definition(name()), definition(amount())],
        },
        index("by_name", name()),
        index("by_amount", amount()),
    ];
    for text in steps.iter().flat_map(|step| schema::statements(&home, step).unwrap()) {
        connection.execute_batch(&text).unwrap();
    }
    let sql = select::select(&home, question, segment).unwrap().sql;
    let mut statement = connection.prepare(&format!("explain query plan {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get::<_, String>("detail").unwrap());
    }
    plan.join("; ")
}

#[test]
fn pages_of_an_indexed_column_are_ranges_of_its_index() {
    let id = Value::Id(Uuid::nil());
    let text = Page::After(vec!["acme".into(), id.clone()]);
    let number = Page::After(vec![Value::Int(7), id.clone()]);
    let empty = Page::After(vec![Value::Null, id]);
    let cases = [
        (name(), false, Page::Start, Segment::Whole, "SCAN t1 USING INDEX by_name"),
        (amount(), true, Page::Start, Segment::Whole, "SCAN t1 USING INDEX by_amount"),
        (
            name(),
            false,
            text,
            Segment::Whole,
            "SEARCH t1 USING INDEX by_name ((name_b__k,id)>(?,?))",
        ),
        (
            amount(),
            true,
            number.clone(),
            Segment::Filled,
            "SEARCH t1 USING INDEX by_amount ((amount_c,id)<(?,?))",
        ),
        (amount(), true, number, Segment::Empty, "SEARCH t1 USING INDEX by_amount (amount_c=?)"),
        (
            amount(),
            true,
            empty,
            Segment::Whole,
            "SEARCH t1 USING INDEX by_amount (amount_c=? AND id<?)",
        ),
    ];
    for (column, descending, page, segment, expected) in cases {
        let question = deals(Condition::True, vec![by(column, descending)], page);
        assert_eq!(plan(&question, segment), expected);
    }
}

#[test]
fn a_beginning_is_a_range_of_the_index_of_keys() {
    let filter = Condition::test(name(), Op::Starts, "Ac");
    let question = deals(filter, vec![by(name(), false)], Page::Start);
    let expected = "SEARCH t1 USING INDEX by_name (name_b__k>? AND name_b__k<?)";
    assert_eq!(plan(&question, Segment::Whole), expected);
}

proptest::proptest! {
    /// Names come from the catalogue, but even one that does not stays a name.
    #[test]
    fn whatever_a_name_holds_it_stays_a_name(name in "[^\0]{1,40}") {
        let column = Column::new(name.as_str(), Storage::Integer);
        let mut question = Select::new(TableName::new(name.as_str()), vec![column.clone()], 1);
        question.filter = Condition::test(column, Op::Gt, 1);
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let sql = select::select(&Home::sqlite(), &question, Segment::Whole).unwrap().sql;
        let error = connection.prepare(&sql).unwrap_err().to_string();
        let expected = format!("no such table: {name}");
        proptest::prop_assert!(error.starts_with(&expected), "{} for {}", error, sql);
        let postgres = select::select(&Home::control(), &question, Segment::Whole).unwrap().sql;
        let quoted = format!("\"control\".\"{}\"", name.replace('"', "\"\""));
        proptest::prop_assert!(postgres.contains(&quoted), "{}", postgres);
    }
}
