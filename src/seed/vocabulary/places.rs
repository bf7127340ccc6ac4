//! Provinces, districts, communes and villages: a place is one path of the official gazetteer.

use std::collections::HashMap;
use std::ops::Range;

use super::records;
use crate::seed::random::{Dice, Weights};

/// A village with everything that it lies in, in Latin letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Province.
    pub province: &'static str,
    /// District.
    pub district: &'static str,
    /// Commune.
    pub commune: &'static str,
    /// Village.
    pub village: &'static str,
}

/// All of them; villages of one province lie together.
#[derive(Debug)]
pub struct Places {
    villages: Vec<Place>,
    provinces: Vec<(&'static str, Range<usize>)>,
    weights: Weights,
}

impl Places {
    pub(super) fn parse(gazetteer: &'static str, provinces: &'static str) -> Self {
        let rows: Vec<_> = records(gazetteer).collect();
        let names: HashMap<&str, &'static str> = rows.iter().map(|row| (row[0], row[4])).collect();
        let name = |code: &str| names.get(code).copied().unwrap_or_default();
        let mut codes: Vec<&str> = rows
            .iter()
            .filter(|row| row[1] == "village")
            .map(|row| row[0])
            .collect();
        codes.sort_unstable();
        let villages = codes.iter().map(|code| Place {
            province: name(&code[..2]),
            district: name(&code[..4]),
            commune: name(&code[..6]),
            village: name(code),
        });
        let table: Vec<_> = records(provinces).collect();
        let range = |province: &str| {
            let start = codes.partition_point(|code| &code[..2] < province);
            start..codes.partition_point(|code| &code[..2] <= province)
        };
        Self {
            villages: villages.collect(),
            weights: Weights::shares(table.iter().map(|row| row[7].parse().unwrap_or(0.0))),
            provinces: table
                .iter()
                .map(|row| (name(row[0]), range(row[0])))
                .collect(),
        }
    }

    /// A home: the province by its share of users, the village within it by chance, so that districts
    /// and communes have the weight of their villages.
    pub fn draw(&self, dice: &mut Dice) -> &Place {
        let (_, villages) = &self.provinces[self.weights.draw(dice)];
        &self.villages[villages.start + dice.index(villages.len())]
    }

    /// Whether this is a place of the gazetteer, all four names on one path.
    #[must_use]
    pub fn knows(&self, place: &Place) -> bool {
        self.villages.contains(place)
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.provinces.len(), self.villages.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::random::Key;
    use crate::seed::vocabulary::vocabulary;

    #[test]
    fn homes_are_paths_and_the_capital_is_the_largest() {
        let places = &vocabulary().places;
        let mut in_capital = 0;
        for row in 0..2_000 {
            let place = places.draw(&mut Key::new(1, "places").row(row));
            assert!(!place.district.is_empty() && !place.commune.is_empty());
            in_capital += u32::from(place.province == "Phnom Penh");
        }
        assert!((480..640).contains(&in_capital), "{in_capital}");
    }
}
