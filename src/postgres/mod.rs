//! Everything that speaks the PostgreSQL protocol: where to connect, sessions, locks, interrupts,
//! quoting. Knows nothing of migrations or seeds.

mod advisory;
mod attempt;
mod backoff;
mod blocker;
mod connect;
pub mod copy;
pub mod database;
mod diagnose;
mod interrupt;
mod libpq;
mod notices;
mod passfile;
mod password;
mod pool;
mod secret;
mod session;
mod slots;
pub mod sql;
mod target;
pub mod tls;
mod trace;
pub mod url;

pub use advisory::{AdvisoryLock, LOST, LockRequest, WorkSession, lost};
pub use backoff::Backoff;
pub use blocker::{Blocker, BlockerKind, blockers, index_progress, lockers, named};
pub use diagnose::read_only;
pub use interrupt::{Interrupt, Interrupter, interrupt};
pub use libpq::{LIBPQ_VARIABLES, libpq_variables};
pub use password::{Answer, Asker, PasswordSource};
pub use pool::{Pool, Pooled};
pub use secret::Secret;
pub use session::{Failure, OLDEST_SUPPORTED_MAJOR, Rows, Sent, Session, interrupted};
pub use slots::check_slots;
pub use target::{Address, Host, Keepalives, SESSION_KINDS, SessionKind, Target};
pub use tls::{SslMode, Tls};
pub use url::UrlParts;
