//! Sentences in Khmer and English that mean the same, song titles, venues.

use super::records;

/// One sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Khmer.
    pub km: &'static str,
    /// English.
    pub en: &'static str,
}

impl Phrase {
    /// In the language that a user prefers.
    #[must_use]
    pub fn said(self, khmer: bool) -> &'static str {
        if khmer { self.km } else { self.en }
    }
}

/// A place where concerts are held.
#[derive(Debug, Clone, Copy)]
pub struct Venue {
    /// English name.
    pub name: &'static str,
    /// Province.
    pub province: &'static str,
    /// Latitude, in ten-thousandths of a degree.
    pub latitude: i64,
    /// Longitude, in ten-thousandths of a degree.
    pub longitude: i64,
    /// How many people it holds.
    pub capacity: i64,
}

/// All of them.
#[derive(Debug)]
pub struct Phrases {
    phrases: Vec<(&'static str, Phrase)>,
    /// Song titles.
    pub songs: Vec<Phrase>,
    /// Venues.
    pub venues: Vec<Venue>,
}

impl Phrases {
    pub(super) fn parse(phrases: &'static str, songs: &'static str, venues: &'static str) -> Self {
        let degrees = |text: &str| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.parse().unwrap_or_default()
        };
        Self {
            phrases: records(phrases)
                .map(|row| {
                    let (km, en) = (row[1], row[2]);
                    (row[0], Phrase { km, en })
                })
                .collect(),
            songs: records(songs)
                .map(|row| Phrase {
                    km: row[0],
                    en: row[1],
                })
                .collect(),
            venues: records(venues)
                .map(|row| Venue {
                    name: row[0],
                    province: row[2],
                    latitude: degrees(row[3]),
                    longitude: degrees(row[4]),
                    capacity: row[5].parse().unwrap_or_default(),
                })
                .collect(),
        }
    }

    /// The sentences of a kind, such as `bio` or `notification_title`.
    #[must_use]
    pub fn of(&self, kind: &str) -> Vec<Phrase> {
        let own = self.phrases.iter().filter(|(own, _)| *own == kind);
        own.map(|(_, phrase)| *phrase).collect()
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize, usize) {
        (self.phrases.len(), self.songs.len(), self.venues.len())
    }
}
