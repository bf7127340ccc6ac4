//! What stdin, stdout and stderr are, and asking a person.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use terminal_size::{Height, Width, terminal_size_of};

use super::ColorChoice;
use crate::config::Variables;
use crate::postgres::Secret;

/// Facts about the terminal, found out once.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Whether a person can be asked.
    pub can_ask: bool,
    /// Whether stderr is a terminal: progress may move.
    pub live: bool,
    /// Whether stdout gets colours.
    pub color_out: bool,
    /// Whether stderr gets colours.
    pub color_err: bool,
    /// Columns of stdout, where it is a terminal.
    pub width: Option<u16>,
    /// Rows of stdout, where it is a terminal.
    pub height: Option<u16>,
    /// Whether stdout is a screen that can be drawn anew.
    pub redraw: bool,
    /// Whether signs such as ✓ can be shown: unless the locale says otherwise.
    pub unicode: bool,
}

impl Terminal {
    /// Looks at the standard streams, `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`.
    #[must_use]
    pub fn detect(choice: ColorChoice, variables: &Variables) -> Self {
        let set = |name: &str| variables.get(name).is_some_and(|value| !value.is_empty());
        let dumb = variables.get("TERM") == Some("dumb");
        let color = |is_terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto if variables.get("CLICOLOR_FORCE").is_some_and(|v| v != "0") => true,
            ColorChoice::Auto => is_terminal && !dumb,
        };
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            can_ask: io::stdin().is_terminal() && err,
            live: err && !dumb,
            color_out: color(out),
            color_err: color(err),
            width: None,
            height: None,
            redraw: out && !dumb,
            unicode: ["LC_ALL", "LC_CTYPE", "LANG"]
                .iter()
                .find_map(|name| variables.get(name).filter(|value| !value.is_empty()))
                .is_none_or(|locale| locale.to_ascii_lowercase().contains("utf")),
        }
        .measured()
    }

    /// The same in the size that it has now.
    #[must_use]
    pub fn measured(self) -> Self {
        let size = terminal_size_of(io::stdout());
        let some = |number: u16| Some(number).filter(|number| *number > 0);
        Self {
            width: size.and_then(|(Width(columns), _)| some(columns)),
            height: size.and_then(|(_, Height(rows))| some(rows)),
            ..self
        }
    }
}

/// Asks on stderr and reads one line from stdin; `None` when stdin ends.
///
/// # Errors
/// When stdin cannot be read.
pub fn prompt(question: &str) -> io::Result<Option<String>> {
    Ok(typed(question)?.map(|line| line.trim().to_owned()))
}

/// The same for a password: only the line's end goes. [`Unseen`] keeps it off the screen.
///
/// # Errors
/// When stdin cannot be read.
pub fn prompt_secret(question: &str) -> io::Result<Option<Secret>> {
    let line = typed(question)?;
    let line = line.filter(|line| line != "\n");
    Ok(line.map(|line| Secret::new(line.strip_suffix('\n').unwrap_or(&line))))
}

fn typed(question: &str) -> io::Result<Option<String>> {
    // Not locked while somebody thinks: who is interrupted says so on stderr.
    let mut stderr = io::stderr();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then_some(line))
}

/// While it lives, the terminal does not show what is typed.
pub struct Unseen(Termios);

impl Unseen {
    /// Begins.
    ///
    /// # Errors
    /// When stdin is no terminal.
    pub fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut without = before.clone();
        without.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &without)?;
        Ok(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        // The line's end was not shown either.
        let _ = writeln!(io::stderr());
    }
}
