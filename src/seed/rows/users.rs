//! `spree_users`: names, homes, phones, and every counter that the first pass added up.

use std::sync::Arc;

use super::{Scene, Source, Stage, base32, decimal, email, stage, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{DAY, HOUR};
use crate::seed::crowd::life::Life;
use crate::seed::crowd::loyalty::tier;
use crate::seed::crowd::person::Identity;
use crate::seed::crowd::{USER_BLOCK, World};
use crate::seed::random::{Dice, Key, Shuffle};

/// Number of referral codes: seven digits of base 32.
const CODES: u64 = 1 << 35;
/// Numbers of identity cards are drawn from a block that begins with 9.
const CARDS: u64 = 100_000_000;

const COLUMNS: &[&str] = &[
    "id",
    "email",
    "login",
    "encrypted_password",
    "password_salt",
    "first_name",
    "last_name",
    "phone_number",
    "khmer_name",
    "date_of_birth",
    "gender",
    "province",
    "district",
    "commune",
    "village",
    "loyalty_tier",
    "loyalty_points",
    "total_spent",
    "total_saved",
    "total_votes_cast",
    "referral_code",
    "referred_by_id",
    "referral_count",
    "language_preference",
    "selected_locale",
    "notification_preferences",
    "marketing_consent",
    "sms_consent",
    "push_token",
    "device_type",
    "app_version",
    "last_active_at",
    "kyc_status",
    "verification_level",
    "id_card_number",
    "id_card_verified_at",
    "phone_verified_at",
    "two_factor_enabled",
    "account_status",
    "suspended_at",
    "suspension_reason",
    "sign_in_count",
    "current_sign_in_at",
    "last_sign_in_at",
    "confirmed_at",
    "created_at",
    "updated_at",
];

struct Users {
    scene: Arc<Scene>,
    codes: Shuffle,
    cards: Shuffle,
    reasons: Vec<&'static str>,
}

/// The stage of `spree_users`.
pub fn stage_of(world: &World) -> Stage {
    stage("spree_users", world.users, |scene| Users {
        codes: Shuffle::new(Key::new(scene.world.seed, "codes"), CODES),
        cards: Shuffle::new(Key::new(scene.world.seed, "cards"), CARDS),
        reasons: reasons(&scene.world),
        scene,
    })
}

fn reasons(world: &World) -> Vec<&'static str> {
    let phrases = world.words.phrases.of("suspension_reason");
    phrases.into_iter().map(|phrase| phrase.en).collect()
}

impl Source for Users {
    fn table(&self) -> &'static str {
        "spree_users"
    }

    fn columns(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn rows(&self) -> u64 {
        self.scene.world.users
    }

    fn blocks(&self) -> u64 {
        self.rows().div_ceil(USER_BLOCK)
    }

    fn write(&self, block: u64, out: &mut RowEncoder) {
        for user in users_of(&self.scene.world, block) {
            let life = Life::of(&self.scene.world, user);
            out.begin();
            self.account(&life, out);
            self.person(&life, out);
            self.loyalty(&life, out);
            let mut dice = life.person.dice.clone();
            self.app(&life, &mut dice, out);
            self.checks(&life, &mut dice, out);
            sign_ins(&life, &mut dice, out);
            out.end();
        }
    }
}

impl Users {
    /// From `id` to `password_salt`.
    fn account(&self, life: &Life, out: &mut RowEncoder) {
        let id = self.scene.user(life.user);
        out.int(id);
        for _ in ["email", "login"] {
            out.text_with(|text| email(text, &life.person, id));
        }
        out.text(&self.scene.password.hash);
        out.text_or_null(self.scene.password.salt.as_deref());
    }

    /// From `first_name` to `village`.
    fn person(&self, life: &Life, out: &mut RowEncoder) {
        let person = &life.person;
        out.text(person.name.given);
        out.text(person.name.family);
        out.text(&self.scene.world.phone(life.user).dialled());
        match person.name.khmer {
            Some((family, given)) => out.text_with(|text| {
                text.extend_from_slice(family.as_bytes());
                text.extend_from_slice(b" ");
                text.extend_from_slice(given.as_bytes());
            }),
            None => out.null(),
        }
        out.date(person.born);
        out.text(if person.name.female { "female" } else { "male" });
        out.text(person.home.province);
        out.text(person.home.district);
        out.text(person.home.commune);
        out.text(person.home.village);
    }

