//! Cells as JSON text, by the shortest way: the bare server pays for the bytes it sends and for
//! nothing else.

use uuid::Uuid;

/// What a cell of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// A whole number.
    Integer,
    /// Milliseconds since 1970.
    Instant,
    /// Text.
    Text,
    /// An option of `segment`.
    Segment,
    /// A day.
    Date,
    /// Cents.
    Money,
    /// True or false.
    Truth,
}

/// A cell as both drivers give it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number, an instant, a truth as 0 or 1, a day of PostgreSQL.
    Integer(i64),
    /// Text, or a day of SQLite.
    Text(&'a str),
    /// An id.
    Id(Uuid),
}

/// Appends an id in quotes.
pub fn id(id: Uuid, out: &mut Vec<u8>) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

/// Appends text in quotes.
pub fn text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    match plain {
        true => out.extend_from_slice(text.as_bytes()),
        false => {
            let quoted = serde_json::Value::from(text).to_string();
            out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
        }
    }
    out.push(b'"');
}

/// Appends a number.
pub fn integer(number: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends cents as `"12.50"`.
pub fn money(cents: i64, out: &mut Vec<u8>) {
    out.push(b'"');
    integer(cents / 100, out);
    out.push(b'.');
    padded(cents.unsigned_abs() % 100, 2, out);
    out.push(b'"');
}

/// Appends a day as `"2026-11-29"`.
pub fn date(days: i64, out: &mut Vec<u8>) {
    out.push(b'"');
    day(days, out);
    out.push(b'"');
}

/// Appends milliseconds as `"2026-11-29T12:00:00.042Z"`, without needless zeros.
pub fn instant(milliseconds: i64, out: &mut Vec<u8>) {
    let rest = milliseconds.rem_euclid(86_400_000) as u64;
    out.push(b'"');
    day(milliseconds.div_euclid(86_400_000), out);
    let parts = [(b'T', rest / 3_600_000), (b':', rest / 60_000 % 60), (b':', rest / 1_000 % 60)];
    for (mark, number) in parts {
        out.push(mark);
        padded(number, 2, out);
    }
    if !rest.is_multiple_of(1_000) {
        out.push(b'.');
        padded(rest % 1_000, 3, out);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out.extend_from_slice(b"Z\"");
}

/// Year, month and day of a day since 1970 (Howard Hinnant's `civil_from_days`), after year 0.
fn day(days: i64, out: &mut Vec<u8>) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    padded(year as u64, 4, out);
    out.push(b'-');
    padded(month as u64, 2, out);
    out.push(b'-');
    padded(day as u64, 2, out);
}

fn padded(number: u64, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10_u64.pow(place) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_read_as_the_api_has_them() {
        for now in [1_735_689_599_042, 1_735_689_599_500, 1_735_689_600_000, -1] {
            let says = format!("\"{}\"", model::time::format_instant(now));
            assert_eq!(written(|out| instant(now, out)), says);
        }
        for days in [-719_000, -1, 0, 59, 60, 11_016, 20_424, 40_000] {
            let says = format!("\"{}\"", model::time::format_date(days));
            assert_eq!(written(|out| date(i64::from(days), out)), says);
        }
        assert_eq!(written(|out| money(-1_205, out)), "\"-12.05\"");
        assert_eq!(written(|out| integer(i64::MIN, out)), i64::MIN.to_string());
        assert_eq!(written(|out| text("a\"b\nü", out)), "\"a\\\"b\\nü\"");
    }
}
