//! A Cambodian audience on demand.

pub mod clock;
pub mod crowd;
pub mod live;
pub mod password;
pub mod profile;
pub mod random;
pub mod rows;
pub mod vocabulary;
