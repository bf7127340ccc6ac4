//! Turns what `pg_dump` and `pg_restore` say with `--verbose` into progress.

use std::path::Path;
use std::time::{Duration, Instant};

use super::checksum;
use crate::progress::{Event, Sink, Unit};

/// How often the size of a growing dump is told.
const EVERY: Duration = Duration::from_millis(500);

/// Words that begin or mark a line that matters.
const MARKS: [&str; 9] = [
    "error:", "fatal:", "warning:", "detail:", "hint:", "ERROR:", "FATAL:", "while ", "from TOC",
];

/// A listener to one run of one program.
pub(super) struct Talk<'a> {
    sink: &'a dyn Sink,
    label: &'static str,
    program: &'static str,
    /// What a run of one process says at the beginning of a table; several say `finished item` at its end.
    begins: Option<&'static str>,
    growing: Option<&'a Path>,
    started: Instant,
    looked: Instant,
    tables: u64,
    done: u64,
}

impl<'a> Talk<'a> {
    /// Listens to `pg_dump` while it fills the folder.
    pub fn of_dump(sink: &'a dyn Sink, folder: &'a Path, jobs: u32, tables: usize) -> Self {
        let begins = (jobs <= 1).then_some("dumping contents of table");
        Self {
            growing: Some(folder),
            ..Self::new(sink, "dump", "pg_dump:", begins, tables)
        }
    }

    /// Listens to `pg_restore`.
    pub fn of_restore(sink: &'a dyn Sink, jobs: u32, tables: usize) -> Self {
        let begins = (jobs <= 1).then_some("processing data for table");
        Self::new(sink, "restore", "pg_restore:", begins, tables)
    }

    fn new(
        sink: &'a dyn Sink,
        label: &'static str,
        program: &'static str,
        begins: Option<&'static str>,
        tables: usize,
    ) -> Self {
        let now = Instant::now();
        let tables = tables as u64;
        sink.emit(Event::Started {
            label: label.to_owned(),
            total: Some(tables),
            unit: Unit::Items,
        });
        Self {
            sink,
            label,
            program,
            begins,
            growing: None,
            started: now,
            looked: now,
            tables,
            done: 0,
        }
    }

    /// Takes a line; whether it is only talk.
    pub fn hear(&mut self, line: &str) -> bool {
        let finished = line.contains("finished item") && line.contains("TABLE DATA");
        if finished || self.begins.is_some_and(|begins| line.contains(begins)) {
            self.done = (self.done + 1).min(self.tables);
            self.sink.emit(Event::Advanced {
                label: self.label.to_owned(),
                done: self.done,
            });
        }
        if self.looked.elapsed() > EVERY {
            self.looked = Instant::now();
            self.tell_size();
        }
        line.starts_with(self.program) && !MARKS.iter().any(|mark| line.contains(mark))
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    fn tell_size(&self) {
        let Some(folder) = self.growing else {
            return;
        };
        let megabytes = checksum::size_so_far(folder) as f64 / 1e6;
        let rate = megabytes / self.started.elapsed().as_secs_f64();
        self.sink.emit(Event::Doing {
            label: self.label.to_owned(),
            what: format!("{megabytes:.1} MB written, {rate:.1} MB/s"),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<Event>>);

    impl Sink for Heard {
        fn emit(&self, event: Event) {
            self.0.lock().expect("list").push(event);
        }
    }

    #[test]
    fn tables_are_counted_and_errors_kept() {
        let heard = Heard::default();
        let mut talk = Talk::of_restore(&heard, 2, 5);
        assert!(talk.hear("pg_restore: finished item 3801 TABLE DATA artists"));
        assert!(talk.hear("pg_restore: creating TABLE \"public.artists\""));
        assert!(!talk.hear("pg_restore: error: could not execute query"));
        assert!(!talk.hear("Command was: CREATE TABLE"));
        let label = || "restore".to_owned();
        let last = Event::Advanced {
            label: label(),
            done: 1,
        };
        assert_eq!(heard.0.lock().expect("list").last(), Some(&last));
    }
}
