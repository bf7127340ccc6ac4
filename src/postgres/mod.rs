//! Everything that speaks the PostgreSQL protocol: where to connect, sessions and their purpose,
//! timeouts, locks, identifiers, server facts. Knows nothing of migrations or seeds.

mod secret;
mod target;
pub mod url;

pub use secret::Secret;
pub use target::{Host, Target};
pub use url::UrlParts;
