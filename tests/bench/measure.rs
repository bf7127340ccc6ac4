//! Medians of interleaved runs, and the table of what was wanted and what was measured.

use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

/// Times of one contender, in the order of the rounds.
pub struct Times(Vec<Duration>);

impl Times {
    fn sorted(&self) -> Vec<f64> {
        let times = self.0.iter().map(|time| time.as_secs_f64() * 1000.0);
        let mut sorted: Vec<f64> = times.collect();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    fn median(&self) -> f64 {
        let sorted = self.sorted();
        sorted[sorted.len() / 2]
    }

    /// The median, and in brackets the shortest and the longest, in milliseconds.
    fn shown(&self) -> String {
        let sorted = self.sorted();
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        format!("{:.1} ms ({least:.1}–{most:.1})", self.median())
    }
}

/// Runs every contender once a round, so that what the machine does meanwhile meets all of them. A
/// round before the first is not counted.
pub fn interleaved<const N: usize>(
    rounds: usize,
    mut run: impl FnMut(usize) -> Duration,
) -> [Times; N] {
    let mut times = std::array::from_fn(|_| Times(Vec::new()));
    for round in 0..=rounds {
        for (which, own) in times.iter_mut().enumerate() {
            let took = run(which);
            if round > 0 {
                own.0.push(took);
            }
        }
    }
    times
}

/// A line of the table.
pub struct Row {
    what: String,
    target: String,
    measured: String,
    met: Option<bool>,
    note: String,
}

impl Row {
    fn new(what: &str, target: String, measured: String, met: bool) -> Self {
        Self {
            what: what.to_owned(),
            target,
            measured,
            met: Some(met),
            note: String::new(),
        }
    }

    /// Ours by theirs.
    pub fn ratio(what: &str, most: f64, ours: &Times, theirs: &Times) -> Self {
        let note = format!("{} by {}", ours.shown(), theirs.shown());
        let ratio = ours.median() / theirs.median();
        let row = Self::new(
            what,
            format!("≤ {most:.2} ×"),
            format!("{ratio:.2} ×"),
            ratio <= most,
        );
        row.note(note)
    }

    /// Ours by theirs, or ours alone: one of the two limits is enough.
    pub fn either(what: &str, most: f64, most_ms: f64, ours: &Times, theirs: &Times) -> Self {
        let row = Self::ratio(what, most, ours, theirs);
        let met = row.met == Some(true) || ours.median() <= most_ms;
        Self {
            target: format!("{most:.0} ×/{most_ms:.0}ms"),
            met: Some(met),
            ..row
        }
    }

    /// Ours less theirs, in milliseconds.
    pub fn more(what: &str, most: f64, ours: &Times, theirs: &Times) -> Self {
        let note = format!("{}, {}", ours.shown(), theirs.shown());
        let more = ours.median() - theirs.median();
        let row = Self::new(
            what,
            format!("≤ {most:.0} ms"),
            format!("{more:+.1} ms"),
            more <= most,
        );
        row.note(note)
    }

    /// A time in milliseconds.
    pub fn time(what: &str, most: f64, times: &Times) -> Self {
        let median = times.median();
        let row = Self::new(
            what,
            format!("≤ {most:.0} ms"),
            format!("{median:.1} ms"),
            median <= most,
        );
        row.note(times.shown())
    }

    /// A time for which no target is set.
    pub fn told(what: &str, times: &Times) -> Self {
        let mut row = Self::time(what, f64::INFINITY, times);
        row.target = "-".to_owned();
        row.met = None;
        row
    }

    /// A number of something.
    pub fn count(what: &str, most: usize, count: usize) -> Self {
        Self::new(what, format!("≤ {most}"), count.to_string(), count <= most)
    }

    /// Mebibytes.
    pub fn size(what: &str, most: f64, mebibytes: f64) -> Self {
        Self::new(
            what,
            format!("< {most:.0} MB"),
            format!("{mebibytes:.1} MB"),
            mebibytes < most,
        )
    }

    pub fn beside(self, whom: &str, times: &Times) -> Self {
        let note = format!("{whom}: {}", times.shown());
        self.note(note)
    }

    /// Adds a note.
    pub fn note(mut self, note: String) -> Self {
        if !self.note.is_empty() {
            self.note += "; ";
        }
        self.note += &note;
        self
    }
}

/// Prints the table.
pub fn print(rows: &[Row]) {
    println!(
        "{:<46} {:>10} {:>10}  {:6}  medians (shortest–longest)",
        "what", "target", "measured", ""
    );
    for row in rows {
        let verdict = match row.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        println!(
            "{:<46} {:>10} {:>10}  {verdict:6}  {}",
            row.what, row.target, row.measured, row.note
        );
    }
}

/// Starts the benchmark again with its servers on a RAM disk, where there is one with room and TMPDIR
/// names nothing else: a disk may need 3 ms to make a table, the same for everybody, and hides what
/// programs differ in.
pub fn on_a_ram_disk() {
    const RAM_DISK: &str = "/dev/shm";
    const ROOM: u64 = 4 << 30;
    if let Some(folder) = std::env::var_os("TMPDIR") {
        eprintln!("servers in {}", folder.display());
        return;
    }
    let free = rustix::fs::statvfs(RAM_DISK).map_or(0, |disk| disk.f_bavail * disk.f_frsize);
    if free < ROOM {
        eprintln!("servers on the disk: {RAM_DISK} has no room for them");
        return;
    }
    let this = std::env::current_exe().expect("this program");
    let mut again = Command::new(this);
    again
        .args(std::env::args_os().skip(1))
        .env("TMPDIR", RAM_DISK);
    panic!("started again: {}", again.exec());
}

/// A section: it adds its lines to the table.
pub type Section = fn(&mut Vec<Row>);

/// Runs the sections that the command line names by words in their names, or all; prints the table.
pub fn run(sections: &[(&str, Section)]) {
    // cargo adds its own `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let mut rows = Vec::new();
    for (name, section) in sections {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            eprintln!("measuring: {name}");
            section(&mut rows);
        }
    }
    print(&rows);
}
