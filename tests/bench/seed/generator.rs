//! The generator alone, on one core: rows made and encoded, sent nowhere.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use hangmeas::seed::crowd::ballots::Bundle;
use hangmeas::seed::crowd::{Setup, World};
use hangmeas::seed::live::Live;
use hangmeas::seed::password::Stored;
use hangmeas::seed::profile;
use hangmeas::seed::rows::{Ids, Scene, stages};

/// A moment that is past: 2026-06-10.
const AS_OF: i64 = 1_781_049_600_000_000;

/// Rows per second and core, table by table.
pub fn rows_per_second() {
    let database = super::migrated();
    let live = super::support::block_on(async {
        let session = database.session().await;
        Live::read(&session).await.expect("the tables")
    });
    let began = Instant::now();
    let scene = Arc::new(scene());
    println!(
        "first pass over 20,000 users and 200,000 votes: {:.2} s",
        began.elapsed().as_secs_f64()
    );
    let mut rates: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    for stage in stages(&scene.world) {
        let source = (stage.make)(&scene);
        let Some(table) = live.table(source.table()) else {
            continue;
        };
        let (shape, _) = table
            .copy("rows", source.columns(), AS_OF)
            .expect("its columns");
        let mut encoder = shape.encoder();
        let began = Instant::now();
        for block in 0..source.blocks() {
            source.write(block, &mut encoder);
            encoder.take();
        }
        let rate = rates.entry(stage.table).or_default();
        rate.0 += stage.rows;
        rate.1 += began.elapsed().as_secs_f64();
    }
    let (rows, seconds) = rates
        .values()
        .fold((0, 0.0), |sum, rate| (sum.0 + rate.0, sum.1 + rate.1));
    println!(
        "generator alone, one core: {rows} rows of all tables, {:.0} rows/s",
        rows as f64 / seconds
    );
    for (table, (rows, seconds)) in rates {
        println!(
            "generator alone, one core: {table:28} {:>9.0} rows/s",
            rows as f64 / seconds
        );
    }
}

fn scene() -> Scene {
    let profile = profile::find("load", |_| unreachable!()).expect("the profile");
    let crowd = profile.crowd.expect("its crowd");
    let setup = Setup {
        crowd: &crowd,
        users: 20_000,
        votes: 200_000,
        events: 2,
        seed: 1,
        as_of: AS_OF,
        bundles: vec![Bundle {
            votes: 60,
            cents: 399,
        }],
        plans: Vec::new(),
        promotions: Vec::new(),
        taken_phones: std::collections::HashSet::new(),
    };
    let world = World::build(setup, 1);
    let seasons = world.seasons.iter();
    let ids = Ids {
        users: 1,
        episodes: seasons
            .clone()
            .map(|season| vec![1; season.episodes.len()])
            .collect(),
        contestants: seasons
            .map(|season| vec![1; season.strengths.len()])
            .collect(),
        products: vec![(1, 1); world.tickets.events.len()],
        skus: vec!["VOTE_50".to_owned()],
        ..Ids::default()
    };
    Scene {
        world,
        ids,
        password: Stored {
            hash: "0".repeat(128),
            salt: Some("HangmeasSeedSalt0000".to_owned()),
        },
    }
}
