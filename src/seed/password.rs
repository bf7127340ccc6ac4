//! Passwords as Spree checks them: authlogic's SHA-512 of Spree 4, bcrypt of Spree 5.

use sha2::{Digest, Sha512};

use super::live::Live;
use super::profile::PasswordScheme;
use super::random::Key;
use crate::error::{Error, ErrorKind, Result};

/// Rounds of authlogic's SHA-512.
const ROUNDS: usize = 20;
/// What bcrypt costs: enough for a door that opens with a published password.
const COST: u32 = 10;

/// What is stored of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// `encrypted_password`.
    pub hash: String,
    /// `password_salt`; none with bcrypt, which keeps it in the hash.
    pub salt: Option<String>,
}

/// Hashes passwords, each with a salt of its own.
#[derive(Debug)]
pub struct Hasher {
    bcrypt: bool,
    key: Key,
}

impl Hasher {
    /// By the scheme of the profile, or the one that the shop's table suggests.
    #[must_use]
    pub fn new(scheme: PasswordScheme, live: &Live, seed: u64) -> Self {
        let bcrypt = match scheme {
            PasswordScheme::Authlogic => false,
            PasswordScheme::Bcrypt => true,
            PasswordScheme::Auto => !live.has("spree_users", "spree_api_key"),
        };
        Self {
            bcrypt,
            key: Key::new(seed, "passwords"),
        }
    }

    /// What to store of the password; `number` chooses the salt.
    ///
    /// # Errors
    /// When bcrypt refuses the password.
    pub fn hash(&self, password: &str, number: u64) -> Result<Stored> {
        if !self.bcrypt {
            let salt = format!("HangmeasSeedSalt{number:04}");
            return Ok(Stored {
                hash: authlogic(password, &salt),
                salt: Some(salt),
            });
        }
        let mut dice = self.key.row(number);
        let mut salt = [0_u8; 16];
        salt[..8].copy_from_slice(&dice.word().to_le_bytes());
        salt[8..].copy_from_slice(&dice.word().to_le_bytes());
        let parts = bcrypt::hash_with_salt(password, COST, salt).map_err(|error| {
            Error::new(ErrorKind::Seed, "bcrypt refuses a password of the profile").caused_by(error)
        })?;
        Ok(Stored {
            hash: parts.format_for_version(bcrypt::Version::TwoA),
            salt: None,
        })
    }
}

/// Authlogic's SHA-512 with its stretches, in hexadecimal.
#[must_use]
pub fn authlogic(password: &str, salt: &str) -> String {
    let mut digest = format!("{password}{salt}");
    for _ in 0..ROUNDS {
        let bytes = Sha512::digest(digest.as_bytes());
        digest = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authlogic_is_that_of_spree() {
        assert_eq!(
            authlogic("admin123", "HangmeasSeedSalt0001"),
            "45c1a89990b1381bd84b1b91a70c3fdd0e36ab65fdb5fc7273803ab1216144b0\
             ad1ddd9d575fd1959d0dc7226752a5a8eff371bf30a6e279175b6d1142e65f3b"
        );
    }

    #[test]
    fn bcrypt_opens_for_the_password_only() {
        let hasher = Hasher::new(PasswordScheme::Bcrypt, &Live::default(), 1);
        let stored = hasher.hash("admin123", 1).unwrap();
        assert_eq!(stored, hasher.hash("admin123", 1).unwrap());
        assert_ne!(stored, hasher.hash("admin123", 2).unwrap());
        assert!(stored.hash.starts_with("$2a$10$"));
        assert!(bcrypt::verify("admin123", &stored.hash).unwrap());
        assert!(!bcrypt::verify("admin124", &stored.hash).unwrap());
    }
}
