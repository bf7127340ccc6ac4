//! From the facts to statements: a pure function. Only what is missing or too much, each statement so that running it
//! twice does no harm.

use std::collections::BTreeMap;

use super::facts::{Facts, Object};
use super::names::Names;
use super::policy::{Class, Policy, Purpose, forbids, narrowed, policy};
use crate::postgres::sql::{identifier, literal};
use crate::report::GrantStatement;

const READ_ALL: &str = "pg_read_all_data";

/// Kinds of later objects: `pg_default_acl`'s letter, the word of ALTER DEFAULT PRIVILEGES, and whose policy holds.
const LATER: [(&str, &str, Class); 3] = [
    ("r", "TABLES", Class::Table),
    ("S", "SEQUENCES", Class::Sequence),
    ("f", "ROUTINES", Class::Routine),
];

/// What to do, and what to know.
#[derive(Debug)]
pub(super) struct Plan {
    pub statements: Vec<GrantStatement>,
    pub notes: Vec<String>,
}

/// Computes it.
pub(super) fn plan(facts: &Facts, names: &Names) -> Plan {
    let planner = Planner { facts, names };
    let mut statements = Vec::new();
    let mut add = |about: &str, list: Vec<String>| {
        let about = about.to_owned();
        statements.extend(list.into_iter().map(|sql| GrantStatement {
            about: about.clone(),
            sql,
        }));
    };
    add("group roles without a login", planner.roles());
    add("who migrates keeps the right to create", planner.creators());
    add("what is there", planner.present());
    add(
        "large objects, one by one: there is no privilege on all of them",
        planner.large_objects(),
    );
    add("what later migrations make", planner.later());
    Plan {
        statements,
        notes: super::notes::notes(facts, names),
    }
}

struct Planner<'a> {
    facts: &'a Facts,
    names: &'a Names,
}

