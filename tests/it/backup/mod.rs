//! Backups of real databases: round trips, damage of every kind, kills at random moments, full disks.

mod faults;
mod killed;
mod program;
mod replace;
mod retention;
mod room;
mod round_trip;
pub mod support;
mod types;
