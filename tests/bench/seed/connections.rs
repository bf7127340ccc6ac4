//! What further connections gain: the same load by one, by two and by four, end to end, one after the
//! other in turns.

use super::{RUNS, median, migrated, seed_with};

/// 100,000 users and 1,000,000 votes.
const SCALE: &str = "0.1";

/// The time of each.
pub fn one_and_more() {
    let mut times = [("1", Vec::new()), ("2", Vec::new()), ("4", Vec::new())];
    for _ in 0..RUNS {
        for (connections, times) in &mut times {
            let more = ["--workers", connections];
            times.push(seed_with(&migrated(), SCALE, &more).0);
        }
    }
    let [one, ..] = times.clone().map(|(_, times)| median(times).as_secs_f64());
    for (connections, times) in times {
        let time = median(times).as_secs_f64();
        println!(
            "{connections} connections: {time:.2} s, {:.2} times as fast",
            one / time
        );
    }
}
