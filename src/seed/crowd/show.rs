//! Seasons of the show: weekly episodes, who sings, how popular each is and how that drifts, when the
//! votes of an evening arrive. Totals are filled in by the first pass over the votes.

use crate::seed::clock::{DAY, HOUR, MINUTE, Micros, WEEK, local_day, sunday_before};
use crate::seed::day;
use crate::seed::profile;
use crate::seed::random::{Dice, Key, Weights};

/// How long an episode is on air.
const ON_AIR: Micros = 2 * HOUR;
/// How long voting stays open, from the first song.
const WINDOW: Micros = 24 * HOUR;
/// Percent of the votes that arrive while the show is on air.
const WHILE_ON_AIR: u64 = 50;
/// Percent that arrive in the last hour.
const LAST_HOUR: u64 = 30;

/// One evening of a season.
#[derive(Debug)]
pub struct Episode {
    /// Place in the season, from 1.
    pub number: usize,
    /// On air, and voting opens.
    pub opens: Micros,
    /// Voting closes.
    pub closes: Micros,
    /// Indexes of the contestants who sing, in their order on stage.
    pub performers: Vec<usize>,
    /// Popularity of each performer, in the order of `performers`.
    pub strengths: Vec<f64>,
    /// How many users may vote: those who had signed up when voting opened.
    pub eligible: u64,
    /// Rows of votes.
    pub rows: u64,
    /// Votes counted, in the order of `performers`.
    pub totals: Vec<u64>,
    /// Money paid, in hundredths.
    pub revenue: u64,
    /// The performer who leaves.
    pub leaves: Option<usize>,
    /// How its votes swell and ebb.
    waves: Key,
}

impl Episode {
    /// 0 upcoming, 1 live, 2 completed.
    #[must_use]
    pub fn status(&self, as_of: Micros) -> i64 {
        match as_of {
            now if now < self.opens => 0,
            now if now < self.closes => 1,
            _ => 2,
        }
    }

    /// How busy a minute of the window is beside the others of its part: songs and talk alternate
    /// while on air, hours differ, and the last hour hurries towards its end.
    fn swell(&self, minute: i64) -> u64 {
        let chance = |part: u64, of: i64| self.waves.part(part).row(of.unsigned_abs()).below(100);
        let noise = (60 + chance(0, minute)) * (70 + chance(1, minute / 6));
        let to_close = (self.closes - self.opens) / MINUTE - minute;
        noise
            * if minute < ON_AIR / MINUTE {
                100
            } else if to_close <= 60 {
                130 - to_close.unsigned_abs()
            } else {
                day::weight(self.opens + minute * MINUTE)
            }
    }

    /// The title that the number makes.
    #[must_use]
    pub fn title(&self, episodes: usize) -> String {
        let stage = match episodes - self.number {
            0 => "Grand Final",
            1 => "Semi-Final",
            _ if self.number == 1 => "Auditions",
            _ if self.number == 2 => "Battle Round",
            _ => "Live Show",
        };
        format!("Episode {}: {stage}", self.number)
    }
}

/// A season.
#[derive(Debug)]
pub struct Season {
    /// Natural key.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Its episodes.
    pub episodes: Vec<Episode>,
    /// Popularity of every contestant in the beginning.
    pub strengths: Vec<f64>,
    key: Key,
}

impl Season {
    /// A season whose last episode is on the Sunday at seven before `finale`.
    #[must_use]
    pub fn new(key: Key, show: &profile::Show, as_of: Micros) -> Self {
        let finale = sunday_before(as_of + show.finale.0, 19);
        let mut ranks: Vec<usize> = (1..=show.contestants).collect();
        let mut dice = key.row(0);
        for last in (1..ranks.len()).rev() {
            ranks.swap(last, dice.index(last + 1));
        }
        let strengths = ranks.iter().map(|rank| zipf(*rank)).collect();
        let episodes = (1..=show.episodes).map(|number| {
            let opens = finale - (show.episodes - number) as i64 * WEEK;
            Episode {
                number,
                opens,
                closes: opens + WINDOW,
                performers: Vec::new(),
                strengths: Vec::new(),
                eligible: 0,
                rows: 0,
                totals: Vec::new(),
                revenue: 0,
                leaves: None,
                waves: key.part(4).part(number as u64),
            }
        });
        Self {
            slug: show.slug.clone(),
            name: show.name.clone(),
            episodes: episodes.collect(),
            strengths,
            key,
        }
    }

    /// Whether every episode is over.
    #[must_use]
    pub fn is_over(&self, as_of: Micros) -> bool {
        self.episodes
            .iter()
            .all(|episode| episode.status(as_of) == 2)
    }

