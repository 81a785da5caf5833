//! The indexes that an entity has, and their names.

use sha2::{Digest, Sha256};

use crate::field::{Column, Entity, Field};

/// Characters of an index's name; PostgreSQL takes 63 bytes.
const NAME_MAX: usize = 60;

/// An index of an entity's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its physical name.
    pub name: String,
    /// The machine names of its fields, in order.
    pub fields: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Whether no two records share the values.
    pub unique: bool,
}

/// The indexes of an entity: of its unique fields and sets, then of what its filters and sorts
/// use. A single link is not among them, since its column always has one.
pub fn indexes(entity: &Entity) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    let mut add = |fields: Vec<&Field>, unique: bool| {
        let columns: Vec<Column> = fields.iter().map(|field| field.column()).collect();
        let index = Index {
            name: index_name(&entity.id, &columns, unique),
            fields: fields.iter().map(|field| field.name.clone()).collect(),
            columns,
            unique,
        };
        // What a unique index serves needs no other.
        if !found.iter().any(|other| other.columns == index.columns) {
            found.push(index);
        }
    };
    let set = |names: &Vec<String>| -> Option<Vec<&Field>> {
        names.iter().map(|name| entity.field(name).map(|field| &**field)).collect()
    };
    for field in entity.declared().filter(|field| field.unique) {
        add(vec![&**field], true);
    }
    for fields in entity.document.unique.iter().filter_map(set) {
        add(fields, true);
    }
    for field in entity.declared() {
        if field.indexed && field.kind.link().is_none() {
            add(vec![&**field], false);
        }
    }
    for fields in entity.document.indexes.iter().filter_map(set) {
        if !matches!(fields.as_slice(), [only] if only.kind.link().is_some() || only.name == "id") {
            add(fields, false);
        }
    }
    found
}

/// `<table>__<columns>__u` or `…__i`; where that is too long, its end is a digest of the whole.
fn index_name(table: &str, columns: &[Column], unique: bool) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let body = format!("{table}__{}", names.join("__"));
    let kind = if unique { "u" } else { "i" };
    if body.len() + 3 <= NAME_MAX {
        return format!("{body}__{kind}");
    }
    let digest = Sha256::digest(body.as_bytes());
    let digest: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    // Physical names are ASCII, so a cut is never inside a character.
    format!("{}_{digest}__{kind}", &body[..NAME_MAX - 3 - 17])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Storage;

    #[test]
    fn long_names_of_indexes_are_bounded_and_differ() {
        let column = |name: &str| Column {
            name: format!("{}_{name}", "x".repeat(40)),
            storage: Storage::Text,
            keyed: true,
        };
        let table = format!("{}_k3", "t".repeat(40));
        let first = index_name(&table, &[column("a"), column("b")], true);
        let second = index_name(&table, &[column("a"), column("c")], true);
        assert_eq!(first.len(), NAME_MAX);
        assert_ne!(first, second);
        assert_eq!(
            index_name("deal_a", &[column("a")], false),
            format!("deal_a__{}_a__i", "x".repeat(40))
        );
    }
}
