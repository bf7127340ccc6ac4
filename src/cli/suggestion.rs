//! Which command was meant, for a word that is none: the nearest of all levels, as it is to be typed.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

/// How the suggestion begins and ends in clap's message.
pub(super) const MEANT: (&str, &str) = ("did you mean '", "'?");

/// Puts the nearest commands in the place of clap's suggestions, which know one level and come in the
/// order of the farthest first.
pub(super) fn refine(error: &mut Error, root: &Command, args: impl Iterator<Item = OsString>) {
    let kind = match error.kind() {
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => return,
    };
    let Some(ContextValue::String(word)) = error.get(kind).cloned() else {
        return;
    };
    if let Some((flag, command)) = swallowed(root, args) {
        let tip = StyledStr::from(format!("'{command}' was read as the value of '{flag}'"));
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
        return;
    }
    if word.starts_with('-') {
        return;
    }
    let usage = error.get(ContextKind::Usage).map(ToString::to_string);
    let Some(typed) = usage.map(|usage| words_of(&usage)) else {
        return;
    };
    let meant = nearest(&format!("{typed} {word}"), root);
    if meant.is_empty() {
        return;
    }
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::TrailingArg);
    let tips = meant.iter().map(|command| {
        let (begin, end) = MEANT;
        StyledStr::from(format!("{begin}{command}{end}"))
    });
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(tips.collect()),
    );
}

/// A flag whose value was left out, and the command that stands in its place.
fn swallowed(root: &Command, args: impl Iterator<Item = OsString>) -> Option<(String, String)> {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let is_flag = |word: &str| {
        root.get_opts().any(|arg| {
            let long = arg.get_long().map(|long| format!("--{long}"));
            let short = arg.get_short().map(|short| format!("-{short}"));
            long.as_deref() == Some(word) || short.as_deref() == Some(word)
        })
    };
    let is_command = |word: &str| root.get_subcommands().any(|inner| inner.get_name() == word);
    let found = args
        .windows(2)
        .find(|two| is_flag(&two[0]) && is_command(&two[1]))?;
    Some((found[0].clone(), found[1].clone()))
}

/// The command's words in a line of usage.
fn words_of(usage: &str) -> String {
    let words = usage.split_whitespace();
    let words = words.skip_while(|word| !word.starts_with("hangmeas"));
    let words = words.take_while(|word| !word.starts_with(['[', '<', '-']));
    words.collect::<Vec<_>>().join(" ")
}

/// The commands that are least unlike what was typed; none when all of them are much unlike it.
fn nearest(typed: &str, root: &Command) -> Vec<String> {
    let mut all = Vec::new();
    collect(root, root.get_name(), &mut all);
    let told = all.into_iter().filter_map(|command| {
        let distance = distance(typed, &command)?;
        Some((distance, command))
    });
    let told: Vec<_> = told.collect();
    let least = told.iter().map(|(distance, _)| *distance).min();
    let told = told.into_iter();
    told.filter(|(distance, _)| Some(*distance) == least)
        .map(|(_, command)| command)
        .collect()
}

fn collect(command: &Command, path: &str, all: &mut Vec<String>) {
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        let path = format!("{path} {}", inner.get_name());
        if inner.get_name() != "help" {
            collect(inner, &path, all);
            all.push(path);
        }
    }
}

/// How unlike: typing errors count two each, a word left out before the last one counts one, and the
/// last word has to be near.
fn distance(typed: &str, command: &str) -> Option<usize> {
    let (group, word) = typed.rsplit_once(' ')?;
    let (other_group, other_word) = command.rsplit_once(' ')?;
    let errors = strsim::damerau_levenshtein(word, other_word);
    let begins = word.len() >= 3 && other_word.starts_with(word);
    if errors > 1 + other_word.len() / 4 && !begins {
        return None;
    }
    let rest = other_group.strip_prefix(group);
    let groups = match rest.filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        Some(rest) => usize::from(!rest.is_empty()),
        None => {
            let errors = strsim::damerau_levenshtein(group, other_group);
            (errors <= 2).then_some(2 * errors)?
        }
    };
    Some(2 * errors + groups)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_nearest_command_of_any_level_is_meant() {
        let root = Cli::command();
        for (typed, expected) in [
            ("db migrat", "db migrate"),
            ("db rolback", "db rollback"),
            ("db bakup", "db backup"),
            ("db stat", "db status"),
            ("db healthcheck", "db health-check"),
            ("migrate", "db migrate"),
            ("setup", "db setup"),
            ("migrations", "migration"),
            ("confg", "config"),
            ("config shw", "config show"),
            ("server strat", "server start"),
            ("db backup list", "db backups list"),
            ("completion", "completions"),
        ] {
            let meant = nearest(&format!("hangmeas {typed}"), &root);
            assert!(
                meant.contains(&format!("hangmeas {expected}")) && meant.len() <= 2,
                "{typed}: {meant:?}"
            );
        }
        assert!(nearest("hangmeas db frobnicate", &root).is_empty());
    }

    #[test]
    fn a_line_of_usage_tells_what_was_typed() {
        assert_eq!(
            words_of("Usage: hangmeas db [OPTIONS] <COMMAND>"),
            "hangmeas db"
        );
        assert_eq!(
            words_of("Usage: hangmeas db migrate --to <V>"),
            "hangmeas db migrate"
        );
    }
}
