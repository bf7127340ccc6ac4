//! What is proven before any check runs: who asks, what that role may see, what the server is. One message.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::SimpleQueryRow;

use super::check::{Check, Need};
use super::quoting::name;
use crate::error::{Error, Result};
use crate::postgres::Session;
use crate::postgres::sql::literal;

const PROBE: &str = include_str!("queries/probe.sql");

/// The facts.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub version: u32,
    pub role: String,
    pub standby: bool,
    pub all_stats: bool,
    pub all_settings: bool,
    pub authid: bool,
    pub track_activities: bool,
    pub track_counts: bool,
    /// Oids of the schemas, as an array literal.
    pub scope: String,
    /// Their names, as GRANT takes them.
    schemas: String,
    /// Schemas of the search path that this role may not look into, as GRANT takes them.
    hidden_schemas: String,
    /// Oids of the tables and views of extensions, as an array literal.
    pub owned: String,
    /// Seconds since statistics began.
    pub stats_age: u64,
    pub hidden_sequences: u64,
    pub hidden_tables: u64,
    pub hidden_functions: u64,
    /// Tables of which row security hides rows from this role.
    filtered_tables: Vec<String>,
    /// Columns that checks need: whether each may be read; none when it is not there.
    pub columns: BTreeMap<String, Option<bool>>,
    /// Columns that checks need, of materialized views that were never filled: reading them is an error.
    unfilled: BTreeSet<String>,
}

/// Why a check does not run.
pub(super) enum Obstacle {
    /// It has nothing to judge here.
    NotApplicable(String),
    /// It could not see: the reason, and what would help.
    Blind(String, String),
}

/// Asks for everything that the checks need.
pub(super) async fn probe(session: &Session, checks: &[&Check]) -> Result<Facts> {
    let mut script = PROBE.to_owned();
    for column in columns(checks) {
        let (table, name) = column.rsplit_once('.').unwrap_or((column, ""));
        script.push_str(&format!(
            "SELECT {} AS path, (SELECT has_column_privilege(a.attrelid, a.attnum, 'SELECT') FROM pg_attribute a \
             WHERE a.attrelid = to_regclass({table}) AND a.attname = {} AND NOT a.attisdropped) AS readable, \
             (SELECT NOT c.relispopulated FROM pg_class c WHERE c.oid = to_regclass({table})) AS unfilled;\n",
            literal(column),
            literal(name),
            table = literal(table)
        ));
    }
    let rows = session
        .read(script.trim_end().trim_end_matches(';'))
        .await
        .map_err(|failure| failure.while_doing("asking what this role may see"))?;
    let (first, rest) = rows
        .split_first()
        .ok_or_else(|| Error::bug("the server answered nothing about itself"))?;
    let mut facts = read(first);
    for row in rest {
        let path = row.get(0).unwrap_or_default().to_owned();
        if row.get(2) == Some("t") {
            facts.unfilled.insert(path.clone());
        }
        facts
            .columns
            .insert(path, row.get(1).map(|said| said == "t"));
    }
    Ok(facts)
}

fn columns(checks: &[&Check]) -> Vec<&'static str> {
    let needs = checks.iter().flat_map(|check| check.needs);
    let mut columns: Vec<_> = needs
        .filter_map(|need| match need {
            Need::Column(path) => Some(*path),
            _ => None,
        })
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn read(row: &SimpleQueryRow) -> Facts {
    let text = |name: &str| row.try_get(name).ok().flatten().unwrap_or_default();
    let flag = |name: &str| text(name) == "t";
    let number = |name: &str| text(name).parse::<u64>().unwrap_or_default();
    Facts {
        version: u32::try_from(number("version")).unwrap_or_default(),
        role: text("role").to_owned(),
        standby: flag("standby"),
        all_stats: flag("all_stats") || flag("superuser"),
        all_settings: flag("all_settings") || flag("superuser"),
        authid: flag("authid"),
        track_activities: flag("track_activities"),
        track_counts: flag("track_counts"),
        scope: text("scope").to_owned(),
        schemas: text("schemas").to_owned(),
        hidden_schemas: text("hidden_schemas").to_owned(),
        owned: text("owned").to_owned(),
        stats_age: number("stats_age"),
        hidden_sequences: number("hidden_sequences"),
        hidden_tables: number("hidden_tables"),
        hidden_functions: number("hidden_functions"),
        filtered_tables: text("filtered_tables")
            .split_terminator('\n')
            .map(str::to_owned)
            .collect(),
        columns: BTreeMap::new(),
        unfilled: BTreeSet::new(),
    }
}

