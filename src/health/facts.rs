//! What is proven before any check runs: who asks, what that role may see, what the server is. One message.

use std::collections::BTreeMap;

use tokio_postgres::SimpleQueryRow;

use super::check::{Check, Need};
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
    /// Seconds since statistics began.
    pub stats_age: u64,
    pub hidden_sequences: u64,
    pub hidden_tables: u64,
    /// Columns that checks need: whether each may be read; none when it is not there.
    pub columns: BTreeMap<String, Option<bool>>,
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
             WHERE a.attrelid = to_regclass({}) AND a.attname = {} AND NOT a.attisdropped) AS readable;\n",
            literal(column),
            literal(table),
            literal(name)
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
        stats_age: number("stats_age"),
        hidden_sequences: number("hidden_sequences"),
        hidden_tables: number("hidden_tables"),
        columns: BTreeMap::new(),
    }
}

impl Facts {
    /// What keeps a check from judging, if anything does.
    pub(super) fn obstacle(&self, check: &Check) -> Option<Obstacle> {
        check.needs.iter().find_map(|need| self.missing(*need))
    }

    fn missing(&self, need: Need) -> Option<Obstacle> {
        let blind = |reason: &str, remedy: String| Obstacle::Blind(reason.to_owned(), remedy);
        let grant = |role: &str| format!("GRANT {role} TO {}", self.role);
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
                    "GRANT SELECT ON pg_catalog.pg_authid TO {}, or run this check as a superuser",
                    self.role
                ),
            )),
            Need::Sequences if self.hidden_sequences > 0 => Some(blind(
                &format!(
                    "this role does not see where {} sequences stand",
                    self.hidden_sequences
                ),
                format!(
                    "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
                    self.role
                ),
            )),
            Need::TableStatistics if self.hidden_tables > 0 => Some(blind(
                &format!(
                    "this role does not see the statistics of {} tables",
                    self.hidden_tables
                ),
                format!(
                    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}, or GRANT pg_read_all_data",
                    self.role
                ),
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
            Need::Column(path) => match self.columns.get(path).copied().flatten() {
                Some(true) => None,
                Some(false) => Some(blind(
                    &format!("this role may not read {path}"),
                    format!(
                        "GRANT SELECT ON {} TO {}",
                        path.split('.').next().unwrap_or(path),
                        self.role
                    ),
                )),
                None => Some(Obstacle::NotApplicable(format!("{path} is not there"))),
            },
            _ => None,
        }
    }
}
