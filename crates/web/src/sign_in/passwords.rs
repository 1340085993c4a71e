//! Passwords: hashing with Argon2id, and refusing those that are guessed first.

use crate::shell::problem::Problem;
use crate::shell::words::Key;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

/// Shortest password, in characters.
pub(crate) const SHORTEST: usize = 12;
/// Longest password, in characters: enough for any sentence, too short to keep the server busy.
pub(crate) const LONGEST: usize = 256;

/// Compared with when there is no such user or no password, so that both cases take equally long. The hash of random
/// bytes thrown away, with the parameters below.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$4A0Yb6ZN0zV3f3pIyYyYQA$Xw3m8m2c1y0Ykq1p9B8t5Qe0fV7uQzq0Zr1xk5cW0aM";

/// The hashing queue: each takes 19 MiB and about 30 ms of a core, so few run at once.
#[derive(Debug)]
pub(crate) struct Passwords {
    places: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Semaphore::new(2) }
    }
}

impl Passwords {
    /// The hash to store, in PHC form.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Problem> {
        let _place = self.places.acquire().await.map_err(Problem::internal)?;
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash_password(&password))
            .await
            .map_err(Problem::internal)?
            .map_err(Problem::internal)
    }

    /// Whether a password fits a hash. Without a hash it never does, after the same time.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Problem> {
        let _place = self.places.acquire().await.map_err(Problem::internal)?;
        let exists = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.to_owned();
        let fits = tokio::task::spawn_blocking(move || {
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
        })
        .await
        .map_err(Problem::internal)?;
        Ok(fits && exists)
    }
}

/// The Argon2id hash of a password in PHC form (19 MiB, 2 passes). Takes a noticeable moment: not on an async thread.
///
/// # Errors
/// When the system has no randomness or memory.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Words that begin most guessed passwords; what is left beside them must be a password by itself.
const COMMON: [&str; 34] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdf",
    "zxcvbnm",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "1qaz2wsx",
    "abc",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "login",
    "welcome",
    "letmein",
    "iloveyou",
    "sunshine",
    "dragon",
    "monkey",
    "hospital",
    "byouin",
    "clinic",
    "medical",
    "kanri",
    "hakutaku",
    "sakura",
    "nippon",
];

/// Why a password is refused; `None` if it is fine.
#[must_use]
pub(crate) fn refusal(password: &str, username: &str) -> Option<Key> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(Key("password-too-short"));
    }
    if length > LONGEST {
        return Some(Key("password-too-long"));
    }
    let lower = password.to_lowercase();
    let mut left = lower.clone();
    let name = username.to_lowercase();
    let name = (name.chars().count() >= 3).then_some(name);
    for word in COMMON.into_iter().chain(name.as_deref()) {
        left = left.replace(word, "");
    }
    // Digits and signs around a common word are what a guessing program tries first.
    let letters = left.chars().filter(|c| c.is_alphabetic()).count();
    let was_common = left.len() < lower.len();
    if (was_common && letters < 4) || is_monotonous(&lower) {
        return Some(Key("password-common"));
    }
    None
}

/// Few different characters, or mostly runs like `1234` and `abcd`.
fn is_monotonous(password: &str) -> bool {
    let characters: Vec<u32> = password.chars().map(u32::from).collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let steps = characters.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    different.len() < 5 || steps * 3 >= characters.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_fine_and_the_usual_guesses_are_not() {
        for good in
            ["correct horse battery", "あさひは東から昇る、毎日必ず", "Tq7!vRz2-mmKp", "password manager keeps this"]
        {
            assert_eq!(refusal(good, "yamada"), None, "{good}");
        }
        for common in [
            "password1234",
            "123456789012",
            "aaaaaaaaaaaa",
            "Qwertyuiop12",
            "Hospital2026!",
            "yamada202611",
            "abababababab",
        ] {
            assert_eq!(refusal(common, "yamada"), Some(Key("password-common")), "{common}");
        }
        assert_eq!(refusal("elevenchars", "yamada"), Some(Key("password-too-short")));
        assert_eq!(refusal("十一文字では足りません", "yamada"), Some(Key("password-too-short")));
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only_and_nobody_has_none() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery").await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse battery", Some(&hash)).await.expect("verified"));
        assert!(!passwords.verify("correct horse", Some(&hash)).await.expect("verified"));
        assert!(!passwords.verify("correct horse battery", None).await.expect("verified"));
    }

    #[test]
    fn the_hash_for_nobody_costs_the_same() {
        let nobody = argon2::password_hash::phc::PasswordHash::new(NOBODY).expect("a PHC string");
        let hash = hash_password("correct horse battery").expect("hashed");
        let somebody = argon2::password_hash::phc::PasswordHash::new(&hash).expect("a PHC string");
        assert_eq!(nobody.params.to_string(), somebody.params.to_string());
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert!(nobody.hash.is_some_and(|output| output.len() == 32));
    }
}
