//! Questions to a workspace as plain values: which table, which columns, which rows, in which order.

use std::fmt;
use std::sync::Arc;

use model::{Storage, Value};

/// The physical name of a table: an entity's id, such as `opportunity_k3`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName(pub Arc<str>);

impl TableName {
    /// Wraps a physical name that came from the catalogue.
    pub fn new(name: impl Into<Arc<str>>) -> TableName {
        TableName(name.into())
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TableName {
    fn from(name: &str) -> TableName {
        TableName(name.into())
    }
}

/// A column that can be read, tested or ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// The physical name: a field's id, such as `amount_k9`, or a built-in column.
    pub name: Arc<str>,
    /// What the column holds.
    pub storage: Storage,
    /// Whether this text is compared ignoring case and sorted as people sort: it has companion
    /// columns, which the store fills itself, and every test of it goes through them.
    pub key: bool,
    /// Links walked from the table of the question to the table of the column; mostly none.
    pub path: Vec<Hop>,
}

impl Column {
    /// A column of the table itself, without companions.
    pub fn new(name: impl Into<Arc<str>>, storage: Storage) -> Column {
        Column { name: name.into(), storage, key: false, path: Vec::new() }
    }

    /// A text column that is compared ignoring case and sorted.
    pub fn text(name: impl Into<Arc<str>>) -> Column {
        Column { key: true, ..Column::new(name, Storage::Text) }
    }

    /// The id of a row.
    pub fn id() -> Column {
        Column::new("id", Storage::Id)
    }

    /// The revision of a row.
    pub fn revision() -> Column {
        Column::new("revision", Storage::Integer)
    }

    /// The same column, reached through links.
    pub fn through(self, path: Vec<Hop>) -> Column {
        Column { path, ..self }
    }
}

/// One link walked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The column that holds the id of the linked row.
    pub column: Arc<str>,
    /// The table that the link points to.
    pub table: TableName,
}

/// Which rows. Two-valued: an empty value matches only `Empty`, `Ne`, `NotIn` and `NotContains`,
/// and `Not` is the exact complement.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every row.
    True,
    /// No row.
    False,
    /// All of them.
    And(Vec<Condition>),
    /// At least one of them.
    Or(Vec<Condition>),
    /// The complement.
    Not(Box<Condition>),
    /// A test of one column.
    Test {
        /// The column tested.
        column: Column,
        /// How.
        op: Op,
        /// With what: none for `Empty`, two for `Between`, any number for `In`, else one.
        values: Vec<Value>,
    },
    /// The row that a link points to satisfies a condition.
    Linked {
        /// The link here.
        column: Column,
        /// The table it points to.
        table: TableName,
        /// What holds there.
        condition: Box<Condition>,
    },
    /// The rows that link here satisfy a condition.
    Inverse {
        /// The table whose rows link here.
        table: TableName,
        /// The link there.
        column: Column,
        /// How many of them must.
        quantifier: Quantifier,
        /// What holds there.
        condition: Box<Condition>,
    },
}

impl Condition {
    /// A test of one column with one value.
    pub fn test(column: Column, op: Op, value: impl Into<Value>) -> Condition {
        Condition::Test { column, op, values: vec![value.into()] }
    }

    /// Both conditions, without needless nesting.
    pub fn and(self, other: Condition) -> Condition {
        match (self, other) {
            (Condition::True, condition) | (condition, Condition::True) => condition,
            (Condition::And(mut all), condition) => {
                all.push(condition);
                Condition::And(all)
            }
            (one, two) => Condition::And(vec![one, two]),
        }
    }
}

/// How many linking rows must satisfy a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// All; true when there is none.
    Every,
    /// Not one.
    None,
}

