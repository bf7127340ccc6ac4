//! The statements that make a schema again what the migrations made it. They destroy no rows: what could, is left to a
//! person.

pub(super) use super::quoting::name;
use super::sequence::{create_sequence, sequence};
use crate::catalog::{
    Aspect, Catalog, Constraint, ConstraintKind, Difference, Index, ObjectKind, Relation,
    RelationKind, Sequence, Verdict,
};

fn names(list: &[String]) -> String {
    list.iter()
        .map(|it| name(it))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The statements for one difference; none where they depend on the rows or on somebody else's migrations.
pub(super) fn statements(difference: &Difference, expected: &Catalog) -> Vec<String> {
    let object = &difference.object;
    if difference.aspect == Some(Aspect::Name) {
        return renamed(difference).into_iter().collect();
    }
    if let Some(owner) = &object.relation {
        let Some(relation) = expected.relations.get(owner) else {
            return Vec::new();
        };
        return match object.kind {
            ObjectKind::Column => column(difference, owner, relation, expected),
            ObjectKind::Index => index(difference, relation),
            ObjectKind::Trigger => relation
                .triggers
                .get(&object.name)
                .map(|trigger| vec![trigger.definition.clone()])
                .unwrap_or_default(),
            _ => constraint(difference, owner, relation),
        };
    }
    match object.kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => {
            whole(difference, expected)
        }
        ObjectKind::Function => function(difference, expected),
        ObjectKind::Sequence => expected
            .sequences
            .get(&object.name)
            .map(|it| sequence(difference, it, expected))
            .unwrap_or_default(),
        ObjectKind::Extension => vec![format!("CREATE EXTENSION {}", name(&object.name))],
        _ => Vec::new(),
    }
}

fn renamed(difference: &Difference) -> Option<String> {
    let object = &difference.object;
    let found = name(difference.found.as_deref()?);
    let right = name(&object.name);
    let owner = object.relation.as_deref().map(name).unwrap_or_default();
    Some(match object.kind {
        ObjectKind::Table => format!("ALTER TABLE {found} RENAME TO {right}"),
        ObjectKind::View => format!("ALTER VIEW {found} RENAME TO {right}"),
        ObjectKind::MaterializedView => {
            format!("ALTER MATERIALIZED VIEW {found} RENAME TO {right}")
        }
        ObjectKind::Index => format!("ALTER INDEX {found} RENAME TO {right}"),
        ObjectKind::Sequence => format!("ALTER SEQUENCE {found} RENAME TO {right}"),
        ObjectKind::Column => format!("ALTER TABLE {owner} RENAME COLUMN {found} TO {right}"),
        _ => format!("ALTER TABLE {owner} RENAME CONSTRAINT {found} TO {right}"),
    })
}

