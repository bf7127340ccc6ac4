//! Random changes of the schema: conformity names exactly the object that was changed, each time.

use std::collections::BTreeSet;

use hangmeas::catalog::{self, Catalog, ConstraintKind, Difference, RelationKind, Scope, expected};
use hangmeas::postgres::Session;
use hangmeas::sql_text::split;

use super::migrated;
use crate::support::block_on;

const CHANGES: usize = 500;

/// A generator of numbers that are the same on every run: SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("small")
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// A change and the one object that it is about.
struct Change {
    sql: String,
    object: String,
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A change of one object of Hangmeas; none when the dice fall on what cannot be changed so.
fn change(dice: &mut Dice, catalog: &Catalog) -> Option<Change> {
    let tables: Vec<_> = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.kind == RelationKind::Table)
        .collect();
    let (table, relation) = *dice.pick(&tables);
    let name = quoted(table);
    let whole = |sql: String| Change {
        sql,
        object: table.clone(),
    };
    // Of the shop's tables only some columns are ours.
    let ours = !expected().base.contains_key(table);
    match dice.roll(12) {
        0 if ours => Some(whole(format!("DROP TABLE {name} CASCADE"))),
        1 if ours => Some(whole(format!("ALTER TABLE {name} RENAME TO renamed_table"))),
        2 if ours => Some(whole(format!("ALTER TABLE {name} SET UNLOGGED"))),
        3..=6 if !relation.columns.is_empty() => column(dice, table, relation),
        7 | 8 if !relation.constraints.is_empty() => Some(constraint(dice, table, relation)),
        9 => Some(view(dice, catalog)),
        10 | 11 => index(dice, table, relation),
        _ => None,
    }
}

fn column(dice: &mut Dice, table: &str, relation: &hangmeas::catalog::Relation) -> Option<Change> {
    let columns: Vec<_> = relation.columns.iter().collect();
    let (column, facts) = *dice.pick(&columns);
    // Of these only the type is ours.
    if expected().types.contains_key(&format!("{table}.{column}")) {
        return None;
    }
    let alter = format!(
        "ALTER TABLE {} ALTER COLUMN {}",
        quoted(table),
        quoted(column)
    );
    let wider = match facts.data_type.as_str() {
        "integer" => "bigint",
        "bigint" => "numeric",
        "character varying" => "text",
        "text" => "character varying",
        "boolean" => "text",
        "jsonb" => "json",
        "date" => "timestamp without time zone",
        _ => "text",
    };
    let sql = match dice.roll(5) {
        0 => format!(
            "ALTER TABLE {} DROP COLUMN {} CASCADE",
            quoted(table),
            quoted(column)
        ),
        1 => format!(
            "ALTER TABLE {} RENAME COLUMN {} TO renamed_column",
            quoted(table),
            quoted(column)
        ),
        2 => format!(
            "{alter} DROP DEFAULT, ALTER COLUMN {} TYPE {wider} USING {1}::text::{wider}",
            quoted(column),
            quoted(column)
        ),
        3 if facts.default.is_some() => format!("{alter} DROP DEFAULT"),
        3 => format!("{alter} SET DEFAULT {}", another_default(&facts.data_type)?),
        _ if facts.nullable => format!("{alter} SET NOT NULL"),
        _ => format!("{alter} DROP NOT NULL"),
    };
    Some(Change {
        sql,
        object: format!("{table}.{column}"),
    })
}

fn another_default(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "integer" | "bigint" => "42",
        "character varying" | "text" => "'changed'",
        "boolean" => "true",
        "date" => "current_date",
        "jsonb" => "'[]'",
        _ => return None,
    })
}

fn constraint(dice: &mut Dice, table: &str, relation: &hangmeas::catalog::Relation) -> Change {
    let constraints: Vec<_> = relation.constraints.iter().collect();
    let (constraint, facts) = *dice.pick(&constraints);
    let (name, table_name) = (quoted(constraint), quoted(table));
    let drop = format!("ALTER TABLE {table_name} DROP CONSTRAINT {name} CASCADE");
    let sql = match (dice.roll(4), facts.kind) {
        (0, _) => {
            format!("ALTER TABLE {table_name} RENAME CONSTRAINT {name} TO renamed_constraint")
        }
        (1, ConstraintKind::Check) => {
            format!("{drop}; ALTER TABLE {table_name} ADD CONSTRAINT {name} CHECK (1 > 0)")
        }
        (1 | 2, ConstraintKind::ForeignKey) => {
            format!(
                "{drop}; ALTER TABLE {table_name} ADD CONSTRAINT {name} {} NOT VALID",
                facts.definition
            )
        }
        (3, ConstraintKind::ForeignKey) => {
            format!(
                "{drop}; ALTER TABLE {table_name} ADD CONSTRAINT {name} {} ON DELETE CASCADE",
                facts.definition
            )
        }
        (2, ConstraintKind::Check) => {
            format!(
                "{drop}; ALTER TABLE {table_name} ADD CONSTRAINT {name} {} NOT VALID",
                facts.definition
            )
        }
        _ => drop,
    };
    Change {
        sql,
        object: format!("{table}.{constraint}"),
    }
}

