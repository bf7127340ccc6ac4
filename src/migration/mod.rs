//! Migrations: files, history, plan, runner, undo. Only `refinery` names refinery. Prints nothing.

mod accept;
mod ahead;
mod bundled;
mod creation;
mod diagnose;
mod dry_run;
mod file;
mod history;
mod import;
mod index;
mod journal;
mod limits;
mod loss;
mod migrator;
mod outcome;
mod plan;
mod rails;
mod refinery;
mod run;
mod scaffold;
mod source;
mod statements;
mod status;
mod transaction;
mod undo;
mod way;

pub use file::{FIRST_OWN_VERSION, MigrationFile, Origin, Script, label};
pub use history::{Applied, Direction, History};
pub use import::{Adoption, Conversion, Tool};
pub use limits::Limits;
pub use migrator::Migrator;
pub use plan::{Back, Plan, down};
pub use rails::Rails;
pub use scaffold::scaffold;
pub use source::Source;
pub use status::list;
