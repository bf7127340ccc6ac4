//! Whether the database must be protected: the environment's own word, and the database's name,
//! because a `DATABASE_URL` meant for one environment is easily used in another.

use super::environment;
use super::layers::Layers;
use super::origin::{Origin, Sourced};
use super::value;
use crate::error::Result;
use crate::postgres::UrlParts;

/// What was decided, and what to tell about it.
pub(super) struct Guarded {
    pub protected: Sourced<bool>,
    pub notice: Option<String>,
}

/// Decides for the environment and the database that was chosen for it.
pub(super) fn decide(layers: &Layers<'_>, database: &Sourced<String>) -> Result<Guarded> {
    let own = layers.parsed_section("protected", value::boolean)?;
    let own =
        own.unwrap_or_else(|| Sourced::default(environment::default_protected(layers.environment)));
    let Some(owner) = owner(layers, database) else {
        return Ok(Guarded {
            protected: own,
            notice: None,
        });
    };
    let by_variable = matches!(database.origin, Origin::Variable(_));
    let (name, origin) = (&database.value, &database.origin);
    let reason = format!("database {name} is that of environment {}", owner.name);
    let notice = by_variable.then(|| {
        let chosen = layers.environment;
        format!(
            "{origin} chooses database {name}, which is that of environment {}, but the environment is {chosen}",
            owner.name
        )
    });
    if own.value || !(by_variable || owner.protected) {
        return Ok(Guarded {
            protected: own,
            notice,
        });
    }
    let protected = Sourced::new(true, Origin::Derived(reason));
    Ok(Guarded { protected, notice })
}

struct Owner {
    name: String,
    protected: bool,
}

/// The other environment to which the database belongs by its name, when a flag or a variable
/// chose that name. Protected ones first.
fn owner(layers: &Layers<'_>, database: &Sourced<String>) -> Option<Owner> {
    let chosen_outside = matches!(database.origin, Origin::Flag(_) | Origin::Variable(_));
    if !chosen_outside || configured_database(layers) == database.value {
        return None;
    }
    let owners = environment::names(layers.file)
        .into_iter()
        .filter_map(|name| {
            let other = Layers {
                environment: &name,
                ..*layers
            };
            if name == layers.environment || configured_database(&other) != database.value {
                return None;
            }
            let protected = other
                .parsed_section("protected", value::boolean)
                .ok()
                .flatten();
            let protected = protected.map_or(environment::default_protected(&name), |p| p.value);
            Some(Owner { name, protected })
        });
    owners.max_by_key(|owner| owner.protected)
}

/// The database of an environment by the file and the defaults; what cannot be read says nothing.
fn configured_database(layers: &Layers<'_>) -> String {
    let url = layers.section("url").ok().flatten();
    let in_url = url.and_then(|url| UrlParts::parse(&url.value).ok()?.database);
    in_url
        .or_else(|| {
            layers
                .section("database")
                .ok()
                .flatten()
                .map(|name| name.value)
        })
        .unwrap_or_else(|| environment::default_database(layers.environment))
}
