//! The one model of a schema: what is there, read from a live database in one snapshot; what must be there,
//! compiled in from `sql/schema.json`; the typed differences between the two. Holds no statistics, because a
//! fingerprint must not move when rows are read or written, and knows no severity: that is for who asks. What
//! may be a missing relation bears its estimated rows, and is no part of the fingerprint.

mod array_cast;
mod candidate;
mod compare;
mod expected;
mod fingerprint;
mod model;
mod normal;
mod object;
mod read;
mod remove;
mod sizes;

pub use candidate::Candidate;
pub use compare::{Aspect, Comparison, Difference, Verdict, compare};
pub use expected::{Expected, Family, TypeRule, expected, key, verify};
pub use model::{
    Catalog, Column, Constraint, ConstraintKind, Extension, Function, Index, Reference, Relation,
    RelationKind, Sequence, Trigger, UserType,
};
pub use normal::alike;
pub use object::{ObjectId, ObjectKind};
pub use read::{Scope, decode, read, read_by, script};
pub use sizes::{Size, sizes};