impl Facts {
    /// What keeps a check from judging, if anything does.
    pub(super) fn obstacle(&self, check: &Check) -> Option<Obstacle> {
        if check.looks_into_schemas() && !self.hidden_schemas.is_empty() {
            return Some(Obstacle::Blind(
                format!("this role may not look into schema {}", self.hidden_schemas),
                format!(
                    "GRANT USAGE ON SCHEMA {} TO {}",
                    self.hidden_schemas,
                    self.grantee()
                ),
            ));
        }
        check.needs.iter().find_map(|need| self.missing(*need))
    }

    /// The history of migrations lies in a schema of its own.
    pub(super) fn history_hidden(&self) -> Obstacle {
        Obstacle::Blind(
            "this role may not read the history of migrations".to_owned(),
            format!(
                "GRANT USAGE ON SCHEMA hangmeas TO {0}; GRANT SELECT ON ALL TABLES IN SCHEMA hangmeas TO {0}",
                self.grantee()
            ),
        )
    }

    /// What the server said when it refused, as an obstacle.
    pub(super) fn refused(&self, refusal: &str) -> Obstacle {
        Obstacle::Blind(
            refusal.to_owned(),
            format!("GRANT pg_read_all_data TO {}", self.grantee()),
        )
    }

    fn grantee(&self) -> String {
        name(&self.role)
    }

    fn missing(&self, need: Need) -> Option<Obstacle> {
        let blind = |reason: &str, remedy: String| Obstacle::Blind(reason.to_owned(), remedy);
        let grantee = self.grantee();
        let grant = |right: &str| format!("GRANT {right} TO {grantee}");
        let everywhere = |right: &str, what: &str| {
            grant(&format!("{right} ON ALL {what} IN SCHEMA {}", self.schemas))
        };
        match need {
            Need::AllStats if !self.all_stats => Some(blind(
                "this role sees its own sessions only",
                grant("pg_monitor"),
            )),
            Need::AllSettings if !self.all_settings => Some(blind(
                "this role does not see all settings",
                grant("pg_monitor"),
            )),
            Need::Passwords if !self.authid => Some(blind(
                "only a superuser may read how passwords are stored",
                format!(
                    "run this check as a superuser, or {}",
                    grant("SELECT ON pg_catalog.pg_authid")
                ),
            )),
            Need::Sequences if self.hidden_sequences > 0 => Some(blind(
                &format!(
                    "this role does not see where {} sequences stand",
                    self.hidden_sequences
                ),
                everywhere("SELECT", "SEQUENCES"),
            )),
            Need::Tables if self.hidden_tables > 0 => Some(blind(
                &format!(
                    "this role may not read {} tables and views",
                    self.hidden_tables
                ),
                everywhere("SELECT", "TABLES"),
            )),
            Need::Tables if !self.filtered_tables.is_empty() => {
                Some(self.filtered(&self.filtered_tables.join(", ")))
            }
            Need::Functions if self.hidden_functions > 0 => Some(blind(
                &format!("this role may not call {} functions", self.hidden_functions),
                everywhere("EXECUTE", "FUNCTIONS"),
            )),
            Need::Counting if !self.track_counts => Some(blind(
                "the server does not count (track_counts is off)",
                "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf()".to_owned(),
            )),
            Need::Activities if !self.track_activities => Some(blind(
                "the server does not tell what sessions do (track_activities is off)",
                "ALTER SYSTEM SET track_activities = on; SELECT pg_reload_conf()".to_owned(),
            )),
            Need::Primary if self.standby => {
                Some(Obstacle::NotApplicable("this is a standby".to_owned()))
            }
            Need::Column(path) => self.missing_column(path),
            _ => None,
        }
    }

    fn filtered(&self, tables: &str) -> Obstacle {
        Obstacle::Blind(
            format!("row security hides rows of {tables} from this role"),
            format!("ALTER ROLE {} BYPASSRLS", self.grantee()),
        )
    }

    fn missing_column(&self, path: &str) -> Option<Obstacle> {
        let table = path.split('.').next().unwrap_or(path);
        if self.filtered_tables.iter().any(|name| name == table) {
            return Some(self.filtered(table));
        }
        match self.columns.get(path).copied().flatten() {
            Some(true) if self.unfilled.contains(path) => Some(Obstacle::Blind(
                format!("{table} was never filled"),
                format!("REFRESH MATERIALIZED VIEW {table}"),
            )),
            Some(true) => None,
            Some(false) => Some(Obstacle::Blind(
                format!("this role may not read {path}"),
                format!("GRANT SELECT ON {table} TO {}", self.grantee()),
            )),
            None => Some(Obstacle::NotApplicable(format!("{path} is not there"))),
        }
    }
}
