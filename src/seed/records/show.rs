//! Seasons with their contestants, episodes and performances: those of the profile as they stand,
//! those of the audience with the totals of the first pass.

use super::{Cells, Desk, Value};
use crate::error::Result;
use crate::seed::clock::{DAY, Micros, local_day};
use crate::seed::crowd::World;
use crate::seed::crowd::show::{Episode, Season};
use crate::seed::profile;
use crate::seed::random::{Dice, Key, Shuffle};
use crate::seed::vocabulary::{Khmer, Person, Phrase};
use fake::Fake;

/// What judges say (numbers of phrases) to those who sang well, and to the others.
const PLEASED: [usize; 2] = [2, 4];
const CRITICAL: [usize; 2] = [0, 3];

/// Finds or plans the seasons of the profile.
///
/// # Errors
/// The server's refusal.
pub async fn fixed(desk: &mut Desk<'_>, seasons: &[profile::Season]) -> Result<()> {
    let slugs = seasons.iter().map(|season| season.slug.as_str());
    let known = desk.existing("xfactor_seasons", "slug", slugs).await?;
    for season in seasons {
        let found = known.get(&season.slug).copied();
        let id =
            found.unwrap_or_else(|| desk.add("xfactor_seasons", season_cells(desk.as_of, season)));
        let (mut singers, mut nights) = Default::default();
        if found.is_some() {
            singers = desk
                .children("xfactor_contestants", "name", ("season_id", id))
                .await?;
            nights = desk
                .children(
                    "xfactor_episodes",
                    "episode_number::text",
                    ("season_id", id),
                )
                .await?;
        }
        let mut new_performances = Vec::new();
        let mut contestants = Vec::new();
        for singer in &season.contestants {
            let known = singers.get(&singer.name).copied();
            let id = known
                .unwrap_or_else(|| desk.add("xfactor_contestants", contestant_cells(id, singer)));
            contestants.push((id, known.is_none()));
        }
        for night in &season.episodes {
            let known = nights.get(&night.number.to_string()).copied();
            let episode = known.unwrap_or_else(|| {
                desk.add("xfactor_episodes", episode_cells(desk.as_of, id, night))
            });
            for (order, (contestant, new)) in contestants.iter().enumerate() {
                if *new || known.is_none() {
                    new_performances.push((episode, *contestant, order + 1));
                }
            }
        }
        for (episode, contestant, order) in new_performances {
            let cells = vec![
                ("episode_id", episode.into()),
                ("contestant_id", contestant.into()),
                ("performance_order", (order as i64).into()),
            ];
            desk.add("episode_contestants", cells);
        }
    }
    Ok(())
}

fn season_cells(as_of: Micros, season: &profile::Season) -> Cells {
    vec![
        ("name", season.name.as_str().into()),
        ("description", Value::text(season.description.as_deref())),
        ("slug", season.slug.as_str().into()),
        ("start_date", Value::Day(local_day(as_of + season.start.0))),
        ("end_date", Value::Day(local_day(as_of + season.end.0))),
        ("status", season.status.into()),
    ]
}

fn contestant_cells(season: i64, singer: &profile::Contestant) -> Cells {
    vec![
        ("season_id", season.into()),
        ("name", singer.name.as_str().into()),
        ("khmer_name", Value::text(singer.khmer_name.as_deref())),
        ("stage_name", Value::text(singer.stage_name.as_deref())),
        ("bio", Value::text(singer.bio.as_deref())),
        ("hometown", Value::text(singer.hometown.as_deref())),
        ("province", Value::text(singer.province.as_deref())),
        ("age", singer.age.into()),
        ("gender", singer.gender.as_str().into()),
        ("status", 0.into()),
    ]
}

fn episode_cells(as_of: Micros, season: i64, night: &profile::Episode) -> Cells {
    vec![
        ("season_id", season.into()),
        ("title", night.title.as_str().into()),
        ("episode_number", night.number.into()),
        ("air_date", Value::Time(as_of + night.air.0)),
        ("voting_start", Value::Time(as_of + night.voting_start.0)),
        ("voting_end", Value::Time(as_of + night.voting_end.0)),
        ("status", night.status.into()),
    ]
}

