//! What rules compare with: tables of `seeds/data/`, as text that a query takes apart. `{names}` in a rule stands for
//! lines such as `សុខ|Sok Sokh`.

use crate::postgres::sql::literal;

/// A table that a rule may name in braces.
#[derive(Debug)]
pub struct Reference {
    /// Its name in the query, with the braces.
    pub placeholder: &'static str,
    /// What a line of it is, for people.
    pub line: &'static str,
    lines: fn() -> Vec<String>,
}

/// All of them.
pub static REFERENCES: [Reference; 3] = [
    Reference {
        placeholder: "{phone_prefixes}",
        line: "`prefix|carrier|numbers of digits after it` for each mobile prefix of `seeds/data/phone_prefixes.csv`, and for \
               the landlines of each province",
        lines: phone_prefixes,
    },
    Reference {
        placeholder: "{names}",
        line: "`Khmer|Latin forms` for each name of `seeds/data/names.csv`",
        lines: names,
    },
    Reference {
        placeholder: "{gazetteer}",
        line: "`code|Khmer|Latin` for each place of `seeds/data/gazetteer.csv`",
        lines: gazetteer,
    },
];

/// A query with the text of every table that it names.
pub(super) fn fill(sql: &str) -> String {
    let mut sql = sql.to_owned();
    for reference in &REFERENCES {
        if sql.contains(reference.placeholder) {
            let lines = (reference.lines)().join("\n");
            sql = sql.replace(reference.placeholder, &literal(&lines));
        }
    }
    sql
}

fn phone_prefixes() -> Vec<String> {
    let table = include_str!("../../seeds/data/phone_prefixes.csv");
    let mobile = rows(table, |row| {
        // A block that no carrier uses, or no longer, is a number still, but of nobody in particular.
        let carrier = if &row[7] == "active" { &row[2] } else { "" };
        format!("{}|{carrier}|{}", &row[0], row[3].replace('|', " "))
    });
    let provinces = include_str!("../../seeds/data/provinces.csv");
    let landlines = rows(provinces, |row| format!("{}||6 7", &row[11]));
    [mobile, landlines].concat()
}

fn names() -> Vec<String> {
    let table = include_str!("../../seeds/data/names.csv");
    rows(table, |row| {
        let latin = format!("{} {}", &row[3], &row[4]);
        format!("{}|{}", &row[2], latin.trim_end())
    })
}

fn gazetteer() -> Vec<String> {
    let table = include_str!("../../seeds/data/gazetteer.csv");
    rows(table, |row| format!("{}|{}|{}", &row[0], &row[3], &row[4]))
}

/// A line of each row. The tables are part of the program and read in a test, so a broken row is left out rather than
/// reported.
fn rows(table: &str, line: impl Fn(&csv::StringRecord) -> String) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    records.map(|row| line(&row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_line_and_every_line_whole() {
        let sizes = [(43 + 25, 3), (114 + 197, 2), (16_465, 3)];
        for (reference, (rows, cells)) in REFERENCES.iter().zip(sizes) {
            let lines = (reference.lines)();
            assert_eq!(lines.len(), rows, "{}", reference.placeholder);
            for line in &lines {
                assert_eq!(line.split('|').count(), cells, "{line}");
                assert!(!line.contains('\n') && line == line.trim(), "{line}");
            }
        }
    }

    #[test]
    fn lines_say_what_the_tables_say() {
        let phones = phone_prefixes();
        for line in [
            "012|cellcard|6 7",
            "096|smart|7",
            "013||6",
            "019||6",
            "023||6 7",
        ] {
            assert!(phones.iter().any(|own| own == line), "{line}");
        }
        assert!(names().iter().any(|line| line == "សុខ|Sok Sokh"));
        let places = gazetteer();
        assert_eq!(places[0], "01|បន្ទាយមានជ័យ|Banteay Meanchey");
        // A name in quotation marks, and one with an apostrophe.
        assert!(
            places
                .iter()
                .any(|line| line == "03010403|ប្រសូត្រ \"ក\"|Prasoutr Ka")
        );
        assert!(fill("{gazetteer}").contains("Rolea B''ier"));
    }
}
