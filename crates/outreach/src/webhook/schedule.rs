//! When a message is tried again, and when it is given up.

use std::time::Duration;

/// Waits in seconds before the first attempt, the second, and so on: over seven hours in all, so
/// that a receiver that is down for an evening misses nothing.
const WAITS: [u64; 7] = [0, 5, 30, 2 * 60, 10 * 60, 60 * 60, 6 * 60 * 60];

/// How many attempts are made before a message is given up.
pub const ATTEMPTS_MAX: u32 = WAITS.len() as u32;

/// How long to wait before the attempt with this number, counted from 1, since the one before it.
/// `None`: it is not made, the message is given up.
///
/// `random` lengthens the wait by up to a fifth, so that the messages that failed together when a
/// receiver went down do not all come back in the same second.
pub fn wait_before(attempt: u32, random: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let milliseconds = WAITS.get(index)? * 1000;
    let spread = milliseconds / 5 * u64::from(random) / u64::from(u32::MAX);
    Some(Duration::from_millis(milliseconds + spread))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attempts_follow_the_published_schedule_and_then_end() {
        let waits: Vec<_> =
            (1..=7).map(|attempt| wait_before(attempt, 0).unwrap().as_secs()).collect();
        assert_eq!(waits, [0, 5, 30, 120, 600, 3_600, 21_600]);
        assert_eq!(ATTEMPTS_MAX, 7);
        assert_eq!(wait_before(8, 0), None);
        assert_eq!(wait_before(u32::MAX, u32::MAX), None);
        assert_eq!(wait_before(0, 0), None);
    }

    #[test]
    fn the_first_attempt_is_never_delayed() {
        assert_eq!(wait_before(1, u32::MAX), Some(Duration::ZERO));
    }

    proptest! {
        #[test]
        fn chance_lengthens_a_wait_by_a_fifth_at_most(attempt in 1_u32..=7, random: u32) {
            let plain = wait_before(attempt, 0).unwrap();
            let moved = wait_before(attempt, random).unwrap();
            prop_assert!(moved >= plain);
            prop_assert!(moved <= plain + plain / 5);
            prop_assert_eq!(wait_before(attempt, u32::MAX).unwrap(), plain + plain / 5);
        }
    }
}
