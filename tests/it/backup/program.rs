//! The commands themselves: exit statuses, messages, JSON; with a `pg_dump` that can be held up.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hangmeas::progress::{Event, Sink};

use super::support::*;
use crate::support::{Base, Database, Own, Run, Visitor, block_on, hangmeas, server};

/// A folder of PostgreSQL's programs in which `pg_dump` is a script of the test.
struct Fake(tempfile::TempDir);

impl Fake {
    /// The script may use `$REAL`, the real `pg_dump`, and `$HERE`, this folder.
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let real = server().binaries().folder.clone();
        for program in ["pg_restore", "pg_dumpall"] {
            symlink(real.join(program), folder.path().join(program)).expect("a link");
        }
        let path = folder.path().join("pg_dump");
        let text = format!(
            "#!/bin/sh\nREAL='{}'\nHERE='{}'\n{script}\n",
            real.join("pg_dump").display(),
            folder.path().display()
        );
        fs::write(&path, text).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        Self(folder)
    }

    /// One that, when it shall dump, makes `$HERE/begun` and waits for `$HERE/go`.
    fn held_up() -> Self {
        Self::new(
            "[ \"$1\" = --version ] && exec \"$REAL\" --version\n\
             touch \"$HERE/begun\"\n\
             while [ ! -e \"$HERE/go\" ]; do sleep 0.01; done\n\
             exec \"$REAL\" \"$@\"",
        )
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn wait_until_begun(&self) {
        let began = Instant::now();
        while !self.file("begun").exists() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "pg_dump was never started"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn go(&self) {
        fs::write(self.file("go"), "").expect("a file");
    }

    fn run(&self, database: &Database<'_>, dir: &Path) -> Run {
        program(database, self.0.path(), dir)
    }
}

fn program(database: &Database<'_>, programs: &Path, dir: &Path) -> Run {
    hangmeas()
        .url(database)
        .env("HANGMEAS_BIN_DIR", programs)
        .args(["db", "backup", "--dir"])
        .arg(dir)
}

fn real(database: &Database<'_>, dir: &Path) -> Run {
    program(database, &server().binaries().folder, dir)
}

/// For cron: nothing is said, one document is answered, the status is 0.
#[test]
fn a_quiet_run_answers_one_document() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let output = real(&database, dir.path())
        .args(["--quiet", "--format", "json", "--keep", "3"])
        .run();
    output.success();
    assert_eq!(output.stderr, "", "{}", output.shown());
    let answer = output.json();
    assert_eq!(answer["database"], database.name());
    assert_eq!(answer["warnings"], serde_json::json!([]));
    assert_eq!(
        published(dir.path()),
        [answer["name"].as_str().expect("a name")]
    );
    let list = hangmeas()
        .url(&database)
        .args(["db", "backups", "list", "--format", "json", "--dir"])
        .arg(dir.path())
        .run();
    assert_eq!(list.success().json()["backups"][0]["state"], "complete");
}

/// Tables done, bytes, rate: as events, which a terminal and the log show.
#[test]
fn progress_is_told() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let fake = Fake::new(
        "[ \"$1\" = --version ] && exec \"$REAL\" --version\n\
         \"$REAL\" \"$@\"; status=$?\n\
         sleep 0.6; echo 'pg_dump: last words' >&2; exit $status",
    );
    let heard = Heard::default();
    let wanted = request(database.target(), dir.path());
    let tools = tools_in(fake.0.path());
    let never = hangmeas::postgres::Interrupt::never();
    let made = block_on(hangmeas::backup::create(&wanted, &tools, &never, &heard));
    let tables = made.expect("backup").manifest.tables.len() as u64;
    let events = heard.0.lock().expect("a list");
    let done = |event: &Event| matches!(event, Event::Advanced { done, .. } if *done == tables);
    assert!(events.iter().any(done), "{events:?}");
    let rate = |event: &Event| matches!(event, Event::Doing { what, .. } if what.contains(" MB written, ") && what.ends_with(" MB/s"));
    assert!(events.iter().any(rate), "{events:?}");
}

#[derive(Default)]
struct Heard(std::sync::Mutex<Vec<Event>>);

impl Sink for Heard {
    fn emit(&self, event: Event) {
        self.0.lock().expect("a list").push(event);
    }
}

