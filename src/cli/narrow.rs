//! Examples on terminals that are too narrow for a command and what it does in one line.

use clap::Command;
use unicode_width::UnicodeWidthStr as _;

/// The same command line for so many columns.
pub(super) fn fitted(command: Command, columns: usize) -> Command {
    let narrow = command.get_after_help().map(ToString::to_string);
    let narrow = narrow.and_then(|text| stacked(&text, columns));
    let command = command.mut_subcommands(|inner| fitted(inner, columns));
    match narrow {
        Some(text) => command.after_help(text),
        None => command,
    }
}

/// What each example does below it, where one of them is too long; paragraphs are left to clap.
fn stacked(text: &str, columns: usize) -> Option<String> {
    let is_example = |line: &&str| line.starts_with("  ");
    let longest = text
        .lines()
        .filter(is_example)
        .map(|line| line.width())
        .max();
    if longest.is_none_or(|longest| longest <= columns) {
        return None;
    }
    let line = |line: &str| match line.trim_start().split_once("  ") {
        _ if !is_example(&line) => format!("{line}\n"),
        Some((command, what)) => {
            let command = folded(command, columns);
            format!("{command}\n      {}\n", what.trim_start())
        }
        None => folded(line.trim_start(), columns) + "\n",
    };
    Some(
        text.lines()
            .map(line)
            .collect::<String>()
            .trim_end()
            .to_owned(),
    )
}

/// A command in as many lines as it needs, as a shell reads them.
fn folded(command: &str, columns: usize) -> String {
    let mut text = String::from(" ");
    let mut width = 1;
    for word in command.split(' ') {
        // Behind every line but the last stands a backslash.
        if width + 1 + word.width() + 2 > columns && width > 6 {
            text.push_str(" \\\n     ");
            width = 5;
        }
        text.push(' ');
        text.push_str(word);
        width += 1 + word.width();
    }
    text
}
