//! What an object of a schema is called: its kind, the relation it belongs to, its name.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::{ConstraintKind, RelationKind};

/// What kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A table, partitioned and foreign ones among them.
    Table,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A column.
    Column,
    /// A primary key.
    PrimaryKey,
    /// A UNIQUE constraint.
    UniqueConstraint,
    /// A foreign key.
    ForeignKey,
    /// A CHECK constraint.
    Check,
    /// An EXCLUDE constraint.
    Exclusion,
    /// An index.
    Index,
    /// A trigger.
    Trigger,
    /// A function, procedure or aggregate.
    Function,
    /// A sequence.
    Sequence,
    /// An enum or domain.
    Type,
    /// An extension.
    Extension,
}

impl ObjectKind {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Column => "column",
            Self::PrimaryKey => "primary key",
            Self::UniqueConstraint => "unique constraint",
            Self::ForeignKey => "foreign key",
            Self::Check => "check",
            Self::Exclusion => "exclusion",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::Function => "function",
            Self::Sequence => "sequence",
            Self::Type => "type",
            Self::Extension => "extension",
        }
    }
}

impl From<RelationKind> for ObjectKind {
    fn from(kind: RelationKind) -> Self {
        match kind {
            RelationKind::View => Self::View,
            RelationKind::MaterializedView => Self::MaterializedView,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
                Self::Table
            }
        }
    }
}

impl From<ConstraintKind> for ObjectKind {
    fn from(kind: ConstraintKind) -> Self {
        match kind {
            ConstraintKind::PrimaryKey => Self::PrimaryKey,
            ConstraintKind::Unique => Self::UniqueConstraint,
            ConstraintKind::ForeignKey => Self::ForeignKey,
            ConstraintKind::Check => Self::Check,
            ConstraintKind::Exclusion => Self::Exclusion,
        }
    }
}

/// One object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// What it is.
    pub kind: ObjectKind,
    /// The relation it belongs to; none for what stands alone.
    pub relation: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectId {
    /// An object that stands alone.
    pub fn new(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            relation: None,
            name: name.into(),
        }
    }

    /// A part of a relation.
    pub fn of(kind: ObjectKind, relation: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            kind,
            relation: Some(relation.into()),
            name: name.into(),
        }
    }

    /// `table.column`, `table.index`, or the bare name: unlike the kind, this never changes its form.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.relation {
            Some(relation) => format!("{relation}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// `column spree_users.phone_number`, `index index_artists_on_name on artists`.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.kind.word();
        match (&self.relation, self.kind) {
            (Some(relation), ObjectKind::Column) => write!(f, "{word} {relation}.{}", self.name),
            (Some(relation), _) => write!(f, "{word} {} on {relation}", self.name),
            (None, _) => write!(f, "{word} {}", self.name),
        }
    }
}
