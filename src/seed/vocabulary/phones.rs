//! Phone numbers whose prefix and length are the carrier's.

use std::collections::HashSet;

use super::records;
use crate::seed::random::{Key, Shuffle, Weights};

/// The carriers, the most used first, with their shares of users (estimates).
pub const CARRIERS: [(&str, f64); 5] = [
    ("metfone", 0.40),
    ("smart", 0.38),
    ("cellcard", 0.20),
    ("seatel", 0.012),
    ("cootel", 0.008),
];

/// A number as it is dialled at home, `012345678`, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// All digits with the leading 0, as one number without it.
    significant: u64,
    /// Index into [`CARRIERS`].
    pub carrier: usize,
}

impl Phone {
    /// As dialled at home.
    #[must_use]
    pub fn dialled(self) -> String {
        format!("0{}", self.significant)
    }

    /// The digits after the country code: what tells numbers apart.
    #[must_use]
    pub fn significant(self) -> u64 {
        self.significant
    }
}

/// The digits after the country code, however the number is written.
#[must_use]
pub fn normalised(written: &str) -> Option<u64> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let rest = ["00855", "855", "0"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix))
        .unwrap_or(&digits);
    rest.parse().ok()
}

/// The digits after the country code of a mobile number that is written to be dialled: at home, such
/// as `012 345 678`, or from abroad, such as `+855 12 345 678`. None where no such number can be.
#[must_use]
pub fn mobile(phones: &Phones, written: &str) -> Option<u64> {
    let significant = significant(written)?;
    let (prefix, subscriber) = significant.split_at_checked(2)?;
    let fits = |form: &Form| {
        form.prefix == prefix
            && form.digits.contains(&subscriber.len())
            && !subscriber.starts_with('0')
    };
    phones.forms.iter().any(fits).then_some(())?;
    significant.parse().ok()
}

/// The digits after the country code of any number that is written to be dialled, of a landline too.
#[must_use]
pub fn dialled(written: &str) -> Option<u64> {
    let significant = significant(written)?;
    let fits = (8..=9).contains(&significant.len()) && !significant.starts_with('0');
    fits.then(|| significant.parse().ok())?
}

/// What follows the country code or the 0 before a number; none where it is not written as one.
fn significant(written: &str) -> Option<String> {
    let written = written.trim();
    let (plus, rest) = match written.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, written),
    };
    let spoken = rest.chars().filter(|letter| !" -.()".contains(*letter));
    let digits: String = spoken.collect();
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
    let prefixes: &[&str] = if plus {
        &["855"]
    } else {
        &["00855", "855", "0"]
    };
    let mut prefixes = prefixes.iter();
    let significant = prefixes.find_map(|prefix| digits.strip_prefix(prefix))?;
    numeric.then(|| significant.to_owned())
}

/// What a mobile number looks like.
#[derive(Debug)]
struct Form {
    /// Two digits after the 0.
    prefix: &'static str,
    /// How many may follow.
    digits: Vec<usize>,
}

/// A block of numbers that begin alike.
#[derive(Debug)]
struct Block {
    carrier: usize,
    first: u64,
    count: u64,
}

/// The blocks of every carrier.
#[derive(Debug)]
pub struct Phones {
    forms: Vec<Form>,
    blocks: Vec<Block>,
    shares: Weights,
}

impl Phones {
    pub(super) fn parse(table: &'static str) -> Self {
        let forms = records(table).filter_map(|row| {
            Some(Form {
                prefix: row[0].strip_prefix('0')?,
                digits: row[3]
                    .split('|')
                    .filter_map(|one| one.parse().ok())
                    .collect(),
            })
        });
        let forms = forms.collect();
        let rows = records(table).filter(|row| row[7] == "active");
        let blocks = rows.filter_map(|row| {
            let carrier = CARRIERS.iter().position(|(name, _)| *name == row[2])?;
            // Where both lengths exist, the longer one.
            let digits: u32 = row[3].rsplit('|').next()?.parse().ok()?;
            let prefix: u64 = row[0].parse().ok()?;
            let unit = 10_u64.pow(digits - 1);
            Some(Block {
                carrier,
                // A subscriber's first digit is 2 to 9 in practice.
                first: prefix * 10 * unit + 2 * unit,
                count: 8 * unit,
            })
        });
        Self {
            forms,
            blocks: blocks.collect(),
            shares: Weights::shares(CARRIERS.iter().map(|(_, share)| *share)),
        }
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> usize {
        self.blocks.len()
    }

    fn capacity(&self, carrier: usize) -> u64 {
        let own = self.blocks.iter().filter(|block| block.carrier == carrier);
        own.map(|block| block.count).sum()
    }

    fn nth(&self, carrier: usize, nth: u64) -> u64 {
        let mut rest = nth;
        for block in self.blocks.iter().filter(|block| block.carrier == carrier) {
            if rest < block.count {
                return block.first + rest;
            }
            rest -= block.count;
        }
        0
    }
}

/// Gives every user of a run a number that nobody else has.
#[derive(Debug)]
pub struct Directory {
    key: Key,
    users: u64,
    carriers: Vec<(u64, Shuffle)>,
    taken: HashSet<u64>,
}

impl Directory {
    /// For so many users; `taken` are the normalised numbers that others have.
    #[must_use]
    pub fn new(phones: &Phones, key: Key, users: u64, taken: HashSet<u64>) -> Self {
        let carriers = (0..CARRIERS.len()).map(|carrier| {
            let capacity = phones.capacity(carrier);
            (capacity, Shuffle::new(key.part(carrier as u64), capacity))
        });
        Self {
            key,
            users,
            carriers: carriers.collect(),
            taken,
        }
    }

