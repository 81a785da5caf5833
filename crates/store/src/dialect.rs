//! Where the two databases differ in fixed text: names of types, parameters, marked blocks.
//!
//! Kernel statements and migrations are written once, in a common dialect:
//! `$.name` is a table of this database, `$1` a parameter, `/*pg … */` and `/*sqlite … */` parts
//! that only one of them sees. Migrations also have `@id @int @text @bool @instant @json @bytes @strict` for types, and
//! blocks between `-- @sqlite` or `-- @postgres` and `-- @end`.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use model::{Storage, Uuid};
use sea_query::{Alias, IntoTableRef, TableRef};

use crate::plan::TableName;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Where the tables of one database live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    pub dialect: Dialect,
    /// The schema that every name is qualified with; SQLite needs none.
    pub schema: Option<String>,
}

impl Home {
    /// A SQLite file.
    pub fn sqlite() -> Home {
        Home { dialect: Dialect::Sqlite, schema: None }
    }

    /// The schema of a workspace.
    pub fn workspace(id: Uuid) -> Home {
        Home { dialect: Dialect::Postgres, schema: Some(format!("ws_{}", id.simple())) }
    }

    /// The schema of the control store.
    pub fn control() -> Home {
        Home { dialect: Dialect::Postgres, schema: Some("control".to_owned()) }
    }

    /// A table, qualified.
    pub fn table(&self, table: &TableName) -> TableRef {
        match &self.schema {
            Some(schema) => {
                (Alias::new(schema.as_str()), Alias::new(table.as_str())).into_table_ref()
            }
            None => Alias::new(table.as_str()).into_table_ref(),
        }
    }

    /// What stands before the name of a table in fixed text.
    fn prefix(&self) -> String {
        self.schema.as_ref().map_or(String::new(), |schema| format!("\"{schema}\"."))
    }

    /// A kernel statement as this database reads it.
    pub fn statement(&self, text: &str) -> String {
        let ours = match self.dialect {
            Dialect::Sqlite => "sqlite ",
            Dialect::Postgres => "pg ",
        };
        let mut rendered = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((before, marked)) = rest.split_once("/*") {
            rendered.push_str(before);
            let (inside, after) = marked.split_once("*/").unwrap_or((marked, ""));
            if let Some(own) = inside.strip_prefix(ours) {
                rendered.push_str(own);
            }
            rest = after;
        }
        rendered.push_str(rest);
        rendered = rendered.replace("$.", &self.prefix());
        if self.dialect == Dialect::Sqlite {
            for digit in '1'..='9' {
                rendered = rendered.replace(&format!("${digit}"), &format!("?{digit}"));
            }
        }
        rendered
    }

    /// A migration as this database reads it.
    pub fn migration(&self, text: &str) -> String {
        let (ours, theirs) = match self.dialect {
            Dialect::Sqlite => ("-- @sqlite", "-- @postgres"),
            Dialect::Postgres => ("-- @postgres", "-- @sqlite"),
        };
        let mut skipping = false;
        let mut rendered = String::with_capacity(text.len());
        for line in text.lines() {
            match line.trim() {
                mark if mark == theirs => skipping = true,
                mark if mark == ours => {}
                "-- @end" => skipping = false,
                _ if skipping => {}
                _ => {
                    rendered.push_str(line);
                    rendered.push('\n');
                }
            }
        }
        for (placeholder, sqlite, postgres) in TYPES {
            let name = if self.dialect == Dialect::Sqlite { sqlite } else { postgres };
            rendered = rendered.replace(placeholder, name);
        }
        rendered.replace("$.", &self.prefix())
    }
}

/// Placeholders of migrations; none is the beginning of another.
const TYPES: [(&str, &str, &str); 8] = [
    ("@instant", "integer", "timestamptz"),
    ("@id", "blob", "uuid"),
    ("@int", "integer", "bigint"),
    ("@text", "text", "text collate \"C\""),
    ("@bool", "integer", "boolean"),
    ("@json", "text", "jsonb"),
    ("@bytes", "blob", "bytea"),
    (" @strict", " strict", ""),
];

/// The type of a column in SQLite.
pub(crate) fn sqlite_type(storage: Storage) -> &'static str {
    match storage {
        Storage::Bool | Storage::Integer | Storage::Instant => "integer",
        Storage::Text | Storage::Date | Storage::Json => "text",
        Storage::Id => "blob",
    }
}

/// The type of a column in PostgreSQL.
pub(crate) fn postgres_type(storage: Storage) -> &'static str {
    match storage {
        Storage::Bool => "boolean",
        Storage::Integer => "bigint",
        Storage::Text => "text",
        Storage::Date => "date",
        Storage::Instant => "timestamptz",
        Storage::Id => "uuid",
        Storage::Json => "jsonb",
    }
}

/// The column that holds the key of a text.
pub(crate) fn key_column(name: &str) -> String {
    format!("{name}__k")
}

/// The column that holds a folded text; PostgreSQL only, SQLite folds by a function of ours.
pub(crate) fn folded_column(name: &str) -> String {
    format!("{name}__f")
}

/// Kernel statements as rendered for one database, so that each is rendered once.
#[derive(Debug)]
pub(crate) struct Texts {
    home: Home,
    /// By address and length: the texts are constants.
    rendered: RwLock<HashMap<(usize, usize), Arc<str>>>,
}

impl Texts {
    /// Nothing rendered yet.
    pub fn new(home: Home) -> Texts {
        Texts { home, rendered: RwLock::new(HashMap::new()) }
    }

    /// The statement as this database reads it.
    pub fn get(&self, text: &'static str) -> Arc<str> {
        let key = (text.as_ptr() as usize, text.len());
        if let Ok(rendered) = self.rendered.read()
            && let Some(found) = rendered.get(&key)
        {
            return Arc::clone(found);
        }
        let text: Arc<str> = self.home.statement(text).into();
        if let Ok(mut rendered) = self.rendered.write() {
            rendered.insert(key, Arc::clone(&text));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_written_once_for_both() {
        let text = "select $1, $12 from $.a /*sqlite one */ /*pg two */ where x = '$'";
        assert_eq!(Home::sqlite().statement(text), "select ?1, ?12 from a one   where x = '$'");
        let home = Home::control();
        assert_eq!(home.statement(text), "select $1, $12 from \"control\".a  two  where x = '$'");
    }

    #[test]
    fn a_migration_is_written_once_for_both() {
        let text = "create table $.a (b @id, c @instant) @strict;\n\
            -- @sqlite\none\n-- @end\n-- @postgres\ntwo\n-- @end\nlast";
        let sqlite = "create table a (b blob, c integer) strict;\none\nlast\n";
        assert_eq!(Home::sqlite().migration(text), sqlite);
        let postgres = "create table \"control\".a (b uuid, c timestamptz);\ntwo\nlast\n";
        assert_eq!(Home::control().migration(text), postgres);
    }
}
