//! `sms_vote_logs`: the carriers' log. Every vote by message has its confirmed entry; some messages
//! were lost before one came through.

use std::sync::Arc;

use super::votes::Votes;
use super::{Scene, Source, Stage, base32, decimal, stage};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{Micros, SECOND};
use crate::seed::crowd::World;
use crate::seed::crowd::ballots::{Kind, SMS_PRICE, Vote};
use crate::seed::crowd::tally::{BLOCK, lost_message};
use crate::seed::random::Quantiles;
use crate::seed::vocabulary::CARRIERS;

/// Seconds until the carrier confirms: median 3, 99 in 100 within two minutes.
const CONFIRMS: Quantiles = Quantiles(&[
    (0.0, 0.4),
    (0.5, 3.0),
    (0.9, 15.0),
    (0.99, 120.0),
    (1.0, 300.0),
]);
/// Short codes, by carrier; fictional, for there is no public register.
const SHORT_CODES: [&str; 3] = ["7101", "7202", "7303"];

const COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "vote_id",
    "phone_number",
    "carrier",
    "short_code",
    "message_content",
    "carrier_message_id",
    "charge_amount",
    "status",
    "confirmed_at",
    "created_at",
    "updated_at",
];

struct Messages {
    votes: Votes,
    scene: Arc<Scene>,
    /// Messages before every block.
    before: Vec<i64>,
    rows: u64,
}

/// One stage per episode.
pub fn stages(world: &World) -> Vec<Stage> {
    let (mut votes_before, mut before, mut number) = (0, 0, 0);
    let mut all = Vec::new();
    for (season, show) in world.seasons.iter().enumerate() {
        for (index, episode) in show.episodes.iter().enumerate() {
            let rows: u64 = world.messages[number]
                .iter()
                .map(|count| u64::from(*count))
                .sum();
            let (first_vote, first, nth) = (votes_before, before, number);
            all.push(stage("sms_vote_logs", rows, move |scene| {
                let mut sum = scene.ids.messages + first;
                let counts = scene.world.messages[nth].iter();
                let before = counts.map(|count| {
                    let before = sum;
                    sum += i64::from(*count);
                    before
                });
                Messages {
                    before: before.collect(),
                    rows,
                    votes: Votes::new(Arc::clone(&scene), season, index, first_vote),
                    scene,
                }
            }));
            votes_before += episode.rows;
            before += rows.cast_signed();
            number += 1;
        }
    }
    all
}

/// One entry of the log.
struct Entry<'a> {
    id: i64,
    vote: &'a Vote,
    vote_id: Option<i64>,
    status: &'static str,
    sent: Micros,
    confirmed: Option<Micros>,
}

impl Messages {
    fn entry(&self, entry: &Entry<'_>, out: &mut RowEncoder) {
        let phone = self.scene.world.phone(entry.vote.user);
        out.begin();
        out.int(entry.id);
        out.int(self.scene.user(entry.vote.user));
        out.int_or_null(entry.vote_id);
        out.text(&phone.dialled());
        out.text(CARRIERS[phone.carrier].0);
        out.text(SHORT_CODES[phone.carrier]);
        out.text_with(|text| {
            text.extend_from_slice(b"X");
            decimal(text, Votes::number(entry.vote.place), 2);
        });
        out.text_with(|text| {
            text.extend_from_slice(b"MO");
            base32(text, entry.id.unsigned_abs(), 11);
        });
        let charged = if entry.status == "confirmed" {
            SMS_PRICE
        } else {
            0
        };
        out.cents(charged.cast_signed());
        out.text(entry.status);
        out.timestamp_or_null(entry.confirmed);
        out.timestamp(entry.sent);
        out.timestamp(entry.confirmed.unwrap_or(entry.sent));
        out.end();
    }
}

impl Source for Messages {
    fn table(&self) -> &'static str {
        "sms_vote_logs"
    }

    fn columns(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn blocks(&self) -> u64 {
        self.votes.blocks()
    }

    fn write(&self, block: u64, out: &mut RowEncoder) {
        let mut id = self.before[block as usize];
        for nth in block * BLOCK..((block + 1) * BLOCK).min(self.votes.rows()) {
            let vote = self.votes.vote(nth);
            if vote.kind != Kind::Sms {
                continue;
            }
            let (vote_id, at) = self.votes.identity(nth);
            let mut dice = vote.dice.clone();
            let lost = lost_message(&mut dice);
            let delay = (CONFIRMS.draw(&mut dice) * SECOND as f64) as i64;
            if let Some(status) = lost {
                let entry = Entry {
                    id,
                    vote: &vote,
                    vote_id: None,
                    status,
                    sent: at - delay - 30 * SECOND,
                    confirmed: None,
                };
                self.entry(&entry, out);
                id += 1;
            }
            // The vote counts when the carrier has confirmed the message.
            let entry = Entry {
                id,
                vote: &vote,
                vote_id: Some(vote_id),
                status: "confirmed",
                sent: at - delay,
                confirmed: Some(at),
            };
            self.entry(&entry, out);
            id += 1;
        }
    }
}
