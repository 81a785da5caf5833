//! Cells of CSV files as spreadsheets read them: quoted where they must be, and never a formula.

use std::borrow::Cow;

/// Characters with which spreadsheets begin a formula, also in their wide forms.
const STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The mark that makes a spreadsheet take a cell as text.
const MARK: char = '\'';

/// A text as a cell that is never a formula.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    match is_risky(text) {
        true => format!("{MARK}{text}").into(),
        false => text.into(),
    }
}

/// The text that was guarded.
pub(crate) fn unguard(cell: &str) -> &str {
    cell.strip_prefix(MARK).filter(|text| is_risky(text)).unwrap_or(cell)
}

/// Appends a text as a cell, in quotes where it needs them, and never as a formula.
pub(crate) fn write_cell(text: &str, out: &mut Vec<u8>) {
    write_plain(&guard(text), out);
}

/// Appends what is no text, such as a number, as a cell.
pub(crate) fn write_plain(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\n', '\r', ';', '\t']) && text.trim().len() == text.len() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// Whether a text is a formula, or would be taken for a guarded one.
fn is_risky(text: &str) -> bool {
    text.trim_start_matches(MARK).starts_with(STARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_is_no_formula_and_comes_back() {
        for text in ["=1+1", "+86 10", "-2", "@x", "\tx", "＝1", "'=1", "'", "'x", "x=1", ""] {
            let cell = guard(text);
            assert!(!cell.starts_with(STARTS), "{text}");
            assert_eq!(unguard(&cell), text);
        }
    }
}
