//! A health check from beginning to end: prove what can be seen, look twice in one snapshot, judge.

use std::collections::BTreeMap;
use std::time::Instant;

use super::check::{Check, Cost, Program, Work};
use super::drift::RESTORE;
use super::execute::{self, Answers, Opening, Query};
use super::facts::{self, Facts};
use super::followup::{self, Known};
use super::judge::{blocked, judge};
use super::request::{Migrations, Request};
use super::restore::Plan;
use super::{guide, names, numbers, orphans, registry, summary, trial};
use crate::catalog::{self, Catalog, Comparison, Scope, expected};
use crate::error::Result;
use crate::postgres::Session;
use crate::postgres::sql::literal;
use crate::report::{CheckResult, DbHealthCheck, Section, Severity, milliseconds};

/// Findings of one check that are listed; the rest is only counted.
const LISTED: usize = 100;

/// Everything that was seen.
pub(super) struct Seen {
    pub live: Catalog,
    /// Against what the applied migrations made.
    pub compared: Comparison,
    /// Against what all migrations make.
    pub complete: Comparison,
    /// How to restore what differs from each of the two.
    pub plan: Plan,
    pub complete_plan: Plan,
    pub known: BTreeMap<String, Known>,
    pub first: Answers,
    pub second: Answers,
}

/// Runs the checks that the request means.
///
/// # Errors
/// When the connection breaks, or the request names checks that do not exist. A check that fails is an outcome.
pub async fn run(session: &Session, request: &Request) -> Result<DbHealthCheck> {
    let started = Instant::now();
    let checks = registry::select(request)?;
    if checks.iter().any(|check| needs_schema(check)) {
        // Read while the server works; who needs it first waits for the rest of it.
        tokio::task::spawn_blocking(catalog::expected);
    }
    let facts = facts::probe(session, &checks).await?;
    let mut obstacles = BTreeMap::new();
    for check in &checks {
        let history = matches!(check.work, Work::Program(Program::Migrations))
            && request.migrations == Migrations::Hidden;
        let hidden = history.then(|| facts.history_hidden());
        if let Some(obstacle) = hidden.or_else(|| facts.obstacle(check)) {
            obstacles.insert(check.id, obstacle);
        }
    }
    let ready: Vec<&Check> = checks
        .iter()
        .copied()
        .filter(|check| !obstacles.contains_key(check.id))
        .collect();
    let seen = match look(session, request, &facts, &ready).await {
        Ok(seen) => seen,
        Err(error) => {
            // The first error is the one to tell; a lost connection rolls back by itself.
            let _ = session.run("ROLLBACK").await;
            return Err(error);
        }
    };
    let mut results: Vec<CheckResult> = checks
        .iter()
        .map(|check| match obstacles.remove(check.id) {
            Some(obstacle) => blocked(check, obstacle),
            None => match denied(check, &seen) {
                Some(refusal) => blocked(check, facts.refused(refusal)),
                None => judge(check, request, &seen),
            },
        })
        .collect();
    summary::tell_once(&mut results);
    let sections = sections(request, &ready, &seen);
    let idle = summary::idle(request, &results, &checks);
    Ok(DbHealthCheck {
        database: session.target().database.clone(),
        environment: request.environment.clone(),
        protected: request.protected,
        role: facts.role.clone(),
        server_version: session.server_version().to_owned(),
        standby: facts.standby,
        sections,
        summary: summary::count(&results),
        stale_waivers: idle.iter().map(|waiver| waiver.finding.clone()).collect(),
        idle_waivers: idle,
        detailed: false,
        against_baseline: request.baseline.is_some(),
        fail_on: Severity::Error,
        checks: results,
        restore: RESTORE.to_owned(),
        round_trips: 2 + seen.first.trips + seen.second.trips,
        milliseconds: milliseconds(started.elapsed()),
    })
}

/// The server's words, where it let a check not see something that no need names.
fn denied<'a>(check: &Check, seen: &'a Seen) -> Option<&'a str> {
    let own = seen.first.by_label.get(check.id);
    let prefix = match check.work {
        Work::Program(Program::Runs) => Some("run "),
        Work::Program(Program::Orphans) => Some("orphans "),
        Work::Program(Program::Numbers(_)) => Some(numbers::LABEL),
        _ => None,
    };
    let others = seen.second.by_label.iter();
    let others = others.filter(|(label, _)| prefix.is_some_and(|it| label.starts_with(it)));
    own.into_iter()
        .chain(others.map(|(_, answer)| answer))
        .filter(|answer| answer.denied)
        .find_map(|answer| answer.refusal.as_deref())
}

/// Whether the schema itself is needed.
fn needs_schema(check: &Check) -> bool {
    matches!(
        check.work,
        Work::Program(
            Program::GuideTables
                | Program::GuideIndexes
                | Program::GuideRows
                | Program::GuideKeys
                | Program::Conformity(_)
                | Program::Runs
                | Program::Orphans
        )
    )
}

