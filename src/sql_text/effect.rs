//! What a statement does, as far as a migrator must know: which object it makes, drops or validates,
//! and whether it may stand in a transaction.

use super::quote::identifier;
use super::split::{Statement, Word};

/// A possibly schema-qualified name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Relation {
    /// Schema, if the statement names one.
    pub schema: Option<String>,
    /// The name itself, unquoted.
    pub name: String,
}

impl Relation {
    /// The name as SQL, quoted where needed.
    #[must_use]
    pub fn sql(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", identifier(schema), identifier(&self.name)),
            None => identifier(&self.name),
        }
    }
}

impl std::fmt::Display for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The effect of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// `CREATE [UNIQUE] INDEX CONCURRENTLY name ON table`.
    CreateIndexConcurrently {
        /// The index; `None` when the server is to choose its name.
        index: Option<String>,
        /// The table it is on.
        table: Relation,
        /// Whether it says `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP INDEX CONCURRENTLY name`.
    DropIndexConcurrently {
        /// The index.
        index: Relation,
    },
    /// `ALTER TABLE table ADD CONSTRAINT name … NOT VALID`, and nothing else.
    AddConstraintNotValid {
        /// The table.
        table: Relation,
        /// The constraint.
        constraint: String,
    },
    /// `ALTER TABLE table VALIDATE CONSTRAINT name`, and nothing else.
    ValidateConstraint {
        /// The table.
        table: Relation,
        /// The constraint.
        constraint: String,
    },
    /// `BEGIN`, `COMMIT`, `ROLLBACK` and their kin: the word as written.
    TransactionControl(String),
    /// A statement that the server refuses inside a transaction block.
    OutsideTransaction(String),
    /// `DROP TABLE …`.
    DropTables(Vec<Relation>),
    /// `ALTER TABLE table … DROP COLUMN …`.
    DropColumns {
        /// The table.
        table: Relation,
        /// The columns that go.
        columns: Vec<String>,
    },
    /// `TRUNCATE …`, or `DELETE FROM …` of all rows.
    RemoveRows(Vec<Relation>),
    /// Anything else.
    Other,
}

/// Reads the effect of a statement from its words.
#[must_use]
pub fn effect(statement: &Statement<'_>) -> Effect {
    let words = statement.words.as_slice();
    transaction_control(statement)
        .or_else(|| create_index(words))
        .or_else(|| drop_index(words))
        .or_else(|| alter_table(words))
        .or_else(|| drop_tables(words))
        .or_else(|| truncate(words))
        .or_else(|| delete_all(statement))
        .or_else(|| outside_transaction(statement))
        .unwrap_or(Effect::Other)
}

fn transaction_control(statement: &Statement<'_>) -> Option<Effect> {
    let controls = ["begin", "commit", "rollback", "abort", "end"];
    let first = statement.words.first()?;
    let is_control = controls.iter().any(|word| first.is(word))
        || statement.starts_with(&["start", "transaction"])
        || statement.starts_with(&["prepare", "transaction"]);
    let to_savepoint = first.is("rollback") && statement.words.iter().any(|word| word.is("to"));
    (is_control && !to_savepoint)
        .then(|| Effect::TransactionControl(first.identifier().unwrap_or_default().to_uppercase()))
}

/// A cursor over the words of a statement.
struct Cursor<'a, 'b>(&'b [Word<'a>]);

