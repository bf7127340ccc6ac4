//! The managed local PostgreSQL, really made, started and stopped.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;

use hangmeas::error::ErrorKind;
use hangmeas::postgres::{Interrupt, Session};
use hangmeas::server::{Account, Managed, Places, Running, Status, Step};

use crate::support::{Scratch, block_on, server, skipped};

fn managed(data_dir: &Path) -> Managed {
    Managed::new(Places {
        data_dir: data_dir.to_path_buf(),
        bin_dir: Some(server().binaries().folder.clone()),
        search_path: None,
    })
}

fn ensure(managed: &Managed) -> Running {
    managed
        .ensure_running(&|_step| {})
        .unwrap_or_else(|error| panic!("{error}: {:#?}", error.detail_lines()))
}

fn ask(running: &Running, sql: &str) -> String {
    let target = running.target("postgres", "hangmeas tests");
    block_on(async {
        let session = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        let rows = session.read(sql).await.expect("rows");
        rows[0].get(0).unwrap_or_default().to_owned()
    })
}

#[test]
fn lives_from_nothing_to_nothing() {
    let scratch = Scratch::new();
    let managed = managed(&scratch.join("below/home"));
    assert_eq!(managed.status(), Status::Absent);
    assert!(!managed.stop().expect("nothing to stop"));
    assert!(!managed.remove().expect("nothing to remove"));

    let steps = RefCell::new(Vec::new());
    let first = managed
        .ensure_running(&|step| steps.borrow_mut().push(step.clone()))
        .expect("started");
    assert!(
        matches!(
            steps.take()[..],
            [Step::Creating { .. }, Step::Starting { .. }]
        ),
        "what took time is told"
    );
    assert_eq!(managed.status(), Status::Running(first.clone()));
    assert_eq!(first.version, server().major());
    assert_eq!(ask(&first, "SHOW listen_addresses"), "");
    assert_eq!(ask(&first, "SHOW server_encoding"), "UTF8");
    assert_eq!(ask(&first, "SELECT 'ខ្មែរ' ~ '[[:alpha:]]'"), "t");
    let closed = fs::metadata(&first.socket_folder).expect("socket folder");
    assert_eq!(closed.permissions().mode() & 0o777, 0o700);
    assert_ne!(closed.uid(), 0, "the server does not belong to root");

    let again = managed
        .ensure_running(&|step| panic!("it runs already: {step:?}"))
        .expect("running");
    assert_eq!(again, first);

    assert!(managed.stop().expect("stopped"));
    assert_eq!(
        managed.status(),
        Status::Stopped {
            version: first.version
        }
    );
    let third = ensure(&managed);
    assert_ne!(third.pid, first.pid);
    assert!(managed.remove().expect("removed while running"));
    assert_eq!(managed.status(), Status::Absent);
    assert!(!scratch.join("below/home").exists());
    assert!(!is_working(third.pid));
}

#[test]
fn many_at_once_start_one_server() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let barrier = Barrier::new(6);
    let pids: Vec<u32> = std::thread::scope(|scope| {
        let start = || {
            let managed = managed(&home);
            barrier.wait();
            ensure(&managed).pid
        };
        let workers: Vec<_> = (0..6).map(|_| scope.spawn(start)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("started"))
            .collect()
    });
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
}

/// `kill -9` leaves `postmaster.pid`; its number may even be somebody else's process by now.
#[test]
fn starts_again_after_a_kill() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let managed = managed(&home);
    let first = ensure(&managed);
    let target = first.target("postgres", "hangmeas tests");
    block_on(async {
        let session = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        session
            .run("CREATE TABLE kept (id int)")
            .await
            .expect("a table");
        session.run("CHECKPOINT").await.expect("a checkpoint");
    });
    kill(first.pid);
    assert_eq!(
        managed.status(),
        Status::Stopped {
            version: first.version
        }
    );
    let second = ensure(&managed);
    assert_eq!(ask(&second, "SELECT count(*) FROM kept"), "0");

    kill(second.pid);
    let pid_file = home.join("data/postmaster.pid");
    let text = fs::read_to_string(&pid_file).expect("left behind");
    let mut stranger = sleeper();
    fs::write(
        &pid_file,
        text.replacen(&second.pid.to_string(), &stranger.id().to_string(), 1),
    )
    .expect("rewritten");
    assert_eq!(
        managed.status(),
        Status::Stopped {
            version: first.version
        }
    );
    let third = ensure(&managed);
    assert!(
        stranger.try_wait().expect("its state").is_none(),
        "nobody else is stopped"
    );
    assert_eq!(ask(&third, "SELECT count(*) FROM kept"), "0");
    stranger.kill().expect("killed");
    stranger.wait().expect("its end");
}

/// A process of the server's own user, whose number the server would believe in.
fn sleeper() -> std::process::Child {
    crate::support::command_as_server(Path::new("/bin/sleep"))
        .arg("600")
        .spawn()
        .expect("sleep")
}

/// An ended process whose parent does not ask stays in the table, without a working folder.
fn is_working(pid: u32) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}

