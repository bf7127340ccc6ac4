//! hangmeas: takes an empty PostgreSQL, or a live Spree Commerce shop, to a verified Hangmeas
//! database, and keeps it verified. `docs/architecture.md` is the map of these modules.

pub mod annotate;
pub mod backup;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod error;
pub mod grants;
pub mod health;
pub mod invariants;
pub mod migration;
pub mod postgres;
pub mod progress;
pub mod render;
pub mod report;
pub mod seed;
pub mod server;
pub mod sql_text;