    /// Decides who sings in an episode: who is still in, in an order of its own.
    pub fn cast(&mut self, index: usize) {
        let gone: Vec<usize> = self.episodes[..index]
            .iter()
            .filter_map(|e| e.leaves)
            .collect();
        let mut left: Vec<usize> = (0..self.strengths.len())
            .filter(|c| !gone.contains(c))
            .collect();
        let mut dice = self.key.part(1).row(index as u64);
        for last in (1..left.len()).rev() {
            left.swap(last, dice.index(last + 1));
        }
        let strengths = left
            .iter()
            .map(|contestant| self.strength(*contestant, index));
        self.episodes[index].strengths = strengths.collect();
        self.episodes[index].totals = vec![0; left.len()];
        self.episodes[index].performers = left;
    }

    /// Popularity in the week of an episode: it drifts by up to a sixth every week.
    fn strength(&self, contestant: usize, index: usize) -> f64 {
        let mut dice = self.key.part(2).row(contestant as u64);
        (0..index).fold(self.strengths[contestant], |strength, _| {
            strength * (0.86 + 0.28 * dice.unit())
        })
    }

    /// Sends somebody home after an episode that is over: the lower of the bottom two, sometimes the
    /// other one. Two are left for the final, from which nobody goes home.
    pub fn eliminate(&mut self, index: usize) {
        let final_night = index + 1 == self.episodes.len();
        let keep = 2.max(self.strengths.len().saturating_sub(self.episodes.len() - 1));
        let mut dice = self.key.part(3).row(index as u64);
        let episode = &mut self.episodes[index];
        if final_night || episode.performers.len() <= keep {
            return;
        }
        let mut order: Vec<usize> = (0..episode.performers.len()).collect();
        order.sort_by_key(|place| (episode.totals[*place], episode.performers[*place]));
        let place = order[usize::from(dice.chance(0.2))];
        episode.leaves = Some(episode.performers[place]);
    }

    /// Final ranks by contestant, 1 the winner; none while the season runs and nobody left.
    #[must_use]
    pub fn ranks(&self, as_of: Micros) -> Vec<Option<usize>> {
        let mut ranks = vec![None; self.strengths.len()];
        let mut next = self.strengths.len();
        for leaver in self.episodes.iter().filter_map(|episode| episode.leaves) {
            ranks[leaver] = Some(next);
            next -= 1;
        }
        if let Some(last) = self.episodes.last().filter(|_| self.is_over(as_of)) {
            let mut order: Vec<usize> = (0..last.performers.len()).collect();
            order.sort_by_key(|place| (last.totals[*place], last.performers[*place]));
            for place in order {
                ranks[last.performers[place]] = Some(next);
                next -= 1;
            }
        }
        ranks
    }

    /// First and last day, in days since the Unix epoch.
    #[must_use]
    pub fn days(&self) -> (i32, i32) {
        let first = self.episodes.first().map_or(0, |episode| episode.opens);
        let last = self.episodes.last().map_or(0, |episode| episode.closes);
        (local_day(first - 7 * DAY), local_day(last))
    }
}

/// 1 / rank^0.75 without `powf`, which machines round differently.
fn zipf(rank: usize) -> f64 {
    let rank = rank as f64;
    1.0 / (rank * rank.sqrt()).sqrt()
}

/// When the votes of an evening arrive.
#[derive(Debug)]
pub struct Arrivals {
    opens: Micros,
    sums: Vec<u64>,
    /// Share of the window's votes that arrive up to now.
    reached: f64,
}

impl Arrivals {
    /// For the window of an episode, up to `as_of`.
    #[must_use]
    pub fn new(episode: &Episode, as_of: Micros) -> Self {
        let minutes = (episode.closes - episode.opens) / MINUTE;
        let (show, last) = (ON_AIR / MINUTE, minutes - HOUR / MINUTE);
        let mut sums = Vec::with_capacity(minutes as usize);
        for (part, percent) in [
            (0..show, WHILE_ON_AIR),
            (show..last, 100 - WHILE_ON_AIR - LAST_HOUR),
            (last..minutes, LAST_HOUR),
        ] {
            let weights: Vec<u64> = part.map(|minute| episode.swell(minute)).collect();
            let all: u64 = weights.iter().sum();
            let (before, mut sum) = (sums.last().copied().unwrap_or(0), 0);
            sums.extend(weights.iter().map(|weight| {
                sum += weight;
                before + percent * 1_000_000 * sum / all.max(1)
            }));
        }
        let gone = ((as_of - episode.opens) / MINUTE).clamp(0, minutes);
        let before = usize::try_from(gone)
            .ok()
            .and_then(|gone| gone.checked_sub(1));
        let reached = before.map_or(0.0, |minute| {
            sums[minute] as f64 / sums[sums.len() - 1] as f64
        });
        Self {
            opens: episode.opens,
            sums,
            reached,
        }
    }