impl<'a, 'b> Cursor<'a, 'b> {
    fn eat(&mut self, keyword: &str) -> bool {
        let found = self.0.first().is_some_and(|word| word.is(keyword));
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let found = self.0.len() >= keywords.len()
            && keywords
                .iter()
                .zip(self.0)
                .all(|(keyword, word)| word.is(keyword));
        if found {
            self.0 = &self.0[keywords.len()..];
        }
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = self
            .0
            .first()
            .is_some_and(|w| matches!(w, Word::Other(s) if *s == symbol));
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn identifier(&mut self) -> Option<String> {
        let name = self.0.first()?.identifier()?.to_owned();
        self.0 = &self.0[1..];
        Some(name)
    }

    fn relation(&mut self) -> Option<Relation> {
        let first = self.identifier()?;
        if self.symbol(".") {
            Some(Relation {
                schema: Some(first),
                name: self.identifier()?,
            })
        } else {
            Some(Relation {
                schema: None,
                name: first,
            })
        }
    }

    /// The words of each comma-separated part, commas inside parentheses not counted.
    fn parts(&self) -> Vec<&'b [Word<'a>]> {
        let mut depth = 0_usize;
        self.0
            .split(|word| {
                match word {
                    Word::Other("(") => depth += 1,
                    Word::Other(")") => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0 && matches!(word, Word::Other(","))
            })
            .collect()
    }
}

fn create_index(words: &[Word<'_>]) -> Option<Effect> {
    let mut cursor = Cursor(words);
    cursor.eat("create").then_some(())?;
    cursor.eat("unique");
    cursor.eat_all(&["index", "concurrently"]).then_some(())?;
    let if_not_exists = cursor.eat_all(&["if", "not", "exists"]);
    let index = if cursor.eat("on") {
        None
    } else {
        let name = cursor.identifier();
        cursor.eat("on").then_some(())?;
        name
    };
    cursor.eat("only");
    Some(Effect::CreateIndexConcurrently {
        index,
        table: cursor.relation()?,
        if_not_exists,
    })
}

fn drop_index(words: &[Word<'_>]) -> Option<Effect> {
    let mut cursor = Cursor(words);
    cursor
        .eat_all(&["drop", "index", "concurrently"])
        .then_some(())?;
    cursor.eat_all(&["if", "exists"]);
    Some(Effect::DropIndexConcurrently {
        index: cursor.relation()?,
    })
}

fn drop_tables(words: &[Word<'_>]) -> Option<Effect> {
    let mut cursor = Cursor(words);
    cursor.eat_all(&["drop", "table"]).then_some(())?;
    cursor.eat_all(&["if", "exists"]);
    let tables = cursor
        .parts()
        .into_iter()
        .filter_map(|part| Cursor(part).relation())
        .collect();
    Some(Effect::DropTables(tables))
}

fn truncate(words: &[Word<'_>]) -> Option<Effect> {
    let mut cursor = Cursor(words);
    cursor.eat("truncate").then_some(())?;
    cursor.eat("table");
    let table = |part| {
        let mut part = Cursor(part);
        part.eat("only");
        part.relation()
    };
    let tables = cursor.parts().into_iter().filter_map(table);
    Some(Effect::RemoveRows(tables.collect()))
}

fn delete_all(statement: &Statement<'_>) -> Option<Effect> {
    let mut cursor = Cursor(&statement.words);
    cursor.eat_all(&["delete", "from"]).then_some(())?;
    cursor.eat("only");
    let some = ["where", "using"]
        .iter()
        .any(|word| statement.contains(word));
    let table = cursor.relation().filter(|_| !some)?;
    Some(Effect::RemoveRows(vec![table]))
}

fn alter_table(words: &[Word<'_>]) -> Option<Effect> {
    let mut cursor = Cursor(words);
    cursor.eat_all(&["alter", "table"]).then_some(())?;
    cursor.eat_all(&["if", "exists"]);
    cursor.eat("only");
    let table = cursor.relation()?;
    let parts = cursor.parts();
    if let [only] = parts.as_slice() {
        let mut action = Cursor(only);
        if action.eat_all(&["validate", "constraint"]) {
            return Some(Effect::ValidateConstraint {
                table,
                constraint: action.identifier()?,
            });
        }
        let not_valid =
            only.len() >= 2 && only[only.len() - 2].is("not") && only[only.len() - 1].is("valid");
        if not_valid && action.eat_all(&["add", "constraint"]) {
            return Some(Effect::AddConstraintNotValid {
                table,
                constraint: action.identifier()?,
            });
        }
    }
    let columns: Vec<String> = parts.into_iter().filter_map(dropped_column).collect();
    (!columns.is_empty()).then_some(Effect::DropColumns { table, columns })
}

fn dropped_column(action: &[Word<'_>]) -> Option<String> {
    let mut cursor = Cursor(action);
    cursor.eat("drop").then_some(())?;
    let explicit = cursor.eat("column");
    let other = ["constraint", "default", "expression", "identity"];
    if !explicit
        && other
            .iter()
            .any(|word| cursor.0.first().is_some_and(|next| next.is(word)))
    {
        return None;
    }
    cursor.eat_all(&["if", "exists"]);
    cursor.identifier()
}

fn outside_transaction(statement: &Statement<'_>) -> Option<Effect> {
    const PLAIN: [&[&str]; 8] = [
        &["vacuum"],
        &["create", "database"],
        &["drop", "database"],
        &["create", "tablespace"],
        &["drop", "tablespace"],
        &["alter", "system"],
        &["reindex", "database"],
        &["reindex", "system"],
    ];
    let plain = PLAIN
        .iter()
        .find(|words| statement.starts_with(words))
        .map(|words| words.join(" "));
    let concurrent = || {
        let first = statement.words.first()?;
        let concurrently = statement.words.iter().any(|word| word.is("concurrently"));
        let refresh = first.is("refresh");
        let ddl = ["reindex", "alter", "create", "drop"]
            .iter()
            .any(|word| first.is(word));
        (concurrently && ddl && !refresh)
            .then(|| format!("{} … concurrently", first.identifier().unwrap_or_default()))
    };
    plain
        .or_else(concurrent)
        .map(|what| Effect::OutsideTransaction(what.to_uppercase()))
}

#[cfg(test)]
mod tests;