impl Planner<'_> {
    fn roles(&self) -> Vec<String> {
        let mut list = Vec::new();
        for purpose in Purpose::ROLES {
            let name = self.names.of(purpose);
            let quoted = identifier(name);
            let found = self.facts.role(name);
            if found.is_none() {
                list.push(format!(
                    "DO $$ BEGIN\n    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        \
                     CREATE ROLE {quoted} NOLOGIN;\n    END IF;\nEND $$",
                    literal(name)
                ));
            }
            let powers = found.map(|role| role.powers.as_slice()).unwrap_or_default();
            let kept = |power: &&String| purpose == Purpose::Backup && *power == "BYPASSRLS";
            let lost = powers.iter().filter(|power| !kept(power));
            let lost: Vec<_> = lost.map(|power| format!("NO{power}")).collect();
            if !lost.is_empty() {
                list.push(format!("ALTER ROLE {quoted} {}", lost.join(" ")));
            }
            let above = found.iter().flat_map(|role| &role.member_of);
            let above: Vec<&str> = above.map(|above| above.name.as_str()).collect();
            let forbidden = above.iter().filter(|above| forbids(purpose, above));
            list.extend(forbidden.map(|above| format!("REVOKE {above} FROM {quoted}")));
            let reads_all = above.contains(&READ_ALL);
            if purpose == Purpose::Backup && self.facts.major >= 14 && !reads_all {
                list.push(format!("GRANT {READ_ALL} TO {quoted}"));
            }
        }
        list
    }

    /// Before PostgreSQL 15 everybody may create in schema public. Taking that away must not stop the next migration.
    fn creators(&self) -> Vec<String> {
        let mut list = Vec::new();
        let schemas = self.facts.objects.iter().filter(|object| {
            object.class == Class::Schema && object.has(self.names.of(Purpose::Everybody), "CREATE")
        });
        for schema in schemas {
            for owner in &self.facts.owners {
                if *owner != schema.owner && !schema.has(owner, "CREATE") {
                    let owner = identifier(owner);
                    list.push(format!(
                        "GRANT USAGE, CREATE ON SCHEMA {} TO {owner}",
                        schema.name
                    ));
                }
            }
        }
        list
    }

    /// Grants and revocations on the objects that are there: one statement for all objects of a kind for which it is
    /// the same.
    fn present(&self) -> Vec<String> {
        let mut groups: BTreeMap<Change<'_>, Vec<&str>> = BTreeMap::new();
        for object in &self.facts.objects {
            let everyone = [Purpose::Everybody].into_iter().chain(Purpose::ROLES);
            for (order, purpose) in everyone.enumerate() {
                let role = self.quoted(purpose);
                for (action, privileges) in self.difference(object, purpose) {
                    let change = Change {
                        class: object.class,
                        order,
                        action,
                        privileges: privileges.join(", "),
                        role: role.clone(),
                    };
                    groups.entry(change).or_default().push(&object.name);
                }
            }
        }
        let statement = |(change, objects): (Change<'_>, Vec<&str>)| change.sql(&objects);
        groups.into_iter().map(statement).collect()
    }

    /// What is to be done with which privileges of a role on an object: those that it lacks, those that it must not
    /// have, and those that it must not pass on.
    fn difference<'a>(
        &self,
        object: &'a Object,
        purpose: Purpose,
    ) -> BTreeMap<Action<'a>, Vec<&'a str>> {
        let wanted = self.wanted(object, purpose);
        let for_all = self.wanted(object, Purpose::Everybody);
        let everybody = self.names.of(Purpose::Everybody);
        let name = self.names.of(purpose);
        let mut changes: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for held in object.held.iter().filter(|held| held.role == name) {
            let by = Some(held.grantor.as_str()).filter(|grantor| *grantor != object.owner);
            let too_much = !wanted.may.contains(&held.privilege.as_str());
            if too_much || held.grantable {
                let action = Action::Revoke {
                    by,
                    option: !too_much,
                    passed_on: held.grantable,
                };
                changes.entry(action).or_default().push(&held.privilege);
            }
        }
        for privileges in changes.values_mut() {
            privileges.sort_unstable();
            privileges.dedup();
        }
        for privilege in wanted.must {
            let shared = for_all.may.contains(privilege) && object.has(everybody, privilege);
            if !shared && !object.has(name, privilege) {
                changes.entry(Action::Grant).or_default().push(privilege);
            }
        }
        changes
    }

    fn wanted(&self, object: &Object, purpose: Purpose) -> Policy {
        let wanted = policy(
            purpose,
            object.class,
            object.of_hangmeas(),
            self.facts.major,
        );
        narrowed(wanted, object.class, &object.name)
    }

    fn large_objects(&self) -> Vec<String> {
        if self.facts.large_objects == 0 {
            return Vec::new();
        }
        let role = self.quoted(Purpose::Backup);
        vec![format!(
            "DO $$ DECLARE object oid; BEGIN\n    FOR object IN SELECT oid FROM pg_catalog.pg_largeobject_metadata LOOP\n        \
             EXECUTE pg_catalog.format('GRANT SELECT ON LARGE OBJECT %s TO {}', object);\n    END LOOP;\nEND $$",
            role.replace('\'', "''").replace('%', "%%")
        )]
    }

    /// Default privileges, for every role that makes objects in every schema.
    fn later(&self) -> Vec<String> {
        let mut list = Vec::new();
        let schemas = self.facts.objects.iter();
        let schemas = schemas.filter(|object| object.class == Class::Schema);
        let places = schemas.map(Some).chain([None]);
        for place in places {
            for owner in &self.facts.owners {
                for (letter, word, class) in LATER {
                    let later = Later {
                        owner,
                        place,
                        letter,
                        word,
                        class,
                    };
                    list.extend(self.later_of(&later));
                }
            }
        }
        list
    }

    fn later_of(&self, later: &Later<'_>) -> Vec<String> {
        let mut list = Vec::new();
        let schema = later.place.and_then(|place| place.schema.as_deref());
        let of_hangmeas = later.place.is_some_and(Object::of_hangmeas);
        for purpose in [Purpose::Everybody].into_iter().chain(Purpose::ROLES) {
            let wanted = policy(purpose, later.class, of_hangmeas, self.facts.major);
            let held = self.facts.defaults.iter().filter(|held| {
                held.owner == later.owner
                    && held.class == later.letter
                    && held.schema.as_deref() == schema
                    && held.role == self.names.of(purpose)
            });
            let (mut options, mut kept, mut excess) = (Vec::new(), Vec::new(), Vec::new());
            for held in held {
                let privilege = held.privilege.as_str();
                let allowed = wanted.may.contains(&privilege);
                if allowed && held.grantable {
                    options.push(privilege);
                }
                if allowed { &mut kept } else { &mut excess }.push(privilege);
            }
            // A later function may run with its owner's rights: reading does not get it beforehand.
            let asked =
                later.place.is_some() && (later.class != Class::Routine || purpose == Purpose::App);
            let must = wanted
                .must
                .iter()
                .filter(|must| asked && !kept.contains(must));
            let must: Vec<_> = must.copied().collect();
            let role = self.quoted(purpose);
            list.extend(later.sql("REVOKE", &excess, "FROM", &role));
            list.extend(later.sql("REVOKE GRANT OPTION FOR", &options, "FROM", &role));
            list.extend(later.sql("GRANT", &must, "TO", &role));
        }
        list
    }

    /// A role as SQL takes it.
    fn quoted(&self, purpose: Purpose) -> String {
        match purpose {
            Purpose::Everybody => "PUBLIC".to_owned(),
            _ => identifier(self.names.of(purpose)),
        }
    }
}