/// Whoever holds a table is named, with what it does and the command that ends it.
#[test]
fn the_holder_of_a_locked_table_is_named() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let holder = Visitor::of(&database, "night job");
    holder.execute("BEGIN; LOCK TABLE artists IN ACCESS EXCLUSIVE MODE");
    let output = real(&database, dir.path())
        .args(["--lock-timeout", "300ms"])
        .run();
    output
        .exits(10)
        .says("table artists stayed locked for 300ms")
        .says(&format!("pid {} (night job, user postgres)", holder.pid()))
        .says("LOCK TABLE artists IN ACCESS EXCLUSIVE MODE")
        .says(&format!("pg_terminate_backend({})", holder.pid()))
        .says("--lock-timeout 5min");
    assert_eq!(published(dir.path()), Vec::<String>::new());
}

/// An ALTER TABLE that came between our lock and those of `pg_dump` waits for us, and `pg_dump` for it.
#[test]
fn an_alter_table_that_queues_in_between_is_named() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let fake = Fake::held_up();
    let backup = fake
        .run(&database, dir.path())
        .args(["--lock-timeout", "300ms"])
        .spawn();
    fake.wait_until_begun();
    let watcher = Visitor::of(&database, "hangmeas tests");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let altering = Visitor::of(&database, "deploy script");
            altering.execute("ALTER TABLE artists ADD COLUMN more int");
        });
        watcher.wait_for(
            "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'",
        );
        fake.go();
        let output = backup.wait();
        output
            .exits(10)
            .says("table artists stayed locked")
            .says("(deploy script, user postgres)")
            .says("ALTER TABLE artists ADD COLUMN more int");
    });
    assert_eq!(published(dir.path()), Vec::<String>::new());
}

/// A backup and a migration exclude each other, and each names the other.
#[test]
fn backup_and_migration_exclude_each_other_by_name() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let fake = Fake::held_up();
    let backup = fake.run(&database, dir.path()).spawn();
    fake.wait_until_begun();
    let own = Own::files(&[(
        "V1001__slow.sql",
        "SELECT pg_sleep(1.5);\nCREATE TABLE slow (id int);\n",
    )]);
    let migrate = || own.migrate().url(&database);
    migrate()
        .args(["--lock-wait", "0"])
        .run()
        .exits(7)
        .says("another run: pid ")
        .says("(hangmeas db backup (development))");
    let waiting = migrate().args(["--lock-wait", "1min"]).spawn();
    fake.go();
    backup.wait().success();
    waiting
        .wait()
        .success()
        .says("(hangmeas db backup (development))");

    own.write(
        "V1002__slower.sql",
        "SELECT pg_sleep(1.5);\nCREATE TABLE slower (id int);\n",
    );
    let watcher = Visitor::of(&database, "hangmeas tests");
    let migration = migrate().spawn();
    watcher.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1.5)%' AND query LIKE '%slower%' AND pid <> pg_backend_pid() AND datname = current_database()");
    real(&database, dir.path())
        .args(["--lock-wait", "0"])
        .run()
        .exits(7)
        .says("(hangmeas db migrate (development))");
    migration.wait().success();
    assert_eq!(published(dir.path()).len(), 1);
}

#[test]
fn a_migration_begins_only_after_its_backup() {
    let database = server().clone_of(Base::Empty);
    let dir = tempfile::tempdir().expect("folder");
    let home = tempfile::tempdir().expect("folder");
    fs::write(
        home.path().join("hangmeas.toml"),
        format!("[backup]\ndir = \"{}\"\n", dir.path().display()),
    )
    .expect("file");
    let migrate = |programs: &Path| {
        hangmeas()
            .url(&database)
            .dir(home.path())
            .env("HANGMEAS_BIN_DIR", programs)
            .args(["db", "migrate", "--backup-first"])
            .run()
    };
    let broken = Fake::new(
        "[ \"$1\" = --version ] && exec \"$REAL\" --version\necho 'pg_dump: error: boom' >&2; exit 1",
    );
    migrate(broken.0.path()).exits(10).says("boom");
    let tables = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(database.value(tables), "0");
    assert_eq!(published(dir.path()), Vec::<String>::new());
    let programs = &server().binaries().folder;
    migrate(programs).success().says("backed up: ");
    let made = published(dir.path());
    assert_eq!(made.len(), 1);
    let manifest = fs::read_to_string(dir.path().join(&made[0]).join("manifest.json"));
    assert!(manifest.expect("a manifest").contains("\"migrations\": []"));
    // Nothing is pending: nothing is backed up.
    migrate(programs).success();
    assert_eq!(published(dir.path()), made);
}

