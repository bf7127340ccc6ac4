//! Who may do what: for each purpose and kind of object, what it must have and what it may keep.

/// Tables of Rails that only migrations write.
const OF_RAILS: [&str; 2] = ["schema_migrations", "ar_internal_metadata"];

/// Whom privileges are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The application: reads and writes rows, alters nothing.
    App,
    /// Reporting and monitoring: reads, the history of migrations too.
    Readonly,
    /// Backups: reads everything.
    Backup,
    /// PUBLIC: every role has this too, so that it must have little.
    Everybody,
}

impl Purpose {
    /// The three that have a role.
    pub const ROLES: [Self; 3] = [Self::App, Self::Readonly, Self::Backup];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Readonly => "readonly",
            Self::Backup => "backup",
            Self::Everybody => "everybody",
        }
    }
}

/// The kinds of objects on which there are privileges, in the order of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
pub(super) enum Class {
    #[serde(rename = "DATABASE")]
    Database,
    #[serde(rename = "SCHEMA")]
    Schema,
    #[serde(rename = "TABLE")]
    Table,
    #[serde(rename = "VIEW")]
    View,
    #[serde(rename = "MATERIALIZED VIEW")]
    Materialized,
    #[serde(rename = "SEQUENCE")]
    Sequence,
    /// Runs with the rights of who calls it.
    #[serde(rename = "ROUTINE")]
    Routine,
    /// SECURITY DEFINER: runs with the rights of its owner.
    #[serde(rename = "DEFINER")]
    Definer,
}

impl Class {
    /// The word of GRANT.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Database => "DATABASE",
            Self::Schema => "SCHEMA",
            Self::Table | Self::View | Self::Materialized => "TABLE",
            Self::Sequence => "SEQUENCE",
            Self::Routine | Self::Definer => "ROUTINE",
        }
    }
}

/// What a role must have, and what it may have besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Policy {
    pub must: &'static [&'static str],
    pub may: &'static [&'static str],
}

const NOTHING: Policy = exactly(&[]);
const CONNECT: Policy = Policy {
    must: &["CONNECT"],
    may: &["CONNECT", "TEMPORARY"],
};
const WRITE: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE"];
const SEQUENCE: &[&str] = &["USAGE", "SELECT"];

const fn exactly(must: &'static [&'static str]) -> Policy {
    Policy { must, may: must }
}

impl Policy {
    fn optional(may: &'static [&'static str]) -> Self {
        Self { must: &[], may }
    }
}

/// The policy for an object. Before PostgreSQL 14 nothing but single grants lets a role read everything; before 17
/// only its owner can refresh a materialized view.
pub(super) fn policy(purpose: Purpose, class: Class, of_hangmeas: bool, major: u32) -> Policy {
    match purpose {
        Purpose::Everybody => everybody(class, of_hangmeas),
        _ if class == Class::Database => CONNECT,
        Purpose::App if of_hangmeas => NOTHING,
        Purpose::App => app(class, major),
        Purpose::Readonly => reading(class, !of_hangmeas),
        Purpose::Backup if major < 14 => reading(class, false),
        Purpose::Backup => Policy::optional(reading(class, true).may),
    }
}

fn app(class: Class, major: u32) -> Policy {
    match class {
        Class::Database => CONNECT,
        Class::Schema => exactly(&["USAGE"]),
        Class::Table => exactly(WRITE),
        // Default privileges cannot tell views from tables.
        Class::View => Policy {
            must: &["SELECT"],
            may: WRITE,
        },
        Class::Materialized if major >= 17 => Policy {
            must: &["SELECT", "MAINTAIN"],
            may: &["SELECT", "INSERT", "UPDATE", "DELETE", "MAINTAIN"],
        },
        Class::Materialized => app(Class::View, major),
        Class::Sequence => exactly(SEQUENCE),
        Class::Routine | Class::Definer => exactly(&["EXECUTE"]),
    }
}

/// Reading and nothing else; a function that runs with its owner's rights might write.
fn reading(class: Class, calls: bool) -> Policy {
    match class {
        Class::Database => CONNECT,
        Class::Schema => exactly(&["USAGE"]),
        Class::Table | Class::View | Class::Materialized | Class::Sequence => exactly(&["SELECT"]),
        Class::Routine if calls => exactly(&["EXECUTE"]),
        Class::Routine => Policy::optional(&["EXECUTE"]),
        Class::Definer => NOTHING,
    }
}

fn everybody(class: Class, of_hangmeas: bool) -> Policy {
    match class {
        Class::Database => Policy::optional(&["CONNECT", "TEMPORARY"]),
        Class::Schema if !of_hangmeas => Policy::optional(&["USAGE"]),
        Class::Routine => Policy::optional(&["EXECUTE"]),
        _ => NOTHING,
    }
}

/// The roles of PostgreSQL's own of which none of the three may be a member: they write, run programs of the server, or
/// read what is not for the application.
pub(super) fn forbids(purpose: Purpose, above: &str) -> bool {
    match above {
        "pg_write_all_data"
        | "pg_execute_server_program"
        | "pg_read_server_files"
        | "pg_write_server_files"
        | "pg_create_subscription" => true,
        "pg_read_all_data" => purpose == Purpose::App,
        "pg_maintain" => purpose != Purpose::App,
        _ => false,
    }
}

/// The table that only migrations write is read by everybody else.
pub(super) fn narrowed(policy: Policy, class: Class, name: &str) -> Policy {
    let table = name.rsplit('.').next().unwrap_or(name);
    if class == Class::Table && OF_RAILS.contains(&table) && policy.may.contains(&"INSERT") {
        exactly(&["SELECT"])
    } else {
        policy
    }
}
