//! Random changes of the schema: conformity names exactly the object that was changed, each time.

use std::collections::BTreeSet;

use hangmeas::catalog::{self, Catalog, Difference, Scope, expected};
use hangmeas::postgres::Session;
use hangmeas::sql_text::split;

use super::changes::{Dice, change};
use super::migrated;
use crate::support::block_on;

/// How many changes; `HANGMEAS_CHANGES` says another number.
fn wanted_changes() -> usize {
    let told = std::env::var("HANGMEAS_CHANGES").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(500)
}

pub async fn look(session: &Session) -> Catalog {
    let rows = session
        .run(&catalog::script(&Scope::Expected))
        .await
        .expect("the schema");
    catalog::decode(&rows).expect("a catalog")
}

/// Drops what cannot be in a transaction.
pub async fn restore(session: &Session, live: &Catalog) -> Result<(), String> {
    let drift = hangmeas::health::statements(live);
    // As the printed script does.
    let off = session.run("SET LOCAL check_function_bodies = off").await;
    off.map_err(|failure| failure.to_string())?;
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
    let changes = wanted_changes();
    let mut dice = Dice(20_260_101);
    let wanted = &expected().catalog;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut done, mut refused, mut restored) = (0, 0, 0);
    block_on(async {
        let session = database.session().await;
        while done < changes {
            let Some(change) = change(&mut dice, wanted) else {
                continue;
            };
            session.run("BEGIN").await.expect("BEGIN");
            if session.run(&change.sql).await.is_err() {
                // Such as the type of a column that a view reads: PostgreSQL itself says no.
                refused += 1;
                assert!(refused < changes * 3 + 50, "nearly every change is refused");
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
            } else {
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
    assert!(restored == done);
}
