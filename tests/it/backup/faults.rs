//! Nothing that is not whole is ever taken for a backup, and no original is ever lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hangmeas::backup::{State, Store};
use hangmeas::error::ErrorKind;
use hangmeas::postgres::{Interrupter, interrupt};
use hangmeas::progress::Silent;

use super::support::*;
use crate::support::{block_on, server, skipped};

/// How often a run is stopped at a random moment.
const KILLS: u32 = 100;

/// Every file of a backup.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            list.extend(files(&path));
        } else {
            list.push(path);
        }
    }
    list
}

/// A byte flipped, a file cut, emptied, removed, added: each is found, whichever file it is.
#[test]
fn every_damage_is_found() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let created = backup(&database, dir.path());
    let name = name_of(&created);
    assert!(verify(dir.path(), &name).expect("verify").is_sound());
    for file in files(&created.path) {
        let whole = fs::read(&file).expect("file");
        let shown = file
            .file_name()
            .expect("name")
            .to_string_lossy()
            .into_owned();
        let mut flipped = whole.clone();
        let middle = whole.len() / 2;
        flipped[middle] ^= 0x01;
        let cut = &whole[..whole.len() - 1];
        for (what, bytes) in [
            ("flipped", flipped.as_slice()),
            ("cut", cut),
            ("emptied", &[]),
        ] {
            fs::write(&file, bytes).expect("damage");
            must_be_found(dir.path(), &created.path, &shown, what);
        }
        fs::remove_file(&file).expect("removed");
        must_be_found(dir.path(), &created.path, &shown, "missing");
        fs::write(&file, &whole).expect("repaired");
    }
    let extra = created.path.join("dump/9999.dat.gz");
    fs::write(&extra, "x").expect("a file more");
    must_be_found(dir.path(), &created.path, "9999.dat.gz", "extra");
    fs::remove_file(&extra).expect("removed");
    assert!(verify(dir.path(), &name).expect("verify").is_sound());
}

fn must_be_found(dir: &Path, path: &Path, file: &str, what: &str) {
    let folder = path.file_name().expect("name").to_string_lossy();
    let name = hangmeas::backup::BackupName::parse(&folder).expect("a backup");
    match verify(dir, &name) {
        Ok(verdict) => {
            assert!(!verdict.is_sound(), "{file} {what}: taken for sound");
            let named = verdict
                .damages
                .iter()
                .any(|damage| damage.to_string().contains(file));
            // When the manifest itself is damaged, but readable, it may be any of its words.
            assert!(
                named || file == "manifest.json",
                "{file} {what}: {:?}",
                verdict.damages
            );
        }
        Err(error) => assert!(
            error.message().contains("manifest.json"),
            "{file} {what}: {error}"
        ),
    }
    let error = restore(&restore_request(dir, &name, "never_made")).expect_err(what);
    assert_eq!(error.kind(), ErrorKind::Backup, "{file} {what}");
}

/// Even with right checksums, rows that are not in the dump are missed.
#[test]
fn a_dump_without_its_rows_is_found_by_its_content() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let created = backup(&database, dir.path());
    let name = name_of(&created);
    let text = fs::read_to_string(created.path.join("manifest.json")).expect("manifest");
    let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for table in manifest["tables"].as_array_mut().expect("tables") {
        if table["name"] == "artists" {
            table["rows"] = 1999.into();
        }
    }
    fs::write(created.path.join("manifest.json"), manifest.to_string()).expect("written");
    let sums = std::process::Command::new("sh")
        .args([
            "-c",
            "sha256sum $(cut -c67- SHA256SUMS) > new && mv new SHA256SUMS",
        ])
        .current_dir(&created.path)
        .status();
    assert!(sums.expect("sha256sum").success());
    let verdict = verify(dir.path(), &name).expect("verify");
    assert_eq!(verdict.damages, []);
    assert!(
        verdict.differences[0]
            .what
            .contains("public.artists has 2000 rows in the dump instead of 1999")
    );
}

/// Does the work, and asks it to stop after so many milliseconds.
fn stopped_after<T: Send>(
    milliseconds: u32,
    raise: &Interrupter,
    work: impl Future<Output = T> + Send,
) -> T {
    block_on(async {
        let later = async {
            tokio::time::sleep(Duration::from_millis(u64::from(milliseconds))).await;
            raise.raise();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            outcome = work => outcome,
            () = later => unreachable!("it waits for ever"),
        }
    })
}

/// Stopped at any moment, a backup leaves nothing that looks like one.
#[test]
fn an_interrupted_backup_leaves_nothing() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let (tools, request) = (tools(), request(database.target(), dir.path()));
    let mut stopped = 0;
    for round in 0..KILLS {
        let (raise, wish) = interrupt();
        let work = hangmeas::backup::create(&request, &tools, &wish, &Silent);
        let outcome = stopped_after(round * 5, &raise, work);
        match outcome {
            Ok(created) => {
                let name = name_of(&created);
                assert!(verify(dir.path(), &name).expect("verify").is_sound());
                fs::remove_dir_all(&created.path).expect("removed");
            }
            Err(error) => {
                stopped += 1;
                assert_eq!(
                    error.kind(),
                    ErrorKind::Interrupted,
                    "{round}: {error} {:?}",
                    error.detail_lines()
                );
                assert!(
                    Store::at(dir.path()).list().expect("list").is_empty(),
                    "{round}"
                );
            }
        }
    }
    assert!(stopped > KILLS / 4, "{stopped} of {KILLS} were stopped");
}