/// How a column is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Equal; text with companions ignores case.
    Eq,
    /// Not equal, or empty.
    Ne,
    /// One of a list.
    In,
    /// None of a list, or empty.
    NotIn,
    /// Empty.
    Empty,
    /// Not empty.
    NotEmpty,
    /// Smaller.
    Lt,
    /// Smaller or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// From the first value to the second, both included.
    Between,
    /// Text that contains, ignoring case and width.
    Contains,
    /// Text that does not contain, or is empty.
    NotContains,
    /// Text whose key starts with the key of the value.
    Starts,
    /// Text that ends with, ignoring case and width.
    Ends,
}

/// One column of an order. Empty sorts smallest.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The column.
    pub column: Column,
    /// Greatest first.
    pub descending: bool,
}

/// Where a page starts.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Page {
    /// At the first row.
    #[default]
    Start,
    /// After the row that these values of [`Rows::next`] describe.
    After(Vec<Value>),
    /// After this many rows.
    Offset(u64),
}

/// A list of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// Where the rows live.
    pub table: TableName,
    /// What is read of each.
    pub columns: Vec<Column>,
    /// Conditions whose truth is read with each row, after the columns.
    pub marks: Vec<Condition>,
    /// Which rows.
    pub filter: Condition,
    /// In which order; ties go by id, in the direction of the last column.
    pub order: Vec<Order>,
    /// Where the page starts.
    pub page: Page,
    /// How many rows at most.
    pub limit: u32,
}

impl Select {
    /// The first `limit` rows of a table, by id.
    pub fn new(table: TableName, columns: Vec<Column>, limit: u32) -> Select {
        Select {
            table,
            columns,
            marks: Vec::new(),
            filter: Condition::True,
            order: Vec::new(),
            page: Page::Start,
            limit,
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Each row: the columns, then the marks as [`Value::Bool`].
    pub rows: Vec<Vec<Value>>,
    /// What [`Page::After`] needs to continue, when there are more rows.
    pub next: Option<Vec<Value>>,
}

/// Figures about rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Where the rows live.
    pub table: TableName,
    /// Which rows.
    pub filter: Condition,
    /// What the rows are grouped by; nothing makes one group of all.
    pub group: Vec<Group>,
    /// What is computed of each group.
    pub measures: Vec<Measure>,
    /// The order of the groups; afterwards by the groups themselves.
    pub order: Vec<AggregateOrder>,
    /// How many groups at most.
    pub limit: u32,
}

/// One thing to group by. Texts that are equal ignoring case make one group, shown as the
/// smallest of them by code point.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The column.
    pub column: Column,
    /// How its values are put together.
    pub bucket: Option<Bucket>,
}

/// How values are put into one group.
#[derive(Debug, Clone, PartialEq)]
pub enum Bucket {
    /// By boundaries, ascending, of instants (ms) or whole numbers: the group is
    /// [`Value::Int`], the number of boundaries that are not greater than the value.
    Ranges(Vec<i64>),
    /// Dates by period: the group is the first [`Value::Date`] of the period.
    Date(Period),
}

/// A period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// From 1 January.
    Year,
    /// From 1 January, April, July, October.
    Quarter,
    /// From the first of the month.
    Month,
    /// From Monday.
    Week,
    /// The day itself.
    Day,
}

/// One figure of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What is computed.
    pub function: Function,
    /// Of which column; `None` only for [`Function::Count`], which then counts rows.
    pub column: Option<Column>,
}

/// What is computed of the values of a group. Empty values are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// How many.
    Count,
    /// The exact sum, `Null` of nothing; beyond 64 bits is [`crate::Fault::Overflow`].
    Sum,
    /// Two values in a row: the exact sum and the count; the caller divides and rounds once.
    Average,
    /// The smallest.
    Min,
    /// The greatest.
    Max,
    /// How many different ones.
    CountDistinct,
}

/// The order of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggregateOrder {
    /// By which output.
    pub by: AggregateColumn,
    /// Greatest first.
    pub descending: bool,
}

/// An output of an aggregate, by its place in the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateColumn {
    /// The group with this index.
    Group(usize),
    /// The measure with this index; an average orders by its exact quotient.
    Measure(usize),
}
