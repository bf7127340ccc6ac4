//! What cannot be meant in a profile, each with the record and the key where it stands: numbers that
//! nobody has, amounts below nothing, ends before their beginnings, records that cannot be told apart.

mod offers;
mod people;
mod show;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt::Display;

use super::{Cents, Profile};
use crate::error::{Error, Result};

/// How it is said of a natural key that two records have.
const TWICE: &str = "stands twice";

/// Refuses what cannot be meant, all of it at once.
///
/// # Errors
/// A configuration error that names the profile as it was asked for (`shown`).
pub(super) fn check(profile: &Profile, shown: &str) -> Result<()> {
    if profile.is_empty() {
        return Err(Error::configuration(format!(
            "there is nothing to seed: the profile {shown} holds no records and no [crowd]"
        ))
        .hint("write records into it, or those of a profile of ours: include = [\"reference\"]"));
    }
    let faults = faults(profile);
    let twice = faults.iter().any(|fault| fault.ends_with(TWICE));
    let error = match faults.as_slice() {
        [] => return Ok(()),
        [fault] => Error::configuration(format!("the profile {shown}: {fault}")),
        _ => Error::configuration(format!(
            "the profile {shown} has {} values that cannot be meant",
            faults.len()
        ))
        .details(faults),
    };
    Err(match profile.include.as_slice() {
        included if twice && !included.is_empty() => error.hint(format!(
            "records of {} count too, because it is included",
            included.join(" and ")
        )),
        _ => error,
    })
}

/// Everything that cannot be meant.
fn faults(profile: &Profile) -> Vec<String> {
    let mut faults = Faults::default();
    people::users(&mut faults, &profile.users);
    offers::packages(&mut faults, &profile.vote_packages);
    offers::plans(&mut faults, &profile.subscription_plans);
    show::seasons(&mut faults, profile);
    people::hosts(&mut faults, profile);
    faults.differ("events", "slug", profile.events.iter().map(|own| &own.slug));
    for event in &profile.events {
        show::event_with_hall(&mut faults, profile, event);
    }
    offers::banners(&mut faults, profile);
    offers::promotions(&mut faults, &profile.promotions);
    if let Some(crowd) = &profile.crowd {
        show::audience(&mut faults, crowd);
    }
    faults.0
}

/// What was found so far.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    /// Looks at one record.
    fn of(&mut self, table: &str, name: impl Display) -> Record<'_> {
        Record {
            name: format!("{table} {name}"),
            faults: self,
        }
    }

    /// Demands that records can be told apart by their natural key, and have one.
    fn differ<'a>(&mut self, table: &str, key: &str, names: impl Iterator<Item = &'a String>) {
        let mut seen = HashSet::new();
        for name in names {
            if name.trim().is_empty() {
                self.0.push(format!("{table}: {key} is empty"));
            } else if !seen.insert(name) {
                self.0.push(format!("{table}: {key} \"{name}\" {TWICE}"));
            }
        }
    }
}

/// A record that is looked at.
struct Record<'a> {
    name: String,
    faults: &'a mut Faults,
}

impl Record<'_> {
    fn demand(&mut self, good: bool, what: impl FnOnce() -> String) {
        if !good {
            self.faults.0.push(format!("{}: {}", self.name, what()));
        }
    }

    fn not_below(&mut self, key: &str, value: i64, least: i64) {
        self.demand(value >= least, || format!("{key} {value} is below {least}"));
    }

    fn amount(&mut self, key: &str, amount: Cents) {
        self.demand(amount >= Cents(0), || {
            format!("{key} \"{}\" is below 0", amount.sql())
        });
    }

    fn price(&mut self, amount: Cents, currency: &str) {
        self.amount("price", amount);
        let code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        self.demand(code, || {
            format!("currency \"{currency}\" is no code of three capitals, such as \"USD\"")
        });
        self.demand(currency != "KHR" || amount.0 % 10_000 == 0, || {
            format!(
                "price \"{}\" is not in hundreds of riel, such as \"4000\"",
                amount.sql()
            )
        });
    }

    fn one_of(&mut self, key: &str, value: &str, known: &[&str]) {
        self.demand(known.contains(&value), || {
            format!("{key} \"{value}\" is none of {}", known.join(", "))
        });
    }

    fn status(&mut self, status: i64, known: &str) {
        self.demand((0..=2).contains(&status), || {
            format!("status {status} is none of {known}")
        });
    }

    fn email(&mut self, key: &str, email: &str) {
        self.demand(is_email(email), || {
            format!("{key} \"{email}\" is no address, such as \"dara@example.com\"")
        });
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let labels = domain.split('.');
    let whole = |part: &str| !part.is_empty() && !part.contains(['@', '"', ',', ';']);
    whole(local)
        && domain.contains('.')
        && labels.into_iter().all(whole)
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}
