//! The statements that make a schema again what the migrations made it, as one script that runs to its end: what others
//! need comes first, what the rows decide comes last. They destroy no rows; where none would do, the plan says why.

mod aside;
mod cast;
mod column;
mod constraint;
mod create;
mod relation;
mod renames;
mod sequence;
mod step;
mod views;

use renames::Renames;
use step::Step;
pub(super) use step::{Phase, Script};

use super::quoting::name;
use crate::catalog::{
    Aspect, Catalog, Comparison, Difference, ObjectId, ObjectKind, Relation, Verdict,
};

/// What is done about one difference.
#[derive(Debug)]
enum Part {
    /// These statements restore it.
    Steps(Vec<Step>),
    /// What restores another difference restores it, too.
    WithAnother,
    /// No statement can; for this reason.
    Withheld(String),
}

/// What is done about all differences of a comparison, in its order.
#[derive(Debug)]
pub(super) struct Plan {
    parts: Vec<Part>,
}

/// What a plan is made from.
struct Scene<'a> {
    expected: &'a Catalog,
    live: &'a Catalog,
    differences: &'a [Difference],
    renames: Renames<'a>,
}

impl Scene<'_> {
    /// The live relation that must have this name, under whatever name it has.
    fn live(&self, relation: &str) -> Option<&Relation> {
        self.live.relations.get(self.renames.live_name(relation))
    }
}

impl Plan {
    /// Plans how to restore what differs.
    pub(super) fn new(compared: &Comparison, expected: &Catalog, live: &Catalog) -> Self {
        let scene = Scene {
            expected,
            live,
            differences: &compared.differences,
            renames: Renames::of(&compared.differences, live),
        };
        let parts = compared.differences.iter().map(|it| scene.part(it));
        let mut plan = Self {
            parts: parts.collect(),
        };
        withhold_followers(&compared.differences, &mut plan.parts);
        views::remake(&scene, &mut plan.parts);
        aside::make_way(&scene, &mut plan.parts);
        plan
    }

    /// The statements that restore one difference, its comments left out.
    pub(super) fn statements(&self, difference: usize) -> Vec<String> {
        let Some(Part::Steps(steps)) = self.parts.get(difference) else {
            return Vec::new();
        };
        let mut steps: Vec<&Step> = steps
            .iter()
            .filter(|it| it.phase != Phase::Comment)
            .collect();
        steps.sort_by_key(|step| step.order());
        steps.into_iter().map(|step| step.sql.clone()).collect()
    }

    /// Why no statement restores a difference.
    pub(super) fn withheld(&self, difference: usize) -> Option<&str> {
        match self.parts.get(difference) {
            Some(Part::Withheld(reason)) => Some(reason),
            _ => None,
        }
    }

    /// All statements, in the order in which they run.
    pub(super) fn script(&self) -> Script {
        let mut all: Vec<(usize, &Step)> = Vec::new();
        for (n, part) in self.parts.iter().enumerate() {
            if let Part::Steps(steps) = part {
                all.extend(steps.iter().map(|step| (n, step)));
            }
        }
        all.sort_by_key(|(n, step)| (step.order(), *n));
        let mut script: Script = Vec::new();
        for (difference, step) in all {
            // Two differences may ask for the same, such as the default of a column and its sequence.
            if !script.iter().any(|(_, _, sql)| *sql == step.sql) {
                script.push((step.phase, difference, step.sql.clone()));
            }
        }
        script
    }
}

