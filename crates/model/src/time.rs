//! Dates and instants as numbers, their text forms, and days of a time zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Reads `2026-05-31` as days since 1970-01-01.
pub fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?;
    let year: i16 = number(text.get(0..4)?)?;
    let (month, day): (i8, i8) = (number(text.get(5..7)?)? as i8, number(text.get(8..10)?)? as i8);
    Some(days(Date::new(year, month, day).ok().filter(|_| year > 0)?))
}

/// Writes days since 1970-01-01 as `2026-05-31`.
pub fn format_date(days: i32) -> String {
    date(days).to_string()
}

/// Reads RFC 3339 with an offset as milliseconds; finer than a millisecond is refused.
pub fn parse_instant(text: &str) -> Option<i64> {
    if text.len() > 40 || !text.is_ascii() || text.contains('[') {
        return None;
    }
    let instant: Timestamp = text.parse().ok()?;
    (instant.subsec_nanosecond() % 1_000_000 == 0).then(|| instant.as_millisecond())
}

/// Writes milliseconds as RFC 3339 in UTC, with milliseconds only where there are any.
pub fn format_instant(milliseconds: i64) -> String {
    match Timestamp::from_millisecond(milliseconds) {
        Ok(instant) => instant.to_string(),
        Err(_) => String::new(),
    }
}

/// The day that an instant falls on in a zone.
pub fn day_of(milliseconds: i64, zone: &TimeZone) -> i32 {
    match Timestamp::from_millisecond(milliseconds) {
        Ok(instant) => days(zone.to_datetime(instant).date()),
        Err(_) => 0,
    }
}

/// The instant at which a day begins in a zone.
pub fn start_of_day(day: i32, zone: &TimeZone) -> i64 {
    let midnight = zone.to_timestamp(date(day).to_datetime(jiff::civil::Time::midnight()));
    midnight.map(|instant| instant.as_millisecond()).unwrap_or(i64::from(day) * 86_400_000)
}

/// A calendar unit of relative dates and buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// A week from Monday (ISO 8601).
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July, October.
    Quarter,
    /// A year.
    Year,
}

impl Unit {
    /// Reads `day`, `week`, `month`, `quarter` or `year`.
    pub fn from_name(name: &str) -> Option<Unit> {
        Some(match name {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            _ => return None,
        })
    }

    /// The first day of the unit that a day lies in.
    pub fn start(self, day: i32) -> i32 {
        let d = date(day);
        match self {
            Unit::Day => day,
            Unit::Week => day - i32::from(d.weekday().to_monday_zero_offset()),
            Unit::Month => days(d.first_of_month()),
            Unit::Quarter => {
                let month = (d.month() - 1) / 3 * 3 + 1;
                days(Date::new(d.year(), month, 1).unwrap_or(d))
            }
            Unit::Year => days(d.first_of_year()),
        }
    }

    /// The first day of the unit `count` units later (or earlier, when negative).
    pub fn step(self, start: i32, count: i32) -> i32 {
        let span = match self {
            Unit::Day => Span::new().days(i64::from(count)),
            Unit::Week => Span::new().weeks(i64::from(count)),
            Unit::Month => Span::new().months(i64::from(count)),
            Unit::Quarter => Span::new().months(i64::from(count) * 3),
            Unit::Year => Span::new().years(i64::from(count)),
        };
        date(start).checked_add(span).map(days).unwrap_or(start)
    }
}

fn days(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    date.since(epoch).map(|span| span.get_days()).unwrap_or(0)
}

fn date(days: i32) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    epoch.checked_add(Span::new().days(i64::from(days.clamp(-719_162, 2_932_896)))).unwrap_or(epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2000-02-29"), Some(11_016));
        for wrong in ["2001-02-29", "2001-2-9", "0000-01-01", "20010101", "2001-13-01"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        for day in (-500_000..500_000).step_by(997) {
            assert_eq!(parse_date(&format_date(day)), Some(day));
        }
    }

    #[test]
    fn instants_keep_milliseconds_and_nothing_finer() {
        let instant = parse_instant("2026-05-31T09:30:00.123+08:00").unwrap();
        assert_eq!(format_instant(instant), "2026-05-31T01:30:00.123Z");
        assert_eq!(parse_instant("2026-05-31T09:30:00.0001Z"), None);
        assert_eq!(parse_instant("2026-05-31T09:30:00"), None);
    }

    #[test]
    fn a_day_belongs_to_its_zone() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let instant = parse_instant("2026-05-30T16:00:00Z").unwrap();
        assert_eq!(format_date(day_of(instant, &shanghai)), "2026-05-31");
        assert_eq!(start_of_day(day_of(instant, &shanghai), &shanghai), instant);
    }

    #[test]
    fn units_start_where_people_expect() {
        let day = parse_date("2026-05-31").unwrap();
        let start = |unit: Unit| format_date(unit.start(day));
        assert_eq!(start(Unit::Week), "2026-05-25");
        assert_eq!(start(Unit::Quarter), "2026-04-01");
        assert_eq!(format_date(Unit::Quarter.step(Unit::Quarter.start(day), 1)), "2026-07-01");
    }
}
