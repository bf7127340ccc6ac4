//! `push_notifications`, in the language that the user reads.

use super::{Scene, Stage, per_user, users_of};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::{HOUR, MINUTE, SECOND};
use crate::seed::crowd::life::notifications;
use crate::seed::crowd::{Counter, World};
use crate::seed::random::Key;

/// Kinds: the title and the body (numbers of phrases) that belong together.
const KINDS: [(&str, usize, usize); 9] = [
    ("vote_open", 0, 0),
    ("vote_reminder", 1, 0),
    ("vote_counted", 2, 1),
    ("payment_failed", 5, 2),
    ("referral", 6, 3),
    ("subscription", 7, 4),
    ("wallet", 8, 5),
    ("security", 9, 5),
    ("live", 12, 0),
];

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

fn write(scene: &Scene, block: u64, out: &mut RowEncoder) {
    let world = &scene.world;
    let before = world.counts.before(Counter::Notifications, block);
    let mut id = scene.ids.notifications + before.cast_signed();
    let titles = world.words.phrases.of("notification_title");
    let bodies = world.words.phrases.of("notification_body");
    let key = Key::new(world.seed, "notices.each");
    for user in users_of(world, block) {
        let count = notifications(world, user);
        if count == 0 {
            continue;
        }
        let person = world.person(user);
        for nth in 0..count {
            let mut dice = key.part(nth as u64).row(user);
            let (kind, title, body) = *dice.pick(&KINDS);
            let at = dice.moment(person.joined, world.as_of);
            let sent = (at + dice.between(1, 20) * SECOND).min(world.as_of);
            let read = (sent + dice.between(1, 600) * MINUTE).min(sent + 9 * HOUR);
            let (status, sent, read) = match dice.unit() {
                share if share < 0.04 => ("failed", None, None),
                share if share < 0.06 => ("pending", None, None),
                share if share < 0.55 || read > world.as_of => ("sent", Some(sent), None),
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
