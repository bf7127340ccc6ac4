//! clap's errors as ours, for the forms that programs read.

use std::ffi::OsStr;
use std::io::Write as _;

use clap::ValueEnum;
use clap::error::ErrorKind;

use super::suggestion::MEANT;
use super::{ColorChoice, Format};
use crate::error::Error;
use crate::postgres::url::hide_passwords;

/// The form of answer that these arguments ask for, read although clap could not read them all.
#[must_use]
pub fn asked_format(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Format {
    asked(args, "--format").unwrap_or(Format::Human)
}

/// The same for colours.
pub(super) fn asked_color(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> ColorChoice {
    asked(args, "--color").unwrap_or(ColorChoice::Auto)
}

/// The last value of a flag.
fn asked<T: ValueEnum>(args: impl IntoIterator<Item = impl AsRef<OsStr>>, flag: &str) -> Option<T> {
    let known = |text: &str| T::from_str(text, false).ok();
    let mut asked = None;
    let mut after_flag = false;
    for arg in args {
        let arg = arg.as_ref();
        if arg == "--" {
            break;
        }
        let text = arg.to_str().unwrap_or_default();
        let joined = text
            .strip_prefix(flag)
            .and_then(|text| text.strip_prefix('='));
        if after_flag {
            asked = known(text);
        } else if let Some(value) = joined {
            asked = known(value);
        }
        after_flag = arg == flag;
    }
    asked
}

/// Prints what clap says; in colours, unless a password has to be left out.
///
/// # Errors
/// When it cannot be written.
pub fn print(error: &clap::Error) -> std::io::Result<()> {
    let text = error.render().to_string();
    let shown = hide_passwords(&text);
    if shown == text {
        return error.print();
    }
    std::io::stderr().write_all(shown.as_bytes())
}

/// A usage error that says what clap says.
#[must_use]
pub fn mistake(error: &clap::Error) -> Error {
    let text = hide_passwords(&error.render().to_string());
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let usage = text.lines().find(|line| line.starts_with("Usage:"));
        return Error::usage("a command is missing").details(usage.map(str::to_owned));
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let message = lines.next().unwrap_or_default();
    let mut mistake = Error::usage(message.strip_prefix("error: ").unwrap_or(message));
    for line in lines {
        let (begin, end) = MEANT;
        let tip = line.strip_prefix("tip: ");
        let meant = tip.and_then(|tip| tip.strip_prefix(begin)?.strip_suffix(end));
        mistake = match tip {
            Some(tip) => match meant {
                Some(command) => mistake.hint_command("did you mean", command),
                None => mistake.hint(tip),
            },
            None if line.starts_with("For more information") => mistake,
            None => mistake.detail(line),
        };
    }
    mistake
}

#[cfg(test)]
mod tests {
    use super::{Format, asked_format};

    #[test]
    fn a_form_may_be_asked_for_anywhere() {
        let asked = |args: &[&str]| asked_format(args);
        assert_eq!(
            asked(&["x", "--format", "json", "db", "migrat"]),
            Format::Json
        );
        assert_eq!(
            asked(&["x", "db", "--format=nagios", "--chek"]),
            Format::Nagios
        );
        assert_eq!(asked(&["x", "--format", "human", "json"]), Format::Human);
        assert_eq!(asked(&["x", "--format", "jsn"]), Format::Human);
        assert_eq!(asked(&["x", "db", "--", "--format=json"]), Format::Human);
        assert_eq!(asked(&["x", "db", "--format"]), Format::Human);
    }
}
