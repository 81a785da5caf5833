//! Signatures of the Standard Webhooks protocol: HMAC-SHA256 over `id.timestamp.body`, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// How far a message's timestamp may lie from the receiver's clock, in seconds, either way.
pub const TOLERANCE_SECONDS: i64 = 5 * 60;

const PREFIX: &str = "whsec_";
/// Bytes of a secret that the protocol allows.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret shared with a receiver. It is not shown by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why a text is not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretFault {
    /// Neither base64 nor `whsec_` and base64.
    Encoding,
    /// Fewer than 24 or more than 64 bytes.
    Length,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Secret {
    /// Makes a secret of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Secret {
        Secret(bytes.to_vec())
    }

    /// Reads `whsec_…`; the prefix may be missing.
    ///
    /// # Errors
    /// When it is not base64, or not 24 to 64 bytes long.
    pub fn parse(text: &str) -> Result<Secret, SecretFault> {
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = BASE64.decode(encoded).map_err(|_| SecretFault::Encoding)?;
        if SECRET_BYTES.contains(&bytes.len()) {
            Ok(Secret(bytes))
        } else {
            Err(SecretFault::Length)
        }
    }

    /// The secret as the receiver needs it, `whsec_…`. For showing it once, to its owner.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.0))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac
    }
}

/// The value of `webhook-signature`: one `v1,…` for each secret, in their order, set apart by
/// spaces. `None` when there is no secret.
pub fn sign(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let timestamp = timestamp.to_string();
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| {
            let code = secret.mac(id, &timestamp, body).finalize().into_bytes();
            format!("v1,{}", BASE64.encode(code))
        })
        .collect();
    (!signatures.is_empty()).then(|| signatures.join(" "))
}

/// Why a received message is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerifyFault {
    /// The timestamp is not a whole number of seconds, or the id is empty.
    Malformed,
    /// The timestamp is more than [`TOLERANCE_SECONDS`] away from now: possibly a replay.
    Timestamp,
    /// No signature fits.
    Signature,
}

/// Checks a received message, given the values of its three headers and the body byte for byte.
///
/// # Errors
/// With the first thing that is wrong. Signatures are compared in constant time.
pub fn verify(
    secrets: &[Secret],
    (id, timestamp, signature): (&str, &str, &str),
    body: &[u8],
    now: i64,
) -> Result<(), VerifyFault> {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = timestamp
        .parse()
        .ok()
        .filter(|_| digits && !id.is_empty())
        .ok_or(VerifyFault::Malformed)?;
    if now.abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(VerifyFault::Timestamp);
    }
    let fits = signature
        .split(' ')
        .filter_map(|part| BASE64.decode(part.strip_prefix("v1,")?).ok())
        .any(|code| {
            secrets.iter().any(|secret| secret.mac(id, timestamp, body).verify_slice(&code).is_ok())
        });
    if fits { Ok(()) } else { Err(VerifyFault::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example that the protocol's own libraries are tested with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret() -> Secret {
        Secret::parse(SECRET).unwrap()
    }

    fn check(
        id: &str,
        time: &str,
        signature: &str,
        body: &[u8],
        now: i64,
    ) -> Result<(), VerifyFault> {
        verify(&[secret()], (id, time, signature), body, now)
    }

    #[test]
    fn the_published_example_is_signed_as_published() {
        assert_eq!(sign(&[secret()], ID, TIME, BODY).as_deref(), Some(SIGNATURE));
        assert_eq!(check(ID, "1614265330", SIGNATURE, BODY, TIME), Ok(()));
    }

    #[test]
    fn any_change_to_the_message_breaks_the_signature() {
        let broken = Err(VerifyFault::Signature);
        assert_eq!(check("msg_other", "1614265330", SIGNATURE, BODY, TIME), broken);
        assert_eq!(check(ID, "1614265331", SIGNATURE, BODY, TIME), broken);
        assert_eq!(check(ID, "1614265330", SIGNATURE, b"{}", TIME), broken);
        assert_eq!(check(ID, "01614265330", SIGNATURE, BODY, TIME), broken);
        let other = Secret::from_random([7; 32]);
        assert_eq!(verify(&[other], (ID, "1614265330", SIGNATURE), BODY, TIME), broken);
        assert_eq!(verify(&[], (ID, "1614265330", SIGNATURE), BODY, TIME), broken);
    }

    #[test]
    fn signatures_of_other_kinds_are_passed_over() {
        let asymmetric = SIGNATURE.replace("v1,", "v1a,");
        for worthless in ["", "v1,", "v1", "v1,!", &asymmetric, &SIGNATURE[3..], &SIGNATURE[..40]] {
            let fault = check(ID, "1614265330", worthless, BODY, TIME);
            assert_eq!(fault, Err(VerifyFault::Signature), "{worthless}");
        }
        let several = format!("v1a,xyz v1,AAAA {SIGNATURE}");
        assert_eq!(check(ID, "1614265330", &several, BODY, TIME), Ok(()));
    }

    #[test]
    fn a_timestamp_is_good_for_five_minutes_either_way() {
        let at = |now| check(ID, "1614265330", SIGNATURE, BODY, now);
        assert_eq!(at(TIME + 300), Ok(()));
        assert_eq!(at(TIME - 300), Ok(()));
        assert_eq!(at(TIME + 301), Err(VerifyFault::Timestamp));
        assert_eq!(at(TIME - 301), Err(VerifyFault::Timestamp));
        for malformed in ["", "-1", "+1614265330", "1.5", "9223372036854775808", "now"] {
            let fault = check(ID, malformed, SIGNATURE, BODY, TIME);
            assert_eq!(fault, Err(VerifyFault::Malformed), "{malformed}");
        }
        assert_eq!(check("", "1614265330", SIGNATURE, BODY, TIME), Err(VerifyFault::Malformed));
    }

    #[test]
    fn while_two_secrets_are_live_the_receiver_may_know_either() {
        let (new, old) = (Secret::from_random([1; 32]), Secret::from_random([2; 32]));
        let signature = sign(&[new.clone(), old.clone()], ID, TIME, BODY).unwrap();
        for known in [new, old] {
            assert_eq!(verify(&[known], (ID, "1614265330", &signature), BODY, TIME), Ok(()));
        }
    }

    #[test]
    fn a_message_without_a_secret_is_not_signed() {
        assert_eq!(sign(&[], ID, TIME, BODY), None);
    }

    #[test]
    fn a_secret_is_24_to_64_bytes_of_base64() {
        let of =
            |length: usize| Secret::parse(&format!("whsec_{}", BASE64.encode(vec![1; length])));
        assert_eq!(of(23), Err(SecretFault::Length));
        assert!(of(24).is_ok());
        assert!(of(64).is_ok());
        assert_eq!(of(65), Err(SecretFault::Length));
        assert_eq!(Secret::parse("whsec_***"), Err(SecretFault::Encoding));
        assert_eq!(Secret::parse(&SECRET[6..]), Ok(secret()));
    }

    #[test]
    fn a_secret_is_shown_only_when_asked_for() {
        assert_eq!(secret().reveal(), SECRET);
        assert_eq!(format!("{:?}", secret()), "Secret(…)");
    }
}