/// What leans on something that stays missing cannot be restored either, nor what is other because that is.
fn withhold_followers(differences: &[Difference], parts: &mut [Part]) {
    loop {
        let withheld: Vec<(ObjectId, bool)> = differences
            .iter()
            .zip(&*parts)
            .filter(|(_, part)| matches!(part, Part::Withheld(_)))
            .map(|(it, _)| (it.object.clone(), stays_away(it)))
            .collect();
        let mut changed = false;
        for (difference, part) in differences.iter().zip(&mut *parts) {
            let waits = |cause: &&ObjectId| {
                let mut all = withheld.iter();
                all.any(|(object, away)| {
                    object == *cause && (*away || difference.verdict == Verdict::Changed)
                })
            };
            let cause = difference.causes.iter().find(waits);
            if let Some(cause) = cause.filter(|_| !matches!(part, Part::Withheld(_))) {
                *part = Part::Withheld(format!("it waits for {cause}"));
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Whether what is withheld leaves nothing to lean on.
fn stays_away(difference: &Difference) -> bool {
    difference.verdict == Verdict::Missing || difference.aspect == Some(Aspect::Kind)
}

impl Scene<'_> {
    fn part(&self, difference: &Difference) -> Part {
        let object = &difference.object;
        if let [one, other, ..] = difference.candidates.as_slice() {
            let reason = format!(
                "{one} and {other} look like it: find out which it is, and rename that one, or move it, by hand"
            );
            return Part::Withheld(reason);
        }
        if matches!(difference.aspect, Some(Aspect::Name | Aspect::Schema)) {
            return Part::Steps(self.renames.statements(difference));
        }
        if difference.verdict == Verdict::Changed && self.renames.restore(difference) {
            return Part::WithAnother;
        }
        let steps = match &object.relation {
            Some(owner) => self.part_of(difference, owner),
            None => self.whole(difference),
        };
        match steps {
            Ok(steps) => Part::Steps(steps),
            Err(Missing::Another) => Part::WithAnother,
            Err(Missing::Cure(reason)) => Part::Withheld(reason),
        }
    }

    fn part_of(&self, difference: &Difference, owner: &str) -> Result<Vec<Step>, Missing> {
        let Some(relation) = self
            .expected
            .relations
            .get(owner)
            .filter(|it| it.has(&difference.object))
        else {
            return self.of_the_shop(difference, owner);
        };
        match difference.object.kind {
            ObjectKind::Column => self.column(difference, owner, relation),
            ObjectKind::Index => Ok(constraint::index(self, difference, owner, relation)),
            ObjectKind::Trigger => Ok(constraint::trigger(difference, owner, relation)),
            _ => Ok(constraint::constraint(self, difference, owner, relation)),
        }
    }

    /// What the shop must bring.
    fn of_the_shop(&self, difference: &Difference, owner: &str) -> Result<Vec<Step>, Missing> {
        match difference.object.kind {
            ObjectKind::PrimaryKey => {
                Ok(vec![constraint::key_of_the_shop(self, difference, owner)])
            }
            _ => Err(Missing::spree()),
        }
    }

    fn whole(&self, difference: &Difference) -> Result<Vec<Step>, Missing> {
        let object = &difference.object;
        match object.kind {
            ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => {
                match self.expected.relations.get(&object.name) {
                    Some(must) if difference.since.is_some() => self.relation(difference, must),
                    _ => Err(Missing::spree()),
                }
            }
            ObjectKind::Function => self.function(difference),
            ObjectKind::Sequence => self.sequence(difference),
            ObjectKind::Extension => {
                let sql = format!("CREATE EXTENSION {}", name(&object.name));
                Ok(vec![Step::new(Phase::Extension, sql)])
            }
            _ => Err(Missing::Cure(
                "look at what uses it, and change it by hand".to_owned(),
            )),
        }
    }
}

/// Why there is no statement.
enum Missing {
    /// Another difference's statements do it.
    Another,
    /// A person must decide.
    Cure(String),
}

impl Missing {
    fn spree() -> Self {
        Self::Cure("finish or restore the migrations of Spree".to_owned())
    }
}

/// Columns for people: `(a, b)`.
pub(super) fn column_list(columns: &[String]) -> String {
    let names: Vec<_> = columns.iter().map(|it| name(it)).collect();
    format!("({})", names.join(", "))
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