/// Plans the seasons of the audience: ids of episodes and contestants, by season.
///
/// # Errors
/// The server's refusal.
pub async fn generated(
    desk: &mut Desk<'_>,
    world: &World,
) -> Result<(Vec<Vec<i64>>, Vec<Vec<i64>>)> {
    let slugs = world.seasons.iter().map(|season| season.slug.as_str());
    let known = desk.existing("xfactor_seasons", "slug", slugs).await?;
    let (mut episodes, mut contestants) = (Vec::new(), Vec::new());
    for (nth, season) in world.seasons.iter().enumerate() {
        let id = desk.take_ids("xfactor_seasons", 1);
        // A second audience gets seasons of its own.
        let slug = match known.get(&season.slug) {
            Some(_) => format!("{}-{id}", season.slug),
            None => season.slug.clone(),
        };
        desk.add_planned("xfactor_seasons", told_season(world, season, id, slug));
        let singers = told_contestants(desk, world, (nth, season), id);
        episodes.push(told_episodes(desk, world, season, id, &singers));
        contestants.push(singers);
    }
    Ok((episodes, contestants))
}

fn told_season(world: &World, season: &Season, id: i64, slug: String) -> Cells {
    let votes: u64 = season
        .episodes
        .iter()
        .flat_map(|episode| &episode.totals)
        .sum();
    let revenue: u64 = season.episodes.iter().map(|episode| episode.revenue).sum();
    let (first, last) = season.days();
    let status = if season.is_over(world.as_of) { 2 } else { 1 };
    vec![
        ("id", id.into()),
        ("name", season.name.as_str().into()),
        (
            "description",
            "The biggest singing competition in Cambodia".into(),
        ),
        ("slug", slug.as_str().into()),
        ("start_date", Value::Day(first)),
        ("end_date", Value::Day(last)),
        ("status", status.into()),
        (
            "banner_url",
            Value::Text(format!("https://cdn.example.com/seasons/{slug}.jpg")),
        ),
        ("total_votes_cast", votes.cast_signed().into()),
        ("total_revenue", Value::Cents(revenue.cast_signed())),
        ("created_at", Value::Time(announced(world, season))),
    ]
}

/// When a season was announced: some weeks before its first evening.
fn announced(world: &World, season: &Season) -> Micros {
    let first = season.episodes.first();
    first.map_or(world.as_of, |episode| {
        (episode.opens - 30 * DAY).min(world.as_of)
    })
}

fn told_contestants(
    desk: &mut Desk<'_>,
    world: &World,
    (nth, season): (usize, &Season),
    id: i64,
) -> Vec<i64> {
    let key = Key::new(world.seed, "contestants").part(nth as u64);
    let bios = world.words.phrases.of("bio");
    let (mut ids, mut taken) = (Vec::new(), Vec::new());
    for (contestant, rank) in season.ranks(world.as_of).into_iter().enumerate() {
        let mut dice = key.row(contestant as u64);
        let person = singer(&mut dice, world, &mut taken);
        let age = dice.between(16, 38);
        let home = world.words.places.draw(&mut dice);
        let (family, given) = person.khmer.unwrap_or_default();
        let name = format!("{} {}", person.family, person.given);
        let photo = format!("https://cdn.example.com/singers/{id}-{contestant}.jpg");
        let gender = if person.female { "female" } else { "male" };
        let mut cells: Cells = vec![
            ("season_id", id.into()),
            ("name", Value::Text(name)),
            ("khmer_name", Value::Text(format!("{family} {given}"))),
            ("stage_name", person.given.into()),
            ("bio", bio(&mut dice, &bios, home.province, age).into()),
            ("hometown", home.district.into()),
            ("province", home.province.into()),
            ("age", age.into()),
            ("gender", gender.into()),
            ("photo_url", Value::Text(photo)),
            ("created_at", Value::Time(announced(world, season))),
        ];
        cells.extend(fate(world, season, (contestant, rank)));
        ids.push(desk.add("xfactor_contestants", cells));
    }
    ids
}

/// A singer whose given name is not among those `taken`: two of one name would not both go by it.
fn singer(dice: &mut Dice, world: &World, taken: &mut Vec<&'static str>) -> Person {
    let (female, names) = (dice.chance(0.5), &world.words.names);
    let mut person: Person = Khmer { names, female }.fake_with_rng(dice);
    for _ in 0..50 {
        if taken.contains(&person.given) {
            person = Khmer { names, female }.fake_with_rng(dice);
        }
    }
    taken.push(person.given);
    person
}

