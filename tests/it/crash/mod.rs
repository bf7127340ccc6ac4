//! Runs that are killed, cut off, interrupted: the next one finishes the work, once.

mod journal;
mod kill;
mod once;
mod restart;
pub mod shop;
mod signal;
mod terminate;
