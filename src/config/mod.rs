//! What hangmeas was told, and by whom: flags, environment variables, `hangmeas.toml` and defaults
//! become one [`Settings`], in which every value remembers its [`Origin`].
//!
//! Besides `cli` the only room that reads environment variables. Opens no sockets, runs no programs,
//! prints nothing. `docs/environments.md` explains the rules to users.

mod backup;
mod check;
mod connection;
mod duration;
mod environment;
mod file;
mod grants;
mod guard;
mod health;
mod init;
mod interpolate;
mod layers;
mod origin;
mod overrides;
mod settings;
mod show;
mod suggest;
mod value;
mod variables;

pub use backup::{AnnotateSettings, BackupSettings};
pub use check::{CheckReport, CheckedEnvironment, Warning, check};
pub use duration::{format_duration, parse_duration};
pub use environment::built_in_environments;
pub use file::FILE_NAME;
pub use grants::GrantSettings;
pub use health::{HealthSettings, WaiverSetting};
pub use init::{TEMPLATE, init};
pub use origin::{Origin, Sourced};
pub use overrides::Overrides;
pub use settings::{
    Connection, ConnectionSettings, MigrationSettings, Password, RailsSettings, ServerSettings,
    Settings, Timeouts,
};
pub use show::Entry;
pub use variables::Variables;
