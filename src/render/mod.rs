//! For people and pipelines: tables, JSON, progress, errors. The one room that knows how things
//! look; it knows no engine.

mod error;
mod human;
mod khmer;
mod logger;
mod pipeline;
mod progress;
mod style;
mod table;

use std::io::{self, Write};
use std::sync::Arc;

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
                pipeline::text(report, answer.status == 0, other).unwrap_or_default()
            }
            report => human::text(report, style),
        },
    };
    if answer.again.is_some() && terminal.redraw {
        // Clears the screen and begins at its top.
        return print(&format!("\x1b[2J\x1b[H{}", symbols(text, format, terminal)));
    }
    print(&symbols(text, format, terminal))
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

/// Writes the error: sentences to stderr, or a record where the log is JSON, and with
/// `--format json` a document to stdout.
///
/// # Errors
/// When neither can be written.
pub fn error(
    error: &Error,
    format: Format,
    logging: Logging,
    terminal: &Terminal,
) -> io::Result<()> {
    if format == Format::Json {
        error_document(error)?;
    }
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

/// Writes the error to stdout, as one JSON document.
///
/// # Errors
/// When stdout cannot be written.
pub fn error_document(error: &Error) -> io::Result<()> {
    print(&json(&error::ErrorDocument::new(error)))
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
