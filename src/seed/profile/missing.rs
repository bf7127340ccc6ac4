//! Keys that a profile must give and does not: all of them at once, where serde would stop at the first.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys that a record must have, by its table.
const REQUIRED: [(&str, &[&str]); 15] = [
    ("vote_packages", &["sku", "name", "vote_count", "price"]),
    (
        "subscription_plans",
        &["slug", "name", "price", "interval", "features"],
    ),
    (
        "users",
        &["email", "password", "loyalty_tier", "kyc_status", "joined"],
    ),
    ("artists", &["name", "genre", "country"]),
    ("organizers", &["name", "commission_rate"]),
    (
        "seasons",
        &[
            "slug",
            "name",
            "start",
            "end",
            "status",
            "contestants",
            "episodes",
        ],
    ),
    ("seasons.contestants", &["name", "age", "gender"]),
    (
        "seasons.episodes",
        &[
            "number",
            "title",
            "air",
            "voting_start",
            "voting_end",
            "status",
        ],
    ),
    (
        "events",
        &[
            "slug",
            "name",
            "event_type",
            "venue",
            "begins",
            "price",
            "sections",
        ],
    ),
    ("events.sections", &["name", "seat_type", "rows", "seats"]),
    (
        "banners",
        &[
            "title",
            "image_url",
            "link_type",
            "link_value",
            "target_audience",
            "start",
            "end",
        ],
    ),
    (
        "promotions",
        &["name", "promotion_type", "minimum_amount", "start", "end"],
    ),
    ("crowd", &["users", "votes", "began", "shows", "events"]),
    (
        "crowd.shows",
        &["slug", "name", "contestants", "episodes", "finale"],
    ),
    ("crowd.events", &["count", "seats"]),
];

/// What is missing, record by record in the order of the file; nothing of a text that is no TOML.
pub(super) fn missing(text: &str) -> Vec<String> {
    let Ok(profile) = DeTable::parse(text) else {
        return Vec::new();
    };
    let mut lacks = Vec::new();
    for (path, required) in REQUIRED {
        let mut records = vec![profile.get_ref()];
        let mut places = vec![0];
        for key in path.split('.') {
            let inner = records.iter().filter_map(|record| record.get(key));
            let inner: Vec<&Spanned<DeValue<'_>>> = inner.flat_map(one_or_many).collect();
            let tables = inner
                .iter()
                .filter_map(|own| Some((own.span().start, own.get_ref().as_table()?)));
            (places, records) = tables.unzip();
        }
        for (place, record) in places.into_iter().zip(records) {
            let absent = required.iter().filter(|key| !record.contains_key(**key));
            let absent: Vec<&str> = absent.copied().collect();
            if !absent.is_empty() {
                let line = text[..place].matches('\n').count() + 1;
                lacks.push((line, format!("{path} in line {line}: {}", listed(&absent))));
            }
        }
    }
    lacks.sort();
    lacks.into_iter().map(|(_, told)| told).collect()
}

/// The tables of an array of tables, or the one that it is.
fn one_or_many<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Vec<&'a Spanned<DeValue<'i>>> {
    match value.get_ref().as_array() {
        Some(many) => many.iter().collect(),
        None => vec![value],
    }
}

