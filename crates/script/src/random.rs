//! Random numbers that the seed of the invocation decides, so that a run can be repeated. SplitMix64:
//! eight lines that stay the same for ever, which a library does not promise. Not for secrets.

/// A generator.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The generator of one draft; drafts do not influence each other.
    pub(crate) fn new(seed: u64, draft: u32) -> Self {
        let mut random = Self(seed ^ (u64::from(draft) << 32 | u64::from(draft)));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, and not including, `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        // The high half of a 128-bit product always fits.
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A whole number between two, both included; `None` if they are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> Option<i64> {
        if low > high {
            return None;
        }
        let span = high.wrapping_sub(low).cast_unsigned();
        let step = match span.checked_add(1) {
            Some(count) => self.below(count),
            None => self.next(),
        };
        Some(low.wrapping_add(step.cast_signed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_bounds_even_at_the_extremes() {
        let mut random = Random::new(7, 0);
        for _ in 0..1_000 {
            assert!((1..=6).contains(&random.between(1, 6).expect("the right way round")));
        }
        assert!(random.between(i64::MIN, i64::MAX).is_some());
        assert_eq!(random.between(5, 5), Some(5));
        assert_eq!(random.between(2, 1), None);
    }

    #[test]
    fn drafts_of_one_request_draw_different_numbers_and_runs_repeat() {
        let draw = |draft| Random::new(7, draft).between(0, i64::MAX);
        assert_ne!(draw(0), draw(1));
        assert_eq!(draw(1), draw(1));
    }
}
