//! A Cambodian audience on demand: profiles, the vocabulary, the audience and its rows, the plan, the
//! load. Depends on no clock and on no number of threads: the same request gives the same rows.

mod bare;
pub mod clock;
pub mod crowd;
pub mod disk;
mod history;
pub mod live;
pub mod password;
mod plan;
pub mod profile;
pub mod random;
mod records;
mod request;
pub mod rows;
mod run;
pub mod stream;
pub mod vocabulary;

pub use bare::Dropped;
pub use plan::{SeedPlan, TablePlan};
pub use request::{Mode, Request, guard};
pub use run::{Loaded, Seeded, Seeder};
