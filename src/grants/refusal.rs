//! Roles for which no grant would hold: who owns the schema, or is a superuser, can alter it whatever was granted.

use super::facts::{Facts, Role};
use super::names::Names;
use super::policy::Purpose;
use crate::error::{Error, Result};

/// Refuses when one of the roles could alter the schema anyway.
pub(super) fn check(facts: &Facts, names: &Names) -> Result<()> {
    for purpose in Purpose::ROLES {
        let name = names.of(purpose);
        let why = match facts.role(name) {
            Some(role) => reason(facts, role),
            None => continue,
        };
        if let Some(why) = why {
            let word = purpose.word();
            return Err(Error::refused(format!(
                "role {name} cannot be the {word} role: {why}"
            ))
            .detail("whoever owns objects, or may become their owner, can alter them whatever is granted")
            .hint(format!(
                "name another role in hangmeas.toml, under [grants], and grant it to the login role: {word} = \"hangmeas_{word}\""
            )));
        }
    }
    Ok(())
}

fn reason(facts: &Facts, role: &Role) -> Option<String> {
    if role.powers.iter().any(|power| power == "SUPERUSER") {
        return Some("it is a superuser".to_owned());
    }
    if role.name == facts.user {
        return Some("hangmeas is connected as that role, to migrate".to_owned());
    }
    if role.owned > 0 {
        let noun = if role.owned == 1 { "object" } else { "objects" };
        return Some(format!("it owns {} {noun}", role.owned));
    }
    let above = role.member_of.iter().find(|above| above.stronger)?;
    Some(format!(
        "it is a member of {}, which can alter the schema",
        above.name
    ))
}