fn listed(keys: &[&str]) -> String {
    match keys {
        [one] => format!("{one} is missing"),
        [most @ .., last] => format!("{} and {last} are missing", most.join(", ")),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::de::DeserializeOwned;
    use toml::{Table, Value};

    use super::*;
    use crate::seed::profile as p;

    /// What serde knows of a record: all keys, and which of them it demands.
    type Keys = (BTreeSet<String>, BTreeSet<String>);

    fn told<T: DeserializeOwned>(record: &Table) -> Option<String> {
        let told = record.clone().try_into::<T>().err()?;
        Some(told.message().to_owned())
    }

    fn keys<T: DeserializeOwned>() -> Keys {
        let odd = Table::from_iter([("?".to_owned(), Value::Boolean(true))]);
        let told_of_odd = told::<T>(&odd).unwrap();
        let (_, expected) = told_of_odd.split_once("expected").unwrap();
        let all = expected.split('`').skip(1).step_by(2).map(str::to_owned);
        let (all, mut required) = (all.collect(), BTreeSet::new());
        let (hall, record) = ("count = 1\nseats = 1", Value::Table(Table::new()));
        let values = [
            Value::from("0d"),
            Value::from("0"),
            Value::from(1),
            Value::from(Vec::<Value>::new()),
            hall.parse::<Table>().unwrap().into(),
            record,
        ];
        let mut given = Table::new();
        while let Some(message) = told::<T>(&given) {
            let key = message.split('`').nth(1).unwrap().to_owned();
            let fitting = values.iter().find(|value| {
                given.insert(key.clone(), (*value).clone());
                told::<T>(&given).is_none_or(|next| next.starts_with("missing field"))
            });
            assert!(fitting.is_some(), "{message}");
            required.insert(key);
        }
        (all, required)
    }

    fn records() -> BTreeMap<&'static str, Keys> {
        BTreeMap::from([
            ("", keys::<p::Profile>()),
            ("passwords", keys::<p::Passwords>()),
            ("vote_packages", keys::<p::Package>()),
            ("subscription_plans", keys::<p::Plan>()),
            ("users", keys::<p::User>()),
            ("artists", keys::<p::Artist>()),
            ("organizers", keys::<p::Organizer>()),
            ("seasons", keys::<p::Season>()),
            ("seasons.contestants", keys::<p::Contestant>()),
            ("seasons.episodes", keys::<p::Episode>()),
            ("events", keys::<p::Event>()),
            ("events.sections", keys::<p::Section>()),
            ("banners", keys::<p::Banner>()),
            ("promotions", keys::<p::Promotion>()),
            ("crowd", keys::<p::Crowd>()),
            ("crowd.shows", keys::<p::Show>()),
            ("crowd.events", keys::<p::EventSettings>()),
            ("crowd.rates", keys::<p::Rates>()),
        ])
    }

    #[test]
    fn what_is_required_is_what_serde_demands() {
        let required = BTreeMap::from(REQUIRED);
        for (path, (_, demanded)) in records() {
            let own = required.get(path).copied().unwrap_or_default();
            let own: BTreeSet<String> = own.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(own, demanded, "{path}");
        }
    }

    /// The rows of the table of keys in `docs/seeds.md`: whether each says `required`.
    #[test]
    fn every_key_is_in_the_documentation() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/seeds.md");
        let page = std::fs::read_to_string(page).unwrap();
        let (_, section) = page.split_once("## Keys of a profile").unwrap();
        let mut table = "";
        let mut listed = BTreeMap::new();
        for line in section.lines().take_while(|line| !line.starts_with("## ")) {
            if let Some(heading) = line.strip_prefix("### ") {
                table = heading.split('`').nth(1).unwrap_or_default();
                table = table.trim_matches(['[', ']']);
            }
            if let Some(row) = line.strip_prefix("| `") {
                let (key, _) = row.split_once('`').unwrap();
                let demanded = row.trim_end().ends_with("| required |");
                assert!(listed.insert((table, key.to_owned()), demanded).is_none());
            }
        }
        let mut known = BTreeMap::new();
        for (table, (all, required)) in records() {
            for key in all {
                let demanded = required.contains(&key);
                known.insert((table, key), demanded);
            }
        }
        assert_eq!(listed, known);
    }

    #[test]
    fn all_of_it_is_told_with_lines() {
        let text = "include = ['reference']\n\n[[users]]\nemail = 'me@example.com'\njoined = '-1d'\n\
                    [[seasons]]\nslug = 's'\nname = 'S'\nstart = '0d'\nend = '1d'\nstatus = 1\n\
                    episodes = [{ number = 1, title = 'E', status = 1 }]\n\
                    [[seasons.contestants]]\nname = 'A'\nage = 20\n\
                    [crowd]\nusers = 3\n";
        assert_eq!(
            missing(text),
            [
                "users in line 3: password, loyalty_tier and kyc_status are missing",
                "seasons.episodes in line 12: air, voting_start and voting_end are missing",
                "seasons.contestants in line 13: gender is missing",
                "crowd in line 16: votes, began, shows and events are missing",
            ]
        );
        assert!(missing("no = [toml").is_empty());
    }
}