fn column(
    difference: &Difference,
    owner: &str,
    relation: &Relation,
    expected: &Catalog,
) -> Vec<String> {
    let Some(must) = relation.columns.get(&difference.object.name) else {
        return Vec::new();
    };
    if relation.kind.is_view() {
        return Vec::new();
    }
    let table = name(owner);
    let column = name(&difference.object.name);
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
    let set_default = match &must.default {
        Some(default) => format!("{alter} SET DEFAULT {default}"),
        None => format!("{alter} DROP DEFAULT"),
    };
    match difference.aspect {
        None => {
            let path = difference.object.path();
            let owned = |it: &&(&String, &Sequence)| it.1.owned_by.as_deref() == Some(&path);
            let mut all = Vec::new();
            // Dropping a column took its sequence along.
            if let Some((sequence, it)) = expected.sequences.iter().find(|it| owned(&it)) {
                all.push(create_sequence(sequence, it));
            }
            all.push(format!(
                "ALTER TABLE {table} ADD COLUMN {column} {}",
                must.declaration()
            ));
            all.extend(
                expected
                    .sequences
                    .iter()
                    .find(|it| owned(&it))
                    .map(|(sequence, _)| {
                        format!(
                            "ALTER SEQUENCE {} OWNED BY {table}.{column}",
                            name(sequence)
                        )
                    }),
            );
            all
        }
        // The default may not fit the other type, so it goes and comes.
        Some(Aspect::Type) => {
            let set = format!("{alter} TYPE {} USING {column}::{0}", must.data_type);
            vec![match &must.default {
                None => set,
                Some(default) => format!(
                    "{alter} DROP DEFAULT, ALTER COLUMN {column} TYPE {0} USING {column}::{0}, \
                     ALTER COLUMN {column} SET DEFAULT {default}",
                    must.data_type
                ),
            }]
        }
        Some(Aspect::Nullability) if must.nullable => vec![format!("{alter} DROP NOT NULL")],
        Some(Aspect::Nullability) => vec![format!("{alter} SET NOT NULL")],
        Some(Aspect::Default) => vec![set_default],
        Some(Aspect::Identity) if must.identity.is_none() => {
            vec![format!("{alter} DROP IDENTITY"), set_default]
        }
        Some(Aspect::Generated) if must.generated.is_none() => {
            vec![format!("{alter} DROP EXPRESSION")]
        }
        Some(Aspect::Collation) => vec![format!(
            "{alter} TYPE {} COLLATE {}",
            must.data_type,
            must.collation.as_deref().unwrap_or("\"default\"")
        )],
        _ => Vec::new(),
    }
}

fn constraint(difference: &Difference, owner: &str, relation: &Relation) -> Vec<String> {
    let Some(must) = relation.constraints.get(&difference.object.name) else {
        return Vec::new();
    };
    let table = name(owner);
    let right = name(&difference.object.name);
    let validate = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {right}");
    let mut all = Vec::new();
    if difference.aspect == Some(Aspect::Validity) {
        return vec![validate];
    }
    if difference.verdict == Verdict::Changed {
        all.push(format!("ALTER TABLE {table} DROP CONSTRAINT {right}"));
    }
    all.extend(add_constraint(&table, &right, must));
    all
}

/// A constraint, in the way that blocks least.
fn add_constraint(table: &str, right: &str, must: &Constraint) -> Vec<String> {
    let add = format!(
        "ALTER TABLE {table} ADD CONSTRAINT {right} {}",
        must.definition
    );
    match must.kind {
        ConstraintKind::ForeignKey | ConstraintKind::Check => vec![
            format!("{add} NOT VALID"),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {right}"),
        ],
        _ => vec![add],
    }
}

fn index(difference: &Difference, relation: &Relation) -> Vec<String> {
    let Some(must) = relation.indexes.get(&difference.object.name) else {
        return Vec::new();
    };
    let right = name(&difference.object.name);
    match difference.aspect {
        Some(Aspect::Validity) => vec![format!("REINDEX INDEX CONCURRENTLY {right}")],
        Some(_) => vec![
            format!("DROP INDEX CONCURRENTLY {right}"),
            concurrently(must),
        ],
        None => vec![concurrently(must)],
    }
}

fn concurrently(index: &Index) -> String {
    index
        .definition
        .replacen(" INDEX ", " INDEX CONCURRENTLY ", 1)
}

fn function(difference: &Difference, expected: &Catalog) -> Vec<String> {
    let Some(must) = expected.functions.get(&difference.object.name) else {
        return Vec::new();
    };
    let definition = must
        .definition
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_owned();
    match difference.aspect {
        Some(Aspect::Signature) => {
            let found = difference.found.as_deref().unwrap_or_default();
            vec![format!("DROP FUNCTION {found}"), definition]
        }
        Some(Aspect::Returns) => {
            vec![
                format!("DROP FUNCTION {}", difference.object.name),
                definition,
            ]
        }
        _ => vec![definition],
    }
}

