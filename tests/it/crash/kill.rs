//! `kill -9` before and after every message of a migration, and the connection cut at every answer.
//!
//! Two ways: a chain, in which each run goes on where the one before was killed, visits every state
//! and every message; and runs over fresh copies, of which the suite does a part.
//! `HANGMEAS_TEST_KILL=all` does all of these, `HANGMEAS_TEST_KILL=2/20` the second of twenty parts.

use super::once;
use super::shop::{self, Changes};
use crate::support::{Database, Fault, Output, Proxy, Side, Trouble, hangmeas};

/// The first message, or answer, after lock and history; only the first state of a chain is disturbed
/// before it.
const FIRST_OF_WORK: usize = 15;

/// Of how many points over fresh copies the suite does one.
const SAMPLE: usize = 48;

/// Migrates through a proxy that makes trouble.
fn run(database: &Database<'_>, trouble: Trouble) -> Output {
    let proxy = Proxy::before(database, Some(trouble));
    let process = hangmeas()
        .env("DATABASE_URL", proxy.url())
        .args(["db", "migrate", "--migrations-dir"])
        .arg(once::folder())
        .spawn();
    proxy.victim(process.pid());
    process.wait()
}

/// Migrates without trouble.
fn finish(database: &Database<'_>) -> Output {
    let run = hangmeas().url(database).args(["db", "migrate"]);
    run.arg("--migrations-dir").arg(once::folder()).run()
}

/// What a run without trouble changes, and its messages and answers.
fn undisturbed() -> (Changes, usize, usize) {
    let database = shop::open();
    let proxy = Proxy::before(&database, None);
    let output = hangmeas()
        .env("DATABASE_URL", proxy.url())
        .args(["db", "migrate", "--migrations-dir"])
        .arg(once::folder())
        .run();
    output.success();
    assert_whole(&database, None);
    let (messages, answers) = proxy.counted();
    (shop::changes(&database), messages, answers)
}

/// The expected catalog, nothing left behind, everything done once.
#[track_caller]
fn assert_whole(database: &Database<'_>, expected: Option<&Changes>) {
    let flaws = shop::flaws(database, None);
    assert!(flaws.is_empty(), "{flaws:#?}");
    once::assert_once(database);
    if let Some(expected) = expected {
        let differing = shop::differing(&shop::changes(database), expected);
        assert!(differing.is_empty(), "{differing:#?}");
    }
}

#[test]
fn killed_at_every_message_one_after_the_other() {
    let (expected, ..) = undisturbed();
    let database = shop::open();
    let mut points = 0;
    let mut message = 1;
    let mut state = shop::progress(&database);
    'runs: loop {
        for fault in [Fault::Kill, Fault::KillAfter] {
            let side = Side::Client;
            let output = run(&database, Trouble::new(side, message, fault));
            if output.code().is_some() {
                output.success();
                break 'runs;
            }
            points += 1;
        }
        shop::assert_quiet(&database);
        let reached = shop::progress(&database);
        message = if reached == state {
            message + 1
        } else {
            FIRST_OF_WORK
        };
        state = reached;
    }
    assert_whole(&database, Some(&expected));
    println!("{points} kill points, each run going on from the one before");
}

#[test]
fn cut_at_every_answer_one_after_the_other() {
    let (expected, ..) = undisturbed();
    let database = shop::open();
    let (mut points, mut looked_up) = (0, 0);
    let mut message = 1;
    let mut state = shop::progress(&database);
    loop {
        let (side, fault) = (Side::Server, Fault::Cut);
        let output = run(&database, Trouble::new(side, message, fault));
        if output.code() == Some(0) {
            break;
        }
        output.exits(4);
        points += 1;
        let reached = shop::progress(&database);
        if reached == state {
            message += 1;
            continue;
        }
        // Over the lock's connection we look around, too; without it, the work's has told how it ended.
        let lock_lost = output
            .stderr
            .contains("the connection that holds the lock was closed");
        if state != shop::NOTHING && !lock_lost {
            let whole = shop::applied(&reached) > shop::applied(&state);
            let fate = if whole {
                "was committed"
            } else {
                "is half-way"
            };
            output.says("looked up on a new connection").says(fate);
            looked_up += 1;
        }
        message = FIRST_OF_WORK;
        state = reached;
    }
    assert_whole(&database, Some(&expected));
    println!("{points} cut points; the fate of a statement was looked up {looked_up} times");
}

/// Which of how many parts of the points to do.
fn wanted() -> (usize, usize) {
    let wanted = std::env::var("HANGMEAS_TEST_KILL").unwrap_or_else(|_| format!("1/{SAMPLE}"));
    let part = || {
        let (part, parts) = wanted.split_once('/')?;
        Some((part.parse().ok()?, parts.parse().ok()?))
    };
    match wanted.as_str() {
        "all" => (1, 1),
        _ => part().unwrap_or_else(|| panic!("HANGMEAS_TEST_KILL={wanted}: neither all nor 2/20")),
    }
}

#[test]
fn killed_or_cut_anywhere_over_a_fresh_copy() {
    let (part, parts) = wanted();
    let (expected, messages, answers) = undisturbed();
    let of =
        |side, fault, count| (1..=count).map(move |message| Trouble::new(side, message, fault));
    let troubles: Vec<Trouble> = of(Side::Client, Fault::Kill, messages)
        .chain(of(Side::Client, Fault::KillAfter, messages))
        .chain(of(Side::Client, Fault::Cut, messages))
        .chain(of(Side::Server, Fault::Cut, answers))
        .collect();
    let mut points = 0;
    for trouble in troubles.iter().skip(part - 1).step_by(parts) {
        let database = shop::open();
        let first = run(&database, *trouble);
        let second = finish(&database);
        assert!(
            second.code() == Some(0),
            "{trouble:?}\n{}\n{}",
            first.shown(),
            second.shown()
        );
        assert_whole(&database, Some(&expected));
        points += 1;
    }
    println!(
        "{points} kill points over fresh copies, of {} (part {part} of {parts}; HANGMEAS_TEST_KILL=all does all)",
        troubles.len()
    );
}
