//! `referral_rewards`, and the `loyalty_activities` that they brought.

use super::{Scene, Stage, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::Micros;
use crate::seed::crowd::life::gives_points;
use crate::seed::crowd::referrals::{Gift, POINTS, Reward};
use crate::seed::crowd::wallet::Owner;
use crate::seed::crowd::{Counter, World};

/// What a discount is worth, in hundredths of a dollar.
const DISCOUNT: i64 = 500;

/// The stage of the rewards.
pub fn stage_of(world: &World) -> Stage {
    Rewards::stage(world)
}

/// The stage of their points.
pub fn activities(world: &World) -> Stage {
    Activities::stage(world)
}

per_user!(
    Rewards,
    "referral_rewards",
    Counter::Rewards,
    &[
        "id",
        "referrer_id",
        "referred_id",
        "reward_type",
        "reward_amount",
        "status",
        "qualified_at",
        "paid_at",
        "qualifying_criteria",
        "created_at",
        "updated_at",
    ],
    rewards
);

/// Rewards for a block's users, each with its id and when the user joined.
fn each(scene: &Scene, block: u64, mut visit: impl FnMut(u64, i64, Micros, Reward)) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Rewards, block);
    let mut id = scene.ids.rewards + before.cast_signed();
    for user in users_of(world, block) {
        let joined = world.joined(user);
        if let Some(reward) = world.referrals.reward(user, || joined) {
            visit(user, id, joined, reward);
            id += 1;
        }
    }
}

fn rewards(scene: &Scene, block: u64, out: &mut RowEncoder) {
    each(scene, block, |user, id, joined, reward| {
        let (kind, hundredths) = match reward.gift {
            Gift::Points => ("points", POINTS * 100),
            Gift::Discount => ("discount", DISCOUNT),
        };
        out.begin();
        out.int(id);
        out.int(scene.user(reward.referrer));
        out.int(scene.user(user));
        out.text(kind);
        out.cents(hundredths);
        out.text(match (reward.qualified, reward.paid) {
            (_, Some(_)) => "paid",
            (Some(_), None) => "qualified",
            (None, None) => "pending",
        });
        out.timestamp_or_null(reward.qualified);
        out.timestamp_or_null(reward.paid);
        out.text(r#"{"days_active": 7}"#);
        out.timestamp(joined);
        out.timestamp(reward.paid.or(reward.qualified).unwrap_or(joined));
        out.end();
    });
}

per_user!(
    Activities,
    "loyalty_activities",
    Counter::RewardActivities,
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
    points
);

fn points(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let counts = &scene.world.counts;
    let before =
        counts.total(Counter::Activities) + counts.before(Counter::RewardActivities, block);
    let mut activity = scene.ids.activities + before.cast_signed();
    each(scene, block, |_, id, joined, reward| {
        if !gives_points(&reward) {
            return;
        }
        let at = reward.paid.unwrap_or(joined);
        out.begin();
        out.int(activity);
        out.int(scene.user(reward.referrer));
        out.int(POINTS);
        out.text("earn");
        out.text("brought a friend");
        out.text("ReferralReward");
        out.int(id);
        out.text("{}");
        out.timestamp(at);
        out.timestamp(at);
        out.end();
        activity += 1;
    });
}
