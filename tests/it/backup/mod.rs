//! Backups of real databases: round trips, damage of every kind, kills at random moments, full disks.

mod faults;
mod replace;
mod retention;
mod round_trip;
pub mod support;
