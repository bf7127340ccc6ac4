//! `achievements` and `loyalty_activities` of users.

use super::{Scene, Stage, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::crowd::life::Life;
use crate::seed::crowd::{Counter, World};

/// The two stages.
pub fn stages(world: &World) -> Vec<Stage> {
    vec![Achievements::stage(world), Activities::stage(world)]
}

per_user!(
    Achievements,
    "achievements",
    Counter::Achievements,
    &[
        "id",
        "user_id",
        "code",
        "name",
        "description",
        "points_awarded",
        "achieved_at",
        "metadata",
        "created_at",
        "updated_at",
    ],
    achievements
);

fn achievements(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let before = scene.world.counts.before(Counter::Achievements, block);
    let mut id = scene.ids.achievements + before.cast_signed();
    for user in users_of(&scene.world, block) {
        for own in Life::of(&scene.world, user).achievements {
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.text(own.code);
            out.text(own.name);
            out.text(own.description);
            out.int(own.points);
            out.timestamp(own.at);
            out.text("{}");
            out.timestamp(own.at);
            out.timestamp(own.at);
            out.end();
            id += 1;
        }
    }
}

per_user!(
    Activities,
    "loyalty_activities",
    Counter::Activities,
    &[
        "id",
        "user_id",
        "points",
        "activity_type",
        "reason",
        "reference_type",
        "reference_id",
        "metadata",
        "created_at",
        "updated_at",
    ],
    activities
);

fn activities(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let before = |counter| scene.world.counts.before(counter, block).cast_signed();
    let mut id = scene.ids.activities + before(Counter::Activities);
    let mut achievement = scene.ids.achievements + before(Counter::Achievements);
    for user in users_of(&scene.world, block) {
        let life = Life::of(&scene.world, user);
        for own in &life.activities {
            let reference = own.achievement.map(|nth| achievement + nth as i64);
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.int(own.points);
            out.text(if own.points < 0 { "redeem" } else { "earn" });
            out.text(own.reason);
            out.text_or_null(reference.map(|_| "Achievement"));
            out.int_or_null(reference);
            out.text("{}");
            out.timestamp(own.at);
            out.timestamp(own.at);
            out.end();
            id += 1;
        }
        achievement += life.achievements.len() as i64;
    }
}
