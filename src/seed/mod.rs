//! A Cambodian audience on demand: profiles, the vocabulary, the audience and its rows, the plan, the
//! load. Depends on no clock and on no number of threads: the same request gives the same rows.

mod aged;
mod bare;
pub mod clock;
mod crew;
pub mod crowd;
mod day;
mod digest;
pub mod disk;
mod gone;
mod history;
pub mod live;
mod load;
mod mixing;
pub mod password;
mod plan;
mod pointers;
pub mod profile;
pub mod random;
mod records;
mod removal;
mod request;
pub mod rows;
mod run;
mod spans;
pub mod staging;
pub mod stream;
pub mod vocabulary;

use crate::error::{Error, ErrorKind};
use crate::postgres::Failure;

pub use bare::Dropped;
pub use gone::Gone;
pub use plan::{SeedPlan, TablePlan};
pub use request::{Mode, Request, guard};
pub use run::{Loaded, Seeded, Seeder};

/// The error for what the server refused while `what` was done: a failed seed, unless somebody stopped
/// it or the connection is gone.
fn failed(failure: Failure, what: &str) -> Error {
    let error = failure.while_doing(what);
    match error.kind() {
        ErrorKind::Migration => error.with_kind(ErrorKind::Seed),
        _ => error,
    }
}
