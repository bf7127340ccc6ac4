//! The names of the three roles.

use super::policy::Purpose;

/// The group roles, by purpose. They differ from each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Of the application.
    pub app: String,
    /// Of reporting, which only reads.
    pub readonly: String,
    /// Of backups.
    pub backup: String,
}

impl Names {
    /// The name for a purpose; `public`, which no role can be called, for everybody.
    pub(super) fn of(&self, purpose: Purpose) -> &str {
        match purpose {
            Purpose::App => &self.app,
            Purpose::Readonly => &self.readonly,
            Purpose::Backup => &self.backup,
            Purpose::Everybody => "public",
        }
    }
}
