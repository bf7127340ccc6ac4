//! Columns of tables.

use super::cast::Retype;
use super::step::{Phase, Step};

use super::{Missing, Scene, create, name};
use crate::catalog::{Aspect, Column, Difference, Relation};

impl Scene<'_> {
    pub(super) fn column(
        &self,
        difference: &Difference,
        owner: &str,
        relation: &Relation,
    ) -> Result<Vec<Step>, Missing> {
        let column = &difference.object.name;
        let Some(must) = relation
            .columns
            .get(column)
            .filter(|_| !relation.kind.is_view())
        else {
            // A view is made anew for its columns.
            return Ok(Vec::new());
        };
        let at = Place::new(owner, column);
        let found = difference.found.as_deref().unwrap_or_default();
        Ok(match difference.aspect {
            None => self.missing(&at, must),
            Some(Aspect::Type) => at.retype(must, found),
            Some(Aspect::Collation) => at.retype(must, &must.data_type),
            Some(Aspect::Nullability) => vec![at.nullability(must)],
            Some(Aspect::Default) if self.is_retyped(difference) => return Err(Missing::Another),
            Some(Aspect::Default) => vec![at.default(must)],
            Some(Aspect::Identity) => self.identity(&at, must)?,
            Some(Aspect::Generated) if must.generated.is_none() => {
                let sql = format!("{} DROP EXPRESSION", at.alter());
                let mut all = vec![Step::new(Phase::Detach, sql).ranked(usize::MAX)];
                all.extend(must.default.is_some().then(|| at.default(must)));
                all
            }
            _ => return Err(Missing::Cure("compute its values anew by hand".to_owned())),
        })
    }

    /// Whether the same column gets its type, and its default with it.
    fn is_retyped(&self, difference: &Difference) -> bool {
        let mut all = self.differences.iter();
        all.any(|it| it.object == difference.object && it.aspect == Some(Aspect::Type))
    }

    /// A column with the sequence that went with it.
    fn missing(&self, at: &Place<'_>, must: &Column) -> Vec<Step> {
        let mut all = self.sequences_of(at.owner, Some(at.column));
        // Rows that are there get no value but the default.
        let later = !must.nullable && must.default.is_none() && must.identity.is_none();
        let mut declared = must.clone();
        declared.nullable |= later;
        let sql = format!(
            "ALTER TABLE {} ADD COLUMN {} {}",
            name(at.owner),
            name(at.column),
            declared.declaration()
        );
        all.push(Step::new(Phase::Column, sql));
        all.extend(later.then(|| at.nullability(must)));
        all.extend(create::column_comment(at.owner, at.column, must));
        all
    }

    fn identity(&self, at: &Place<'_>, must: &Column) -> Result<Vec<Step>, Missing> {
        if must.identity.is_some() {
            return Err(Missing::Cure("give its numbers anew by hand".to_owned()));
        }
        let sql = format!("{} DROP IDENTITY", at.alter());
        let mut all = vec![Step::new(Phase::Detach, sql).ranked(usize::MAX)];
        // The identity's own sequence went with it, and may have had the name.
        all.extend(self.sequences_of(at.owner, Some(at.column)));
        all.push(at.default(must));
        Ok(all)
    }
}

/// A column of a table.
struct Place<'a> {
    owner: &'a str,
    column: &'a str,
}

impl<'a> Place<'a> {
    fn new(owner: &'a str, column: &'a str) -> Self {
        Self { owner, column }
    }

    fn alter(&self) -> String {
        format!(
            "ALTER TABLE {} ALTER COLUMN {}",
            name(self.owner),
            name(self.column)
        )
    }

    fn default(&self, must: &Column) -> Step {
        let sql = match &must.default {
            Some(default) => format!("{} SET DEFAULT {default}", self.alter()),
            None => format!("{} DROP DEFAULT", self.alter()),
        };
        Step::new(Phase::Default, sql)
    }

    fn nullability(&self, must: &Column) -> Step {
        if must.nullable {
            Step::new(Phase::Column, format!("{} DROP NOT NULL", self.alter()))
        } else {
            Step::new(Phase::Rows, format!("{} SET NOT NULL", self.alter()))
        }
    }

    fn retype(&self, must: &Column, found: &str) -> Vec<Step> {
        let collation = must.collation.as_ref();
        let collation = collation.map_or_else(String::new, |it| format!(" COLLATE {it}"));
        let retype = Retype {
            table: &name(self.owner),
            column: &name(self.column),
            from: found,
            to: &must.data_type,
            collation: &collation,
            default: must.default.as_deref(),
        };
        vec![Step::new(Phase::Column, retype.statement())]
    }
}
