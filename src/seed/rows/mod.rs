//! From stories to rows: one file per domain, one source per table. A source knows its columns, how
//! many rows it has, and writes any block of them on demand, in any thread.

mod events;
mod loyalty;
mod messages;
mod notifications;
mod referrals;
mod subscriptions;
mod users;
mod votes;
mod wallet;

use std::sync::Arc;

use bytes::BytesMut;

use super::crowd::person::Profile;
use super::crowd::{USER_BLOCK, World};
use super::password::Stored;
use crate::postgres::copy::RowEncoder;

/// Rows of one table.
pub trait Source: Send + Sync {
    /// The table.
    fn table(&self) -> &'static str;
    /// Columns, in the order in which cells are written.
    fn columns(&self) -> &'static [&'static str];
    /// Number of rows.
    fn rows(&self) -> u64;
    /// Number of blocks.
    fn blocks(&self) -> u64;
    /// Writes the rows of one block.
    fn write(&self, block: u64, out: &mut RowEncoder);
}

/// First ids of the generated rows, and ids of the records they point at.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// Of `spree_users`.
    pub users: i64,
    /// Of `xfactor_votes`.
    pub votes: i64,
    /// Of `sms_vote_logs`.
    pub messages: i64,
    /// Of `spree_store_credits`.
    pub credits: i64,
    /// Of `spree_store_credit_events`.
    pub credit_events: i64,
    /// Of `wallet_transactions`.
    pub movements: i64,
    /// Of `user_payment_methods`.
    pub payment_methods: i64,
    /// Of `user_subscriptions`.
    pub subscriptions: i64,
    /// Of `subscription_invoices`.
    pub invoices: i64,
    /// Of `feature_usages`.
    pub usages: i64,
    /// Of `spree_orders`.
    pub orders: i64,
    /// Of `spree_line_items`.
    pub line_items: i64,
    /// Of `spree_payments`.
    pub payments: i64,
    /// Of `event_seats`.
    pub seats: i64,
    /// Of `event_checkins`.
    pub checkins: i64,
    /// Of `loyalty_activities`.
    pub activities: i64,
    /// Of `achievements`.
    pub achievements: i64,
    /// Of `referral_rewards`.
    pub rewards: i64,
    /// Of `push_notifications`.
    pub notifications: i64,
    /// Episodes, by season.
    pub episodes: Vec<Vec<i64>>,
    /// Contestants, by season.
    pub contestants: Vec<Vec<i64>>,
    /// Products of events, and their variants.
    pub products: Vec<(i64, i64)>,
    /// Skus of the packages, in the order of the voters' bundles.
    pub skus: Vec<String>,
    /// The default store.
    pub store: i64,
    /// The category of store credits.
    pub credit_category: i64,
    /// Types of store credits: expiring, non-expiring.
    pub credit_types: (i64, i64),
    /// How orders are paid, where the base has payments.
    pub payment_method: i64,
    /// The user who gives credits and checks tickets.
    pub admin: i64,
}

impl Ids {
    /// Of a table that is filled by a source; 0 for others.
    #[must_use]
    pub fn first(&self, table: &str) -> i64 {
        match table {
            "spree_users" => self.users,
            "xfactor_votes" => self.votes,
            "sms_vote_logs" => self.messages,
            "spree_store_credits" => self.credits,
            "spree_store_credit_events" => self.credit_events,
            "wallet_transactions" => self.movements,
            "user_payment_methods" => self.payment_methods,
            "user_subscriptions" => self.subscriptions,
            "subscription_invoices" => self.invoices,
            "feature_usages" => self.usages,
            "spree_orders" => self.orders,
            "spree_line_items" => self.line_items,
            "spree_payments" => self.payments,
            "event_seats" => self.seats,
            "event_checkins" => self.checkins,
            "loyalty_activities" => self.activities,
            "achievements" => self.achievements,
            "referral_rewards" => self.rewards,
            "push_notifications" => self.notifications,
            _ => 0,
        }
    }
}