/// The password is in the environment of `pg_dump`, never among its arguments.
#[test]
fn nobody_sees_the_password_among_the_processes() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let fake = Fake::new(
        "[ \"$1\" = --version ] && exec \"$REAL\" --version\n\
         printf '%s\\n' \"$@\" > \"$HERE/arguments\"; echo \"$PGPASSWORD\" > \"$HERE/password\"\n\
         exec \"$REAL\" \"$@\"",
    );
    let url = database
        .url()
        .replace("postgres@", "postgres:s3cr3t-%E1%9E%80@");
    fake.run(&database, dir.path())
        .env("DATABASE_URL", url)
        .run()
        .success()
        .never_says("s3cr3t");
    let read = |name: &str| fs::read_to_string(fake.file(name)).expect("a file");
    assert_eq!(read("password"), "s3cr3t-ក\n");
    assert!(
        !read("arguments").contains("s3cr3t"),
        "{}",
        read("arguments")
    );
    for file in ["manifest.json", "globals.sql"] {
        let path = dir.path().join(&published(dir.path())[0]).join(file);
        assert!(!fs::read_to_string(path).expect("a file").contains("s3cr3t"));
    }
}

/// `pg_dump` from 16 on may know zstd. This one only says so; the real ones are in `tests/versions.sh`.
#[test]
fn zstd_is_taken_where_pg_dump_has_it() {
    let database = shop();
    for (says, expected) in [
        ("connection to server on socket failed", "zstd"),
        ("this build does not support compression with ZSTD", "gzip"),
    ] {
        let dir = tempfile::tempdir().expect("folder");
        let fake = Fake::new(&format!(
            "case \"$*\" in\n\
             --version) echo 'pg_dump (PostgreSQL) 99.1'; exit;;\n\
             *host=/nonexistent*) echo 'pg_dump: error: {says}' >&2; exit 1;;\n\
             esac\n\
             for word; do shift; case $word in --compress=*) echo \"$word\" > \"$HERE/compress\";; *) set -- \"$@\" \"$word\";; esac; done\n\
             exec \"$REAL\" \"$@\""
        ));
        let output = fake
            .run(&database, dir.path())
            .args(["--format", "json"])
            .run();
        let answer = output.success().json();
        assert_eq!(answer["compression"], expected);
        let compress = fs::read_to_string(fake.file("compress")).ok();
        let wanted = (expected == "zstd").then_some("--compress=zstd:3\n");
        assert_eq!(compress.as_deref(), wanted);
        assert!(
            answer["warnings"][0]
                .as_str()
                .expect("one")
                .contains("pg_dump 99.1 made a dump of")
        );
    }
}

#[test]
fn an_older_pg_dump_is_refused_with_the_package_to_install() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let fake = Fake::new("echo 'pg_dump (PostgreSQL) 9.6.24'");
    fake.run(&database, dir.path())
        .run()
        .exits(10)
        .says("pg_dump 9 is older than the server")
        .says(&format!(
            "apt-get install postgresql-client-{}",
            server().major()
        ));
    assert_eq!(published(dir.path()), Vec::<String>::new());
}

/// Tables come and go all the time: a backup is whole or it failed, never something in between.
#[test]
fn tables_dropped_meanwhile_make_no_half_backup() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let stop = AtomicBool::new(false);
    let mut failed = 0;
    std::thread::scope(|scope| {
        let _stop = OnDrop(|| stop.store(true, Ordering::Relaxed));
        scope.spawn(|| {
            let visitor = Visitor::of(&database, "hangmeas tests");
            while !stop.load(Ordering::Relaxed) {
                let _ = visitor.try_execute("DROP TABLE IF EXISTS fleeting");
                let _ = visitor.try_execute("CREATE TABLE fleeting AS SELECT 1 AS x");
            }
        });
        for _ in 0..10 {
            match try_backup(&request(database.target(), dir.path())) {
                Ok(created) => {
                    let verdict = verify(dir.path(), &name_of(&created)).expect("verify");
                    assert!(verdict.is_sound(), "{verdict:?}");
                    fs::remove_dir_all(&created.path).expect("removed");
                }
                Err(error) => {
                    failed += 1;
                    assert_eq!(error.kind(), hangmeas::error::ErrorKind::Backup, "{error}");
                    assert_eq!(published(dir.path()), Vec::<String>::new());
                }
            }
        }
    });
    println!("{failed} of 10 backups failed while a table came and went");
}
