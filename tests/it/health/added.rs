//! What others add to required tables is told, each time and nothing else, and the printed statement takes it away.

use hangmeas::catalog::{RelationKind, expected};
use hangmeas::health::{self, Request};
use hangmeas::postgres::Session;

use super::changes::{Dice, quoted};
use super::migrated;
use crate::support::block_on;

/// An addition, and the key of what is told about it.
fn addition(dice: &mut Dice) -> (String, String) {
    let expected = expected();
    let ours = expected.catalog.relations.iter();
    let tables = ours.filter(|(_, it)| it.kind == RelationKind::Table);
    let tables: Vec<&String> = tables
        .map(|(name, _)| name)
        .chain(expected.base.keys())
        .collect();
    let table = *dice.pick(&tables);
    let name = quoted(table);
    let event = *dice.pick(&["INSERT", "UPDATE", "DELETE"]);
    let when = *dice.pick(&["BEFORE", "AFTER"]);
    let told = |object: String| format!("conformity.added:{object}");
    match dice.roll(7) {
        0 => (
            format!("CREATE RULE \"a rule\" AS ON {event} TO {name} DO INSTEAD NOTHING"),
            told(format!("{table}.a rule")),
        ),
        1 => (
            format!("CREATE RULE besides AS ON {event} TO {name} DO ALSO NOTIFY changed"),
            told(format!("{table}.besides")),
        ),
        2 => (
            format!(
                "CREATE TRIGGER added {when} {event} ON {name} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            ),
            told(format!("{table}.added")),
        ),
        3 => (
            format!(
                "CREATE POLICY \"Only Own\" ON {name} FOR {event} {}",
                match event {
                    "INSERT" => "WITH CHECK (true)",
                    _ => "USING (true)",
                }
            ),
            told(format!("{table}.Only Own")),
        ),
        4 => (
            format!("DROP TABLE IF EXISTS heir; CREATE TABLE heir () INHERITS ({name})"),
            told("heir".to_owned()),
        ),
        5 => (
            format!(
                "DROP TABLE IF EXISTS heir; DROP TABLE IF EXISTS parent; CREATE TABLE parent (); ALTER TABLE {name} INHERIT parent"
            ),
            told(table.clone()),
        ),
        _ => {
            let argument = *dice.pick(&["text", "integer", "bigint, numeric"]);
            (
                format!(
                    "CREATE FUNCTION calculate_user_ltv({argument}) RETURNS numeric LANGUAGE sql AS 'SELECT 0.0'"
                ),
                told(format!(
                    "calculate_user_ltv({})",
                    argument.replace(", ", ",")
                )),
            )
        }
    }
}

async fn told(session: &Session) -> Vec<(String, String)> {
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.only = vec!["conformity.added".to_owned()];
    let report = health::run(session, &request).await.expect("a report");
    let findings = report.findings().into_iter();
    findings
        .map(|it| (it.key.clone(), it.cure.clone().expect("a cure")))
        .collect()
}

#[test]
fn every_addition_is_told_and_taken_away_by_what_is_printed() {
    let database = migrated();
    let mut dice = Dice(11);
    block_on(async {
        let session = database.session().await;
        assert_eq!(told(&session).await, []);
        for _ in 0..60 {
            let (sql, key) = addition(&mut dice);
            session
                .run(&sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let found = told(&session).await;
            let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, [key.as_str()], "{sql}");
            session
                .run(&found[0].1)
                .await
                .unwrap_or_else(|error| panic!("{found:?}: {error}"));
            assert_eq!(told(&session).await, [], "{sql}");
        }
    });
}