/// Granting or revoking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Action<'a> {
    Revoke {
        /// The role that granted it, where that is not the owner: nobody else's REVOKE finds it.
        by: Option<&'a str>,
        /// Only the right to pass it on.
        option: bool,
        /// Others may have it from this role.
        passed_on: bool,
    },
    Grant,
}

/// A grant or revocation, before the objects; its order is that of the script.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Change<'a> {
    class: Class,
    order: usize,
    action: Action<'a>,
    privileges: String,
    role: String,
}

impl Change<'_> {
    fn sql(&self, objects: &[&str]) -> String {
        let (verb, preposition) = match self.action {
            Action::Grant => ("GRANT", "TO"),
            Action::Revoke { option: true, .. } => ("REVOKE GRANT OPTION FOR", "FROM"),
            Action::Revoke { .. } => ("REVOKE", "FROM"),
        };
        let between = if objects.len() == 1 { " " } else { "\n    " };
        let comma = format!(",{between}");
        let mut sql = format!(
            "{verb} {} ON {}{between}{}{between}{preposition} {}",
            self.privileges,
            self.class.keyword(),
            objects.join(&comma),
            self.role
        );
        if let Action::Revoke { by, passed_on, .. } = self.action {
            if passed_on {
                sql.push_str(" CASCADE");
            }
            if let Some(by) = by {
                sql = format!("SET ROLE {};\n{sql};\nRESET ROLE", identifier(by));
            }
        }
        sql
    }
}

/// Objects of a kind that a role will make in a schema, or anywhere.
struct Later<'a> {
    owner: &'a str,
    place: Option<&'a Object>,
    letter: &'static str,
    word: &'static str,
    class: Class,
}

impl Later<'_> {
    fn sql(
        &self,
        verb: &str,
        privileges: &[&str],
        preposition: &str,
        role: &str,
    ) -> Option<String> {
        if privileges.is_empty() {
            return None;
        }
        let place = self.place.map(|place| format!(" IN SCHEMA {}", place.name));
        Some(format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} {verb} {} ON {} {preposition} {role}",
            identifier(self.owner),
            place.unwrap_or_default(),
            privileges.join(", "),
            self.word
        ))
    }
}

#[cfg(test)]
mod tests;
