//! `--wait`: for a server that is starting, not for one that says no.

use std::time::{Duration, Instant};

use crate::support::{Server, free_port, hangmeas, server};

#[test]
fn waits_for_a_server_that_is_starting() {
    let port = free_port();
    let run = hangmeas().args(["--wait", "60s", "db", "status"]).env(
        "DATABASE_URL",
        format!("postgres://postgres@127.0.0.1:{port}/postgres"),
    );
    let mut waiting = run.spawn();
    std::thread::sleep(Duration::from_millis(300));
    assert!(waiting.is_running(), "it waits");
    let _server = Server::start(&["listen_addresses=127.0.0.1", &format!("port={port}")]);
    waiting.wait().success();
}

#[test]
fn gives_up_in_the_end() {
    let url = format!("postgres://127.0.0.1:{}/d", free_port());
    let output = hangmeas()
        .args(["--wait", "1s", "db", "status"])
        .env("DATABASE_URL", &url)
        .run();
    output
        .exits(4)
        .says("cannot reach PostgreSQL")
        .says("waited 1s");
    assert!(output.took >= Duration::from_secs(1), "{:?}", output.took);
    assert!(output.took < Duration::from_secs(20), "{:?}", output.took);
    let began = Instant::now();
    hangmeas()
        .args(["db", "status"])
        .env("DATABASE_URL", &url)
        .run()
        .exits(4);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "without --wait it does not wait"
    );
}

#[test]
fn a_no_is_a_no() {
    let url = server().url("no_such_database");
    let output = hangmeas()
        .args(["--wait", "5min", "db", "status"])
        .env("DATABASE_URL", url)
        .run();
    output.exits(4).says("does not exist");
    assert!(output.took < Duration::from_secs(60), "{:?}", output.took);
}

#[test]
fn the_server_sees_command_and_environment() {
    let server = Server::start(&["log_statement=all", "log_line_prefix=<%a>"]);
    let database = server.create("named");
    hangmeas()
        .url(&database)
        .args(["db", "status", "--env", "test"])
        .run()
        .success();
    let log = server.log();
    assert!(log.contains("<hangmeas db status (test)>"), "{log}");
}
