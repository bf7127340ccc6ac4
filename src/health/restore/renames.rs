//! Objects that are there under another name.

use std::collections::BTreeMap;

use super::name;
use super::step::{Phase, Step};
use crate::catalog::{self, Aspect, Candidate, Catalog, Difference, ObjectKind};

/// What is called otherwise than it must be.
pub(super) struct Renames<'a> {
    /// The right name by the live one, of everything but columns.
    names: BTreeMap<&'a str, &'a str>,
    /// The right name of a column by its table's right name and its own live one.
    columns: BTreeMap<(&'a str, &'a str), &'a str>,
    /// The live name of a relation by its right one.
    relations: BTreeMap<&'a str, &'a str>,
    live: &'a Catalog,
}

impl<'a> Renames<'a> {
    pub(super) fn of(differences: &'a [Difference], live: &'a Catalog) -> Self {
        let mut renames = Self {
            names: BTreeMap::new(),
            columns: BTreeMap::new(),
            relations: BTreeMap::new(),
            live,
        };
        for difference in differences {
            let (Some(Aspect::Name | Aspect::Schema), Some(found)) =
                (difference.aspect, &difference.found)
            else {
                continue;
            };
            if *found == difference.object.name {
                continue;
            }
            let object = &difference.object;
            match (&object.relation, object.kind) {
                (Some(table), ObjectKind::Column) => {
                    renames.columns.insert((table, found), &object.name);
                    continue;
                }
                (None, ObjectKind::Sequence) | (Some(_), _) => {}
                (None, _) => {
                    renames.relations.insert(&object.name, found);
                }
            }
            renames.names.insert(found, &object.name);
        }
        renames
    }

    /// The name that a relation has now.
    pub(super) fn live_name<'b>(&'b self, right: &'b str) -> &'b str {
        self.relations.get(right).copied().unwrap_or(right)
    }

    /// The right name of what has this name now.
    pub(super) fn right_name(&self, live: &str) -> String {
        self.names.get(live).copied().unwrap_or(live).to_owned()
    }

    /// A live `relation` or `relation.column` by its right names.
    pub(super) fn right_path(&self, path: &str) -> String {
        let Some((relation, column)) = path.rsplit_once('.') else {
            return self.right_name(path);
        };
        let relation = self.right_name(relation);
        let right = self.columns.get(&(relation.as_str(), column));
        format!("{relation}.{}", right.copied().unwrap_or(column))
    }

    /// A live definition as it reads once everything has its right name; columns are those of the table first, then
    /// those of any other.
    pub(super) fn applied(&self, text: &str, table: &str) -> String {
        let right = |word: &str| -> Option<&str> {
            let own = self.columns.get(&(table, word));
            let any = || self.columns.iter().find(|((_, live), _)| *live == word);
            let name = own.or_else(|| self.names.get(word));
            name.copied().or_else(|| any().map(|(_, right)| *right))
        };
        let text = &self.found_again(text);
        let mut out = String::with_capacity(text.len());
        let mut word = String::new();
        for c in text.chars().chain(['\0']) {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                out.push_str(right(&word).unwrap_or(&word));
                word.clear();
                out.push(c);
            }
        }
        out.pop();
        out
    }

    /// A definition in which what is shown with its schema, because another relation has its name, has the right name.
    fn found_again(&self, text: &str) -> String {
        let qualified = self.names.iter().filter(|(live, _)| live.contains('.'));
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let mut text = text.to_owned();
        for (live, right) in qualified {
            let parts: Vec<&str> = text.split(live).collect();
            let mut out = parts.first().copied().unwrap_or_default().to_owned();
            for rest in parts.iter().skip(1) {
                out.push_str(if ends(rest) { right } else { live });
                out.push_str(rest);
            }
            text = out;
        }
        text
    }

    /// Whether the right names alone make a changed object right.
    pub(super) fn restore(&self, difference: &Difference) -> bool {
        let object = &difference.object;
        let Some(found) = difference.found.as_deref() else {
            return false;
        };
        if self.names.is_empty() && self.columns.is_empty() {
            return false;
        }
        let table = object.relation.as_deref().unwrap_or(&object.name);
        catalog::alike(
            object.kind,
            &self.applied(found, table),
            &difference.expected,
        )
    }

    /// Whether something that is renamed has this name now.
    pub(super) fn is_live_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The statements that bring a relation back from another schema.
    fn bring_back(&self, difference: &Difference, from: &str, there: &Candidate) -> Vec<Step> {
        let right = &difference.object.name;
        let alter = format!("ALTER {}", difference.object.kind.word().to_uppercase());
        let place = |relation: &str| format!("{}.{}", name(from), name(relation));
        let mut all = Vec::new();
        if there.name != *right {
            let sql = format!("{alter} {} RENAME TO {}", place(&there.name), name(right));
            all.push(Step::new(Phase::Rename, sql));
        }
        let home = self.live.schemas.first().map_or("public", String::as_str);
        let sql = format!("{alter} {} SET SCHEMA {}", place(right), name(home));
        let mut back = Step::new(Phase::Rename, sql).makes(right);
        // Its indexes and sequences come along.
        let live = difference.found.as_deref().unwrap_or(right);
        if let Some(relation) = self.live.relations.get(live) {
            back.brings.extend(relation.indexes.keys().cloned());
        }
        let own = self.live.sequences.iter().filter(|(_, it)| {
            let owner = it.owned_by.as_deref().and_then(|it| it.rsplit_once('.'));
            owner.is_some_and(|(table, _)| table == live)
        });
        let bare = |sequence: &str| sequence.rsplit('.').next().unwrap_or(sequence).to_owned();
        back.brings.extend(own.map(|(sequence, _)| bare(sequence)));
        all.push(back);
        all
    }

    /// The statements that give an object its right name.
    pub(super) fn statements(&self, difference: &Difference) -> Vec<Step> {
        if let [there] = difference.candidates.as_slice()
            && let Some(schema) = &there.schema
        {
            return self.bring_back(difference, schema, there);
        }
        let object = &difference.object;
        let found = difference.found.as_deref().unwrap_or_default();
        let right = &object.name;
        let owner = object.relation.as_deref().map(name).unwrap_or_default();
        let kind = match object.kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::Index => object.kind.word().to_uppercase(),
            ObjectKind::Column => format!("TABLE {owner} RENAME COLUMN"),
            _ => format!("TABLE {owner} RENAME CONSTRAINT"),
        };
        let rename = |from: &str, to: &str| {
            if object.kind == ObjectKind::Column || kind.contains("CONSTRAINT") {
                format!("ALTER {kind} {} TO {}", name(from), name(to))
            } else {
                format!("ALTER {kind} {} RENAME TO {}", name(from), name(to))
            }
        };
        // A table before its parts, because those are found by its right name.
        let rank = usize::from(object.relation.is_some());
        let step = |phase, sql| Step::new(phase, sql).ranked(rank);
        let column = object.kind == ObjectKind::Column;
        if !column && self.is_live_name(right) {
            // Two that have each other's names.
            let between = format!("{right}_between");
            return vec![
                step(Phase::Rename, rename(found, &between)),
                step(Phase::Rename, rename(&between, right)).ranked(rank + 2),
            ];
        }
        let step = step(Phase::Rename, rename(found, right));
        vec![match object.kind {
            ObjectKind::Column | ObjectKind::ForeignKey | ObjectKind::Check => step,
            _ => step.makes(right),
        }]
    }
}
