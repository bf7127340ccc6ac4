//! A shop under load goes on selling while it is migrated: nothing fails, and nobody waits long.

use std::time::Duration;

use crate::support::{Customers, Output, Visitor, hangmeas, server, stocked};

/// Users, orders and store credits of the shop.
const USERS: u64 = 200_000;

/// What hangmeas waits for a lock, and the shop's customers at most behind it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(1);

/// Migrates the shop while customers buy, and somebody may sit idle in a transaction for a while.
fn sells(idle: Option<Duration>) -> Output {
    let shop = stocked(server(), USERS);
    let customers = Customers::of(&shop, USERS);
    std::thread::sleep(Duration::from_secs(4));
    let before = customers.experience();
    let forgetful = Visitor::of(&shop, "forgetful");
    if idle.is_some() {
        forgetful.execute("BEGIN; UPDATE spree_users SET sign_in_count = 1 WHERE id = 0");
    }
    let run = hangmeas().url(&shop).args(["db", "migrate"]).spawn();
    if let Some(idle) = idle {
        std::thread::sleep(idle);
        forgetful.execute("COMMIT");
    }
    let output = run.wait();
    let during = customers.leave();
    println!(
        "migrated in {:.1} s, idle transaction: {idle:?}",
        output.took.as_secs_f64()
    );
    println!("before: {before}\nduring: {during}");
    output.success();
    assert!(during.failures().is_empty(), "{:#?}", during.failures());
    assert!(during.longest() < LOCK_TIMEOUT + SLACK, "{during}");
    output
}

#[test]
fn sells_while_it_is_migrated() {
    sells(None);
}

#[test]
fn sells_although_somebody_forgot_a_transaction() {
    let output = sells(Some(Duration::from_secs(20)));
    output
        .says("spree_users is busy")
        .says("(forgetful, user postgres): idle in transaction for");
}
