//! What people here are called, where they live, how they are phoned and what they read: the tables
//! of `seeds/data/`, compiled in, parsed once. Khmer and Latin forms that belong together stay together.

mod khmer;
mod names;
mod phones;
mod phrases;
mod places;

pub use khmer::disorder;
pub use names::{English, Khmer, Names, Person};
pub use phones::{CARRIERS, Directory, Phone, Phones, dialled, mobile, normalised};
pub use phrases::{Phrase, Phrases, Venue};
pub use places::{Place, Places};

use std::sync::LazyLock;

/// Everything, parsed.
#[derive(Debug)]
pub struct Vocabulary {
    /// Family and given names.
    pub names: Names,
    /// Provinces down to villages.
    pub places: Places,
    /// Number blocks of the carriers.
    pub phones: Phones,
    /// Sentences, songs, venues.
    pub phrases: Phrases,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    names: Names::parse(include_str!("../../../seeds/data/names.csv")),
    places: Places::parse(
        include_str!("../../../seeds/data/gazetteer.csv"),
        include_str!("../../../seeds/data/provinces.csv"),
    ),
    phones: Phones::parse(include_str!("../../../seeds/data/phone_prefixes.csv")),
    phrases: Phrases::parse(
        include_str!("../../../seeds/data/khmer_phrases.csv"),
        include_str!("../../../seeds/data/khmer_songs.csv"),
        include_str!("../../../seeds/data/venues.csv"),
    ),
});

/// The vocabulary.
#[must_use]
pub fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

/// The records of a compiled-in table, without its header. The tables are part of the program and
/// read in a test, so a broken line is left out rather than reported.
fn records(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    rows.into_iter().map(|row| {
        row.iter()
            .map(|cell| &*Box::leak(cell.to_owned().into_boxed_str()))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_to_its_last_line() {
        let words = vocabulary();
        assert_eq!(words.names.sizes(), (114, 197));
        assert_eq!(words.places.sizes(), (25, 14_578));
        assert_eq!(words.phrases.sizes(), (61, 48, 9));
        assert_eq!(words.phones.sizes(), 36);
    }

    #[test]
    fn all_khmer_is_in_order() {
        let tables = [
            include_str!("../../../seeds/data/names.csv"),
            include_str!("../../../seeds/data/gazetteer.csv"),
            include_str!("../../../seeds/data/provinces.csv"),
            include_str!("../../../seeds/data/khmer_phrases.csv"),
            include_str!("../../../seeds/data/khmer_songs.csv"),
            include_str!("../../../seeds/data/venues.csv"),
        ];
        for line in tables.iter().flat_map(|table| table.lines()) {
            assert_eq!(disorder(line), None, "{line}");
        }
    }
}
