//! Exact decimals: a whole number of smallest units and a scale. Never floating point.

/// Most decimal places of a field.
pub const SCALE_MAX: u8 = 9;

/// Why a text is not an exact decimal of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalFault {
    /// Not a number at all.
    Form,
    /// More decimal places than the scale has.
    Precision,
    /// Too many digits to store.
    Range,
}

/// Reads `-12.50` as a whole number of units of 10^-scale. Trailing zeros beyond the scale are
/// accepted, other digits are not: nothing is rounded on the way in.
pub fn parse(text: &str, scale: u8) -> Result<i64, DecimalFault> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let dot_alone = digits.contains('.') && fraction.is_empty();
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || dot_alone || !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalFault::Form);
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > scale as usize {
        return Err(DecimalFault::Precision);
    }
    let mut units: i64 = 0;
    let padding = std::iter::repeat_n(b'0', scale as usize - kept.len());
    for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(i64::from(digit - b'0')))
            .ok_or(DecimalFault::Range)?;
    }
    Ok(if negative { -units } else { units })
}

/// Writes units of 10^-scale with all places of the scale: `12.50`.
pub fn format(units: i64, scale: u8) -> String {
    let mut text = String::new();
    write(&mut text, i128::from(units), scale);
    text
}

/// Writes units that may exceed 64 bits, such as a sum.
pub fn format_wide(units: i128, scale: u8) -> String {
    let mut text = String::new();
    write(&mut text, units, scale);
    text
}

fn write(text: &mut String, units: i128, scale: u8) {
    use std::fmt::Write;
    if units < 0 {
        text.push('-');
    }
    let units = units.unsigned_abs();
    let base = 10u128.pow(u32::from(scale));
    // Writing to a String cannot fail.
    let _ = write!(text, "{}", units / base);
    if scale > 0 {
        let _ = write!(text, ".{:0width$}", units % base, width = scale as usize);
    }
}

/// The average of a sum over a count at a scale, rounded half away from zero, once.
pub fn average(sum: i128, count: u64) -> Option<i128> {
    let count = i128::from(count);
    if count == 0 {
        return None;
    }
    let half = count / 2;
    Some(if sum >= 0 { (sum + half) / count } else { (sum - half) / count })
}

/// Decimal places of a currency (ISO 4217, amendment 176); two for those not listed here.
pub fn currency_scale(code: &str) -> u8 {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_rounded() {
        assert_eq!(parse("0.1", 2), Ok(10));
        assert_eq!(parse("-12.500", 2), Ok(-1250));
        assert_eq!(parse("1.005", 2), Err(DecimalFault::Precision));
        assert_eq!(parse("92233720368547758.08", 2), Err(DecimalFault::Range));
        for wrong in ["", ".", "1.", ".5", "1e3", "+1", "１", "1,000", "NaN", "--1"] {
            assert_eq!(parse(wrong, 2), Err(DecimalFault::Form), "{wrong}");
        }
    }

    #[test]
    fn averages_round_half_away_from_zero() {
        assert_eq!(average(5, 2), Some(3));
        assert_eq!(average(-5, 2), Some(-3));
        assert_eq!(average(0, 0), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(units: i64, scale in 0u8..=SCALE_MAX) {
            prop_assume!(units != i64::MIN);
            prop_assert_eq!(parse(&format(units, scale), scale), Ok(units));
        }
    }
}
