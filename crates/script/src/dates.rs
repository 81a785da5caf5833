//! Calendar days and moments in scripts, with the few calculations that hooks need.

use crate::explain::{Raised, trouble};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use rhai::{Engine, ImmutableString};
use std::fmt;

/// A calendar day without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub Date);

/// A moment, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub Timestamp);

impl Day {
    /// Reads `2026-01-31` and nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if plain { text.parse().ok().map(Self) } else { None }
    }
}

impl Moment {
    /// Reads RFC 3339 and drops what is finer than a millisecond.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment: Timestamp = text.parse().ok()?;
        Self::of_millisecond(moment.as_millisecond())
    }

    /// The moment so many milliseconds after 1970 UTC.
    pub(crate) fn of_millisecond(millisecond: i64) -> Option<Self> {
        Timestamp::from_millisecond(millisecond).ok().map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.as_millisecond() % 1000 == 0 {
            write!(f, "{:.0}", self.0)
        } else {
            write!(f, "{:.3}", self.0)
        }
    }
}

/// Registers both types. `zone` tells the time zone of the running request.
pub(crate) fn register(engine: &mut Engine, zone: impl Fn() -> TimeZone + Clone + 'static) {
    register_days(engine);
    register_moments(engine, zone);
    compare_with_text::<Day>(engine, parse_day);
    compare_with_text::<Moment>(engine, parse_moment);
}

fn register_days(engine: &mut Engine) {
    engine
        .register_type_with_name::<Day>("date")
        .register_fn("date", |text: &str| parse_day(text))
        .register_fn("date", |year: i64, month: i64, day: i64| {
            civil(year, month, day).map(Day).ok_or_else(|| no_day(&format!("{year}-{month}-{day}")))
        })
        .register_fn("to_string", |day: Day| day.to_string())
        .register_fn("to_debug", |day: Day| day.to_string())
        .register_get("year", |day: &mut Day| i64::from(day.0.year()))
        .register_get("month", |day: &mut Day| i64::from(day.0.month()))
        .register_get("day", |day: &mut Day| i64::from(day.0.day()))
        .register_get("weekday", |day: &mut Day| i64::from(day.0.weekday().to_monday_one_offset()))
        .register_fn("add_days", |day: Day, days: i64| add_days(day, days))
        .register_fn("add_months", |day: Day, months: i64| add_months(day, months))
        .register_fn("last_of_month", |day: Day| Day(day.0.last_of_month()))
        .register_fn("first_of_month", |day: Day| Day(day.0.first_of_month()))
        .register_fn("+", |day: Day, days: i64| add_days(day, days))
        .register_fn("-", |day: Day, days: i64| match days.checked_neg() {
            Some(days) => add_days(day, days),
            None => Err(out_of_range()),
        })
        .register_fn("-", |a: Day, b: Day| days_between(a, b))
        .register_fn("days_between", |a: Day, b: Day| days_between(b, a));
}

fn register_moments(engine: &mut Engine, zone: impl Fn() -> TimeZone + Clone + 'static) {
    let local = {
        let zone = zone.clone();
        move |moment: &Moment| zone().to_datetime(moment.0)
    };
    let (day, hour, minute) = (local.clone(), local.clone(), local);
    engine
        .register_type_with_name::<Moment>("instant")
        .register_fn("instant", |text: &str| parse_moment(text))
        .register_fn("to_string", |moment: Moment| moment.to_string())
        .register_fn("to_debug", |moment: Moment| moment.to_string())
        .register_get("date", move |moment: &mut Moment| Day(day(moment).date()))
        .register_get("hour", move |moment: &mut Moment| i64::from(hour(moment).hour()))
        .register_get("minute", move |moment: &mut Moment| i64::from(minute(moment).minute()))
        .register_fn("add_minutes", |moment: Moment, n: i64| add_seconds(moment, n, 60))
        .register_fn("add_hours", |moment: Moment, n: i64| add_seconds(moment, n, 3_600))
        .register_fn("add_days", |moment: Moment, n: i64| add_seconds(moment, n, 86_400))
        .register_fn("minutes_between", |a: Moment, b: Moment| {
            (b.0.as_millisecond() - a.0.as_millisecond()) / 60_000
        });
}

