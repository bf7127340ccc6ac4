//! Round trips of random values in every type that a shop or Hangmeas uses, and in others that get
//! lost easily: what goes in comes out, byte by byte.
//!
//! `HANGMEAS_TEST_SEED` repeats a run, `HANGMEAS_TEST_ROUNDS` makes it longer.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::support::*;
use crate::catalog::apply;
use crate::support::{Base, Database, hangmeas, server};

/// Types that no table here uses and that a dump must bring back all the same.
const MORE: [&str; 19] = [
    "real",
    "double precision",
    "bytea",
    "uuid",
    "inet",
    "macaddr",
    "interval",
    "time without time zone",
    "time with time zone",
    "timestamp with time zone",
    "bit varying",
    "tsvector",
    "int4range",
    "character(7)",
    "json",
    "point",
    "\"char\"",
    "mood",
    "pair",
];

/// Rows of each table in a round.
const ROWS: usize = 60;

/// Random numbers that a seed repeats (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn times<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let number = self.below(most + 1);
        (0..number).map(|_| make(self)).collect()
    }
}

/// Every type of a column in the three shops with Hangmeas, its own tables included.
fn types_in_use() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for base in [Base::Spree42, Base::Spree46, Base::Spree5] {
        let database = server().clone_of(base);
        apply::all(&database);
        found.extend(database.query_text(
            "SELECT DISTINCT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
              WHERE c.relkind IN ('r', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
                AND c.relnamespace::regnamespace::text IN ('public', 'hangmeas')",
        ));
    }
    found
}

/// Pieces that something on the way could take for its own.
const PIECES: [&str; 24] = [
    "តារា",
    "ចម្រៀង\u{200b}ខ្មែរ",
    "ៗ",
    "a",
    "Z",
    " ",
    "  ",
    "'",
    "\"",
    "\\",
    "\\.",
    "\\N",
    "\n",
    "\r\n",
    "\t",
    "\u{1}",
    "{",
    "}",
    ",",
    "NULL",
    "🎤",
    "e\u{301}",
    "\u{7f}",
    "COPY public.x (a) FROM stdin;\n",
];

fn text(dice: &mut Dice, most: usize) -> String {
    if dice.below(6) == 0 {
        return String::new();
    }
    let pieces = dice.times(12, |dice| dice.one(&PIECES));
    pieces.concat().chars().take(most).collect()
}

fn json(dice: &mut Dice, depth: usize) -> serde_json::Value {
    match dice.below(if depth == 0 { 4 } else { 6 }) {
        0 => serde_json::Value::Null,
        1 => (dice.next() as i64).into(),
        2 => dice
            .one(&["", "true", "ខ្មែរ", "\\u0041", "\u{1}\n\""])
            .into(),
        3 => (dice.below(2) == 0).into(),
        4 => dice.times(3, |dice| json(dice, depth - 1)).into(),
        _ => {
            let pairs = dice.times(3, |dice| (text(dice, 9), json(dice, depth - 1)));
            serde_json::Value::Object(pairs.into_iter().collect())
        }
    }
}

fn digits(dice: &mut Dice, modifier: &str) -> String {
    let numbers: Vec<usize> = modifier
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    let (precision, scale) = match numbers[..] {
        [precision, scale] => (precision, scale),
        [precision] => (precision, 0),
        _ => match dice.below(5) {
            0 => return "NaN".to_owned(),
            1 if server().major() >= 14 => return dice.one(&["Infinity", "-Infinity"]).to_owned(),
            _ => (60, 30),
        },
    };
    if !numbers.is_empty() && dice.below(9) == 0 {
        return "NaN".to_owned();
    }
    let mut all = String::new();
    for _ in 0..precision {
        let _ = write!(all, "{}", dice.below(10));
    }
    let (whole, fraction) = all.split_at(precision - scale);
    format!("{}{whole}.{fraction}", dice.one(&["", "-"])).replace("-.", "-0.")
}

