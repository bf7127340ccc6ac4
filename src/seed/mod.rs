//! A Cambodian audience on demand.

pub mod clock;
pub mod profile;
pub mod random;
pub mod vocabulary;
