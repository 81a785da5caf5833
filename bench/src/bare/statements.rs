//! The statements of the bare server: what the engine asks its database for the same requests,
//! written out.

use std::sync::Arc;

use uuid::Uuid;

use super::format::Kind;
use crate::people::{CITIES, SEGMENTS};
use crate::seed::{Names, Seed};

/// The fields that the agent sees of a contact, in the order of an answer.
pub const CONTACT: [(&str, Kind); 17] = [
    ("id", Kind::Id),
    ("revision", Kind::Integer),
    ("created_at", Kind::Instant),
    ("created_by", Kind::Id),
    ("updated_at", Kind::Instant),
    ("updated_by", Kind::Id),
    ("name", Kind::Text),
    ("email", Kind::Text),
    ("phone", Kind::Text),
    ("city", Kind::Text),
    ("segment", Kind::Segment),
    ("score", Kind::Integer),
    ("amount", Kind::Money),
    ("birthday", Kind::Date),
    ("subscribed", Kind::Truth),
    ("owner", Kind::Id),
    ("account", Kind::Id),
];

/// The place of the link to an account in [`CONTACT`].
pub const ACCOUNT_AT: usize = 16;

/// The fields of an account.
pub const ACCOUNT: [(&str, Kind); 9] = [
    ("id", Kind::Id),
    ("revision", Kind::Integer),
    ("created_at", Kind::Instant),
    ("created_by", Kind::Id),
    ("updated_at", Kind::Instant),
    ("updated_by", Kind::Id),
    ("name", Kind::Text),
    ("city", Kind::Text),
    ("employees", Kind::Integer),
];

/// The place of the title in [`ACCOUNT`].
pub const TITLE_AT: usize = 6;

/// Rows of a page, and one more to know whether there is another page.
pub const PAGE: usize = 50;

/// The database that the statements are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Placeholders are `?1`.
    Sqlite,
    /// Placeholders are `$1`, tables are in the workspace's schema.
    Postgres,
}

/// A parameter.
#[derive(Debug, Clone)]
pub enum Bind {
    /// An id.
    Id(Uuid),
    /// Text.
    Text(String),
}

/// A statement with parameters that never change, after those that do.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text.
    pub sql: Arc<str>,
    /// What follows the parameters of the request.
    pub fixed: Vec<Bind>,
}

/// Makes statements.
pub struct Maker<'a> {
    dialect: Dialect,
    seed: &'a Seed,
    contact: &'a Names,
    account: &'a Names,
}

