//! The same request gives the same rows, whatever the number of workers.

use super::{AS_OF, assert_same, checksums, migrated, seed};
use crate::support::Base;

fn seeded(base: Base, workers: &str, random_seed: &str) -> Vec<String> {
    let database = migrated(base);
    let args = [
        "--profile",
        "load",
        "--as-of",
        AS_OF,
        "--users",
        "1500",
        "--votes",
        "9000",
        "--workers",
        workers,
        "--random-seed",
        random_seed,
    ];
    seed(&database, &args).success();
    checksums(&database)
}

#[test]
fn any_number_of_workers_gives_the_same_rows() {
    let one = seeded(Base::Spree46, "1", "7");
    assert_eq!(one, seeded(Base::Spree46, "3", "7"));
    assert_ne!(
        one,
        seeded(Base::Spree46, "3", "8"),
        "another seed is another audience"
    );
}

#[test]
fn a_run_that_was_replaced_gives_the_same_rows_again() {
    let database = migrated(Base::Empty);
    let args = [
        "--profile",
        "demo",
        "--as-of",
        AS_OF,
        "--users",
        "300",
        "--votes",
        "1200",
    ];
    seed(&database, &args).success();
    let first = checksums(&database);
    seed(&database, &[&args[..], &["--replace"]].concat()).success();
    assert_same(&first, &checksums(&database));
}
