//! The log on stderr: one line for each record, as text or as JSON. Only hangmeas' own records: those
//! of libraries may show what must not be seen.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use log::kv::{Error as FieldError, Key, Value, VisitSource};
use log::{Log, Metadata, Record};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::style::{Role, Style};
use crate::cli::{Logging, Terminal};
use crate::error::Error;
use crate::progress::{Event, Outcome, Sink};
use crate::report::milliseconds;

/// Prefix of the records that are written.
const OWN: &str = "hangmeas";

/// Starts the log, once.
pub fn start_log(logging: Logging, terminal: &Terminal) {
    if !logging.is_on() {
        return;
    }
    let logger = Logger {
        json: logging.json,
        style: Style::new(terminal.color_err),
    };
    // A second logger is refused: then the first one goes on.
    if log::set_boxed_logger(Box::new(logger)).is_ok() {
        log::set_max_level(logging.level);
    }
}

/// Progress as records: what ended, notes and warnings.
pub(super) struct Logged;

impl Sink for Logged {
    fn emit(&self, event: Event) {
        match event {
            Event::Finished {
                label,
                outcome,
                elapsed,
                note,
            } => {
                let outcome = match outcome {
                    Outcome::Done => "done",
                    Outcome::Skipped => "skipped",
                    Outcome::Failed => "failed",
                };
                let (ms, note) = (milliseconds(elapsed), note.unwrap_or_default());
                log::info!(ms, outcome, note = note.as_str(); "{label}");
            }
            Event::Note(text) => log::info!("{text}"),
            Event::Warning(text) => log::warn!("{text}"),
            Event::Started { .. } | Event::Advanced { .. } | Event::Doing { .. } => {}
        }
    }
}

/// The error that ends the run.
pub(super) fn error(error: &Error) {
    let hints = error.hints().iter();
    let commands: Vec<&str> = hints.filter_map(|hint| hint.command.as_deref()).collect();
    log::error!(
        status = error.kind().exit_status(),
        sqlstate = error.code().unwrap_or_default(),
        details = error.detail_lines().join("\n").as_str(),
        commands = commands.join("\n").as_str();
        "{error}"
    );
}

struct Logger {
    json: bool,
    style: Style,
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with(OWN)
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let now = OffsetDateTime::now_utc()
            .format(&Rfc3339)
            .unwrap_or_default();
        let line = if self.json {
            as_json(record, now)
        } else {
            as_text(record, &now, self.style)
        };
        // Nobody may listen to stderr; that stops no work.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    fn flush(&self) {}
}

fn as_json(record: &Record<'_>, now: String) -> String {
    let mut document = Map::new();
    document.insert("time".to_owned(), now.into());
    let level = record.level().as_str().to_lowercase();
    document.insert("level".to_owned(), level.into());
    document.insert("target".to_owned(), record.target().into());
    document.insert("message".to_owned(), record.args().to_string().into());
    let mut fields = Fields(document);
    let _ = record.key_values().visit(&mut fields);
    Json::Object(fields.0).to_string()
}

fn as_text(record: &Record<'_>, now: &str, style: Style) -> String {
    let role = match record.level() {
        log::Level::Error => Role::Bad,
        log::Level::Warn => Role::Warn,
        _ => Role::Dim,
    };
    let level = record.level().as_str().to_lowercase();
    let mut line = format!(
        "{} {} {}",
        style.paint(Role::Dim, now),
        style.paint(role, format!("{level:5}")),
        record.args()
    );
    let mut fields = Fields(Map::new());
    let _ = record.key_values().visit(&mut fields);
    for (key, value) in fields.0 {
        let _ = write!(
            line,
            " {}{value}",
            style.paint(Role::Dim, format!("{key}="))
        );
    }
    line
}

/// The fields of a record, numbers as numbers.
struct Fields(Map<String, Json>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), FieldError> {
        let number = value.to_u64().map(Json::from);
        let number = number.or_else(|| value.to_i64().map(Json::from));
        let number = number.or_else(|| value.to_f64().map(Json::from));
        let json = number
            .or_else(|| value.to_bool().map(Json::from))
            .unwrap_or_else(|| value.to_string().into());
        self.0.insert(key.to_string(), json);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record<'a>(fields: &'a [(&'a str, Value<'a>)], with: impl FnOnce(&Record<'_>)) {
        let mut builder = Record::builder();
        builder
            .level(log::Level::Debug)
            .target("hangmeas::postgres");
        with(
            &builder
                .args(format_args!("statement"))
                .key_values(&fields)
                .build(),
        );
    }

    #[test]
    fn fields_keep_their_types_in_json() {
        let fields = [
            ("ms", Value::from(1.25)),
            ("rows", Value::from(3)),
            ("sql", Value::from("a \"b\"")),
        ];
        record(&fields, |record| {
            let line = as_json(record, "now".to_owned());
            let json: Json = serde_json::from_str(&line).expect("JSON");
            assert_eq!(json["level"], "debug");
            assert_eq!(json["ms"], 1.25);
            assert_eq!(json["rows"], 3);
            assert_eq!(json["sql"], "a \"b\"");
            let text = as_text(record, "now", Style::new(false));
            assert_eq!(
                text,
                "now debug statement ms=1.25 rows=3 sql=\"a \\\"b\\\"\""
            );
        });
    }

    #[test]
    fn records_of_libraries_are_not_written() {
        let logger = Logger {
            json: false,
            style: Style::new(false),
        };
        let of = |target| {
            Metadata::builder()
                .level(log::Level::Info)
                .target(target)
                .build()
        };
        assert!(logger.enabled(&of("hangmeas::migration")));
        assert!(!logger.enabled(&of("tokio_postgres::query")));
    }
}
