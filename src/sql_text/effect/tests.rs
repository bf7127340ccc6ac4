//! Statements and what they do.

use super::super::split;
use super::*;

fn one(sql: &str) -> Effect {
    effect(&split(sql)[0])
}

fn table(name: &str) -> Relation {
    Relation {
        schema: None,
        name: name.to_owned(),
    }
}

#[test]
fn names_what_a_concurrent_build_makes() {
    assert_eq!(
        one("CREATE UNIQUE INDEX CONCURRENTLY \"Ix\" ON ONLY public.t USING gin (a, b)"),
        Effect::CreateIndexConcurrently {
            index: Some("Ix".to_owned()),
            table: Relation {
                schema: Some("public".to_owned()),
                name: "t".to_owned()
            },
            if_not_exists: false,
        }
    );
    assert!(matches!(
        one("create index concurrently on t (a)"),
        Effect::CreateIndexConcurrently { index: None, .. }
    ));
    assert_eq!(one("create index ix on t (a)"), Effect::Other);
}

#[test]
fn tells_not_valid_from_validating_keys() {
    let key = "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES u (a, b)";
    assert_eq!(one(key), Effect::Other);
    assert_eq!(
        one(&format!("{key} NOT VALID")),
        Effect::AddConstraintNotValid {
            table: table("t"),
            constraint: "fk".to_owned(),
        }
    );
    assert_eq!(
        one("alter table t validate constraint fk"),
        Effect::ValidateConstraint {
            table: table("t"),
            constraint: "fk".to_owned(),
        }
    );
}

#[test]
fn sees_what_an_undo_drops() {
    assert_eq!(
        one("DROP TABLE IF EXISTS a, \"B\" CASCADE"),
        Effect::DropTables(vec![table("a"), table("B")])
    );
    assert_eq!(
        one(
            "ALTER TABLE t DROP COLUMN a, DROP IF EXISTS b, DROP CONSTRAINT c, ADD COLUMN d numeric(1, 2)"
        ),
        Effect::DropColumns {
            table: table("t"),
            columns: vec!["a".into(), "b".into()]
        }
    );
}

#[test]
fn sees_what_an_undo_empties() {
    let all = |names: &[&str]| Effect::RemoveRows(names.iter().map(|name| table(name)).collect());
    assert_eq!(
        one("TRUNCATE TABLE ONLY a *, \"B\" CASCADE"),
        all(&["a", "B"])
    );
    assert_eq!(one("truncate a"), all(&["a"]));
    assert_eq!(one("DELETE FROM ONLY a"), all(&["a"]));
    assert_eq!(one("delete from a as b returning *"), all(&["a"]));
    assert_eq!(one("DELETE FROM a WHERE x = 1"), Effect::Other);
    assert_eq!(one("DELETE FROM a USING b"), Effect::Other);
}

#[test]
fn transaction_control_is_not_a_savepoint() {
    assert_eq!(
        one("commit"),
        Effect::TransactionControl("COMMIT".to_owned())
    );
    assert_eq!(
        one("start transaction"),
        Effect::TransactionControl("START".to_owned())
    );
    assert_eq!(one("rollback to savepoint a"), Effect::Other);
    assert_eq!(one("savepoint a"), Effect::Other);
}

#[test]
fn knows_what_refuses_a_transaction() {
    assert!(matches!(one("VACUUM t"), Effect::OutsideTransaction(_)));
    assert!(matches!(
        one("REINDEX INDEX CONCURRENTLY i"),
        Effect::OutsideTransaction(_)
    ));
    assert_eq!(
        one("REFRESH MATERIALIZED VIEW CONCURRENTLY v"),
        Effect::Other
    );
}