    /// The largest number of users that all can have a number.
    #[must_use]
    pub fn room(&self) -> u64 {
        self.carriers
            .iter()
            .map(|(room, _)| *room)
            .min()
            .unwrap_or(0)
            / 2
    }

    /// The carrier of a user: index into [`CARRIERS`].
    #[must_use]
    pub fn carrier(&self, phones: &Phones, user: u64) -> usize {
        phones.shares.draw(&mut self.key.row(user))
    }

    /// The number of a user: different users look at different places, so they never meet.
    #[must_use]
    pub fn of(&self, phones: &Phones, user: u64) -> Phone {
        let carrier = self.carrier(phones, user);
        let (capacity, shuffle) = &self.carriers[carrier];
        let mut place = user;
        loop {
            let significant = phones.nth(carrier, shuffle.of(place));
            if !self.taken.contains(&significant) || place + self.users >= *capacity {
                return Phone {
                    significant,
                    carrier,
                };
            }
            place += self.users;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::vocabulary::vocabulary;

    #[test]
    fn normalises_what_people_write() {
        for written in [
            "012345678",
            "+855 12 345 678",
            "00855-12-345678",
            "12345678",
        ] {
            assert_eq!(normalised(written), Some(12_345_678), "{written}");
        }
        assert_eq!(normalised("none"), None);
    }

    #[test]
    fn knows_a_mobile_number_from_nonsense() {
        let phones = &vocabulary().phones;
        for (written, digits) in [
            ("012345678", 12_345_678),
            ("0123456780", 123_456_780),
            ("012 345 600", 12_345_600),
            ("+855 12 345 678", 12_345_678),
            ("85512345678", 12_345_678),
            ("00855-96-234-5678", 962_345_678),
        ] {
            assert_eq!(mobile(phones, written), Some(digits), "{written}");
            assert_eq!(normalised(written), Some(digits), "{written}");
        }
        for nonsense in [
            "",
            "12",
            "abc",
            "+1 555",
            "12345678",
            "+855 012 345 678",
            "0123456789012",
            "012045678",
            "023456789",
            "09612345",
            "0๑2345678",
            "012345678x",
            "+012345678",
            "ខ្មែរ",
        ] {
            assert_eq!(mobile(phones, nonsense), None, "{nonsense}");
        }
        assert_eq!(dialled("023 880 623"), Some(23_880_623));
        for nonsense in ["12", "+1 555 123 4567", "call me", "0238"] {
            assert_eq!(dialled(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn numbers_are_the_carriers_and_differ() {
        let phones = &vocabulary().phones;
        let directory = Directory::new(phones, Key::new(1, "phones"), 5_000, HashSet::new());
        let mut seen = HashSet::new();
        for user in 0..5_000 {
            let phone = directory.of(phones, user);
            let dialled = phone.dialled();
            assert!(seen.insert(dialled.clone()), "{dialled}");
            assert_eq!(normalised(&dialled), Some(phone.significant()));
            let row = records(include_str!("../../../seeds/data/phone_prefixes.csv"))
                .find(|row| row[0] == &dialled[..3])
                .unwrap();
            assert_eq!((row[2], row[7]), (CARRIERS[phone.carrier].0, "active"));
            let digits = (dialled.len() - 3).to_string();
            assert!(
                row[3].split('|').any(|length| length == digits),
                "{dialled}"
            );
        }
    }

    #[test]
    fn avoids_numbers_of_others() {
        let phones = &vocabulary().phones;
        let key = Key::new(1, "phones");
        let first = Directory::new(phones, key, 100, HashSet::new());
        let taken: HashSet<u64> = (0..100)
            .map(|user| first.of(phones, user).significant())
            .collect();
        let second = Directory::new(phones, key, 100, taken.clone());
        for user in 0..100 {
            assert!(!taken.contains(&second.of(phones, user).significant()));
        }
    }
}
