//! Exact decimals in scripts: `0.1 + 0.2 == 0.3`. Literals with a point are decimals already; this
//! adds how to make them from texts and how to round them the way money is rounded.

use crate::explain::{Raised, trouble};
use crate::values::{cut, exact};
use rhai::Engine;
use rust_decimal::{Decimal, RoundingStrategy};

/// Registers what decimals need beyond the operators that the engine brings. `round` replaces the
/// engine's own, which rounds halves to even; people who check an invoice expect them to go up.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Decimal>("decimal")
        .register_fn("decimal", |text: &str| parse(text))
        .register_fn("decimal", |whole: i64| Decimal::from(whole))
        .register_fn("decimal", |same: Decimal| same)
        .register_fn("parse_decimal", |text: &str| parse(text))
        .register_fn("parse_float", |text: &str| parse(text))
        .register_fn("round", |value: Decimal| rounded(value, 0))
        .register_get("round", |value: &mut Decimal| rounded(*value, 0))
        .register_fn("round", |value: Decimal, digits: i64| -> Raised<Decimal> {
            Ok(rounded(value, digit_count(digits)?))
        })
        .register_fn("round", |whole: i64| whole)
        .register_fn("round", |whole: i64, digits: i64| -> Raised<i64> {
            digit_count(digits)?;
            Ok(whole)
        })
        .register_fn("floor", |whole: i64| whole)
        .register_fn("ceiling", |whole: i64| whole);
}

fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

fn digit_count(digits: i64) -> Raised<u32> {
    u32::try_from(digits).ok().filter(|digits| *digits <= Decimal::MAX_SCALE).ok_or_else(|| {
        trouble(
            format!("{digits} is not a number of digits to round to."),
            format!("{digits} 不是有效的小数位数。"),
        )
    })
}

fn parse(text: &str) -> Raised<Decimal> {
    exact(text.trim()).ok_or_else(|| {
        let text = cut(text, 60);
        trouble(
            format!("\"{text}\" is not a number with at most 28 digits."),
            format!("“{text}”不是不超过 28 位的数字。"),
        )
    })
}