fn whole(difference: &Difference, expected: &Catalog) -> Vec<String> {
    let object = &difference.object;
    let Some(must) = expected.relations.get(&object.name) else {
        return Vec::new();
    };
    let right = name(&object.name);
    match (difference.aspect, must.kind) {
        (None, RelationKind::Table) if difference.since.is_some() => {
            create_table(&object.name, must, expected)
        }
        (None | Some(Aspect::Definition), RelationKind::View | RelationKind::MaterializedView) => {
            let kind = match must.kind {
                RelationKind::View => "VIEW",
                _ => "MATERIALIZED VIEW",
            };
            let query = must.definition.as_deref().unwrap_or_default();
            let query = query.trim().trim_end_matches(';');
            let mut all = Vec::new();
            if difference.aspect.is_some() {
                all.push(format!("DROP {kind} {right}"));
            }
            all.push(format!("CREATE {kind} {right} AS {query}"));
            all.extend(must.indexes.values().map(|index| index.definition.clone()));
            all
        }
        (Some(Aspect::Unlogged), _) if !must.unlogged => {
            vec![format!("ALTER TABLE {right} SET LOGGED")]
        }
        (Some(Aspect::RowSecurity), _) if !must.row_security => {
            vec![format!("ALTER TABLE {right} DISABLE ROW LEVEL SECURITY")]
        }
        (Some(Aspect::Options), _) if must.options.is_empty() => {
            let found = difference.found.as_deref().unwrap_or_default();
            let options = found
                .split(", ")
                .filter_map(|option| option.split('=').next());
            let options = options.collect::<Vec<_>>().join(", ");
            let kind = if must.kind == RelationKind::View {
                "VIEW"
            } else {
                "TABLE"
            };
            vec![format!("ALTER {kind} {right} RESET ({options})")]
        }
        _ => Vec::new(),
    }
}

/// The table with all that belongs to it.
fn create_table(table: &str, must: &Relation, expected: &Catalog) -> Vec<String> {
    let right = name(table);
    let owned = |it: &Sequence| {
        it.owned_by
            .as_deref()
            .and_then(|path| path.rsplit_once('.'))
            .filter(|(owner, _)| *owner == table)
            .map(|(_, column)| column.to_owned())
    };
    let sequences: Vec<_> = expected
        .sequences
        .iter()
        .filter_map(|(sequence, it)| Some((sequence, it, owned(it)?)))
        .collect();
    let mut all: Vec<String> = sequences
        .iter()
        .map(|(sequence, it, _)| create_sequence(sequence, it))
        .collect();
    let columns: Vec<String> = must
        .columns_in_order()
        .into_iter()
        .map(|(column, it)| format!("    {} {}", name(column), it.declaration()))
        .collect();
    all.push(format!(
        "CREATE TABLE {right} (\n{}\n)",
        columns.join(",\n")
    ));
    all.extend(sequences.iter().map(|(sequence, _, column)| {
        format!(
            "ALTER SEQUENCE {} OWNED BY {right}.{}",
            name(sequence),
            name(column)
        )
    }));
    // Keys before what points to them.
    let (keys, others): (Vec<_>, Vec<_>) = must.constraints.iter().partition(|(_, it)| {
        matches!(it.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique)
    });
    for (constraint, it) in keys.into_iter().chain(others) {
        let add = format!(
            "ALTER TABLE {right} ADD CONSTRAINT {} {}",
            name(constraint),
            it.definition
        );
        all.push(add);
    }
    let indexes = must
        .indexes
        .values()
        .filter(|index| index.constraint.is_none());
    all.extend(indexes.map(|index| index.definition.clone()));
    all
}

/// Index definitions and columns for people: `(a, b)`.
pub(super) fn column_list(columns: &[String]) -> String {
    format!("({})", names(columns))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        assert_eq!(name("artists"), "artists");
        assert_eq!(name("default"), "\"default\"");
        assert_eq!(name("Odd name"), "\"Odd name\"");
        assert_eq!(name("1st"), "\"1st\"");
    }
}