/// Everything that rows are read from.
#[derive(Debug)]
pub struct Scene {
    /// The audience.
    pub world: World,
    /// Ids.
    pub ids: Ids,
    /// What all generated users log in with.
    pub password: Stored,
}

impl Scene {
    /// Id of a user.
    #[must_use]
    pub fn user(&self, number: u64) -> i64 {
        self.ids.users + number.cast_signed()
    }
}

/// Makes one source of a scene.
pub type Make = Box<dyn Fn(&Arc<Scene>) -> Arc<dyn Source> + Send>;

/// One COPY: the table, how many rows it gets, and the source, made when its turn comes.
pub struct Stage {
    /// The table.
    pub table: &'static str,
    /// Number of rows.
    pub rows: u64,
    /// The source.
    pub make: Make,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of {}", self.rows, self.table)
    }
}

/// All stages, in an order that keys allow.
#[must_use]
pub fn stages(world: &World) -> Vec<Stage> {
    let mut all = vec![users::stage_of(world)];
    all.extend(votes::stages(world));
    all.extend(messages::stages(world));
    all.extend(wallet::stages(world));
    all.extend(subscriptions::stages(world));
    all.extend(events::stages(world));
    all.extend(loyalty::stages(world));
    all.push(referrals::stage_of(world));
    all.push(referrals::activities(world));
    all.push(notifications::stage_of(world));
    all.retain(|stage| stage.rows > 0);
    all
}

fn stage<S: Source + 'static>(
    table: &'static str,
    rows: u64,
    make: impl Fn(Arc<Scene>) -> S + Send + 'static,
) -> Stage {
    Stage {
        table,
        rows,
        make: Box::new(move |scene| Arc::new(make(Arc::clone(scene)))),
    }
}

/// Users of one block.
fn users_of(world: &World, block: u64) -> std::ops::Range<u64> {
    block * USER_BLOCK..((block + 1) * USER_BLOCK).min(world.users)
}

/// A source whose rows belong to users: the story of each is told, `write` writes its rows.
macro_rules! per_user {
    ($name:ident, $table:literal, $counter:expr, $columns:expr, $write:path) => {
        struct $name(std::sync::Arc<$crate::seed::rows::Scene>);

        impl $crate::seed::rows::Source for $name {
            fn table(&self) -> &'static str {
                $table
            }
            fn columns(&self) -> &'static [&'static str] {
                $columns
            }
            fn rows(&self) -> u64 {
                self.0.world.counts.total($counter)
            }
            fn blocks(&self) -> u64 {
                self.0.world.users.div_ceil($crate::seed::crowd::USER_BLOCK)
            }
            fn write(&self, block: u64, out: &mut $crate::postgres::copy::RowEncoder) {
                $write(&self.0, block, out);
            }
        }

        impl $name {
            fn stage(world: &$crate::seed::crowd::World) -> $crate::seed::rows::Stage {
                $crate::seed::rows::stage($table, world.counts.total($counter), $name)
            }
        }
    };
}
use per_user;

/// Appends a number in Crockford's base 32, `width` digits.
fn base32(out: &mut BytesMut, mut value: u64, width: usize) {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut digits = [b'0'; 13];
    for digit in digits[..width].iter_mut().rev() {
        *digit = DIGITS[(value % 32) as usize];
        value /= 32;
    }
    out.extend_from_slice(&digits[..width]);
}

/// Appends a number in decimal, with at least `width` digits.
fn decimal(out: &mut BytesMut, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while value > 0 || digits.len() - start < width.max(1) {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends a user's address: the name, told apart by the id, in a domain that nobody can own.
fn email(out: &mut BytesMut, person: &Profile, id: i64) {
    for part in [person.name.given, person.name.family] {
        let letters = part.bytes().filter(u8::is_ascii_alphanumeric);
        out.extend(letters.map(|letter| letter.to_ascii_lowercase()));
        out.extend_from_slice(b".");
    }
    decimal(out, id.unsigned_abs(), 1);
    out.extend_from_slice(b"@example.com");
}
