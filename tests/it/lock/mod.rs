//! One runner at a time.

mod crowd;
mod holder;
mod lost;
mod pooler;

/// The key that Rails takes while it migrates.
fn rails_key(database: &str) -> i64 {
    2_053_462_845 * i64::from(crc32fast::hash(database.as_bytes()))
}

/// SQL: the process id that holds an advisory lock beside a connection that works, if there is one.
/// hangmeas' lock connection holds two keys, the other one.
const LOCK_PID: &str = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid HAVING count(*) = 2";