/// A value as the server reads it; `None` for a type that this test has not learnt.
fn value(dice: &mut Dice, kind: &str) -> Option<String> {
    if let Some(element) = kind.strip_suffix("[]") {
        let mut elements = Vec::new();
        for _ in 0..dice.below(4) {
            elements.push(match dice.below(5) {
                0 => "NULL".to_owned(),
                _ => format!("\"{}\"", escaped(&value(dice, element)?)),
            });
        }
        return Some(format!("{{{}}}", elements.join(",")));
    }
    let (name, modifier) = match kind.split_once('(') {
        Some((name, rest)) => {
            let (modifier, after) = rest.split_once(')').unwrap_or((rest, ""));
            (format!("{name}{after}"), modifier)
        }
        None => (kind.to_owned(), ""),
    };
    let length = modifier.parse().unwrap_or(200);
    Some(match name.as_str() {
        "smallint" => (dice.next() as i16).to_string(),
        "integer" => dice
            .one(&["0", "-1", "2147483647", "-2147483648", "42"])
            .to_owned(),
        "bigint" => match dice.below(4) {
            0 => i64::MIN.to_string(),
            _ => (dice.next() as i64).to_string(),
        },
        "boolean" => dice.one(&["t", "f"]).to_owned(),
        "numeric" => digits(dice, modifier),
        "real" | "double precision" => match dice.below(4) {
            0 => dice
                .one(&["NaN", "Infinity", "-Infinity", "-0", "1e-37", "0.1"])
                .to_owned(),
            _ if name == "real" => ((dice.next() as i64 as f32) * 1e-9).to_string(),
            _ => ((dice.next() as i64 as f64) * 1e-200).to_string(),
        },
        "character varying" | "text" | "character" => text(dice, length),
        "jsonb" | "json" => json(dice, 3).to_string(),
        "bytea" => {
            let bytes = dice.times(40, |dice| format!("{:02x}", dice.below(256)));
            format!("\\x{}", bytes.concat())
        }
        "uuid" => format!("{:016x}{:016x}", dice.next(), dice.next()),
        "inet" => dice
            .one(&["0.0.0.0/0", "203.176.1.2", "::1", "2001:db8::/32"])
            .to_owned(),
        "macaddr" => format!("08:00:2b:01:02:{:02x}", dice.below(256)),
        "interval" => dice
            .one(&[
                "1 mon -2 days 03:04:05.678901",
                "-178000000 years",
                "0",
                "@ 1 sec ago",
            ])
            .to_owned(),
        "date" => dice
            .one(&[
                "infinity",
                "-infinity",
                "4713-01-01 BC",
                "2026-11-23",
                "5874897-12-31",
            ])
            .to_owned(),
        name if name.starts_with("time ") => format!(
            "{:02}:{:02}:{:02}.{:06}{}",
            dice.below(24),
            dice.below(60),
            dice.below(60),
            dice.below(1_000_000),
            if name.ends_with("with time zone") {
                "+07"
            } else {
                ""
            }
        ),
        name if name.starts_with("timestamp ") => match dice.below(5) {
            0 => dice
                .one(&["infinity", "-infinity", "4713-01-02 00:00:00 BC"])
                .to_owned(),
            _ => format!(
                "{}-{:02}-{:02} {:02}:59:59.{:06}",
                1900 + dice.below(9000),
                1 + dice.below(12),
                1 + dice.below(28),
                dice.below(24),
                dice.below(1_000_000)
            ),
        },
        "bit varying" => dice.times(70, |dice| dice.one(&["0", "1"])).concat(),
        "tsvector" => dice
            .one(&["", "'តារា':1A,3 'it''s':2", "'a\\\\b'"])
            .to_owned(),
        "int4range" => dice
            .one(&["empty", "(,)", "[1,5)", "(,7]", "[3,)"])
            .to_owned(),
        "point" => dice
            .one(&["(0.1,-0)", "(NaN,Infinity)", "(1e300,2)"])
            .to_owned(),
        "\"char\"" => dice.one(&["", "x", "\\", "'"]).to_owned(),
        "mood" => dice.one(&["sad", "សប្បាយ", "a,b", ""]).to_owned(),
        "pair" => dice
            .one(&["(1,)", "(,\"\")", "(-5,\"a \"\"b\"\" \\\\, ខ\")", "(,)"])
            .to_owned(),
        _ => return None,
    })
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn literal(text: Option<&str>) -> String {
    match text {
        None => "NULL".to_owned(),
        Some(text) => format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

/// A database with a table for every type, columns of the type and of arrays of it, and large objects.
fn filled(dice: &mut Dice, kinds: &[String]) -> Database<'static> {
    let database = server().create("types");
    let mut script = "CREATE TYPE mood AS ENUM ('sad', 'សប្បាយ', 'a,b', ''); \
                      CREATE TYPE pair AS (n int, t text);\n"
        .to_owned();
    for (number, kind) in kinds.iter().enumerate() {
        let array = if kind.ends_with("[]") {
            kind.clone()
        } else {
            format!("{kind}[]")
        };
        let _ = writeln!(
            script,
            "CREATE TABLE t{number} (a {kind}, b {kind}, c {array});"
        );
        let rows = (0..ROWS).map(|_| {
            let mut row = Vec::new();
            for kind in [kind, kind, &array] {
                let known = value(dice, kind);
                let known = known.unwrap_or_else(|| panic!("this test has no values of {kind}"));
                row.push(literal((dice.below(7) > 0).then_some(known.as_str())));
            }
            format!("({})", row.join(", "))
        });
        let rows: Vec<_> = rows.collect();
        let _ = writeln!(script, "INSERT INTO t{number} VALUES {};", rows.join(", "));
    }
    for size in [0, 1, 2047, 2048, 2049, dice.below(200_000)] {
        let hex: String = (0..size)
            .map(|_| format!("{:02x}", dice.below(256)))
            .collect();
        let _ = writeln!(script, "SELECT lo_from_bytea(0, '\\x{hex}');");
    }
    database.execute(&script);
    database
}

fn large_objects(database: &Database<'_>) -> Vec<String> {
    database.query_text("SELECT oid, md5(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY oid")
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn random_values_of_every_type_come_back() {
    let mut kinds: Vec<String> = types_in_use().into_iter().collect();
    assert!(kinds.len() > 15, "{kinds:?}");
    kinds.extend(MORE.map(str::to_owned));
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_nanos() as u64;
    let seed = number("HANGMEAS_TEST_SEED").unwrap_or(now);
    let rounds = number("HANGMEAS_TEST_ROUNDS").unwrap_or(3);
    println!(
        "HANGMEAS_TEST_SEED={seed}, {rounds} rounds, types: {}",
        kinds.join(", ")
    );
    let mut dice = Dice(seed);
    for round in 0..rounds {
        let database = filled(&mut dice, &kinds);
        let dir = tempfile::tempdir().expect("folder");
        let mut wanted = request(database.target(), dir.path());
        wanted.jobs = 1 + dice.below(4) as u32;
        let created = try_backup(&wanted)
            .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()));
        let name = name_of(&created);
        assert_eq!(created.manifest.large_objects, 6);
        let verdict = verify(dir.path(), &name).expect("verify");
        assert!(verdict.is_sound(), "round {round}: {verdict:?}");
        let into = server().unused_name("types_restored");
        restore(&restore_request(dir.path(), &name, &into)).expect("restore");
        let copy = server().adopt(into);
        assert_eq!(content(&copy), content(&database), "round {round}");
        assert_eq!(
            large_objects(&copy),
            large_objects(&database),
            "round {round}"
        );
    }
}

/// A shop as `db seed` makes it, every table of it.
#[test]
fn a_seeded_database_comes_back() {
    let database = migrated();
    let seed = ["db", "seed", "--profile", "development", "--quiet"];
    hangmeas().url(&database).args(seed).run().success();
    let dir = tempfile::tempdir().expect("folder");
    let created = backup(&database, dir.path());
    let filled = created
        .manifest
        .tables
        .iter()
        .filter(|table| table.rows > 0);
    assert!(filled.count() >= 20, "{:?}", created.manifest.tables);
    let into = server().unused_name("seeded");
    restore(&restore_request(dir.path(), &name_of(&created), &into)).expect("restore");
    assert_eq!(content(&server().adopt(into)), content(&database));
}