impl<'a> Maker<'a> {
    /// For seeded data.
    pub fn new(dialect: Dialect, seed: &'a Seed) -> Maker<'a> {
        let (contact, account) = (&seed.entities["contact"], &seed.entities["account"]);
        Maker { dialect, seed, contact, account }
    }

    fn place(&self, number: usize) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("?{number}"),
            Dialect::Postgres => format!("${number}"),
        }
    }

    fn table(&self, names: &Names) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("\"{}\"", names.table),
            Dialect::Postgres => {
                format!("\"ws_{}\".\"{}\"", self.seed.workspace.simple(), names.table)
            }
        }
    }

    fn columns(names: &Names, fields: &[(&str, Kind)]) -> String {
        let columns = fields.iter().map(|(field, _)| format!("t.\"{}\"", names.columns[*field]));
        columns.collect::<Vec<_>>().join(", ")
    }

    fn column(&self, field: &str) -> String {
        format!("t.\"{}\"", self.contact.columns[field])
    }

    fn key(&self, field: &str) -> String {
        format!("t.\"{}__k\"", self.contact.columns[field])
    }

    /// The row rule, with parameters from a number on.
    fn rule(&self, first: usize, fixed: &mut Vec<Bind>) -> String {
        fixed.push(Bind::Id(self.seed.me));
        for segment in SEGMENTS {
            fixed.push(Bind::Text(self.contact.segments[segment].clone()));
        }
        let places: Vec<String> = (1..=SEGMENTS.len()).map(|at| self.place(first + at)).collect();
        format!(
            "({} = {} or {} in ({}))",
            self.column("owner"),
            self.place(first),
            self.column("segment"),
            places.join(", ")
        )
    }

    /// One contact; the parameter is its id.
    pub fn read(&self) -> Statement {
        let mut fixed = Vec::new();
        let sql = format!(
            "select {}, t.\"id\" from {} t where t.\"id\" = {} and {} order by t.\"id\" limit 2",
            Self::columns(self.contact, &CONTACT),
            self.table(self.contact),
            self.place(1),
            self.rule(2, &mut fixed)
        );
        Statement { sql: sql.into(), fixed }
    }

    /// The contacts of a city with the highest scores.
    pub fn list(&self) -> Statement {
        let mut fixed = Vec::new();
        let rule = self.rule(1, &mut fixed);
        fixed.push(Bind::Text(CITIES[0].to_lowercase()));
        let (city, score) = (self.key("city"), self.column("score"));
        // An index of PostgreSQL has empty values first, so from its end they come last.
        let nulls = if self.dialect == Dialect::Postgres { " nulls last" } else { "" };
        let sql = format!(
            "select {}, {score}, t.\"id\" from {} t where {rule} and {city} = {} \
             order by {score} desc{nulls}, t.\"id\" desc limit {}",
            Self::columns(self.contact, &CONTACT),
            self.table(self.contact),
            self.place(fixed.len()),
            PAGE + 1
        );
        Statement { sql: sql.into(), fixed }
    }

    /// So many accounts; the parameters are their ids.
    pub fn accounts(&self, count: usize) -> Arc<str> {
        let places: Vec<String> = (1..=count).map(|number| self.place(number)).collect();
        format!(
            "select {}, t.\"id\" from {} t where t.\"id\" in ({}) order by t.\"id\" limit {}",
            Self::columns(self.account, &ACCOUNT),
            self.table(self.account),
            places.join(", "),
            count + 1
        )
        .into()
    }

    /// A page by name: the first, or the one after a row. The parameters are the row's key of
    /// the name and its id.
    pub fn page(&self, after: bool) -> Statement {
        let mut fixed = Vec::new();
        let first = if after { 3 } else { 1 };
        let rule = self.rule(first, &mut fixed);
        let name = self.key("name");
        let after = match after {
            true => format!(" and ({name}, t.\"id\") > ({}, {})", self.place(1), self.place(2)),
            false => String::new(),
        };
        let nulls = if self.dialect == Dialect::Postgres { " nulls first" } else { "" };
        let sql = format!(
            "select {}, {name}, t.\"id\" from {} t where {rule}{after} \
             order by {name}{nulls}, t.\"id\" limit {}",
            Self::columns(self.contact, &CONTACT),
            self.table(self.contact),
            PAGE + 1
        );
        Statement { sql: sql.into(), fixed }
    }

    /// Key of the name and id of the row after which the deep page starts.
    pub fn deep_row(&self) -> Statement {
        let mut fixed = Vec::new();
        let rule = self.rule(1, &mut fixed);
        let name = self.key("name");
        let nulls = if self.dialect == Dialect::Postgres { " nulls first" } else { "" };
        let sql = format!(
            "select {name}, t.\"id\" from {} t where {rule} order by {name}{nulls}, t.\"id\" \
             limit 1 offset {}",
            self.table(self.contact),
            deep_offset(self.seed.rows) + PAGE as u64 - 1
        );
        Statement { sql: sql.into(), fixed }
    }

    /// How many contacts of one segment.
    pub fn count(&self) -> Statement {
        let mut fixed = Vec::new();
        let rule = self.rule(1, &mut fixed);
        fixed.push(Bind::Text(self.contact.segments[SEGMENTS[1]].clone()));
        let sql = format!(
            "select count(x.\"id\") from (select t.\"id\" as \"id\" from {} t \
             where {rule} and {} = {}) x limit 1",
            self.table(self.contact),
            self.column("segment"),
            self.place(fixed.len())
        );
        Statement { sql: sql.into(), fixed }
    }

    /// Number and sum of the amounts, by segment.
    pub fn aggregate(&self) -> Statement {
        let mut fixed = Vec::new();
        let rule = self.rule(1, &mut fixed);
        let sum = match self.dialect {
            Dialect::Sqlite => "sum(x.\"m\")",
            Dialect::Postgres => "sum(x.\"m\")::bigint",
        };
        let sql = format!(
            "select x.\"g\", count(x.\"id\"), {sum} from (select t.\"id\" as \"id\", \
             {} as \"g\", {} as \"m\" from {} t where {rule}) x group by x.\"g\" \
             order by x.\"g\" limit 100",
            self.column("segment"),
            self.column("amount"),
            self.table(self.contact)
        );
        Statement { sql: sql.into(), fixed }
    }

    /// The columns of a new contact: the built-in ones, then each field with its companions.
    fn written(&self) -> Vec<(String, &'static str)> {
        let mut columns = Vec::new();
        for (field, kind) in CONTACT {
            let column = &self.contact.columns[field];
            let postgres = match kind {
                Kind::Id => "uuid",
                Kind::Integer | Kind::Money => "bigint",
                Kind::Instant => "timestamptz",
                Kind::Text | Kind::Segment => "text",
                Kind::Date => "date",
                Kind::Truth => "boolean",
            };
            columns.push((format!("\"{column}\""), postgres));
            if self.is_keyed(field) {
                columns.push((format!("\"{column}__k\""), "text"));
                if self.dialect == Dialect::Postgres {
                    columns.push((format!("\"{column}__f\""), "text"));
                }
            }
        }
        columns
    }

    /// Whether a field has companions.
    pub fn is_keyed(&self, field: &str) -> bool {
        self.contact.keyed.iter().any(|keyed| keyed == field)
    }

    /// A new contact; PostgreSQL takes many at once, as an array per column.
    pub fn insert(&self) -> Arc<str> {
        let columns = self.written();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let places = columns.iter().enumerate().map(|(at, (_, kind))| match self.dialect {
            Dialect::Sqlite => self.place(at + 1),
            // The driver knows no dates: they travel as text.
            Dialect::Postgres if matches!(*kind, "timestamptz" | "date") => {
                format!("unnest({}::text[]::{kind}[])", self.place(at + 1))
            }
            Dialect::Postgres => format!("unnest({}::{kind}[])", self.place(at + 1)),
        });
        let places: Vec<String> = places.collect();
        let rows = match self.dialect {
            Dialect::Sqlite => format!("values ({})", places.join(", ")),
            Dialect::Postgres => format!("select {}", places.join(", ")),
        };
        format!("insert into {} ({}) {rows}", self.table(self.contact), names.join(", ")).into()
    }

    /// A contact with another score. Parameters: time, who, score, id; arrays of score and id on
    /// PostgreSQL.
    pub fn update(&self) -> Arc<str> {
        let table = self.table(self.contact);
        let shown = Self::columns(self.contact, &CONTACT);
        let score = &self.contact.columns["score"];
        let sql = match self.dialect {
            Dialect::Sqlite => format!(
                "update {table} as t set \"revision\" = \"revision\" + 1, \"updated_at\" = ?1, \
                 \"updated_by\" = ?2, \"{score}\" = ?3 where t.\"id\" = ?4 returning {}",
                shown.replace("t.\"", "\"")
            ),
            Dialect::Postgres => format!(
                "update {table} as t set \"revision\" = t.\"revision\" + 1, \
                 \"updated_at\" = $1::timestamptz, \"updated_by\" = $2, \"{score}\" = u.s \
                 from (select unnest($3::bigint[]) as s, unnest($4::uuid[]) as id) u \
                 where t.\"id\" = u.id returning {shown}"
            ),
        };
        sql.into()
    }
}

/// Where the deep page is: beyond nine tenths of the rows.
pub fn deep_offset(rows: u64) -> u64 {
    rows / 10 * 9
}
