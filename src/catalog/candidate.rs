//! What may be a missing relation: one of another name, or one that lies outside the search path.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::Catalog;
/// A relation that may be a missing one, or a sequence that lies with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its schema, where the search path does not find it.
    pub schema: Option<String>,
    /// Its own name.
    pub name: String,
    /// Its rows, as the server estimates them; none when it never looked, and for views.
    pub rows: Option<u64>,
}

/// `old.xfactor_votes`.
impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

impl Catalog {
    /// A relation as a candidate for a missing one, by its name here.
    pub(super) fn candidate(&self, relation: &str) -> Candidate {
        let told = self.candidates.get(relation).cloned();
        told.unwrap_or_else(|| Candidate {
            schema: None,
            name: relation.to_owned(),
            rows: None,
        })
    }

    /// Whether a relation or sequence lies outside the search path.
    #[must_use]
    pub fn is_elsewhere(&self, name: &str) -> bool {
        self.candidates
            .get(name)
            .is_some_and(|it| it.schema.is_some())
    }

    /// Whether the search path finds a relation of this name.
    #[must_use]
    pub fn finds(&self, relation: &str) -> bool {
        self.relations.contains_key(relation) && !self.is_elsewhere(relation)
    }
}
