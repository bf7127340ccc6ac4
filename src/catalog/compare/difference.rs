//! One difference, as a value.

use std::fmt;

use serde::Serialize;

use crate::catalog::candidate::Candidate;
use crate::catalog::model::{Sequence, UserType};
use crate::catalog::object::{ObjectId, ObjectKind};
use crate::report::words::by_estimate;

/// What is the matter with the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is not there.
    Missing,
    /// It is there, but other than it must be.
    Changed,
}

/// Which of its properties is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// A table where a view must be, ….
    Kind,
    /// The name; everything else is right.
    Name,
    /// A column's type.
    Type,
    /// Whether NULL is allowed.
    Nullability,
    /// A column's default.
    Default,
    /// The expression of a generated column.
    Generated,
    /// Whether a column is an identity.
    Identity,
    /// A column's collation.
    Collation,
    /// What it does.
    Definition,
    /// NOT VALID, or an index that no query may use.
    Validity,
    /// Whether a trigger fires, and whether a foreign key's own triggers do.
    Enabled,
    /// A function's arguments.
    Signature,
    /// What a function returns.
    Returns,
    /// The column that a sequence belongs to.
    OwnedBy,
    /// Whether a crash empties it.
    Unlogged,
    /// Row-level security.
    RowSecurity,
    /// Partitioning.
    Partition,
    /// Options of a view.
    Options,
    /// The schema: the search path does not find it; everything else is right.
    Schema,
}

impl Aspect {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Type => "type",
            Self::Nullability => "nullability",
            Self::Default => "default",
            Self::Generated => "generated expression",
            Self::Identity => "identity",
            Self::Collation => "collation",
            Self::Definition => "definition",
            Self::Validity => "validity",
            Self::Enabled => "firing",
            Self::Signature => "signature",
            Self::Returns => "result",
            Self::OwnedBy => "owner",
            Self::Unlogged => "persistence",
            Self::RowSecurity => "row security",
            Self::Partition => "partitioning",
            Self::Options => "options",
            Self::Schema => "schema",
        }
    }
}

/// One object that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Missing, or changed.
    pub verdict: Verdict,
    /// Which object, by the name it must have.
    pub object: ObjectId,
    /// Which of its properties; none when it is missing.
    pub aspect: Option<Aspect>,
    /// What must be there.
    pub expected: String,
    /// What is there; none when it is missing.
    pub found: Option<String>,
    /// The migration that makes it; none for what the shop must bring.
    pub since: Option<u32>,
    /// The other difference that this one follows from.
    pub follows: Option<ObjectId>,
    /// All differences that this one may follow from, the one in `follows` among them.
    #[serde(skip)]
    pub causes: Vec<ObjectId>,
    /// The relations that may be the missing one: one where its name or schema is another, several where it is not clear.
    #[serde(skip)]
    pub candidates: Vec<Candidate>,
}

impl Difference {
    pub(in crate::catalog) fn changed(
        object: ObjectId,
        aspect: Aspect,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self {
            verdict: Verdict::Changed,
            object,
            aspect: Some(aspect),
            expected: expected.to_string(),
            found: Some(found.to_string()),
            since: None,
            follows: None,
            causes: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// A relation that is there under another name or in another schema; `found` is its name in the catalog.
    pub(in crate::catalog) fn moved(object: ObjectId, found: &str, candidate: Candidate) -> Self {
        let aspect = if candidate.name == object.name {
            Aspect::Schema
        } else {
            Aspect::Name
        };
        let name = object.name.clone();
        Self {
            candidates: vec![candidate],
            ..Self::changed(object, aspect, name, found)
        }
    }

    pub(in crate::catalog) fn missing(object: ObjectId, expected: impl fmt::Display) -> Self {
        Self {
            verdict: Verdict::Missing,
            object,
            aspect: None,
            expected: expected.to_string(),
            found: None,
            since: None,
            follows: None,
            causes: Vec::new(),
            candidates: Vec::new(),
        }
    }
}

/// `column spree_users.phone_number is missing`, `type of column a.b is text, not integer`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        match self.candidates.as_slice() {
            [] => {}
            [only] => {
                let rows = by_estimate(only.rows);
                return write!(f, "{object} is missing; {only} looks like it{rows}");
            }
            several => {
                let told: Vec<String> = several
                    .iter()
                    .map(|it| format!("{it}{}", by_estimate(it.rows)))
                    .collect();
                let told = told.join(" and ");
                return write!(f, "{object} is missing; {told} look like it");
            }
        }
        let (Some(aspect), Some(found)) = (self.aspect, &self.found) else {
            return write!(f, "{object} is missing");
        };
        match aspect {
            Aspect::Definition => write!(f, "{object} is defined otherwise"),
            Aspect::Name => write!(f, "{object} is called {found}"),
            Aspect::Validity => write!(f, "{object} is {found}"),
            Aspect::Enabled if object.kind == ObjectKind::ForeignKey => {
                write!(f, "{object} is not watched: its triggers are {found}")
            }
            Aspect::Nullability if found == "NULL" => write!(f, "{object} allows NULL"),
            Aspect::Nullability => write!(f, "{object} refuses NULL"),
            _ => write!(
                f,
                "{} of {object} is {found}, not {}",
                aspect.word(),
                self.expected
            ),
        }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "AS {} START {} INCREMENT {} MINVALUE {} MAXVALUE {}{}",
            self.data_type,
            self.start,
            self.increment,
            self.minimum,
            self.maximum,
            if self.cycle { " CYCLE" } else { "" }
        )
    }
}

impl UserType {
    pub(super) fn without_comment(&self) -> Self {
        let mut plain = self.clone();
        match &mut plain {
            Self::Enum { comment, .. } | Self::Domain { comment, .. } => *comment = None,
        }
        plain
    }
}

impl fmt::Display for UserType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enum { labels, .. } => write!(f, "ENUM ({})", labels.join(", ")),
            Self::Domain {
                base,
                nullable,
                default,
                checks,
                ..
            } => {
                f.write_str(base)?;
                if let Some(default) = default {
                    write!(f, " DEFAULT {default}")?;
                }
                if !nullable {
                    f.write_str(" NOT NULL")?;
                }
                checks.values().try_for_each(|check| write!(f, " {check}"))
            }
        }
    }
}