fn index(dice: &mut Dice, table: &str, relation: &hangmeas::catalog::Relation) -> Option<Change> {
    let indexes: Vec<_> = relation
        .indexes
        .iter()
        .filter(|(_, index)| index.constraint.is_none())
        .collect();
    if indexes.is_empty() {
        return None;
    }
    let (index, facts) = *dice.pick(&indexes);
    let name = quoted(index);
    let sql = match dice.roll(4) {
        0 => format!("DROP INDEX {name}"),
        1 => format!("ALTER INDEX {name} RENAME TO renamed_index"),
        2 => {
            format!("UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass")
        }
        _ => {
            let whole = facts.definition.split(" WHERE ").next().unwrap_or_default();
            format!("DROP INDEX {name}; {whole} WHERE 1 > 0")
        }
    };
    Some(Change {
        sql,
        object: format!("{table}.{index}"),
    })
}

fn view(dice: &mut Dice, catalog: &Catalog) -> Change {
    let views: Vec<_> = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.kind.is_view())
        .collect();
    let (view, relation) = *dice.pick(&views);
    let kind = match relation.kind {
        RelationKind::View => "VIEW",
        _ => "MATERIALIZED VIEW",
    };
    let function = catalog.functions.keys().next().expect("a function");
    let query = relation
        .definition
        .as_deref()
        .unwrap_or_default()
        .trim()
        .trim_end_matches(';');
    match dice.roll(5) {
        0 => Change {
            sql: format!("DROP {kind} {view}"),
            object: view.clone(),
        },
        1 => Change {
            sql: format!("ALTER {kind} {view} RENAME TO renamed_view"),
            object: view.clone(),
        },
        2 if kind == "VIEW" => Change {
            sql: format!("CREATE OR REPLACE VIEW {view} AS {query} LIMIT 10"),
            object: view.clone(),
        },
        3 => Change {
            sql: format!("DROP FUNCTION {function}"),
            object: function.clone(),
        },
        _ => Change {
            sql: format!("ALTER FUNCTION {function} VOLATILE"),
            object: function.clone(),
        },
    }
}

async fn look(session: &Session) -> Catalog {
    let rows = session
        .run(&catalog::script(&Scope::SearchPath))
        .await
        .expect("the schema");
    catalog::decode(&rows).expect("a catalog")
}

/// Drops what cannot be in a transaction.
async fn restore(session: &Session, live: &Catalog) -> Result<(), String> {
    let drift = hangmeas::health::statements(live);
    for statement in split(&drift.join(";\n")) {
        let sql = statement.text.replace(" CONCURRENTLY", "");
        session
            .run(&sql)
            .await
            .map_err(|failure| format!("{sql}: {failure}"))?;
    }
    Ok(())
}

#[test]
fn conformity_names_exactly_what_was_changed() {
    let database = migrated();
    let mut dice = Dice(20_260_101);
    let wanted = &expected().catalog;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut done, mut refused, mut restored) = (0, 0, 0);
    block_on(async {
        let session = database.session().await;
        while done < CHANGES {
            let Some(change) = change(&mut dice, wanted) else {
                continue;
            };
            session.run("BEGIN").await.expect("BEGIN");
            if session.run(&change.sql).await.is_err() {
                // Such as the type of a column that a view reads: PostgreSQL itself says no.
                refused += 1;
                assert!(refused < CHANGES * 3, "nearly every change is refused");
                session.run("ROLLBACK").await.expect("ROLLBACK");
                continue;
            }
            done += 1;
            seen.insert(change.object.clone());
            let live = look(&session).await;
            let found = catalog::verify(&live, None);
            let roots: Vec<&Difference> = found.roots().collect();
            let named: BTreeSet<String> = roots.iter().map(|root| root.object.path()).collect();
            if named != BTreeSet::from([change.object.clone()]) {
                wrong.push(format!("{}\n  named: {roots:?}", change.sql));
            } else if done % 5 == 0 {
                match restore(&session, &live).await {
                    Ok(()) => {
                        let left = catalog::verify(&look(&session).await, None);
                        if left.differences.is_empty() {
                            restored += 1;
                        } else {
                            wrong.push(format!(
                                "{}\n  left after drift --sql: {:?}",
                                change.sql, left.differences
                            ));
                        }
                    }
                    Err(error) => wrong.push(format!("{}\n  drift --sql: {error}", change.sql)),
                }
            }
            session.run("ROLLBACK").await.expect("ROLLBACK");
        }
        // Nothing of all that stayed.
        assert!(
            catalog::verify(&look(&session).await, None)
                .differences
                .is_empty()
        );
    });
    println!(
        "{done} changes of {} objects, {refused} refused by the server, {restored} restored",
        seen.len()
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(restored > 50);
}
