//! What goes into the log: `-v`, `-vv` and `HANGMEAS_LOG`.

use log::LevelFilter;

use crate::config::Variables;
use crate::error::{Error, Result};
use crate::postgres::url::hide_passwords;

const VARIABLE: &str = "HANGMEAS_LOG";

/// Level and form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logging {
    /// How much.
    pub level: LevelFilter,
    /// One JSON document a line, instead of text.
    pub json: bool,
}

impl Logging {
    /// No log.
    pub const OFF: Self = Self {
        level: LevelFilter::Off,
        json: false,
    };

    /// The wordier of what the flag (how often it stands there) and the variable say.
    ///
    /// # Errors
    /// A word in `HANGMEAS_LOG` that is neither a level nor a form.
    pub fn choose(verbose: u8, variables: &Variables) -> Result<Self> {
        let flag = match verbose {
            0 => LevelFilter::Off,
            1 => LevelFilter::Info,
            2 => LevelFilter::Debug,
            _ => LevelFilter::Trace,
        };
        let (mut level, mut json) = (None, false);
        let value = variables.get(VARIABLE).unwrap_or_default();
        for word in value.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            match (word, word.parse::<LevelFilter>()) {
                ("json", _) => json = true,
                ("text", _) => json = false,
                (_, Ok(parsed)) => level = Some(parsed),
                _ => return Err(unknown(word)),
            }
        }
        // A form alone asks for a log too.
        let implied = if value.is_empty() {
            LevelFilter::Off
        } else {
            LevelFilter::Info
        };
        Ok(Self {
            level: level.unwrap_or(implied).max(flag),
            json,
        })
    }

    /// Whether anything goes into the log.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.level != LevelFilter::Off
    }

    /// Whether stderr is a stream of JSON documents.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json && self.is_on()
    }
}

fn unknown(word: &str) -> Error {
    Error::configuration(format!(
        "{VARIABLE}: {:?} is neither a level nor a form",
        hide_passwords(word)
    ))
    .hint("levels are error, warn, info, debug and trace, forms text and json: HANGMEAS_LOG=debug,json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(verbose: u8, value: &str) -> Result<(LevelFilter, bool)> {
        let variables = Variables::from_pairs([(VARIABLE, value)]);
        Logging::choose(verbose, &variables).map(|logging| (logging.level, logging.json))
    }

    #[test]
    fn the_wordier_of_flag_and_variable_counts() {
        assert_eq!(chosen(0, "").expect("off"), (LevelFilter::Off, false));
        assert_eq!(chosen(1, "").expect("info"), (LevelFilter::Info, false));
        assert_eq!(
            chosen(1, "debug,json").expect("both"),
            (LevelFilter::Debug, true)
        );
        assert_eq!(
            chosen(2, "warn").expect("flag"),
            (LevelFilter::Debug, false)
        );
        assert_eq!(chosen(0, "json").expect("form"), (LevelFilter::Info, true));
        assert_eq!(
            chosen(0, " Trace , text ").expect("case"),
            (LevelFilter::Trace, false)
        );
    }

    #[test]
    fn an_unknown_word_is_named() {
        let error = chosen(0, "debg").expect_err("unknown");
        assert!(error.to_string().contains("\"debg\""));
    }
}
