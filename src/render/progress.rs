//! Progress on stderr: moving lines on a terminal, plain ones elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use super::style::{Role, Style};
use crate::progress::{Event, Outcome, Sink, Unit};
use crate::report::words::thousands;

const TICK: Duration = Duration::from_millis(120);

/// How often a log hears what long work is doing.
const DOING_EVERY: Duration = Duration::from_secs(5);

/// One plain line for each end, note and warning, and now and then one for what takes long; or
/// warnings only.
pub(super) struct Lines {
    style: Style,
    quiet: bool,
    told: Mutex<Instant>,
}

impl Lines {
    pub fn new(style: Style, quiet: bool) -> Self {
        Self {
            style,
            quiet,
            told: Mutex::new(Instant::now()),
        }
    }

    /// What work is doing that began, or was last told of, a while ago.
    fn doing(&self, event: &Event) -> Option<String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { .. } => *told = Instant::now(),
            Event::Doing { label, what } if told.elapsed() >= DOING_EVERY => {
                *told = Instant::now();
                let mark = self.style.paint(Role::Dim, "…");
                return Some(format!("{mark} {label}: {what}"));
            }
            _ => {}
        }
        None
    }
}

impl Sink for Lines {
    fn emit(&self, event: Event) {
        if self.quiet && !matches!(event, Event::Warning(_)) {
            return;
        }
        if let Some(line) = line(&event, self.style).or_else(|| self.doing(&event)) {
            // Nobody may listen to stderr; that stops no work.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }
}

/// The line of an event that stays; none for what only moves.
fn line(event: &Event, style: Style) -> Option<String> {
    match event {
        Event::Finished {
            label,
            outcome,
            elapsed,
            note,
        } => {
            let mark = match outcome {
                Outcome::Done => style.tick(),
                Outcome::Skipped => style.paint(Role::Dim, "-"),
                Outcome::Failed => style.cross(),
            };
            let note = note
                .as_deref()
                .map_or(String::new(), |note| format!("  {note}"));
            let time = style.paint(Role::Dim, duration(*elapsed));
            Some(format!("{mark} {label}  {time}{note}"))
        }
        Event::Note(text) => Some(format!("{} {text}", style.paint(Role::Dim, "·"))),
        Event::Warning(text) => Some(format!("{} {text}", style.paint(Role::Warn, "!"))),
        Event::Doing { .. } | Event::Started { .. } | Event::Advanced { .. } => None,
    }
}

/// Spinners and bars, one for each piece of work under way.
pub(super) struct Live {
    style: Style,
    area: MultiProgress,
    bars: Mutex<HashMap<String, ProgressBar>>,
}

impl Live {
    pub fn new(style: Style) -> Self {
        Self {
            style,
            area: MultiProgress::new(),
            bars: Mutex::new(HashMap::new()),
        }
    }

    fn start(&self, label: String, total: Option<u64>, unit: Unit) {
        // Added before anything is set: alone, it would draw a line that nobody clears.
        let bar = self.area.add(match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        });
        if let Some(style) = moving(total, unit) {
            bar.set_style(style);
        }
        bar.set_prefix(label.clone());
        bar.enable_steady_tick(TICK);
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.insert(label, bar);
    }

    fn with(&self, label: &str, act: impl FnOnce(&ProgressBar)) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(label) {
            act(bar);
        }
    }
}

