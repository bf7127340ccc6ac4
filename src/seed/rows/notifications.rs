//! `push_notifications`, in the language that the user reads.

use super::{Scene, Stage, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{DAY, HOUR, MINUTE, Micros, SECOND};
use crate::seed::crowd::life::notifications;
use crate::seed::crowd::{Counter, World};
use crate::seed::day;
use crate::seed::random::{Dice, Key, Weights};

/// A kind: the title and the body (numbers of phrases) that belong together, and how often it is sent.
type Kind = (&'static str, usize, usize, f64);

/// What is sent on an evening of the show.
const OF_SHOW: [Kind; 4] = [
    ("live", 12, 0, 0.30),
    ("vote_open", 0, 0, 0.30),
    ("vote_counted", 14, 1, 0.15),
    ("vote_reminder", 1, 0, 0.25),
];
/// What is sent at any time.
const OTHERS: [Kind; 5] = [
    ("wallet", 8, 5, 0.40),
    ("referral", 6, 3, 0.20),
    ("subscription", 7, 4, 0.15),
    ("security", 9, 5, 0.20),
    ("payment_failed", 5, 2, 0.05),
];
/// Share of those that are about the show, where there was one.
const ABOUT_SHOW: f64 = 0.55;

/// The stage.
pub fn stage_of(world: &World) -> Stage {
    Notifications::stage(world)
}

per_user!(
    Notifications,
    "push_notifications",
    Counter::Notifications,
    &[
        "id",
        "user_id",
        "title",
        "body",
        "notification_type",
        "data",
        "status",
        "sent_at",
        "read_at",
        "failure_reason",
        "created_at",
        "updated_at",
    ],
    write
);

/// What notifications are sent about, and when.
struct Occasions {
    /// When voting opened and closed in the episodes so far.
    evenings: Vec<(Micros, Micros)>,
    of_show: Weights,
    others: Weights,
    as_of: Micros,
}

impl Occasions {
    fn new(world: &World) -> Self {
        let episodes = world.seasons.iter().flat_map(|season| &season.episodes);
        let over = episodes.filter(|episode| episode.closes <= world.as_of);
        Self {
            evenings: over
                .map(|episode| (episode.opens, episode.closes))
                .collect(),
            of_show: Weights::shares(OF_SHOW.map(|kind| kind.3)),
            others: Weights::shares(OTHERS.map(|kind| kind.3)),
            as_of: world.as_of,
        }
    }

    /// One of them for a user who signed up at `joined`.
    fn draw(&self, dice: &mut Dice, joined: Micros) -> (Kind, Micros) {
        let missed = self
            .evenings
            .partition_point(|(opens, _)| *opens - HOUR < joined);
        let evenings = &self.evenings[missed..];
        if evenings.is_empty() || !dice.chance(ABOUT_SHOW) {
            let kind = OTHERS[self.others.draw(dice)];
            return (kind, day::moment(dice, joined, self.as_of));
        }
        let (opens, closes) = *dice.pick(evenings);
        let kind = OF_SHOW[self.of_show.draw(dice)];
        // Thousands are sent one after the other.
        let turn = dice.between(0, 5 * MINUTE);
        let at = match kind.0 {
            "live" => opens - 10 * MINUTE,
            "vote_open" => opens,
            "vote_reminder" => closes - HOUR,
            _ => opens + dice.between(5 * MINUTE, 2 * HOUR),
        };
        (kind, at + turn)
    }
}

fn write(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Notifications, block);
    let mut id = scene.ids.notifications + before.cast_signed();
    let titles = world.words.phrases.of("notification_title");
    let bodies = world.words.phrases.of("notification_body");
    let key = Key::new(world.seed, "notices.each");
    let occasions = Occasions::new(world);
    for user in users_of(world, block) {
        let person = world.person(user);
        let seen = world.seen(user, &person);
        for nth in 0..notifications(world, user, &person) {
            let mut dice = key.part(nth as u64).row(user);
            let ((kind, title, body, _), at) = occasions.draw(&mut dice, person.joined);
            let sent = (at + dice.between(1, 20) * SECOND).min(world.as_of);
            let read = (sent + dice.between(1, 600) * MINUTE).min(sent + 9 * HOUR);
            let (status, sent, read) = match dice.unit() {
                share if share < 0.04 => ("failed", None, None),
                share if share < 0.06 && at > world.as_of - DAY => ("pending", None, None),
                share if share < 0.55 || read > seen => ("sent", Some(sent), None),
                _ => ("read", Some(sent), Some(read)),
            };
            out.begin();
            out.int(id);
            out.int(scene.user(user));
            out.text(titles[title].said(person.khmer));
            out.text(bodies[body].said(person.khmer));
            out.text(kind);
            out.text("{}");
            out.text(status);
            out.timestamp_or_null(sent);
            out.timestamp_or_null(read);
            out.text_or_null((status == "failed").then_some("device unregistered"));
            out.timestamp(at);
            out.timestamp(read.or(sent).unwrap_or(at));
            out.end();
            id += 1;
        }
    }
}
