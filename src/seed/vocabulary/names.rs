//! Names: Khmer ones from our lists, English ones from the `fake` crate; both are providers in the
//! style of `fake`, drawn with `provider.fake_with_rng(&mut dice)`.

use fake::faker::name::en::{FirstName, LastName};
use fake::{Dummy, Fake, RngExt};

use super::records;
use crate::seed::random::{Dice, Weights};

/// A person's name in both scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Given name in Latin letters.
    pub given: &'static str,
    /// Family name in Latin letters.
    pub family: &'static str,
    /// Family and given name in Khmer, in the order in which they are said; none for a foreigner.
    pub khmer: Option<(&'static str, &'static str)>,
    /// Whether the given name is a woman's.
    pub female: bool,
}

#[derive(Debug)]
struct Name {
    khmer: &'static str,
    latin: &'static str,
}

#[derive(Debug)]
struct List {
    names: Vec<Name>,
    weights: Weights,
}

impl List {
    fn of(rows: &[Vec<&'static str>], kind: &str, genders: &[&str]) -> Self {
        let chosen = rows
            .iter()
            .filter(|row| row[0] == kind && genders.contains(&row[1]));
        let chosen: Vec<_> = chosen.collect();
        Self {
            weights: Weights::new(chosen.iter().map(|row| row[5].parse().unwrap_or(1))),
            names: chosen
                .iter()
                .map(|row| Name {
                    khmer: row[2],
                    latin: row[3],
                })
                .collect(),
        }
    }

    fn draw(&self, dice: &mut Dice) -> &Name {
        &self.names[self.weights.draw(dice)]
    }
}

/// Family and given names of Cambodia with their frequencies.
#[derive(Debug)]
pub struct Names {
    families: List,
    female: List,
    male: List,
    #[cfg(test)]
    given: usize,
}

impl Names {
    pub(super) fn parse(table: &'static str) -> Self {
        let rows: Vec<_> = records(table).collect();
        Self {
            families: List::of(&rows, "family", &["any"]),
            female: List::of(&rows, "given", &["female", "unisex"]),
            male: List::of(&rows, "given", &["male", "unisex"]),
            #[cfg(test)]
            given: rows.iter().filter(|row| row[0] == "given").count(),
        }
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.families.names.len(), self.given)
    }
}

/// A Khmer name of a woman or a man.
#[derive(Debug, Clone, Copy)]
pub struct Khmer<'a> {
    /// The lists to draw from.
    pub names: &'a Names,
    /// Whose.
    pub female: bool,
}

impl Dummy<Khmer<'_>> for Person {
    fn dummy_with_rng<R: RngExt + ?Sized>(of: &Khmer<'_>, rng: &mut R) -> Self {
        let mut dice = Dice::from_word(rng.next_u64());
        let family = of.names.families.draw(&mut dice);
        let given = if of.female {
            &of.names.female
        } else {
            &of.names.male
        };
        let given = given.draw(&mut dice);
        Self {
            given: given.latin,
            family: family.latin,
            khmer: Some((family.khmer, given.khmer)),
            female: of.female,
        }
    }
}

/// An English name of a foreigner.
#[derive(Debug, Clone, Copy)]
pub struct English {
    /// Whose; the lists of `fake` do not tell women from men.
    pub female: bool,
}

impl Dummy<English> for Person {
    fn dummy_with_rng<R: RngExt + ?Sized>(of: &English, rng: &mut R) -> Self {
        Self {
            given: FirstName().fake_with_rng(rng),
            family: LastName().fake_with_rng(rng),
            khmer: None,
            female: of.female,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::random::Key;
    use crate::seed::vocabulary::vocabulary;

    #[test]
    fn both_scripts_belong_together() {
        let names = &vocabulary().names;
        let table = include_str!("../../../seeds/data/names.csv");
        for row in 0..200 {
            let mut dice = Key::new(1, "names").row(row);
            let female = row % 2 == 0;
            let person: Person = Khmer { names, female }.fake_with_rng(&mut dice);
            let (family, given) = person.khmer.unwrap();
            assert!(table.contains(&format!("family,any,{family},{}", person.family)));
            let line = format!(",{given},{},", person.given);
            let line = table.lines().find(|entry| entry.contains(&line)).unwrap();
            let wrong = if female { "given,male" } else { "given,female" };
            assert!(!line.starts_with(wrong), "{line}");
        }
    }

    #[test]
    fn english_names_come_from_fake_and_repeat() {
        let name = || -> Person {
            English { female: true }.fake_with_rng(&mut Key::new(1, "english").row(5))
        };
        assert_eq!(name(), name());
        assert_eq!(name().khmer, None);
    }
}
