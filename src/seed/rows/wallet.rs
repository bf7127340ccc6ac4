//! The wallet's tables: `spree_store_credits`, `spree_store_credit_events`, `wallet_transactions`,
//! `user_payment_methods`.

use super::{Scene, Stage, base32, decimal, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{HOUR, MINUTE};
use crate::seed::crowd::life::payment_methods;
use crate::seed::crowd::payment::Methods;
use crate::seed::crowd::wallet::Owner;
use crate::seed::crowd::wallet::{Credit, Entry, Ledger, Purpose};
use crate::seed::crowd::{Counter, World};
use crate::seed::day;
use crate::seed::random::Key;

/// The four stages.
pub fn stages(world: &World) -> Vec<Stage> {
    vec![
        Credits::stage(world),
        CreditEvents::stage(world),
        Movements::stage(world),
        PaymentMethods::stage(world),
    ]
}

per_user!(
    Credits,
    "spree_store_credits",
    Counter::Credits,
    &[
        "id",
        "user_id",
        "category_id",
        "created_by_id",
        "amount",
        "amount_used",
        "amount_authorized",
        "memo",
        "currency",
        "type_id",
        "store_id",
        "transaction_type",
        "source_type",
        "sender_id",
        "recipient_id",
        "reference_number",
        "metadata",
        "expires_at",
        "expired",
        "created_at",
        "updated_at",
    ],
    credits
);

/// The user at the other end of a transfer.
fn friend(scene: &Scene, user: u64) -> i64 {
    scene.user(user ^ 1)
}

fn kind(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::TopUp(_) => ("topup", "Top-up"),
        Purpose::Failed(..) => ("topup", "Top-up that failed"),
        Purpose::Bonus(_) => ("bonus", "Bonus of a promotion"),
        Purpose::Invoice(_) => ("purchase", "Subscription"),
        Purpose::PhoneCredit => ("purchase", "Phone credit"),
        Purpose::TransferOut => ("transfer_out", "Sent to a friend"),
        Purpose::TransferIn => ("transfer_in", "Received from a friend"),
        Purpose::Expiry => ("expiry", "Bonus not used in time"),
    }
}

fn credits(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let before = scene.world.counts.before(Counter::Credits, block);
    let mut id = scene.ids.credits + before.cast_signed();
    for user in users_of(&scene.world, block) {
        for credit in &scene.world.ledger(user).credits {
            out.begin();
            self::credit(scene, (user, id), credit, out);
            out.end();
            id += 1;
        }
    }
}

fn credit(scene: &Scene, (user, id): (u64, i64), credit: &Credit, out: &mut RowEncoder) {
    let owner = scene.user(user);
    let (kind, memo) = kind(credit.purpose);
    let transferred = credit.purpose == Purpose::TransferIn;
    out.int(id);
    out.int(owner);
    out.int(scene.ids.credit_category);
    out.int(scene.ids.admin);
    out.cents(credit.amount);
    out.cents(credit.used);
    out.cents(0);
    out.text(memo);
    out.text(credit.currency.code());
    let (expiring, lasting) = scene.ids.credit_types;
    out.int(if credit.expires.is_some() {
        expiring
    } else {
        lasting
    });
    out.int(scene.ids.store);
    out.text(kind);
    out.text_or_null(match credit.purpose {
        Purpose::TopUp(method) => Some(method),
        Purpose::Bonus(_) => Some("TopupPromotion"),
        _ => None,
    });
    out.int_or_null(transferred.then(|| friend(scene, user)));
    out.int_or_null(transferred.then_some(owner));
    out.text_with(|text| {
        text.extend_from_slice(b"SC-");
        base32(text, id.unsigned_abs(), 10);
    });
    out.text("{}");
    out.timestamp_or_null(credit.expires);
    out.bool(credit.expired);
    out.timestamp(credit.at);
    out.timestamp(credit.at);
}

per_user!(
    CreditEvents,
    "spree_store_credit_events",
    Counter::CreditEvents,
    &[
        "id",
        "store_credit_id",
        "action",
        "amount",
        "authorization_code",
        "user_total_amount",
        "created_at",
        "updated_at",
    ],
    credit_events
);

fn credit_events(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let counts = &scene.world.counts;
    let mut id =
        scene.ids.credit_events + counts.before(Counter::CreditEvents, block).cast_signed();
    let mut credit = scene.ids.credits + counts.before(Counter::Credits, block).cast_signed();
    for user in users_of(&scene.world, block) {
        let ledger = scene.world.ledger(user);
        for event in &ledger.events {
            out.begin();
            out.int(id);
            out.int(credit + event.credit as i64);
            out.text(if event.capture {
                "capture"
            } else {
                "allocation"
            });
            out.cents(event.amount);
            out.text_with(|text| {
                decimal(text, id.unsigned_abs(), 1);
                text.extend_from_slice(b"-SC-");
                base32(text, id.unsigned_abs(), 10);
            });
            out.cents(event.total);
            out.timestamp(event.at);
            out.timestamp(event.at);
            out.end();
            id += 1;
        }
        credit += ledger.credits.len() as i64;
    }
}

per_user!(
    Movements,
    "wallet_transactions",
    Counter::Movements,
    &[
        "id",
        "user_id",
        "store_credit_id",
        "transaction_type",
        "amount",
        "currency",
        "balance_before",
        "balance_after",
        "status",
        "reference_type",
        "reference_id",
        "notes",
        "metadata",
        "created_at",
        "updated_at",
    ],
    movements
);

