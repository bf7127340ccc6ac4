//! What is written in Khmer can be found again, and places and phones exist.

use hangmeas::seed::vocabulary::{CARRIERS, Place, disorder, vocabulary};

use super::demo;

#[test]
fn all_text_is_in_order() {
    let database = demo();
    let columns = database.query_text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r') \
         AND data_type IN ('character varying', 'text') ORDER BY 1, 2",
    );
    let mut khmer = 0;
    for line in columns {
        let (table, column) = line.split_once('|').expect("two columns");
        let query = format!(
            "SELECT DISTINCT \"{column}\" FROM \"{table}\" WHERE \"{column}\" ~ '[^[:ascii:]]'"
        );
        for text in database.query_text(&query) {
            assert_eq!(disorder(&text), None, "{table}.{column}: {text}");
            khmer += usize::from(
                text.chars()
                    .any(|letter| ('\u{1780}'..'\u{1800}').contains(&letter)),
            );
        }
    }
    assert!(khmer > 250, "there is Khmer text: {khmer}");
}

#[test]
fn homes_are_on_one_path_of_the_gazetteer() {
    let database = demo();
    let homes = database.query_text(
        "SELECT DISTINCT province, district, commune, village FROM spree_users WHERE province IS NOT NULL",
    );
    assert!(homes.len() > 200);
    for home in homes {
        let parts: Vec<&'static str> = home
            .split('|')
            .map(|part| &*Box::leak(part.to_owned().into_boxed_str()))
            .collect();
        let place = Place {
            province: parts[0],
            district: parts[1],
            commune: parts[2],
            village: parts[3],
        };
        assert!(vocabulary().places.knows(&place), "{home}");
    }
}

#[test]
fn khmer_names_can_be_searched() {
    let database = demo();
    let name = database.value(
        "SELECT khmer_name FROM spree_users WHERE khmer_name IS NOT NULL ORDER BY id DESC LIMIT 1",
    );
    let found = database.value(&format!(
        "SELECT count(*) > 0 FROM spree_users WHERE khmer_name % '{name}'"
    ));
    assert_eq!(found, "t");
}

#[test]
fn messages_come_from_the_carrier_of_the_number() {
    let database = demo();
    let wrong = database.value(
        "SELECT count(*) FROM sms_vote_logs l JOIN spree_users u ON u.id = l.user_id \
         WHERE l.phone_number <> u.phone_number",
    );
    assert_eq!(wrong, "0");
    let carriers = database.query_text("SELECT DISTINCT carrier FROM sms_vote_logs ORDER BY 1");
    assert!(
        carriers
            .iter()
            .all(|own| CARRIERS[..3].iter().any(|(name, _)| name == own)),
        "{carriers:?}"
    );
    let lengths = database.query_text(
        "SELECT DISTINCT length(phone_number) FROM spree_users WHERE phone_number IS NOT NULL ORDER BY 1",
    );
    assert_eq!(lengths, ["9", "10"]);
}
