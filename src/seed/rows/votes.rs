//! `xfactor_votes`: one stage per episode, rows in the order of time.

use std::sync::Arc;

use super::{Scene, Source, Stage, base32, decimal, stage};
use crate::postgres::copy::RowEncoder;
use crate::seed::crowd::World;
use crate::seed::crowd::ballots::{Ballots, Kind, Vote};
use crate::seed::crowd::payment::Methods;
use crate::seed::crowd::tally::BLOCK;
use crate::seed::random::{Key, Weights};

const COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "contestant_id",
    "episode_id",
    "vote_type",
    "vote_count",
    "amount_paid",
    "payment_method",
    "transaction_id",
    "ip_address",
    "user_agent",
    "metadata",
    "expires_at",
    "created_at",
    "updated_at",
];

/// What devices call themselves.
const ANDROIDS: [&str; 4] = [
    "Hangmeas/4.2.0 (Android 14; Samsung SM-A055F)",
    "Hangmeas/4.2.0 (Android 13; OPPO CPH2591)",
    "Hangmeas/4.1.3 (Android 12; vivo V2206)",
    "Hangmeas/4.1.0 (Android 11; Xiaomi M2006C3LG)",
];
const IPHONES: [&str; 2] = [
    "Hangmeas/4.2.0 (iOS 17.5; iPhone14,5)",
    "Hangmeas/4.2.0 (iOS 18.1; iPhone12,1)",
];
/// Networks from which a user votes: mostly the one at home.
const NETWORKS: [f64; 4] = [0.70, 0.15, 0.10, 0.05];

/// The votes of one episode.
pub(super) struct Votes {
    scene: Arc<Scene>,
    ballots: Ballots,
    episode: i64,
    performers: Vec<i64>,
    first: i64,
    closes: i64,
    methods: Methods,
    networks: Weights,
    addresses: Key,
}

/// One stage per episode.
pub fn stages(world: &World) -> Vec<Stage> {
    let mut before = 0;
    let mut all = Vec::new();
    for (season, show) in world.seasons.iter().enumerate() {
        for (index, episode) in show.episodes.iter().enumerate() {
            let first = before;
            all.push(stage("xfactor_votes", episode.rows, move |scene| {
                Votes::new(scene, season, index, first)
            }));
            before += episode.rows;
        }
    }
    all
}

impl Votes {
    /// The votes of an episode, of which `before` are in episodes before it.
    pub(super) fn new(scene: Arc<Scene>, season: usize, index: usize, before: u64) -> Self {
        let world = &scene.world;
        let episode = &world.seasons[season].episodes[index];
        let contestants = &scene.ids.contestants[season];
        Self {
            ballots: world.ballots(season, index),
            episode: scene.ids.episodes[season][index],
            performers: episode
                .performers
                .iter()
                .map(|nth| contestants[*nth])
                .collect(),
            first: scene.ids.votes + before.cast_signed(),
            closes: episode.closes,
            methods: Methods::new(),
            networks: Weights::shares(NETWORKS),
            addresses: Key::new(world.seed, "addresses"),
            scene,
        }
    }

    /// The vote that is the `nth` in time.
    pub(super) fn vote(&self, nth: u64) -> Vote {
        let world = &self.scene.world;
        let can_text = |user| world.can_text(user);
        self.ballots.vote(&world.voters, can_text, nth)
    }

    /// Its id, and when it was cast.
    pub(super) fn identity(&self, nth: u64) -> (i64, i64) {
        (self.first + nth.cast_signed(), self.ballots.evening.at(nth))
    }

    /// Which performer it is for, counted from 1.
    pub(super) fn number(place: usize) -> u64 {
        place as u64 + 1
    }

    fn payment(&self, vote: &mut Vote, id: i64, out: &mut RowEncoder) {
        if vote.kind == Kind::Free {
            out.null();
            out.null();
            return out.null();
        }
        out.cents(vote.cents.cast_signed());
        let (code, prefix) = if vote.kind == Kind::Sms {
            ("carrier_billing", "SMS")
        } else {
            let method = self.methods.draw(&mut vote.dice);
            (method.code, method.prefix)
        };
        out.text(code);
        out.text_with(|text| {
            text.extend_from_slice(prefix.as_bytes());
            text.extend_from_slice(b"-");
            base32(text, id.unsigned_abs(), 10);
        });
    }

    fn device(&self, vote: &mut Vote, out: &mut RowEncoder) {
        // Addresses of carriers' own networks (RFC 6598): nobody's.
        let network = self.networks.draw(&mut vote.dice) as u64;
        let mut dice = self.addresses.part(network).row(vote.user);
        let place = dice.below(1 << 22);
        out.text_with(|text| {
            text.extend_from_slice(b"100.");
            decimal(text, 64 + (place >> 16), 1);
            text.extend_from_slice(b".");
            decimal(text, (place >> 8) & 255, 1);
            text.extend_from_slice(b".");
            decimal(text, place & 255, 1);
        });
        let (agents, device) = if self.scene.world.ios(vote.user) {
            (&IPHONES[..], "ios")
        } else {
            (&ANDROIDS[..], "android")
        };
        out.text(agents[self.addresses.row(vote.user).index(agents.len())]);
        out.text_with(|text| {
            text.extend_from_slice(br#"{"device": ""#);
            text.extend_from_slice(device.as_bytes());
            if let Kind::Bundle(package) = vote.kind {
                text.extend_from_slice(br#"", "package": ""#);
                text.extend_from_slice(self.scene.ids.skus[package].as_bytes());
            }
            text.extend_from_slice(br#""}"#);
        });
    }
}

impl Source for Votes {
    fn table(&self) -> &'static str {
        "xfactor_votes"
    }

    fn columns(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn rows(&self) -> u64 {
        self.ballots.rows()
    }

    fn blocks(&self) -> u64 {
        self.rows().div_ceil(BLOCK)
    }

    fn write(&self, block: u64, out: &mut RowEncoder) {
        for nth in block * BLOCK..((block + 1) * BLOCK).min(self.rows()) {
            let mut vote = self.vote(nth);
            let (id, at) = self.identity(nth);
            out.begin();
            out.int(id);
            out.int(self.scene.user(vote.user));
            out.int(self.performers[vote.place]);
            out.int(self.episode);
            out.text(match vote.kind {
                Kind::Free => "free",
                Kind::Paid => "paid",
                Kind::Sms => "sms",
                Kind::Bundle(_) => "bundle",
            });
            out.int(vote.count.cast_signed());
            self.payment(&mut vote, id, out);
            self.device(&mut vote, out);
            out.timestamp_or_null((vote.kind == Kind::Free).then_some(self.closes));
            out.timestamp(at);
            out.timestamp(at);
            out.end();
        }
    }
}
