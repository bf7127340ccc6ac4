//! What the catalog says about roles and privileges, read in one query.

use serde::Deserialize;

use super::names::Names;
use super::policy::Class;
use crate::error::{Error, Result};
use crate::postgres::Session;
use crate::postgres::sql::literal;

const QUERY: &str = include_str!("queries/facts.sql");

/// Everything that the plan depends on.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Facts {
    pub database: String,
    /// Who asks.
    pub user: String,
    /// Who makes objects: the owners of what is there, and who asks.
    pub owners: Vec<String>,
    pub objects: Vec<Object>,
    pub defaults: Vec<Default>,
    /// Those of the three roles that exist.
    pub roles: Vec<Role>,
    /// Tables with row security.
    pub row_security: Vec<String>,
    /// How many large objects the role of backups cannot read.
    pub large_objects: u64,
    /// Major version of the server.
    #[serde(skip)]
    pub major: u32,
}

/// An object on which there are privileges.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Object {
    pub class: Class,
    pub schema: Option<String>,
    /// Quoted, with its schema and arguments: as GRANT takes it.
    pub name: String,
    pub owner: String,
    pub held: Vec<Held>,
}

impl Object {
    pub fn of_hangmeas(&self) -> bool {
        self.schema.as_deref() == Some("hangmeas")
    }

    /// Whether a role has a privilege on the whole of it.
    pub fn has(&self, role: &str, privilege: &str) -> bool {
        let mut held = self.held.iter();
        held.any(|held| held.role == role && held.privilege == privilege && !held.column)
    }
}

/// A privilege that a role has.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Held {
    pub role: String,
    pub privilege: String,
    /// On some columns only.
    pub column: bool,
    /// The role may pass it on.
    pub grantable: bool,
    /// Who granted it: a REVOKE takes away what its own role granted.
    pub grantor: String,
}

/// A privilege on objects that an owner makes later.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Default {
    pub owner: String,
    /// None for those of any schema.
    pub schema: Option<String>,
    /// As in `pg_default_acl`: `r`, `S` or `f`.
    pub class: String,
    pub role: String,
    pub privilege: String,
    /// The role will be able to pass it on.
    pub grantable: bool,
}

/// One of the three roles.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Role {
    pub name: String,
    pub login: bool,
    /// Attributes such as CREATEROLE.
    pub powers: Vec<String>,
    /// How many objects it owns, databases among them.
    pub owned: u64,
    pub member_of: Vec<Member>,
    pub members: Vec<Member>,
}

/// The other side of a membership.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Member {
    pub name: String,
    /// Can alter the schema by itself: a superuser or an owner.
    pub stronger: bool,
}

impl Facts {
    /// One of the roles, if it exists.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }
}

/// Reads them, in the transaction that is open if there is one.
pub(super) async fn read(session: &Session, names: &Names) -> Result<Facts> {
    let roles = [&names.app, &names.readonly, &names.backup].map(|name| literal(name));
    let array = format!("ARRAY[{}]::name[]", roles.join(", "));
    let rows = session.run(&QUERY.replace("$roles", &array)).await;
    let rows = rows.map_err(|failure| failure.while_doing("reading roles and privileges"))?;
    let text = rows.first().and_then(|row| row.get(0)).unwrap_or_default();
    let facts: Facts = serde_json::from_str(text).map_err(|error| {
        Error::bug("the answer about roles and privileges is unreadable").caused_by(error)
    })?;
    Ok(Facts {
        major: session.server_major(),
        ..facts
    })
}
