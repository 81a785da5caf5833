//! The operators of the filter language and the sets that field types offer.

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Equal; text ignoring case and width.
    Eq,
    /// Not equal, or empty.
    Ne,
    /// One of a list.
    In,
    /// None of a list, or empty.
    NotIn,
    /// Has no value.
    Empty,
    /// Has a value.
    NotEmpty,
    /// Less than.
    Lt,
    /// Less than or equal.
    Lte,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Gte,
    /// Between two values, both included.
    Between,
    /// Contains a text, ignoring case and width.
    Contains,
    /// Does not contain a text, or is empty.
    NotContains,
    /// Starts with a text, ignoring case and width.
    Starts,
    /// Ends in a text, ignoring case and width.
    Ends,
    /// In a period relative to today: `{"last": 7, "unit": "day"}`, `{"this": "month"}`.
    Within,
}

use Op::*;

impl Op {
    /// Every operator with its name in filters.
    pub const ALL: [(Op, &'static str); 16] = [
        (Eq, "eq"),
        (Ne, "ne"),
        (In, "in"),
        (NotIn, "not_in"),
        (Empty, "empty"),
        (NotEmpty, "not_empty"),
        (Lt, "lt"),
        (Lte, "lte"),
        (Gt, "gt"),
        (Gte, "gte"),
        (Between, "between"),
        (Contains, "contains"),
        (NotContains, "not_contains"),
        (Starts, "starts"),
        (Ends, "ends"),
        (Within, "within"),
    ];

    /// Whether there is a value at all.
    pub const PRESENCE: &'static [Op] = &[Empty, NotEmpty];
    /// For values that are only equal or not.
    pub const EQUALITY: &'static [Op] = &[Eq, Ne, In, NotIn, Empty, NotEmpty];
    /// For options and links.
    pub const CHOICE: &'static [Op] = Op::EQUALITY;
    /// For lines of text.
    pub const TEXT: &'static [Op] =
        &[Eq, Ne, In, NotIn, Empty, NotEmpty, Contains, NotContains, Starts, Ends];
    /// For text of several lines.
    pub const LONG_TEXT: &'static [Op] = &[Contains, NotContains, Empty, NotEmpty];
    /// For numbers.
    pub const ORDERED: &'static [Op] =
        &[Eq, Ne, Lt, Lte, Gt, Gte, Between, In, NotIn, Empty, NotEmpty];
    /// For dates and instants.
    pub const DATE: &'static [Op] = &[Eq, Ne, Lt, Lte, Gt, Gte, Between, Within, Empty, NotEmpty];

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().find(|(_, known)| *known == name).map(|(op, _)| *op)
    }

    /// The name in filters.
    pub fn name(self) -> &'static str {
        Op::ALL.iter().find(|(op, _)| *op == self).map_or("", |(_, name)| name)
    }

    /// All names, for messages.
    pub fn names() -> Vec<&'static str> {
        Op::ALL.iter().map(|(_, name)| *name).collect()
    }

    /// The operator whose complement this is, if an empty value matches this one.
    pub fn complement_of(self) -> Option<Op> {
        match self {
            Ne => Some(Eq),
            NotIn => Some(In),
            NotContains => Some(Contains),
            Empty => Some(NotEmpty),
            _ => None,
        }
    }

    /// What its value looks like, for messages.
    pub fn operand_shape(self) -> &'static str {
        match self {
            Empty | NotEmpty => "nothing",
            In | NotIn => "a list of values",
            Between => "a list of two values",
            Within => "a period such as {\"this\": \"month\"}",
            _ => "one value",
        }
    }
}
