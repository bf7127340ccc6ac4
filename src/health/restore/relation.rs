//! Whole tables and views, and functions.

use super::step::{Phase, Step};
use super::{Missing, Scene, create, name, views};
use crate::catalog::{Aspect, Difference, Relation, RelationKind};

impl Scene<'_> {
    pub(super) fn relation(
        &self,
        difference: &Difference,
        must: &Relation,
    ) -> Result<Vec<Step>, Missing> {
        let object = &difference.object.name;
        let right = name(object);
        let kind = alter_word(must.kind);
        Ok(match difference.aspect {
            None if must.kind.is_view() => {
                create::view(object, must, views::depth(self.expected, object))
            }
            None if must.kind == RelationKind::Table => self.create_table(object, must),
            Some(Aspect::Kind) => return self.kind(object, must),
            // Made anew with the others, in their order.
            Some(Aspect::Definition) => Vec::new(),
            Some(Aspect::Unlogged) => {
                let sql = format!(
                    "ALTER TABLE {right} SET {}",
                    if must.unlogged { "UNLOGGED" } else { "LOGGED" }
                );
                // A table that is logged points to logged ones only.
                let rank = self.far(object, 0);
                vec![Step::new(Phase::Table, sql).ranked(rank)]
            }
            Some(Aspect::RowSecurity) if !must.row_security => {
                let sql = format!("ALTER TABLE {right} DISABLE ROW LEVEL SECURITY");
                vec![Step::new(Phase::Table, sql)]
            }
            Some(Aspect::Options) => options(&format!("ALTER {kind} {right}"), difference, must),
            _ => {
                return Err(Missing::Cure(
                    "move its rows by hand to a table of the right kind".to_owned(),
                ));
            }
        })
    }

    /// How many foreign keys there are at most from a table to one that points to none.
    fn far(&self, table: &str, depth: usize) -> usize {
        let Some(relation) = self.live(table).filter(|_| depth < 20) else {
            return depth;
        };
        let fars = relation
            .constraints
            .values()
            .filter_map(|it| it.references.as_ref());
        let others = fars.filter(|far| far.table != table);
        others
            .map(|far| 1 + self.far(&far.table, depth + 1) - depth)
            .max()
            .map_or(depth, |far| depth + far)
    }

    /// Another kind of relation has the name.
    fn kind(&self, object: &str, must: &Relation) -> Result<Vec<Step>, Missing> {
        let is = self.live.relations.get(object).map(|it| it.kind);
        match (must.kind.is_view(), is.is_some_and(RelationKind::is_view)) {
            // One view for the other: made anew with the others, in their order.
            (true, true) => Ok(Vec::new()),
            (true, false) => Ok(create::view(
                object,
                must,
                views::depth(self.expected, object),
            )),
            (false, true) => Ok(self.create_table(object, must)),
            (false, false) => Err(Missing::Cure(
                "move its rows by hand to a table of the right kind".to_owned(),
            )),
        }
    }

    pub(super) fn function(&self, difference: &Difference) -> Result<Vec<Step>, Missing> {
        let function = &difference.object.name;
        let Some(must) = self.expected.functions.get(function) else {
            return Ok(Vec::new());
        };
        let found = difference.found.as_deref().unwrap_or_default();
        let mut all = Vec::new();
        let former = match difference.aspect {
            None => None,
            Some(Aspect::Signature) => Some(found),
            Some(Aspect::Returns) => Some(function.as_str()),
            // CREATE OR REPLACE cannot take the defaults of arguments away.
            Some(_) => {
                let head = |text: &str| text.trim().lines().next().map(str::to_owned);
                let other = head(found) != must.definition.as_deref().and_then(head);
                other.then_some(function.as_str())
            }
        };
        all.extend(former.map(|former| {
            Step::new(Phase::Detach, format!("DROP ROUTINE {former}")).ranked(usize::MAX)
        }));
        all.extend(create::function(function, must));
        Ok(all)
    }
}

/// The word by which ALTER takes a relation.
pub(super) fn alter_word(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        RelationKind::ForeignTable => "FOREIGN TABLE",
        RelationKind::Table | RelationKind::PartitionedTable => "TABLE",
    }
}

fn options(alter: &str, difference: &Difference, must: &Relation) -> Vec<Step> {
    let found = difference.found.as_deref().unwrap_or_default();
    let option = |text: &str| text.split('=').next().unwrap_or_default().to_owned();
    let wanted: Vec<String> = must.options.iter().map(|it| option(it)).collect();
    let extra: Vec<String> = found
        .split(", ")
        .filter(|it| !it.is_empty())
        .map(option)
        .filter(|it| !wanted.contains(it))
        .collect();
    let mut all = Vec::new();
    if !extra.is_empty() {
        all.push(Step::new(
            Phase::Table,
            format!("{alter} RESET ({})", extra.join(", ")),
        ));
    }
    if !must.options.is_empty() {
        all.push(Step::new(
            Phase::Table,
            format!("{alter} SET ({})", must.options.join(", ")),
        ));
    }
    all
}
