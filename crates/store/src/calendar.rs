//! Days since 1970-01-01 as text and back, and the periods they are in. Proleptic Gregorian, by
//! the well-known algorithms over 400-year eras.

use crate::plan::Period;

/// Year, month, day of a day since 1970-01-01.
fn civil(day: i32) -> (i32, i32, i32) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as i32, day as i32)
}

/// The day since 1970-01-01 of a year, month and day.
fn day(year: i32, month: i32, day: i32) -> i32 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) as i32
}

/// `YYYY-MM-DD`, which sorts as the days do from year 0 to 9999.
pub(crate) fn text(of: i32) -> String {
    let (year, month, day) = civil(of);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day that `YYYY-MM-DD` means.
pub(crate) fn parse(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let mut number = || parts.next()?.parse::<i32>().ok();
    let (year, month, of_month) = (number()?, number()?, number()?);
    Some(day(year, month, of_month))
}

/// The first day of the period that a day is in.
pub(crate) fn period_start(of: i32, period: Period) -> i32 {
    let (year, month, _) = civil(of);
    match period {
        Period::Year => day(year, 1, 1),
        Period::Quarter => day(year, (month - 1) / 3 * 3 + 1, 1),
        Period::Month => day(year, month, 1),
        // 1970-01-01 was a Thursday, three days after a Monday.
        Period::Week => of - (of + 3).rem_euclid(7),
        Period::Day => of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_the_way_to_text_and_back() {
        for of in (-719_528..2_932_896).step_by(97) {
            assert_eq!(parse(&text(of)), Some(of), "{}", text(of));
        }
        assert_eq!(text(0), "1970-01-01");
        assert_eq!(parse("2024-02-29"), Some(19_782));
    }

    #[test]
    fn periods_begin_on_their_first_day() {
        let of = parse("2026-05-14").unwrap();
        let starts = [
            (Period::Year, "2026-01-01"),
            (Period::Quarter, "2026-04-01"),
            (Period::Month, "2026-05-01"),
            (Period::Week, "2026-05-11"),
            (Period::Day, "2026-05-14"),
        ];
        for (period, start) in starts {
            assert_eq!(text(period_start(of, period)), start);
        }
        assert_eq!(text(period_start(-1, Period::Week)), "1969-12-29");
    }
}
