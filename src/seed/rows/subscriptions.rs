//! `user_subscriptions`, `subscription_invoices`, `feature_usages`.

use super::{Scene, Stage, base32, decimal, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{local_day, midnight};
use crate::seed::crowd::subscriptions::{Invoice, State, Subscription};
use crate::seed::crowd::wallet::Owner;
use crate::seed::crowd::{Counter, World};

/// The three stages.
pub fn stages(world: &World) -> Vec<Stage> {
    vec![
        Subscriptions::stage(world),
        Invoices::stage(world),
        Usages::stage(world),
    ]
}

/// Subscriptions of a block's users, each with its id.
fn each(scene: &Scene, block: u64, mut visit: impl FnMut(u64, i64, Subscription)) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Subscriptions, block);
    let mut id = scene.ids.subscriptions + before.cast_signed();
    for user in users_of(world, block) {
        if let Some(subscription) = world.subscriptions.of(user, world.joined(user)) {
            visit(user, id, subscription);
            id += 1;
        }
    }
}

per_user!(
    Subscriptions,
    "user_subscriptions",
    Counter::Subscriptions,
    &[
        "id",
        "user_id",
        "plan_id",
        "status",
        "current_period_start",
        "current_period_end",
        "trial_start",
        "trial_end",
        "cancelled_at",
        "pause_start",
        "cancellation_reason",
        "payment_method",
        "metadata",
        "created_at",
        "updated_at",
    ],
    subscriptions
);

fn subscriptions(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let reasons = scene.world.words.phrases.of("cancellation_reason");
    each(scene, block, |user, id, own| {
        let mut dice = own.dice.clone();
        let plan = scene.world.subscriptions.plan(&own);
        let trial = plan.trial_days > 0;
        out.begin();
        out.int(id);
        out.int(scene.user(user));
        out.int(plan.id);
        out.text(own.state.name());
        out.timestamp(own.period.0);
        out.timestamp(own.period.1);
        out.timestamp_or_null(trial.then_some(own.began));
        out.timestamp_or_null(trial.then_some(own.trial_end));
        out.timestamp_or_null(own.cancelled);
        out.timestamp_or_null(own.paused);
        let reason = dice.pick(&reasons).km;
        out.text_or_null((own.state == State::Cancelled).then_some(reason));
        out.text(own.method.code);
        out.text("{}");
        out.timestamp(own.began);
        out.timestamp(own.changed());
        out.end();
    });
}

per_user!(
    Invoices,
    "subscription_invoices",
    Counter::Invoices,
    &[
        "id",
        "user_id",
        "subscription_id",
        "number",
        "amount",
        "currency",
        "status",
        "due_date",
        "paid_at",
        "payment_method",
        "transaction_id",
        "failure_reason",
        "line_items",
        "created_at",
        "updated_at",
    ],
    invoices
);

fn invoices(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Invoices, block);
    let mut id = scene.ids.invoices + before.cast_signed();
    each(scene, block, |user, subscription, own| {
        if own.invoices.is_empty() {
            return;
        }
        let ledger = world.ledger(user);
        for (nth, invoice) in own.invoices.iter().enumerate() {
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.int(subscription);
            let by_wallet = ledger.paid_invoice(nth);
            self::invoice(scene, &own, (id, invoice, by_wallet), out);
            out.end();
            id += 1;
        }
    });
}

/// From `number` on.
fn invoice(
    scene: &Scene,
    own: &Subscription,
    (id, invoice, by_wallet): (i64, &Invoice, bool),
    out: &mut RowEncoder,
) {
    let plan = scene.world.subscriptions.plan(own);
    out.text_with(|text| {
        text.extend_from_slice(b"INV-");
        decimal(text, id.unsigned_abs(), 8);
    });
    out.cents(plan.cents);
    out.text(&plan.currency);
    out.text(match invoice.paid {
        Some(_) => "paid",
        None if invoice.failed => "failed",
        None => "pending",
    });
    out.timestamp(invoice.due);
    out.timestamp_or_null(invoice.paid);
    out.text(if by_wallet { "wallet" } else { own.method.code });
    if invoice.paid.is_some() {
        out.text_with(|text| {
            text.extend_from_slice(if by_wallet {
                b"WALLET"
            } else {
                own.method.prefix.as_bytes()
            });
            text.extend_from_slice(b"-I");
            base32(text, id.unsigned_abs(), 10);
        });
    } else {
        out.null();
    }
    out.text_or_null(invoice.failed.then_some("insufficient funds"));
    out.text_with(|text| {
        text.extend_from_slice(br#"[{"plan_id": "#);
        decimal(text, plan.id.unsigned_abs(), 1);
        text.extend_from_slice(br#", "amount": "#);
        decimal(text, plan.cents.unsigned_abs() / 100, 1);
        text.extend_from_slice(b".");
        decimal(text, plan.cents.unsigned_abs() % 100, 2);
        text.extend_from_slice(b"}]");
    });
    out.timestamp(invoice.due);
    out.timestamp(invoice.paid.unwrap_or(invoice.due));
}

per_user!(
    Usages,
    "feature_usages",
    Counter::Usages,
    &[
        "id",
        "user_id",
        "subscription_id",
        "feature_name",
        "usage_count",
        "usage_date",
        "metadata",
        "created_at",
        "updated_at",
    ],
    usages
);

fn usages(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Usages, block);
    let mut id = scene.ids.usages + before.cast_signed();
    each(scene, block, |user, subscription, own| {
        for usage in world.subscriptions.usages(&own) {
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.int(subscription);
            out.text(usage.feature);
            out.int(usage.count);
            let day = local_day(usage.at);
            out.date(day);
            out.text("{}");
            // Counted up during the day: the row began with it.
            out.timestamp(midnight(day).max(own.began));
            out.timestamp(usage.at);
            out.end();
            id += 1;
        }
    });
}
