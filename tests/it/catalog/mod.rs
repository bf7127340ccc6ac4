//! The model of a schema against real servers: reading, the expected schema, judging.

pub mod apply;
mod derive;
mod expected;
mod reading;
