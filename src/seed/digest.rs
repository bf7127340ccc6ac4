//! What an audience was made with, part by part, as digests: a second run sees by them that its profile
//! has changed since. Comments, order of keys and spaces do not count, nor do records of no influence.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::request::Request;
use crate::error::Result;

/// SHA-256, in hexadecimal, by part of the profile.
pub type Digests = BTreeMap<String, String>;

/// The digests of all that shapes the rows of an audience beside its size, seed and moment; none of a
/// profile without one. A part that is added to profiles later must not stand here while it is not
/// given: what was seeded before would count as changed.
///
/// # Errors
/// As [`Request::size`].
pub fn digests(request: &Request) -> Result<Option<Digests>> {
    let (profile, size) = (&request.profile, request.size()?);
    let (Some(crowd), Some((_, _, events))) = (&profile.crowd, size) else {
        return Ok(None);
    };
    let packages = profile.vote_packages.iter();
    let packages = packages.map(|own| {
        let votes = own.vote_count + own.bonus_votes;
        json!([own.sku, votes, own.price, own.currency])
    });
    let plans = profile.subscription_plans.iter();
    let plans = plans.map(|own| {
        json!([
            own.slug,
            own.price,
            own.currency,
            own.trial_days,
            own.features
        ])
    });
    let promotions = profile.promotions.iter().map(|own| {
        let bonus = json!([
            own.bonus_percentage,
            own.bonus_amount,
            own.maximum_bonus,
            own.tiers
        ]);
        let when = json!([own.start, own.end, own.minimum_amount, own.payment_methods]);
        json!([own.name, own.promotion_type, bonus, when])
    });
    let artists = profile.artists.iter().map(|own| json!(own.name));
    let organizers = profile.organizers.iter().map(|own| json!(own.name));
    let passwords = &profile.passwords;
    let parts = [
        (
            "crowd",
            json!([
                crowd.began,
                crowd.shows,
                events,
                crowd.events.seats,
                crowd.rates
            ]),
        ),
        ("passwords", json!([passwords.scheme, passwords.people])),
        ("vote_packages", packages.collect()),
        ("subscription_plans", plans.collect()),
        ("promotions", promotions.collect()),
        ("artists", artists.collect()),
        ("organizers", organizers.collect()),
    ];
    let digests = parts.map(|(part, value): (&str, Value)| (part.to_owned(), hexadecimal(&value)));
    Ok(Some(digests.into()))
}

/// The parts that both know and that differ.
pub fn changed<'a>(before: &'a Digests, now: &Digests) -> Vec<&'a str> {
    let differ = before
        .iter()
        .filter(|(part, digest)| now.get(*part).is_some_and(|own| own != *digest));
    differ.map(|(part, _)| part.as_str()).collect()
}

fn hexadecimal(value: &Value) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(value.to_string()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Mode;
    use crate::seed::profile::find;

    fn of(text: &str) -> Option<Digests> {
        let profile = find("./mine.toml", |_| Ok(text.to_owned())).unwrap();
        let request = Request {
            profile,
            random_seed: 1,
            as_of: 0,
            as_of_given: true,
            scale: 1.0,
            users: Some(100),
            votes: Some(100),
            mode: Mode::Fresh,
            connections: 1,
            workers: 1,
            keep_indexes: false,
            command: String::new(),
        };
        digests(&request).unwrap()
    }

    const MINE: &str = "include = ['reference']\n[crowd]\nusers=100\nvotes=9\nbegan='-9w'\n\
        events={count=1,seats=10}\nshows=[{slug='s',name='S',contestants=2,episodes=2,finale='-2w'}]\n\
        rates={voters=0.5,wallets=0.2}\n";

    #[test]
    fn only_what_shapes_the_rows_counts() {
        let mine = of(MINE).unwrap();
        for same in [
            MINE.replace("voters=0.5,wallets=0.2", "wallets = 0.20, voters = 5e-1"),
            format!("# words\n{MINE}"),
            MINE.replace("votes=9", "votes=5"),
            format!(
                "{MINE}[[banners]]\ntitle='B'\nimage_url='x'\nlink_type='url'\nlink_value='y'\n\
                     target_audience='all'\nstart='-1d'\nend='+1d'\n"
            ),
        ] {
            assert_eq!(of(&same).unwrap(), mine, "{same}");
        }
        let package = "[[vote_packages]]\nsku='A'\nname='A'\nvote_count=1\nprice='1'\n";
        for (other, part) in [
            (MINE.replace("0.5", "0.6"), "crowd"),
            (MINE.replace("seats=10", "seats=11"), "crowd"),
            (MINE.replace("'-2w'", "'-3w'"), "crowd"),
            (format!("{MINE}[passwords]\npeople='other'\n"), "passwords"),
            (format!("{MINE}{package}"), "vote_packages"),
        ] {
            assert_eq!(changed(&mine, &of(&other).unwrap()), [part], "{other}");
        }
    }

    #[test]
    fn parts_that_one_does_not_know_are_the_same() {
        let mine = of(MINE).unwrap();
        let mut older = mine.clone();
        older.remove("artists");
        assert!(changed(&older, &mine).is_empty());
        assert!(changed(&mine, &older).is_empty());
    }
}
