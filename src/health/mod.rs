//! Is this database right, and is it well? Checks in groups, each with the words that explain it; one read-only
//! snapshot, a fixed number of messages to the server whatever the schema's size; findings as values. Writes nothing.

mod check;
mod conformity;
mod drift;
mod execute;
mod facts;
mod followup;
mod groups;
mod guide;
mod judge;
mod names;
mod numbers;
mod orphans;
mod page;
mod quoting;
mod registry;
mod request;
mod restore;
mod run;
mod summary;
mod thresholds;
mod trial;
mod waiver;

pub use check::{Check, Cost, Need, Program, Severities, Work};
pub use drift::{drift, statements};
pub use page::page;
pub use registry::{all, find, meets_a_check, nearest, nearest_check, select};
pub use request::{Backup, MigrationFault, Migrations, Request};
pub use run::run;
pub use thresholds::Thresholds;
pub use waiver::{BUILT_IN, Waiver};
