//! hangmeas: takes an empty PostgreSQL, or a live Spree Commerce shop, to a verified Hangmeas
//! database, and keeps it verified. `docs/architecture.md` is the map of these modules.

pub mod config;
pub mod error;
pub mod postgres;
pub mod sql_text;