fn kill(pid: u32) {
    let done = Command::new("kill")
        .args(["-KILL", &pid.to_string()])
        .status();
    assert!(done.expect("kill").success());
    while is_working(pid) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Something cleaned the temporary folder: the server lives, and nobody can reach it.
#[test]
fn starts_again_when_its_socket_is_gone() {
    let scratch = Scratch::new();
    let managed = managed(&scratch.join("home"));
    let first = ensure(&managed);
    fs::remove_file(first.socket_folder.join(".s.PGSQL.5432")).expect("the socket");
    let second = ensure(&managed);
    assert_ne!(first.pid, second.pid);
    assert_eq!(ask(&second, "SELECT 1"), "1");
}

#[test]
fn a_long_path_gets_a_short_socket() {
    let scratch = Scratch::new();
    let managed = managed(&scratch.join(&format!("{0}/{0}/home", "long".repeat(20))));
    let running = ensure(&managed);
    assert!(!running.socket_folder.starts_with(scratch.path()));
    assert_eq!(ask(&running, "SELECT 1"), "1");
    managed.remove().expect("removed");
    assert!(!running.socket_folder.exists());
}

#[test]
fn a_path_with_odd_characters() {
    let scratch = Scratch::new();
    let running = ensure(&managed(&scratch.join("it's \"ភាសាខ្មែរ\" $HOME")));
    assert_eq!(ask(&running, "SELECT 1"), "1");
}

/// A run that was killed in initdb leaves a part of a cluster beside its place.
#[test]
fn a_half_made_cluster_is_made_anew() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let managed = managed(&home);
    ensure(&managed);
    managed.stop().expect("stopped");
    fs::rename(home.join("data"), home.join("data.unfinished")).expect("half made");
    fs::remove_file(home.join("data.unfinished/PG_VERSION")).expect("half made");
    assert_eq!(managed.status(), Status::Absent);
    assert_eq!(ask(&ensure(&managed), "SELECT 1"), "1");
    assert!(!home.join("data.unfinished").exists());
}

#[test]
fn says_why_it_does_not_start() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let managed = managed(&home);
    ensure(&managed);
    managed.stop().expect("stopped");
    fs::write(
        home.join("data/postgresql.auto.conf"),
        "shared_buffers = 'a lot'\n",
    )
    .expect("spoilt");
    let error = managed
        .ensure_running(&|_step| {})
        .expect_err("spoilt settings");
    assert_eq!(error.kind(), ErrorKind::Connection);
    let details = error.detail_lines().join("\n");
    assert!(details.contains("shared_buffers"), "{details}");
    assert!(
        details.contains(&managed.log_file().display().to_string()),
        "{details}"
    );
}

#[test]
fn says_that_the_files_are_of_another_version() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let managed = managed(&home);
    ensure(&managed);
    managed.stop().expect("stopped");
    fs::write(home.join("data/PG_VERSION"), "9\n").expect("an old version");
    let error = managed
        .ensure_running(&|_step| {})
        .expect_err("an old version");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("PostgreSQL 9"), "{error}");
}

#[test]
fn other_peoples_folders_are_left_alone() {
    let scratch = Scratch::new();
    let precious = scratch.join("precious");
    fs::write(&precious, "text").expect("a file");
    let managed = managed(scratch.path());
    for refused in [
        managed.ensure_running(&|_step| {}).map(drop),
        managed.remove().map(drop),
    ] {
        let error = refused.expect_err("not our folder");
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    }
    assert!(precious.exists());
}

#[test]
fn files_that_somebody_added_stay() {
    let scratch = Scratch::new();
    let home = scratch.join("home");
    let managed = managed(&home);
    ensure(&managed);
    fs::write(home.join("notes.txt"), "mine").expect("a file");
    managed.remove().expect("removed");
    assert!(home.join("notes.txt").exists());
    assert!(!home.join("data").exists());
}

#[test]
fn a_folder_that_the_server_cannot_reach_is_named() {
    if Account::current().uid != 0 {
        skipped("only root gives the server to another user");
        return;
    }
    let parent = tempfile::tempdir().expect("root's own folder");
    fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o700)).expect("closed");
    let home = parent.path().join("home");
    let error = managed(&home)
        .ensure_running(&|_step| {})
        .expect_err("closed to the server");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let details = error.detail_lines().join("\n");
    assert!(
        details.contains(&parent.path().display().to_string()),
        "{details}"
    );
}

#[test]
fn no_postgresql_names_the_command_that_installs_it() {
    let usual = [
        "/usr/lib/postgresql",
        "/usr/local/pgsql",
        "/usr/libexec/postgresql",
    ];
    let empty = tempfile::tempdir().expect("folder");
    let scratch = Scratch::new();
    let places = Places {
        data_dir: scratch.join("home"),
        bin_dir: None,
        search_path: Some(empty.path().into()),
    };
    if usual.iter().any(|folder| PathBuf::from(folder).exists()) {
        // It must then be found without a path.
        let running = ensure(&Managed::new(places));
        assert_eq!(ask(&running, "SELECT 1"), "1");
        return;
    }
    let error = Managed::new(places)
        .ensure_running(&|_step| {})
        .expect_err("no PostgreSQL");
    assert!(
        error.hints().iter().any(|hint| hint.command.is_some()),
        "{error}"
    );
}
