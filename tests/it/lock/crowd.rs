//! Fifty runners at once.

use hangmeas::catalog;

use crate::support::{Base, Database, Pooler, Server, block_on, hangmeas, skipped};

const RUNNERS: usize = 50;

/// Starts them all; one applies, all end well.
fn crowd(database: &Database<'_>, url: &str) {
    let start = || {
        hangmeas()
            .env("DATABASE_URL", url)
            .args(["db", "migrate", "--format", "json", "--lock-wait", "5min"])
            .spawn()
    };
    let running: Vec<_> = (0..RUNNERS).map(|_| start()).collect();
    let mut appliers = 0;
    for process in running {
        let output = process.wait();
        output.success();
        let applied = output.json()["applied"].as_array().map_or(0, Vec::len);
        appliers += usize::from(applied > 0);
    }
    assert_eq!(appliers, 1, "one run applies");
    let differences = block_on(async {
        let session = database.session().await;
        let live = catalog::read(&session).await.expect("the catalog");
        catalog::verify(&live, None).differences
    });
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Nobody ran into a deadlock, nor into something that another runner had made.
fn assert_calm(server: &Server) {
    let log = server.log();
    for trouble in ["deadlock", "already exists", "duplicate key"] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(trouble)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
}

#[test]
fn fifty_directly() {
    let server = Server::start(&[]);
    let empty = server.create("crowd");
    crowd(&empty, &empty.url());
    let shop = server.clone_of(Base::Spree46);
    shop.execute(crate::crash::shop::ROWS);
    crowd(&shop, &shop.url());
    assert_calm(&server);
    println!("{RUNNERS} runners at once, twice, direct");
}

#[test]
fn fifty_through_a_pooler() {
    let Some(program) = Pooler::program() else {
        return skipped("PgBouncer is not installed");
    };
    let server = Server::start(&[]);
    // PgBouncer's own default is 20: not all runners can be connected at once.
    for size in [120, 20] {
        let pooler = Pooler::start(&program, &server, "session", size);
        let shop = server.clone_of(Base::Spree46);
        shop.execute(crate::crash::shop::ROWS);
        crowd(&shop, &pooler.url(&shop));
        println!("{RUNNERS} runners at once through PgBouncer in session mode, pool of {size}");
    }
    assert_calm(&server);
}
