//! Seasons, events, and the audience that is generated.

use super::Faults;
use crate::seed::profile::{Crowd, Episode, Event, Profile, Season};
use crate::seed::vocabulary::vocabulary;

/// Episodes of all generated seasons together.
const MOST_EPISODES: usize = 200;
/// Contestants of a generated season.
const MOST_CONTESTANTS: usize = 1_000;
/// Seats of one event.
const MOST_SEATS: u64 = 100_000;
/// What a user does on average, of one kind.
const MOST_TIMES: f64 = 100.0;

pub(super) fn seasons(faults: &mut Faults, profile: &Profile) {
    let generated = profile.crowd.iter().flat_map(|crowd| &crowd.shows);
    let slugs = profile.seasons.iter().map(|season| &season.slug);
    let slugs = slugs.chain(generated.map(|show| &show.slug));
    faults.differ("seasons and crowd.shows", "slug", slugs);
    for season in &profile.seasons {
        let mut record = faults.of("seasons", &season.slug);
        record.demand(season.start <= season.end, || {
            "end is before start".to_owned()
        });
        record.status(season.status, "0 upcoming, 1 active, 2 completed");
        let names = season.contestants.iter().map(|singer| &singer.name);
        faults.differ(&format!("contestants of {}", season.slug), "name", names);
        for singer in &season.contestants {
            let mut record = faults.of("contestants", &singer.name);
            record.demand((1..=120).contains(&singer.age), || {
                format!("age {} is none", singer.age)
            });
            record.one_of("gender", &singer.gender, &["male", "female"]);
        }
        episodes(faults, season);
    }
}

fn episodes(faults: &mut Faults, season: &Season) {
    let mut nights: Vec<&Episode> = season.episodes.iter().collect();
    nights.sort_by_key(|night| night.number);
    for night in &nights {
        let mut record = faults.of(
            "episodes",
            format!("number {} of {}", night.number, season.slug),
        );
        record.not_below("number", night.number, 1);
        record.demand(night.voting_start < night.voting_end, || {
            "voting_end is not after voting_start".to_owned()
        });
        record.demand(night.air <= night.voting_end, || {
            "voting_end is before air".to_owned()
        });
        record.status(night.status, "0 upcoming, 1 live, 2 completed");
        record.demand(night.status != 2 || night.voting_end.0 <= 0, || {
            "status 2 is completed, but voting_end is after the seeding".to_owned()
        });
        record.demand(night.status != 0 || night.voting_end.0 > 0, || {
            "status 0 is upcoming, but voting_end is before the seeding".to_owned()
        });
    }
    for pair in nights.windows(2) {
        let (one, next) = (pair[0], pair[1]);
        let mut record = faults.of("seasons", &season.slug);
        record.demand(one.number != next.number, || {
            format!("episodes number {} stands twice", one.number)
        });
        record.demand(one.number == next.number || one.air < next.air, || {
            format!(
                "episode {} is not on air after episode {}",
                next.number, one.number
            )
        });
    }
}

pub(super) fn event_with_hall(faults: &mut Faults, profile: &Profile, event: &Event) {
    let sections = event.sections.iter().map(|section| &section.name);
    faults.differ(&format!("sections of {}", event.slug), "name", sections);
    let mut record = faults.of("events", &event.slug);
    let known = ["concert", "xfactor", "show", "movie"];
    record.one_of("event_type", &event.event_type, &known);
    let venues = vocabulary().phrases.venues.iter();
    let venues: Vec<&str> = venues.map(|venue| venue.name).collect();
    record.one_of("venue", &event.venue, &venues);
    let hosts = [
        (
            "artist",
            &event.artist,
            profile
                .artists
                .iter()
                .any(|own| Some(&own.name) == event.artist.as_ref()),
        ),
        (
            "organizer",
            &event.organizer,
            profile
                .organizers
                .iter()
                .any(|own| Some(&own.name) == event.organizer.as_ref()),
        ),
    ];
    for (key, name, there) in hosts {
        if let Some(name) = name {
            record.demand(there, || {
                format!("{key} \"{name}\" is none of the [[{key}s]] of the profile")
            });
        }
    }
    record.amount("price", event.price);
    for section in &event.sections {
        let known = ["vip", "premium", "standard"];
        record.one_of("seat_type", &section.seat_type, &known);
        record.not_below("rows", section.rows, 1);
        record.not_below("seats", section.seats, 1);
        let cents = event.price.0 + section.price_modifier.0;
        record.demand(cents >= 0, || {
            format!("a seat of section {} costs less than 0", section.name)
        });
    }
    let seats = event.sections.iter();
    let seats = seats.map(|own| own.rows.saturating_mul(own.seats));
    let seats = seats.fold(0, i64::saturating_add);
    record.demand(seats.unsigned_abs() <= MOST_SEATS, || {
        format!("{seats} seats are more than {MOST_SEATS}")
    });
}

pub(super) fn audience(faults: &mut Faults, crowd: &Crowd) {
    let mut record = faults.of("crowd", "of the profile");
    record.demand(crowd.began.0 < 0, || {
        "began is not before the seeding: write it like \"-500d\"".to_owned()
    });
    let episodes = crowd.shows.iter().map(|show| show.episodes);
    let episodes = episodes.fold(0, usize::saturating_add);
    record.demand((1..=MOST_EPISODES).contains(&episodes), || {
        format!("shows have {episodes} episodes together, not 1 to {MOST_EPISODES}")
    });
    let seats = crowd.events.seats;
    record.demand((1..=MOST_SEATS).contains(&seats), || {
        format!("events.seats {seats} is not from 1 to {MOST_SEATS}")
    });
    let rates = &crowd.rates;
    for (key, rate, most) in [
        ("foreigners", rates.foreigners, 1.0),
        ("referred", rates.referred, 1.0),
        ("voters", rates.voters, 1.0),
        ("subscribers", rates.subscribers, 1.0),
        ("wallets", rates.wallets, 1.0),
        ("top_ups", rates.top_ups, MOST_TIMES),
        ("notifications", rates.notifications, MOST_TIMES),
        ("payment_methods", rates.payment_methods, MOST_TIMES),
    ] {
        record.demand((0.0..=most).contains(&rate), || {
            format!("rates.{key} {rate} is not from 0 to {most}")
        });
    }
    for show in &crowd.shows {
        let mut record = faults.of("crowd.shows", &show.slug);
        record.demand(show.episodes > 0, || "episodes is 0".to_owned());
        let fits = (show.episodes.max(2)..=MOST_CONTESTANTS).contains(&show.contestants);
        record.demand(fits, || {
            format!(
                "contestants {} is not from 2 (and one for each episode) to {MOST_CONTESTANTS}",
                show.contestants
            )
        });
    }
}