    /// Share of the window's votes that have arrived by now.
    #[must_use]
    pub fn reached(&self) -> f64 {
        self.reached
    }

    /// When the vote arrives before which this share of those that have arrived came.
    #[must_use]
    pub fn at(&self, share: f64) -> Micros {
        let total = self.sums.last().copied().unwrap_or(1) as f64;
        let target = share * self.reached * total;
        let minute = self.sums.partition_point(|sum| *sum as f64 <= target);
        let minute = minute.min(self.sums.len() - 1);
        let before = if minute == 0 {
            0
        } else {
            self.sums[minute - 1]
        };
        let within = (target - before as f64) / (self.sums[minute] - before).max(1) as f64;
        self.opens + minute as i64 * MINUTE + (within.clamp(0.0, 0.999) * MINUTE as f64) as i64
    }
}

/// Draws a performer by popularity.
#[derive(Debug)]
pub struct Favour {
    weights: Weights,
    favourites: Weights,
    place: Vec<Option<usize>>,
}

impl Favour {
    /// For one episode of a season.
    #[must_use]
    pub fn new(season: &Season, episode: &Episode) -> Self {
        let mut place = vec![None; season.strengths.len()];
        for (at, contestant) in episode.performers.iter().enumerate() {
            place[*contestant] = Some(at);
        }
        Self {
            weights: Weights::shares(episode.strengths.iter().copied()),
            favourites: Weights::shares(season.strengths.iter().copied()),
            place,
        }
    }

    /// The performer for whom a user votes: mostly the user's favourite of the season, while in.
    pub fn draw(&self, of_user: &mut Dice, of_vote: &mut Dice) -> usize {
        let favourite = self.place[self.favourites.draw(of_user)];
        match favourite {
            Some(place) if of_vote.chance(0.6) => place,
            _ => self.weights.draw(of_vote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::profile::Offset;

    const NOW: Micros = 1_795_600_000_000_000;

    fn season(finale: Micros) -> Season {
        let show = profile::Show {
            slug: "s".to_owned(),
            name: "S".to_owned(),
            contestants: 6,
            episodes: 4,
            finale: Offset(finale),
        };
        Season::new(Key::new(1, "season"), &show, NOW)
    }

    #[test]
    fn who_leaves_stays_away_and_one_wins() {
        let mut season = season(-WEEK);
        for index in 0..4 {
            season.cast(index);
            let episode = &mut season.episodes[index];
            episode.totals = (1..=episode.performers.len() as u64).collect();
            season.eliminate(index);
        }
        assert!(season.is_over(NOW));
        let ranks = season.ranks(NOW);
        let mut sorted: Vec<_> = ranks.iter().map(|rank| rank.unwrap()).collect();
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3, 4, 5, 6]);
        let gone = season.episodes[0].leaves.unwrap();
        assert!(
            season.episodes[1..]
                .iter()
                .all(|e| !e.performers.contains(&gone))
        );
        assert_eq!(season.episodes[3].leaves, None);
    }

    #[test]
    fn votes_come_while_on_air_and_in_the_last_hour() {
        let season = season(-WEEK);
        let episode = &season.episodes[0];
        let arrivals = Arrivals::new(episode, NOW);
        let times: Vec<_> = (0..1_000)
            .map(|vote| arrivals.at(f64::from(vote) / 1_000.0))
            .collect();
        assert!(times.is_sorted());
        assert!(times[0] >= episode.opens && times[999] < episode.closes);
        let early = times
            .iter()
            .filter(|at| **at < episode.opens + ON_AIR)
            .count();
        let late = times
            .iter()
            .filter(|at| **at >= episode.closes - HOUR)
            .count();
        assert!((495..=505).contains(&early), "{early}");
        assert!((295..=305).contains(&late), "{late}");
    }

    #[test]
    fn an_open_window_has_only_the_votes_so_far() {
        let season = season(0);
        let episode = &season.episodes[3];
        let now = episode.opens + HOUR;
        let arrivals = Arrivals::new(episode, now);
        assert!(arrivals.reached() > 0.22 && arrivals.reached() < 0.28);
        assert!(arrivals.at(0.9999) <= now);
        assert_eq!(episode.status(now), 1);
    }
}