/// What became of a contestant so far.
fn fate(world: &World, season: &Season, (contestant, rank): (usize, Option<usize>)) -> Cells {
    let (status, rank) = match rank {
        Some(1) if season.is_over(world.as_of) => (2, Some(1)),
        Some(rank) => (1, Some(rank as i64)),
        None => (0, None),
    };
    let mut episodes = season.episodes.iter();
    let left = episodes.find(|episode| episode.leaves == Some(contestant));
    let left = left.or(season.episodes.last()).filter(|_| status == 1);
    let day = left.map(|episode| local_day(episode.closes));
    let episodes = season.episodes.iter();
    let votes: u64 = episodes.map(|episode| votes_for(episode, contestant)).sum();
    vec![
        ("status", status.into()),
        ("eliminated_date", day.map_or(Value::Null, Value::Day)),
        ("final_rank", rank.map_or(Value::Null, Value::Int)),
        ("total_votes_received", votes.cast_signed().into()),
    ]
}

/// A sentence about oneself that is true of somebody of that age from that province.
fn bio(dice: &mut Dice, bios: &[Phrase], province: &str, age: i64) -> &'static str {
    let fits = |bio: &&Phrase| match bio.en {
        own if own.contains("student") => (18..=23).contains(&age),
        own if own.contains("Phnom Penh") => province == "Phnom Penh",
        own if own.contains("Siem Reap") => province == "Siem Reap",
        _ => true,
    };
    let fitting: Vec<&Phrase> = bios.iter().filter(fits).collect();
    dice.pick(&fitting).km
}

fn votes_for(episode: &Episode, contestant: usize) -> u64 {
    let place = episode.performers.iter().position(|own| *own == contestant);
    place.map_or(0, |place| episode.totals[place])
}

fn told_episodes(
    desk: &mut Desk<'_>,
    world: &World,
    season: &Season,
    id: i64,
    singers: &[i64],
) -> Vec<i64> {
    let mut ids = Vec::new();
    for episode in &season.episodes {
        let votes: u64 = episode.totals.iter().sum();
        let results: Vec<String> = episode
            .performers
            .iter()
            .zip(&episode.totals)
            .map(|(contestant, votes)| format!("\"{}\": {votes}", singers[*contestant]))
            .collect();
        let night = desk.add(
            "xfactor_episodes",
            vec![
                ("season_id", id.into()),
                ("title", Value::Text(episode.title(season.episodes.len()))),
                ("episode_number", (episode.number as i64).into()),
                ("air_date", Value::Time(episode.opens)),
                ("voting_start", Value::Time(episode.opens)),
                ("voting_end", Value::Time(episode.closes)),
                ("status", episode.status(world.as_of).into()),
                (
                    "views_count",
                    ((episode.eligible / 2 + votes / 3) as i64).into(),
                ),
                ("total_votes", votes.cast_signed().into()),
                (
                    "voting_results",
                    Value::Json(format!("{{{}}}", results.join(", "))),
                ),
                ("created_at", Value::Time(announced(world, season))),
            ],
        );
        ids.push(night);
        performances(desk, world, (season, episode), night, singers);
    }
    ids
}

fn performances(
    desk: &mut Desk<'_>,
    world: &World,
    (season, episode): (&Season, &Episode),
    night: i64,
    singers: &[i64],
) {
    let key = Key::new(world.seed, "performances").part(night.unsigned_abs());
    let songs = &world.words.phrases.songs;
    let repertoire = Shuffle::new(key, songs.len() as u64);
    let comments = world.words.phrases.of("judge_comment");
    let over = episode.status(world.as_of) == 2;
    let winner = season
        .ranks(world.as_of)
        .iter()
        .position(|rank| *rank == Some(1));
    let final_night = episode.number == season.episodes.len();
    for (order, contestant) in episode.performers.iter().enumerate() {
        let mut dice = key.row(*contestant as u64);
        let song = songs[repertoire.of(order as u64 % songs.len() as u64) as usize].km;
        let score = dice.between(60, 99);
        let comment = comments[*dice.pick(if score < 80 { &CRITICAL } else { &PLEASED })].km;
        let out = episode.leaves == Some(*contestant)
            || (final_night && over && winner != Some(*contestant));
        desk.add(
            "episode_contestants",
            vec![
                ("episode_id", night.into()),
                ("contestant_id", singers[*contestant].into()),
                ("performance_order", (order as i64 + 1).into()),
                ("song_performed", song.into()),
                ("judges_score", score.into()),
                ("judges_comments", comment.into()),
                ("eliminated", out.into()),
                ("created_at", Value::Time(episode.opens - DAY)),
                ("updated_at", Value::Time(episode.closes.min(world.as_of))),
            ],
        );
    }
}