/// How a line moves: on 80 columns all but what is being done has room, at any number of rows.
fn moving(total: Option<u64>, unit: Unit) -> Option<ProgressStyle> {
    let template = match (total, unit) {
        (None, Unit::None) => "{spinner} {prefix}  {elapsed}  {wide_msg}",
        (None, _) => "{spinner} {prefix}  {human_pos}  {elapsed}  {wide_msg}",
        (Some(_), Unit::Bytes) => {
            "{spinner} {prefix:25} {bar:10} {percent:>3}%  {binary_bytes:>10}  {binary_bytes_per_sec:>12}  {eta:>3}  {wide_msg}"
        }
        (Some(_), Unit::Rows) => {
            "{spinner} {prefix:25} {bar:10} {percent:>3}%  {human_pos:>10}  {rate:>11}  {eta:>3} left  {wide_msg}"
        }
        (Some(_), _) => "{spinner} {prefix:25} {bar:10} {pos:>3}/{len}  {wide_msg}",
    };
    let style = ProgressStyle::with_template(template).ok()?;
    let rate = |state: &ProgressState, text: &mut dyn fmt::Write| {
        let _ = write!(text, "{}/s", thousands(state.per_sec() as u64));
    };
    let style = style.with_key("rate", rate);
    Some(style.progress_chars("━━╌").tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "))
}

impl Sink for Live {
    fn emit(&self, event: Event) {
        let stays = line(&event, self.style);
        match event {
            Event::Started { label, total, unit } => self.start(label, total, unit),
            Event::Advanced { label, done } => self.with(&label, |bar| bar.set_position(done)),
            Event::Doing { label, what } => self.with(&label, |bar| bar.set_message(what)),
            Event::Finished { label, .. } => {
                let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(bar) = bars.remove(&label) {
                    bar.finish_and_clear();
                }
            }
            Event::Note(_) | Event::Warning(_) => {}
        }
        if let Some(line) = stays {
            // MultiProgress keeps the moving lines below what stays.
            self.area.suspend(|| {
                let _ = writeln!(io::stderr().lock(), "{line}");
            });
        }
    }

    /// A line that still moved would take the place of what is written next.
    fn end(&self) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, bar) in bars.drain() {
            bar.finish_and_clear();
        }
    }
}

/// A time as people read it: `3 ms`, `1.25 s`, `2 min 5 s`.
pub(super) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1000.0)
    } else if seconds < 60.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_hears_of_long_work_only() {
        let long_ago = Instant::now().checked_sub(2 * DOING_EVERY);
        let lines = Lines {
            told: Mutex::new(long_ago.expect("a clock that ran for a while")),
            ..Lines::new(Style::new(false), false)
        };
        let label = || "V0001 a".to_owned();
        let doing = Event::Doing {
            label: label(),
            what: "building".to_owned(),
        };
        assert!(lines.doing(&doing).is_some());
        assert!(lines.doing(&doing).is_none(), "not so soon again");
        *lines.told.lock().expect("a lock") = long_ago.expect("a clock");
        let started = Event::Started {
            label: label(),
            total: None,
            unit: Unit::None,
        };
        assert!(lines.doing(&started).is_none());
        assert!(lines.doing(&doing).is_none(), "it began just now");
    }

    /// A terminal of 80 columns that remembers what it is given.
    #[derive(Debug, Clone, Default)]
    struct Paper(std::sync::Arc<Mutex<Vec<String>>>);

    impl indicatif::TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            let mut lines = self.0.lock().expect("a lock");
            lines.push(text.trim_end().to_owned());
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_fits_80_columns_at_any_size() {
        for (unit, total, words) in [
            (
                Unit::Rows,
                10_000_000,
                vec![
                    "spree_store_credit_events",
                    " 99%",
                    "9,900,000",
                    "/s",
                    "left",
                ],
            ),
            (
                Unit::Bytes,
                999 << 30,
                vec!["spree_store_credit_events", "989.01 GiB", "iB/s"],
            ),
            (Unit::Items, 110, vec!["109/110", "index_of"]),
        ] {
            let paper = Paper::default();
            let target = indicatif::ProgressDrawTarget::term_like(Box::new(paper.clone()));
            let mut live = Live::new(Style::new(false));
            live.area = MultiProgress::with_draw_target(target);
            let label = || "spree_store_credit_events".to_owned();
            live.start(label(), Some(total), unit);
            std::thread::sleep(Duration::from_millis(20));
            live.emit(Event::Advanced {
                label: label(),
                done: total - total / 100,
            });
            let what = "index_of_a_very_long_name_".repeat(4);
            live.emit(Event::Doing {
                label: label(),
                what,
            });
            live.with(&label(), ProgressBar::tick);
            std::thread::sleep(Duration::from_millis(200));
            live.with(&label(), ProgressBar::tick);
            let lines = paper.0.lock().expect("a lock").clone();
            for line in &lines {
                let width = unicode_width::UnicodeWidthStr::width(line.as_str());
                assert!(width <= 80, "{width}: {line}");
            }
            let last = lines
                .iter()
                .rev()
                .find(|line| !line.is_empty())
                .expect("a line");
            for word in words {
                assert!(last.contains(word), "no {word}: {last}");
            }
        }
    }
}
