//! What a schema consists of. Names are those by which the search path finds an object; an object that it does
//! not find carries its schema before a dot. Definitions are as the server prints them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::candidate::Candidate;

/// A schema, or several that are looked up together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Catalog {
    /// Which schemas were read, in the order of look-up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<String>,
    /// Tables, views and materialized views.
    pub relations: BTreeMap<String, Relation>,
    /// Functions, by name and identity arguments: `calculate_user_ltv(user_id bigint)`.
    pub functions: BTreeMap<String, Function>,
    /// Sequences.
    pub sequences: BTreeMap<String, Sequence>,
    /// Enums and domains.
    pub types: BTreeMap<String, UserType>,
    /// Extensions of the whole database.
    pub extensions: BTreeMap<String, Extension>,
    /// Where relations are missing, which others may be them; those outside the search path are among `relations`. No part
    /// of the schema.
    #[serde(skip)]
    pub candidates: BTreeMap<String, Candidate>,
}

/// What kind of relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// An ordinary table.
    Table,
    /// A partitioned table.
    PartitionedTable,
    /// A foreign table.
    ForeignTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
}

impl RelationKind {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::PartitionedTable => "partitioned table",
            Self::ForeignTable => "foreign table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
        }
    }

    /// Whether it shows what a query finds.
    #[must_use]
    pub fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// Table, view, ….
    pub kind: RelationKind,
    /// Whether a crash empties it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unlogged: bool,
    /// Storage options, `name=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether row-level security is on.
    #[serde(default, skip_serializing_if = "is_false")]
    pub row_security: bool,
    /// How a partitioned table is divided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// The table of which this is a partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<String>,
    /// Which rows this partition takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_bound: Option<String>,
    /// The query of a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The relations and columns (`table.column`) that a view reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Columns by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Column>,
    /// Keys, checks and exclusions by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constraints: BTreeMap<String, Constraint>,
    /// Indexes by name, those behind constraints among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, Index>,
    /// Triggers by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<String, Trigger>,
}

impl Relation {
    /// Its columns in the order of the table.
    #[must_use]
    pub fn columns_in_order(&self) -> Vec<(&str, &Column)> {
        let mut columns: Vec<_> = self.columns.iter().map(|(n, c)| (n.as_str(), c)).collect();
        columns.sort_by_key(|(_, column)| column.position);
        columns
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// 1-based place among the columns that are there.
    pub position: u32,
    /// The type with its modifiers, such as `numeric(10,2)`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Whether NULL is allowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// The default, as an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The expression of a generated column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// `always` or `by default`, for an identity column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Column {
    /// A column as CREATE TABLE and ADD COLUMN take it.
    #[must_use]
    pub fn declaration(&self) -> String {
        let mut text = self.data_type.clone();
        if let Some(collation) = &self.collation {
            text = format!("{text} COLLATE {collation}");
        }
        if let Some(default) = &self.default {
            text = format!("{text} DEFAULT {default}");
        }
        if let Some(generated) = &self.generated {
            text = format!("{text} GENERATED ALWAYS AS ({generated}) STORED");
        }
        if let Some(identity) = &self.identity {
            text = format!("{text} GENERATED {} AS IDENTITY", identity.to_uppercase());
        }
        if !self.nullable {
            text.push_str(" NOT NULL");
        }
        text
    }
}

/// What kind of constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// FOREIGN KEY.
    ForeignKey,
    /// CHECK.
    Check,
    /// EXCLUDE.
    Exclusion,
}

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Key, check, ….
    pub kind: ConstraintKind,
    /// Its definition, without NOT VALID.
    pub definition: String,
    /// Whether the rows that were there before were checked.
    pub validated: bool,
    /// Whether a foreign key's own triggers were switched off, so that nobody watches it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unwatched: bool,
    /// The columns it speaks of, in its order.
    #[serde(default)]
    pub columns: Vec<String>,
    /// What a foreign key points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
}

/// The far side of a foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The table.
    pub table: String,
    /// Its columns, in the key's order.
    pub columns: Vec<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// `CREATE INDEX …`.
    pub definition: String,
    /// Whether it is unique.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Whether queries may use it.
    pub valid: bool,
    /// Whether writes keep it up to date.
    pub ready: bool,
    /// The constraint that it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// All columns it depends on, those of expressions and of the predicate among them.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// `CREATE TRIGGER …`.
    pub definition: String,
    /// `origin`, `disabled`, `replica` or `always`.
    pub enabled: String,
}

/// A function, procedure or aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// `function`, `procedure`, `aggregate` or `window`.
    pub kind: String,
    /// What it returns; nothing for a procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// The language of its body.
    pub language: String,
    /// `immutable`, `stable` or `volatile`.
    pub volatility: String,
    /// Whether it runs with its owner's rights.
    #[serde(default, skip_serializing_if = "is_false")]
    pub security_definer: bool,
    /// `CREATE OR REPLACE FUNCTION …`, without the schema; none for an aggregate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A sequence; not where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// The type of its numbers.
    #[serde(rename = "type")]
    pub data_type: String,
    /// The first number.
    pub start: i64,
    /// The step.
    pub increment: i64,
    /// The smallest number.
    pub minimum: i64,
    /// The largest number.
    pub maximum: i64,
    /// Whether it begins anew after the last.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cycle: bool,
    /// The column (`table.column`) with which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<String>,
}

/// A type that somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum UserType {
    /// An enum.
    Enum {
        /// Its labels, in their order.
        labels: Vec<String>,
        /// Its comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// A domain.
    Domain {
        /// The type below.
        base: String,
        /// Whether NULL is allowed.
        nullable: bool,
        /// The default, as an expression.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<String>,
        /// Its checks by name.
        checks: BTreeMap<String, String>,
        /// Its comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Where its objects are.
    pub schema: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