/// Stopped at any moment, a restore leaves the original as it was, or the backup in its place.
#[test]
fn an_interrupted_restore_loses_nothing() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path()));
    let from_backup = content(&database);
    database.execute("DELETE FROM artists WHERE id > 10");
    let original = content(&database);
    let mut request = restore_request(dir.path(), &name, database.name());
    request.replace = true;
    request.disconnect = true;
    let tools = tools();
    let mut stopped = 0;
    for round in 0..KILLS {
        let (raise, wish) = interrupt();
        let work = hangmeas::backup::restore(&request, &tools, &wish, &Silent);
        let outcome = stopped_after(round * 15, &raise, work);
        let now = content(&database);
        if let Err(error) = outcome {
            stopped += 1;
            assert_eq!(
                error.kind(),
                ErrorKind::Interrupted,
                "{round}: {error} {:?}",
                error.detail_lines()
            );
            assert!(
                now == original || now == from_backup,
                "{round}: neither the one nor the other"
            );
        } else {
            assert_eq!(now, from_backup, "{round}");
            // The next ones replace it again.
            database.execute("DELETE FROM artists WHERE id > 10");
        }
        let left = database.query_text(&format!(
            "SELECT datname FROM pg_database WHERE datname LIKE '{}\\_%'",
            database.name()
        ));
        assert_eq!(left, Vec::<String>::new(), "{round}");
    }
    assert!(stopped > KILLS / 4, "{stopped} of {KILLS} were stopped");
}

/// A disk that fills up, wherever in a backup that happens: nothing is left, and the reason is told.
#[test]
fn a_full_disk_leaves_nothing() {
    let database = shop();
    database.execute(
        "INSERT INTO artists (name, created_at, updated_at) \
         SELECT md5(n::text) || md5((-n)::text), now(), now() FROM generate_series(1, 10000) n",
    );
    let elsewhere = tempfile::tempdir().expect("folder");
    let made = backup(&database, elsewhere.path());
    let pages = files(&made.path).into_iter().map(|file| {
        let bytes = fs::metadata(file).expect("facts").len();
        bytes.div_ceil(4096) * 4
    });
    let whole: u64 = pages.sum();
    // In the middle of a table; then ever later: roles, manifest, checksums, and at last enough.
    let later = (0..12).map(|step| whole - 40 + step * 8);
    let mut full = 0;
    for kilobytes in [whole / 4, whole / 2].into_iter().chain(later) {
        let dir = tempfile::tempdir().expect("folder");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"])
            .arg(dir.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                return skipped(&format!("mount: {why}"));
            }
            Err(error) => return skipped(&format!("mount: {error}")),
        }
        let _unmount = OnDrop(|| {
            let _ = std::process::Command::new("umount")
                .arg(dir.path())
                .status();
        });
        match try_backup(&request(database.target(), dir.path())) {
            Ok(created) => {
                let verdict = verify(dir.path(), &name_of(&created)).expect("verify");
                assert!(verdict.is_sound(), "{kilobytes} kB: {verdict:?}");
            }
            Err(error) => {
                full += 1;
                assert_eq!(error.kind(), ErrorKind::Backup, "{kilobytes} kB: {error}");
                let hints = format!("{:?}", error.hints());
                let details = error.detail_lines();
                assert!(
                    hints.contains("disk is full"),
                    "{kilobytes} kB: {error}: {details:?} {hints}"
                );
                let left = Store::at(dir.path()).list().expect("list");
                assert!(left.is_empty(), "{kilobytes} kB: {left:?}");
            }
        }
    }
    println!("{full} disks of 14 were full, for a backup of {whole} kB");
    assert!((4..14).contains(&full), "{full}");
}

/// All sessions are ended in the middle, as by a restart of the server.
#[test]
fn a_lost_connection_leaves_nothing() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let end_all = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
        database.name()
    );
    let mut failed = 0;
    for round in 0..10_u64 {
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20 + round * 20));
                server().administer(&[&end_all]);
            });
            try_backup(&request(database.target(), dir.path()))
        });
        failed += u32::from(outcome.is_err());
        for entry in Store::at(dir.path()).list().expect("list") {
            assert!(matches!(entry.state, State::Complete(_)), "{entry:?}");
            assert!(verify(dir.path(), &entry.name).expect("verify").is_sound());
            fs::remove_dir_all(&entry.path).expect("removed");
        }
    }
    assert!(failed > 0, "no session was met");
}

/// A table that somebody holds is waited for, but not for ever; a role that may not read everything
/// is told so before anything is written.
#[test]
fn locks_and_privileges_are_told() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let holder = block_on(async {
        let session = database.session().await;
        session
            .run("BEGIN; LOCK TABLE artists IN ACCESS EXCLUSIVE MODE")
            .await
            .expect("locked");
        let mut wanted = request(database.target(), dir.path());
        wanted.lock_timeout = Duration::from_millis(300);
        let error = hangmeas::backup::create(
            &wanted,
            &tools(),
            &hangmeas::postgres::Interrupt::never(),
            &Silent,
        )
        .await
        .expect_err("locked");
        session.run("ROLLBACK").await.expect("free");
        error
    });
    assert_eq!(holder.kind(), ErrorKind::Backup, "{holder}");
    assert!(Store::at(dir.path()).list().expect("list").is_empty());

    let role = server().unused_name("reader");
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; REVOKE SELECT ON artists FROM {role}"
    ));
    let mut target = database.target();
    target.user = Some(role.clone());
    let error = try_backup(&request(target, dir.path())).expect_err("not everything");
    assert_eq!(error.kind(), ErrorKind::Backup);
    let details = error.detail_lines().join("; ");
    assert!(details.contains("no SELECT on table artists"), "{details}");
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