/// What is asked once the first look has told which tables and functions there are.
fn second_queries(
    ready: &[&Check],
    live: &Catalog,
    known: &BTreeMap<String, Known>,
    first: &Answers,
    exact: bool,
) -> Vec<Query> {
    let has = |program| {
        ready
            .iter()
            .any(|check| matches!(check.work, Work::Program(p) if p == program))
    };
    let mut queries = Vec::new();
    if has(Program::GuideRows) {
        queries.extend(followup::row_query(known, exact));
    }
    if has(Program::Runs) {
        queries.extend(trial::queries(live, known, exact));
    }
    if has(Program::Orphans) {
        queries.extend(orphans::queries(live, known, exact));
    }
    for check in ready {
        if matches!(check.work, Work::Program(Program::Numbers(_))) {
            queries.extend(numbers::query(check.id, first));
        }
    }
    queries
}

/// Both looks, in one snapshot.
async fn look(
    session: &Session,
    request: &Request,
    facts: &Facts,
    ready: &[&Check],
) -> Result<Seen> {
    let scans = ready.iter().any(|check| check.cost == Cost::Scan);
    let timeout = if request.exact || scans { "5min" } else { "5s" };
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET LOCAL statement_timeout = '{timeout}';\n\
         SET LOCAL lock_timeout = '100ms';\nSET LOCAL jit = off;\n"
    );
    let schema = ready.iter().any(|check| needs_schema(check));
    let mut queries: Vec<Query> = ready
        .iter()
        .filter_map(|check| query(check, request, facts))
        .collect();
    let mut first = String::new();
    if schema {
        first = catalog::script(&Scope::Expected);
        queries.push(Query {
            label: "tables".to_owned(),
            limit: None,
            sql: fill(include_str!("queries/tables.sql"), request, facts),
        });
    }
    let opening = |first, open| Opening {
        begin: &begin,
        first,
        open,
    };
    let first = execute::run(session, &opening(&first, false), &queries).await?;
    let live = catalog::decode(&first.others)?;
    let (mut compared, mut complete) = (Comparison::default(), Comparison::default());
    if schema {
        complete = catalog::verify(&live, None);
        compared = match request.version {
            // Nothing was made yet, so nothing can be other than it was made.
            Some(0) => Comparison::default(),
            version => catalog::verify(&live, version),
        };
    }
    let rows = first
        .by_label
        .get("tables")
        .map(|answer| answer.rows.as_slice());
    let known = followup::known(rows.unwrap_or_default());
    let queries = second_queries(ready, &live, &known, &first, request.exact);
    let second = execute::run(session, &opening("", true), &queries).await?;
    session
        .run("COMMIT")
        .await
        .map_err(|failure| failure.while_doing("checking"))?;
    Ok(Seen {
        plan: Plan::new(&compared, &expected().up_to(request.version), &live),
        complete_plan: Plan::new(&complete, &expected().catalog, &live),
        live,
        compared,
        complete,
        known,
        first,
        second,
    })
}

/// A query with everything filled in that it names in braces.
fn fill(sql: &str, request: &Request, facts: &Facts) -> String {
    let versioned = if facts.version >= 150_000 {
        include_str!("queries/operations.database_collation.sql")
    } else {
        ""
    };
    let sql = sql
        .replace("{database_collation}", versioned)
        .replace("{scope}", &format!("'{}'::oid[]", facts.scope))
        .replace("{owned}", &format!("'{}'::oid[]", facts.owned))
        .replace("{stats_age}", &facts.stats_age.to_string())
        .replace("{pool}", &request.pool.to_string());
    request.thresholds.fill(&names::fill(&sql))
}

fn query(check: &Check, request: &Request, facts: &Facts) -> Option<Query> {
    let sql = match check.work {
        Work::Query(sql) => fill(sql, request, facts),
        Work::Rule(rule) => {
            let statement = if rule.has_statements() {
                "cure"
            } else {
                "NULL"
            };
            format!(
                "SELECT object, NULL::text AS severity, format('%s: %s', object, problem) AS what, \
                 coalesce({statement}, {}) AS cure FROM (\n{}\n) violation",
                literal(&in_passing(rule.cure())),
                rule.query()
            )
        }
        Work::Program(Program::Numbers(sql)) => {
            return Some(Query {
                label: check.id.to_owned(),
                limit: None,
                sql: fill(sql, request, facts),
            });
        }
        Work::Program(_) => return None,
    };
    Some(Query {
        label: check.id.to_owned(),
        limit: None,
        // Planned by itself, because under a LIMIT the planner counts on many findings.
        sql: format!(
            "WITH finding AS MATERIALIZED (\n{sql}\n) SELECT object, severity, what, cure, \
             (SELECT count(*) FROM finding)::text AS total FROM finding \
             ORDER BY object COLLATE \"C\", what COLLATE \"C\" LIMIT {LISTED}"
        ),
    })
}

/// A sentence behind an arrow: without its capital and its full stop.
fn in_passing(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn sections(request: &Request, ready: &[&Check], seen: &Seen) -> Vec<Section> {
    let mut sections = Vec::new();
    for check in ready {
        sections.extend(match check.work {
            Work::Program(Program::GuideTables) => Some(guide::table_section(&seen.live)),
            Work::Program(Program::GuideIndexes) => {
                Some(guide::index_section(&seen.live, &seen.complete))
            }
            Work::Program(Program::GuideRows) => {
                let counts = followup::row_counts(&seen.known, &seen.second, request.exact);
                Some(guide::row_section(&counts))
            }
            Work::Program(Program::GuideKeys) => {
                Some(guide::key_section(&seen.live, &seen.complete))
            }
            _ => None,
        });
    }
    sections
}