fn movements(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let first = |counter| world.counts.before(counter, block).cast_signed();
    let mut id = scene.ids.movements + first(Counter::Movements);
    let mut credit = scene.ids.credits + first(Counter::Credits);
    let mut invoice = scene.ids.invoices + first(Counter::Invoices);
    for user in users_of(world, block) {
        let ledger: Ledger = world.ledger(user);
        for entry in &ledger.entries {
            out.begin();
            out.int(id);
            movement(scene, (user, credit, invoice), entry, out);
            out.end();
            id += 1;
        }
        credit += ledger.credits.len() as i64;
        let subscription = world.subscriptions.of(user, world.joined(user));
        invoice += subscription.map_or(0, |own| own.invoices.len() as i64);
    }
}

/// Everything but the id; `credit` and `invoice` are the ids of the user's first ones.
fn movement(
    scene: &Scene,
    (user, credit, invoice): (u64, i64, i64),
    entry: &Entry,
    out: &mut RowEncoder,
) {
    let (kind, notes) = kind(entry.purpose);
    let of_credit = entry.credit.map(|nth| credit + nth as i64);
    out.int(scene.user(user));
    out.int_or_null(of_credit);
    out.text(kind);
    out.cents(entry.amount);
    out.text(entry.currency.code());
    out.cents(entry.before);
    out.cents(entry.after());
    out.text(if let Purpose::Failed(..) = entry.purpose {
        "failed"
    } else {
        "completed"
    });
    let reference = match entry.purpose {
        Purpose::Bonus(nth) => Some(("TopupPromotion", scene.world.wallets.promotions()[nth].id)),
        Purpose::Invoice(nth) => Some(("SubscriptionInvoice", invoice + nth as i64)),
        Purpose::TransferIn | Purpose::TransferOut => Some(("Spree::User", friend(scene, user))),
        Purpose::TopUp(_) | Purpose::Expiry => of_credit.map(|id| ("Spree::StoreCredit", id)),
        Purpose::Failed(..) | Purpose::PhoneCredit => None,
    };
    out.text_or_null(reference.map(|(kind, _)| kind));
    out.int_or_null(reference.map(|(_, id)| id));
    out.text(notes);
    out.text_with(|text| match entry.purpose {
        Purpose::TopUp(method) => {
            text.extend_from_slice(br#"{"method": ""#);
            text.extend_from_slice(method.as_bytes());
            text.extend_from_slice(br#""}"#);
        }
        Purpose::Failed(method, asked) => {
            text.extend_from_slice(br#"{"method": ""#);
            text.extend_from_slice(method.as_bytes());
            text.extend_from_slice(br#"", "asked": ""#);
            decimal(text, asked.unsigned_abs() / 100, 1);
            text.extend_from_slice(b".");
            decimal(text, asked.unsigned_abs() % 100, 2);
            text.extend_from_slice(br#""}"#);
        }
        Purpose::TransferIn | Purpose::TransferOut => {
            // Both ends of a transfer carry the same code.
            text.extend_from_slice(br#"{"transfer": "TR-"#);
            base32(text, scene.user(user & !1).unsigned_abs(), 10);
            text.extend_from_slice(br#""}"#);
        }
        _ => text.extend_from_slice(b"{}"),
    });
    out.timestamp(entry.at);
    out.timestamp(entry.at);
}

per_user!(
    PaymentMethods,
    "user_payment_methods",
    Counter::PaymentMethods,
    &[
        "id",
        "user_id",
        "payment_type",
        "account_identifier",
        "account_name",
        "default",
        "active",
        "verified_at",
        "created_at",
        "updated_at",
    ],
    methods
);

fn methods(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let before = world.counts.before(Counter::PaymentMethods, block);
    let mut id = scene.ids.payment_methods + before.cast_signed();
    let (key, methods) = (Key::new(world.seed, "methods.kind"), Methods::new());
    for user in users_of(world, block) {
        let count = payment_methods(world, user);
        if count == 0 {
            continue;
        }
        let person = world.person(user);
        let seen = world.seen(user, &person);
        for nth in 0..count {
            let mut dice = key.part(nth as u64).row(user);
            let code = methods.draw(&mut dice).code;
            let at = day::moment(&mut dice, person.joined, seen);
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.text(code);
            match code {
                "khqr" => out.text_with(|text| {
                    text.extend(person.name.given.bytes().map(|b| b.to_ascii_lowercase()));
                    text.extend_from_slice(b"@aclb");
                }),
                "wing" | "truemoney" | "emoney" | "pi_pay" => {
                    out.text(&world.phone(user).dialled())
                }
                _ => out.text_with(|text| decimal(text, dice.below(10_000), 4)),
            }
            out.text_with(|text| {
                text.extend_from_slice(person.name.family.to_uppercase().as_bytes());
                text.extend_from_slice(b" ");
                text.extend_from_slice(person.name.given.to_uppercase().as_bytes());
            });
            out.bool(nth == 0);
            out.bool(nth == 0 || dice.chance(0.85));
            let check = dice.between(MINUTE, HOUR);
            let verified = dice.chance(0.9).then(|| (at + check).min(seen));
            out.timestamp_or_null(verified);
            out.timestamp(at);
            out.timestamp(verified.unwrap_or(at));
            out.end();
            id += 1;
        }
    }
}
