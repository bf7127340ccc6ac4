//! What no GRANT can do, and what people must do themselves.

use super::facts::{Facts, Role};
use super::names::Names;
use super::policy::{Class, Purpose};
use crate::postgres::sql::identifier;

/// One sentence each.
pub(super) fn notes(facts: &Facts, names: &Names) -> Vec<String> {
    let mut list = Vec::new();
    for purpose in Purpose::ROLES {
        let name = names.of(purpose);
        match facts.role(name) {
            Some(role) => of_role(role, &mut list),
            None => list.push(nobody(name)),
        }
    }
    let mut views = facts
        .objects
        .iter()
        .filter(|object| object.class == Class::Materialized);
    if facts.major < 17
        && let Some(view) = views.next()
    {
        list.push(format!(
            "before PostgreSQL 17 only its owner can refresh a materialized view: {} must refresh {}, not {}",
            view.owner, view.name, names.app
        ));
    }
    if !facts.row_security.is_empty() {
        list.push(format!(
            "row security hides rows of {} from a backup: ALTER ROLE … BYPASSRLS for the role that logs in; \
             membership does not pass it on",
            facts.row_security.join(", ")
        ));
    }
    list
}

fn of_role(role: &Role, list: &mut Vec<String>) {
    let name = &role.name;
    if role.login {
        list.push(format!("{name} can log in itself"));
    } else if role.members.is_empty() {
        list.push(nobody(name));
    }
    for member in role.members.iter().filter(|member| member.stronger) {
        list.push(format!(
            "{} is a member of {name}, and a superuser or owner as well: it can alter the schema",
            member.name
        ));
    }
    for above in &role.member_of {
        if above.name != "pg_read_all_data" {
            list.push(format!(
                "{name} may also what {} may, as its member",
                above.name
            ));
        }
    }
}

fn nobody(name: &str) -> String {
    let name = identifier(name);
    format!("nobody is a member of {name} yet: GRANT {name} TO the role that logs in")
}
