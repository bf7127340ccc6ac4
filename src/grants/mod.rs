//! Least privilege: three group roles — for the application, for reading, for backups — and what each may do with the
//! objects that are there and with those that later migrations make. The plan is a value: what is missing or too much,
//! computed from the live catalog. Applying it is one transaction, which ends only when nothing is left to do.

mod apply;
mod facts;
mod names;
mod notes;
mod plan;
mod policy;
mod refusal;

pub use apply::{apply, report};
pub use names::Names;
