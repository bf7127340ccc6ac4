//! What sessions do right now, and what they did since statistics began.

use super::query;
use crate::health::check::{Check, Cost, Need, Severities};
use crate::report::{Group, Severity};

const SEES: &[Need] = &[Need::AllStats, Need::Activities];

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "activity.long_transaction",
        group: Group::Activity,
        title: "Long transactions",
        severity: Severities::always(Severity::Warning),
        needs: SEES,
        cost: Cost::Statistics,
        why: "As long as it is open, no dead row anywhere is cleaned, and every lock it took is held.",
        cure: "Find out what it does; end it with the statement that is printed when nobody needs it.",
        work: query!("activity.long_transaction"),
    },
    Check {
        id: "activity.idle_in_transaction",
        group: Group::Activity,
        title: "Sessions idle in a transaction",
        severity: Severities::always(Severity::Warning),
        needs: SEES,
        cost: Cost::Statistics,
        why: "The application began a transaction and went away, with its locks. A migration that waits behind it stops \
              everybody else.",
        cure: "End the session, and set idle_in_transaction_session_timeout for the application's role.",
        work: query!("activity.idle_in_transaction"),
    },
    Check {
        id: "activity.blocked",
        group: Group::Activity,
        title: "Blocked sessions and who blocks them",
        severity: Severities::always(Severity::Error),
        needs: SEES,
        cost: Cost::Statistics,
        why: "A user waits for each of them. The session that is named last is at the root of the queue.",
        cure: "End the session at the root, or wait for it; ending those that wait helps nobody.",
        work: query!("activity.blocked"),
    },
    Check {
        id: "activity.prepared",
        group: Group::Activity,
        title: "Forgotten prepared transactions",
        severity: Severities::always(Severity::Error),
        needs: &[],
        cost: Cost::Statistics,
        why: "A two-phase transaction that nobody finishes holds its locks across restarts, and vacuum back for ever.",
        cure: "COMMIT PREPARED or ROLLBACK PREPARED it, by what its coordinator decided.",
        work: query!("activity.prepared"),
    },
    Check {
        id: "activity.connections",
        group: Group::Activity,
        title: "Connections in use",
        severity: Severities::always(Severity::Warning),
        needs: SEES,
        cost: Cost::Statistics,
        why: "After the last one, the next visitor gets an error.",
        cure: "Lower the pools, put PgBouncer in between, or raise max_connections (which takes memory and a restart).",
        work: query!("activity.connections"),
    },
    Check {
        id: "activity.pools",
        group: Group::Activity,
        title: "Configured pools against max_connections",
        severity: Severities::always(Severity::Warning),
        needs: &[],
        cost: Cost::Catalog,
        why: "Every process of the application may open its whole pool. Those that cannot all do so will fail under load, not in a \
              test. How many there are is told by `processes` in [health].",
        cure: "Lower the pool of the environment, put PgBouncer in between, or raise max_connections.",
        work: query!("activity.pools"),
    },
    Check {
        id: "activity.cache",
        group: Group::Activity,
        title: "Cache hit ratio",
        severity: Severities::always(Severity::Note),
        needs: &[Need::Counting],
        cost: Cost::Statistics,
        why: "Blocks that are not in shared buffers come from the operating system or the disk. Below 90 % something reads \
              more than it should.",
        cure: "Raise shared_buffers to about a quarter of the memory; look for sequential scans of large tables.",
        work: query!("activity.cache"),
    },
    Check {
        id: "activity.temporary_files",
        group: Group::Activity,
        title: "Temporary files",
        severity: Severities::always(Severity::Note),
        needs: &[Need::Counting],
        cost: Cost::Statistics,
        why: "Sorts and hashes that do not fit into work_mem go through the disk.",
        cure: "Find the queries with log_temp_files = 0; raise work_mem for their role rather than for all.",
        work: query!("activity.temporary_files"),
    },
    Check {
        id: "activity.deadlocks",
        group: Group::Activity,
        title: "Deadlocks",
        severity: Severities::always(Severity::Warning),
        needs: &[Need::Counting],
        cost: Cost::Statistics,
        why: "Each is a transaction that PostgreSQL killed: a vote or a payment that failed.",
        cure: "Take locks in one order everywhere. The log names both statements of each deadlock.",
        work: query!("activity.deadlocks"),
    },
];
