//! For people and pipelines: tables, JSON, progress, errors. The one room that knows how things
//! look; it knows no engine.

mod columns;
mod error;
mod human;
mod khmer;
mod logger;
mod pipeline;
mod progress;
mod screen;
mod style;
mod table;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::cli::{Format, Logging, Terminal};
use crate::error::Error;
use crate::progress::Sink;
use crate::report::{Answer, Document, Report};

pub use logger::start_log;
pub use style::Style;

/// Writes the answer to stdout. A closed pipe is no error: whoever listened has heard enough.
///
/// # Errors
/// When stdout cannot be written for another reason.
pub fn answer(answer: &Answer, format: Format, terminal: &Terminal) -> io::Result<()> {
    let style = Style::new(terminal.color_out).within(terminal.width);
    let text = match format {
        Format::Human => human::text(&answer.report, style),
        Format::Json => json(&Document::new(&answer.report)),
        other => match &answer.report {
            Report::DbHealthCheck(report) => {
                pipeline::text(report, answer.plugin, other).unwrap_or_default()
            }
            report => human::text(report, style),
        },
    };
    let text = symbols(text, format, terminal);
    let Some(pause) = answer.again.filter(|_| terminal.redraw) else {
        return print(&text);
    };
    let mut texts = vec![text];
    if let (Format::Human, Report::DbHealthCheck(report)) = (format, &answer.report) {
        let brief = human::health_in_brief(report, style);
        texts.push(symbols(brief, format, terminal));
    }
    print(&screen::draw(&texts, pause, terminal, style))
}

/// Writes what keeps a watched command from looking, and that it goes on trying.
///
/// # Errors
/// When it cannot be written.
pub fn lost(
    error: &Error,
    pause: Duration,
    (format, logging): (Format, Logging),
    terminal: &Terminal,
) -> io::Result<()> {
    if !terminal.redraw || format != Format::Human {
        return self::error(error, format, logging, terminal);
    }
    let style = Style::new(terminal.color_out).within(terminal.width);
    let text = error::text(error, style) + "trying again\n";
    print(&screen::draw(&[text], pause, terminal, style))
}

/// Where the locale says that the terminal knows ASCII only, signs become letters. Names stay as they are.
fn symbols(text: String, format: Format, terminal: &Terminal) -> String {
    const SIGNS: [(&str, &str); 14] = [
        ("✓", "ok"),
        ("✗", "X"),
        ("·", "-"),
        ("→", "->"),
        ("…", "..."),
        ("─", "-"),
        ("📊 ", ""),
        ("🔍 ", ""),
        ("📈 ", ""),
        ("🔒 ", ""),
        ("│", "|"),
        ("├", "+"),
        ("└", "+"),
        ("¦", "|"),
    ];
    if terminal.unicode || format != Format::Human {
        return text;
    }
    let plain = |text: String, (sign, plain): &(&str, &str)| text.replace(sign, plain);
    SIGNS.iter().fold(text, plain)
}

/// Writes the error: sentences to stderr, or a record where the log is JSON, and to stdout what programs read.
///
/// # Errors
/// When neither can be written.
pub fn error(
    error: &Error,
    format: Format,
    logging: Logging,
    terminal: &Terminal,
) -> io::Result<()> {
    error_on_stdout(error, format)?;
    if logging.is_json() {
        logger::error(error);
        return Ok(());
    }
    let text = error::text(error, Style::new(terminal.color_err));
    heard(io::stderr().lock().write_all(text.as_bytes()))
}

/// Tells that the answer could not be written, as on a full disk; what was done is done.
pub fn unwritten(error: &io::Error) {
    let text = format!("error: the answer cannot be written: {error}\n");
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes the error to stdout where a program reads it there: as one JSON document, or as the line of a plugin.
///
/// # Errors
/// When stdout cannot be written.
pub fn error_on_stdout(error: &Error, format: Format) -> io::Result<()> {
    match format {
        Format::Json => print(&json(&error::ErrorDocument::new(error))),
        Format::Nagios => print(&pipeline::nagios_error(error)),
        _ => Ok(()),
    }
}

/// Where progress goes: moving lines on a terminal, plain ones elsewhere and between the lines of a
/// log, into the log if that is JSON; warnings only if quiet.
#[must_use]
pub fn progress(quiet: bool, logging: Logging, terminal: &Terminal) -> Arc<dyn Sink> {
    let style = Style::new(terminal.color_err);
    if logging.is_json() {
        Arc::new(logger::Logged)
    } else if quiet {
        Arc::new(progress::Lines::new(style, true))
    } else if terminal.live && !logging.is_on() {
        Arc::new(progress::Live::new(style))
    } else {
        Arc::new(progress::Lines::new(style, false))
    }
}

fn json<T: serde::Serialize>(document: &T) -> String {
    // Reports hold no maps with odd keys and no failing serialisers.
    let text = serde_json::to_string_pretty(document);
    text.unwrap_or_else(|error| format!("{{\"schema_version\":1,\"error\":\"{error}\"}}")) + "\n"
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    heard(
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush()),
    )
}

/// A closed pipe is no failure.
fn heard(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
