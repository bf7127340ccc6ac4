//! Random changes of the schema, each about one object.

use hangmeas::catalog::{Catalog, ConstraintKind, Relation, RelationKind, expected};

/// A generator of numbers that are the same on every run: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("small")
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// A change and the one object that it is about.
pub struct Change {
    pub sql: String,
    pub object: String,
}

pub fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A change of one object of Hangmeas; none when the dice fall on what cannot be changed so.
pub fn change(dice: &mut Dice, catalog: &Catalog) -> Option<Change> {
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
    match dice.roll(18) {
        0 if ours => Some(whole(format!("DROP TABLE {name} CASCADE"))),
        1 if ours => Some(whole(format!("ALTER TABLE {name} RENAME TO renamed_table"))),
        2 if ours => Some(whole(format!("ALTER TABLE {name} SET UNLOGGED"))),
        3..=6 if !relation.columns.is_empty() => column(dice, table, relation),
        7 | 8 if !relation.constraints.is_empty() => Some(constraint(dice, table, relation)),
        9 => Some(view(dice, catalog)),
        10 | 11 => index(dice, table, relation),
        12 => Some(sequence(dice, catalog)),
        13 if ours => Some(whole(format!(
            "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        ))),
        15 => Some(base(dice)),
        16 => Some(moved(dice, catalog)),
        _ => None,
    }
}

/// A table or view that is put into another schema, or a table of the shop that is called otherwise.
fn moved(dice: &mut Dice, catalog: &Catalog) -> Change {
    let mut all: Vec<_> = catalog
        .relations
        .keys()
        .chain(expected().base.keys())
        .collect();
    all.dedup();
    let object = (*dice.pick(&all)).clone();
    let name = quoted(&object);
    let kind = match catalog.relations.get(&object).map(|it| it.kind) {
        Some(RelationKind::View) => "VIEW",
        Some(RelationKind::MaterializedView) => "MATERIALIZED VIEW",
        _ => "TABLE",
    };
    let away = format!("CREATE SCHEMA IF NOT EXISTS attic; ALTER {kind} {name} SET SCHEMA attic");
    let table = kind == "TABLE";
    let sql = match dice.roll(5) {
        0 => format!("ALTER {kind} {name} RENAME TO {object}_old"),
        1 if table => format!("{away}; ALTER TABLE attic.{name} RENAME TO {object}_old"),
        2 if table => format!("{away}; CREATE VIEW {name} AS SELECT * FROM attic.{name}"),
        3 if table => format!("{away}; CREATE SCHEMA other; CREATE TABLE other.{name} (id bigint)"),
        _ => away,
    };
    Change { sql, object }
}

/// A key of the shop that foreign keys point to, or the extension.
fn base(dice: &mut Dice) -> Change {
    let tables = [
        "spree_users",
        "spree_products",
        "spree_orders",
        "spree_line_items",
        "spree_store_credits",
    ];
    let table = *dice.pick(&tables);
    if dice.roll(6) == 0 {
        return Change {
            sql: "DROP EXTENSION pg_trgm CASCADE".to_owned(),
            object: "pg_trgm".to_owned(),
        };
    }
    Change {
        sql: format!("ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE"),
        object: format!("{table}.{table}_pkey"),
    }
}

fn sequence(dice: &mut Dice, catalog: &Catalog) -> Change {
    let sequences: Vec<_> = catalog.sequences.keys().collect();
    let object = (*dice.pick(&sequences)).clone();
    let name = quoted(&object);
    let sql = match dice.roll(5) {
        0 => format!("ALTER SEQUENCE {name} RENAME TO renamed_sequence"),
        1 => format!("ALTER SEQUENCE {name} OWNED BY NONE"),
        2 => format!("ALTER SEQUENCE {name} INCREMENT 2 CYCLE"),
        3 => format!("ALTER SEQUENCE {name} MAXVALUE 1000"),
        _ => format!("DROP SEQUENCE {name} CASCADE"),
    };
    Change { sql, object }
}

fn column(dice: &mut Dice, table: &str, relation: &Relation) -> Option<Change> {
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
    let textual = matches!(facts.data_type.as_str(), "text" | "character varying");
    let sql = match dice.roll(7) {
        5 if textual => format!("{alter} TYPE {} COLLATE \"C\"", facts.data_type),
        6 if column == "id" => {
            format!("{alter} DROP DEFAULT, ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
        }
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

fn constraint(dice: &mut Dice, table: &str, relation: &Relation) -> Change {
    let constraints: Vec<_> = relation.constraints.iter().collect();
    let (constraint, facts) = *dice.pick(&constraints);
    let (name, table_name) = (quoted(constraint), quoted(table));
    let drop = format!("ALTER TABLE {table_name} DROP CONSTRAINT {name} CASCADE");
    let sql = match (dice.roll(6), facts.kind) {
        (4, ConstraintKind::ForeignKey) => {
            format!(
                "{drop}; ALTER TABLE {table_name} ADD CONSTRAINT {name} {} DEFERRABLE INITIALLY DEFERRED",
                facts.definition
            )
        }
        (5, ConstraintKind::ForeignKey) => format!(
            "DO $$ DECLARE t record; BEGIN FOR t IN SELECT tgrelid::regclass AS r, tgname FROM pg_trigger \
                 WHERE tgconstraint = (SELECT oid FROM pg_constraint WHERE conname = '{constraint}') \
             LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.r, t.tgname); END LOOP; END $$"
        ),
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

fn index(dice: &mut Dice, table: &str, relation: &Relation) -> Option<Change> {
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
    let other = |with: &str| {
        let (create, _) = facts.definition.split_once(" USING ").unwrap_or_default();
        format!("DROP INDEX {name}; {create} USING {with}")
    };
    let column = relation.columns.keys().next().map_or("id", String::as_str);
    let sql = match dice.roll(8) {
        4 => other(&format!("btree ({column}) WHERE false")),
        5 => other(&format!("btree ({column} DESC NULLS LAST)")),
        6 => other(&format!("btree ({column}) INCLUDE ({column})")),
        7 => other(&format!("btree (({column}::text) text_pattern_ops)")),
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
    let other = match relation.kind {
        RelationKind::View => "MATERIALIZED VIEW",
        _ => "VIEW",
    };
    let of_view = |sql: String| Change {
        sql,
        object: view.clone(),
    };
    let of_function = |sql: String| Change {
        sql,
        object: function.clone(),
    };
    match dice.roll(14) {
        5 => of_view(format!(
            "DROP {kind} {view}; CREATE {other} {view} AS {query}"
        )),
        6 => of_view(format!(
            "CREATE TABLE made_of AS {query}; DROP {kind} {view}; ALTER TABLE made_of RENAME TO {view}"
        )),
        7 => of_view(format!(
            "DROP {kind} {view}; CREATE {kind} {view} AS SELECT 1 AS id, 2 AS other"
        )),
        8 if kind == "VIEW" => of_view(format!("ALTER VIEW {view} SET (security_barrier = true)")),
        9 => of_function(format!("ALTER FUNCTION {function} SECURITY DEFINER")),
        10 => of_function(format!(
            "ALTER FUNCTION {function} SET search_path = pg_temp"
        )),
        11 => of_function(format!(
            "DROP FUNCTION {function}; CREATE FUNCTION calculate_user_ltv(user_id text) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )),
        12 => of_function(format!(
            "DROP FUNCTION {function}; CREATE FUNCTION calculate_user_ltv(user_id bigint DEFAULT 0) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )),
        13 => of_function(format!(
            "DROP FUNCTION {function}; CREATE PROCEDURE {function} LANGUAGE sql AS 'SELECT 1'"
        )),
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