    /// From `loyalty_tier` to `referral_count`.
    fn loyalty(&self, life: &Life, out: &mut RowEncoder) {
        let world = &self.scene.world;
        let (points, earned) = life.points(world);
        out.text(tier(earned));
        out.int(points);
        out.cents(life.spent(world));
        out.cents(life.ledger.saved());
        out.int(world.tally.votes(life.user).cast_signed());
        let id = self.scene.user(life.user).unsigned_abs();
        out.text_with(|text| {
            text.extend_from_slice(b"HM");
            base32(text, self.codes.of(id % CODES), 7);
        });
        let referrer = world.referrals.referrer(life.user);
        out.int_or_null(referrer.map(|number| self.scene.user(number)));
        out.int(world.referrals.brought(life.user).cast_signed());
    }

    /// From `language_preference` to `last_active_at`.
    fn app(&self, life: &Life, dice: &mut Dice, out: &mut RowEncoder) {
        let person = &life.person;
        let language = if person.khmer { "km" } else { "en" };
        out.text(language);
        out.text(language);
        let (push, sms) = (person.push, dice.chance(0.4));
        out.text(match (push, sms) {
            (true, true) => r#"{"push": true, "sms": true}"#,
            (true, false) => r#"{"push": true, "sms": false}"#,
            (false, true) => r#"{"push": false, "sms": true}"#,
            (false, false) => r#"{"push": false, "sms": false}"#,
        });
        out.bool(dice.chance(0.45));
        out.bool(sms);
        if push {
            let (high, low) = (dice.word(), dice.word());
            out.text_with(|text| {
                text.extend_from_slice(b"fcm-");
                base32(text, high, 12);
                base32(text, low, 12);
            });
        } else {
            out.null();
        }
        out.text(if person.ios { "ios" } else { "android" });
        out.text(person.release);
        out.timestamp(life.seen);
    }

    /// From `kyc_status` to `suspension_reason`.
    fn checks(&self, life: &Life, dice: &mut Dice, out: &mut RowEncoder) {
        let person = &life.person;
        let (status, checked) = match person.identity {
            Identity::Pending => ("pending", None),
            Identity::Verified(at) => ("verified", Some(at)),
            Identity::Rejected => ("rejected", None),
        };
        out.text(status);
        out.text(if checked.is_some() { "full" } else { "basic" });
        if person.has_card {
            let card = 9 * CARDS + self.cards.of(life.user % CARDS);
            out.text_with(|text| decimal(text, card, 9));
        } else {
            out.null();
        }
        out.timestamp_or_null(checked);
        out.timestamp_or_null(person.phone_verified);
        out.bool(dice.chance(0.05));
        out.text(if person.suspended.is_some() {
            "suspended"
        } else {
            "active"
        });
        out.timestamp_or_null(person.suspended.map(|_| life.seen));
        out.text_or_null(
            person
                .suspended
                .and_then(|nth| self.reasons.get(nth).copied()),
        );
    }
}

/// From `sign_in_count` to the end: people sign in about every tenth day, some more often.
fn sign_ins(life: &Life, dice: &mut Dice, out: &mut RowEncoder) {
    let (joined, seen) = (life.person.joined, life.seen.max(life.person.joined));
    let eagerness = dice.unit() * dice.unit();
    let times = 1 + ((seen - joined) as f64 / DAY as f64 * eagerness * 0.4) as i64;
    let last = (seen - dice.between(0, 2 * HOUR)).max(joined);
    let back = ((last - joined) as f64 / times as f64 * dice.unit()) as i64;
    out.int(times);
    out.timestamp(last);
    out.timestamp(if times == 1 { last } else { last - back });
    out.timestamp(joined);
    out.timestamp(joined);
    out.timestamp(seen);
}
