//! Tests of the test support itself: what everything else here stands on.

use std::process::Command;

use crate::support::{Base, hangmeas, server};

#[test]
fn an_empty_database_knows_khmer_letters() {
    let database = server().create("khmer");
    database.execute("CREATE EXTENSION pg_trgm");
    assert_ne!(database.value("SELECT show_trgm('ខ្មែរ')"), "{}");
    assert_eq!(
        database.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
        "0"
    );
}

#[test]
fn bases_are_copied() {
    for (base, tables) in [
        (Base::Spree42, "86"),
        (Base::Spree46, "108"),
        (Base::Spree5, "137"),
    ] {
        let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        let first = server().clone_of(base);
        assert_eq!(first.value(count), tables, "{base:?}");
        first.execute("DROP TABLE public.spree_users CASCADE");
        assert_eq!(server().clone_of(base).value(count), tables, "{base:?}");
    }
}

#[tokio::test]
async fn sessions_reach_it() {
    let database = server().create("session");
    let session = database.session().await;
    assert_eq!(session.server_major(), server().major());
    let rows = session
        .read("SELECT current_database()")
        .await
        .expect("rows");
    assert_eq!(rows[0].get(0), Some(database.name()));
}

#[test]
fn the_program_has_only_the_environment_that_is_set() {
    let output = hangmeas().env("HANGMEAS_BUNDLED", "true").run();
    assert!(output.home().is_dir(), "{}", output.shown());
}

/// A test process that is killed takes its server and folder along.
#[test]
fn nothing_outlives_the_process() {
    const CHILD: &str = "HANGMEAS_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        println!("folder={}", server().folder().display());
        // Ends by the signal that it sends itself; nothing of ours gets to run after it.
        let pid = std::process::id().to_string();
        let _ = Command::new("kill").args(["-KILL", &pid]).status();
        std::thread::sleep(std::time::Duration::from_secs(60));
    }
    let this = std::env::current_exe().expect("this program");
    let child = Command::new(this)
        .args([
            "--exact",
            "supported::nothing_outlives_the_process",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .expect("this program");
    let text = String::from_utf8_lossy(&child.stdout).into_owned();
    let folder = text
        .lines()
        .find_map(|line| line.split_once("folder="))
        .unwrap_or_else(|| panic!("{child:?}"))
        .1;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while std::path::Path::new(folder).exists() {
        assert!(
            std::time::Instant::now() < deadline,
            "{folder} is still there"
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