/// Comparisons of a type with itself and with texts that spell it.
fn compare_with_text<T>(engine: &mut Engine, parse: fn(&str) -> Raised<T>)
where
    T: Copy + Ord + 'static,
{
    fn both<T: Copy + 'static>(
        engine: &mut Engine,
        name: &str,
        parse: fn(&str) -> Raised<T>,
        holds: fn(&T, &T) -> bool,
    ) {
        engine
            .register_fn(name, move |a: T, b: T| holds(&a, &b))
            .register_fn(name, move |a: T, b: ImmutableString| -> Raised<bool> {
                Ok(holds(&a, &parse(&b)?))
            })
            .register_fn(name, move |a: ImmutableString, b: T| -> Raised<bool> {
                Ok(holds(&parse(&a)?, &b))
            });
    }
    both(engine, "==", parse, T::eq);
    both(engine, "!=", parse, T::ne);
    both(engine, "<", parse, T::lt);
    both(engine, "<=", parse, T::le);
    both(engine, ">", parse, T::gt);
    both(engine, ">=", parse, T::ge);
}

fn parse_day(text: &str) -> Raised<Day> {
    Day::parse(text).ok_or_else(|| no_day(text))
}

fn parse_moment(text: &str) -> Raised<Moment> {
    Moment::parse(text).ok_or_else(|| {
        let text = crate::values::cut(text, 60);
        trouble(
            format!("\"{text}\" is not a moment like 2026-01-31T08:00:00Z."),
            format!("“{text}”不是形如 2026-01-31T08:00:00Z 的时刻。"),
        )
    })
}

fn no_day(text: &str) -> Box<rhai::EvalAltResult> {
    let text = crate::values::cut(text, 60);
    trouble(
        format!("\"{text}\" is not a date like 2026-01-31."),
        format!("“{text}”不是形如 2026-01-31 的日期。"),
    )
}

fn out_of_range() -> Box<rhai::EvalAltResult> {
    trouble("The date is out of range.", "日期超出范围。")
}

fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if year < 0 { None } else { Date::new(year, month, day).ok() }
}

fn add_days(day: Day, days: i64) -> Raised<Day> {
    let span = Span::new().try_days(days).map_err(|_| out_of_range())?;
    day.0.checked_add(span).ok().filter(|day| day.year() >= 0).map(Day).ok_or_else(out_of_range)
}

fn add_months(day: Day, months: i64) -> Raised<Day> {
    let span = Span::new().try_months(months).map_err(|_| out_of_range())?;
    day.0.checked_add(span).ok().filter(|day| day.year() >= 0).map(Day).ok_or_else(out_of_range)
}

fn add_seconds(moment: Moment, count: i64, seconds: i64) -> Raised<Moment> {
    let total = count.checked_mul(seconds).ok_or_else(out_of_range)?;
    moment.0.checked_add(SignedDuration::from_secs(total)).map(Moment).map_err(|_| out_of_range())
}

fn days_between(later: Day, earlier: Day) -> i64 {
    (later.0 - earlier.0).get_days().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_forms_are_read() {
        assert!(Day::parse("2026-01-31").is_some());
        for text in ["2026-02-30", "20260131", "2026-01-31T00:00", "-2026-1-1", "31.01.2026", ""] {
            assert!(Day::parse(text).is_none(), "{text}");
        }
        let moment = Moment::parse("2026-01-31T08:00:00.1239+08:00").expect("RFC 3339");
        assert_eq!(moment.to_string(), "2026-01-31T00:00:00.123Z");
        assert!(Moment::parse("2026-01-31").is_none());
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        let day = Day::parse("2028-01-31").expect("a date");
        assert_eq!(add_months(day, 1).expect("in range").to_string(), "2028-02-29");
        assert!(add_days(day, i64::MAX).is_err());
        assert!(add_months(day, -1_000_000).is_err());
    }
}
