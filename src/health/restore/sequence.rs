//! Sequences, alone and with the columns that they number.

use super::step::{Phase, Step};
use super::{Missing, Scene, name};
use crate::catalog::{Aspect, Difference, ObjectKind, Sequence, Verdict};

/// Everything about a sequence but its owner.
fn settings(must: &Sequence) -> String {
    format!(
        "AS {} INCREMENT {} MINVALUE {} MAXVALUE {} START {}{}",
        must.data_type,
        must.increment,
        must.minimum,
        must.maximum,
        must.start,
        if must.cycle { " CYCLE" } else { " NO CYCLE" }
    )
}

/// What a new sequence needs to be told: nothing that is so anyway.
fn declared(must: &Sequence) -> String {
    let maximum = match must.data_type.as_str() {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let usual = (
        must.increment,
        must.minimum,
        must.maximum,
        must.start,
        must.cycle,
    ) == (1, 1, maximum, 1, false);
    if usual {
        format!("AS {}", must.data_type)
    } else {
        settings(must)
    }
}

/// The table and column of a sequence.
fn owner(must: &Sequence) -> Option<(&str, &str)> {
    must.owned_by.as_deref()?.rsplit_once('.')
}

fn own(sequence: &str, must: &Sequence) -> Option<Step> {
    let (table, column) = owner(must)?;
    let sql = format!(
        "ALTER SEQUENCE {} OWNED BY {}.{}",
        name(sequence),
        name(table),
        name(column)
    );
    Some(Step::new(Phase::Own, sql))
}

impl Scene<'_> {
    /// The sequences that go with a table, or with one of its columns.
    pub(super) fn sequences_of(&self, table: &str, column: Option<&str>) -> Vec<Step> {
        let all = self.expected.sequences.iter();
        all.filter(|(_, must)| {
            owner(must)
                .is_some_and(|(of, at)| of == table && column.is_none_or(|column| column == at))
        })
        // A new table has no numbers in use.
        .flat_map(|(sequence, must)| self.create_sequence(sequence, must, column.is_some()))
        .collect()
    }

    /// A sequence, given to its column and, where there may be rows, set past the numbers in use.
    fn create_sequence(&self, sequence: &str, must: &Sequence, rows: bool) -> Vec<Step> {
        let right = name(sequence);
        let create = format!("CREATE SEQUENCE IF NOT EXISTS {right} {}", declared(must));
        let create = Step::new(Phase::Sequence, create);
        let there = self.live.sequences.contains_key(sequence) && !self.live.is_elsewhere(sequence);
        let mut all = vec![match there {
            true => create,
            false => create.makes(sequence),
        }];
        all.extend(own(sequence, must));
        if let Some((table, column)) = owner(must).filter(|_| rows) {
            let (table, column) = (name(table), name(column));
            let sql = format!(
                "SELECT setval('{right}', coalesce(max({column}), 0) + 1, false) FROM {table}"
            );
            all.push(Step::new(Phase::Own, sql).ranked(1));
        }
        all
    }

    pub(super) fn sequence(&self, difference: &Difference) -> Result<Vec<Step>, Missing> {
        let object = &difference.object;
        let Some(must) = self.expected.sequences.get(&object.name) else {
            return Ok(Vec::new());
        };
        match difference.aspect {
            None => {}
            Some(Aspect::OwnedBy) => return Ok(own(&object.name, must).into_iter().collect()),
            Some(_) => {
                let sql = format!("ALTER SEQUENCE {} {}", name(&object.name), settings(must));
                return Ok(vec![Step::new(Phase::Sequence, sql)]);
            }
        }
        if self.comes_with_its_owner(difference) {
            return Err(Missing::Another);
        }
        let mut all = self.create_sequence(&object.name, must, true);
        if let Some((table, column)) = owner(must) {
            let default = self
                .expected
                .relations
                .get(table)
                .and_then(|it| it.columns.get(column));
            all.extend(default.and_then(|it| it.default.as_ref()).map(|default| {
                let (table, column) = (name(table), name(column));
                let sql =
                    format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}");
                Step::new(Phase::Default, sql)
            }));
        }
        Ok(all)
    }

    /// Whether the table or column that a sequence numbers is gone, too, and brings it back.
    fn comes_with_its_owner(&self, difference: &Difference) -> bool {
        let gone = |it: &Difference| {
            matches!(it.object.kind, ObjectKind::Table | ObjectKind::Column)
                && (it.verdict == Verdict::Missing || it.aspect == Some(Aspect::Kind))
                && difference.causes.contains(&it.object)
        };
        self.differences.iter().any(gone)
    }
}
