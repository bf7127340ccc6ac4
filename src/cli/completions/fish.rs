//! The script for fish. `clap_complete`'s knows two levels of commands and no arguments without a flag, and
//! offers files where none belong.

use clap::{Arg, Command, ValueHint};

/// Tells fish which command was typed: the words without flags and their values.
const TYPED: &str = "\
function __fish_hangmeas_words
    set -l skip
    for word in (commandline -opc)[2..-1]
        if set -q skip[1]
            set -e skip
        else if contains -- $word FLAGS
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

function __fish_hangmeas_group
    set -l words (__fish_hangmeas_words)
    test \"$words\" = \"$argv\"
end

function __fish_hangmeas_command
    set -l words (__fish_hangmeas_words)
    set -l last (count $argv)
    test \"$words[1..$last]\" = \"$argv\"
end

complete -c hangmeas -f
";

/// The script; the command must be built.
pub(super) fn script(root: &Command) -> String {
    let mut flags = Vec::new();
    valued(root, &mut flags);
    flags.sort();
    flags.dedup();
    let mut script = TYPED.replace("FLAGS", &flags.join(" "));
    lines(root, "", &mut script);
    script
}

/// Every flag, of every command, that takes a value.
fn valued(command: &Command, flags: &mut Vec<String>) {
    for arg in command.get_opts() {
        flags.extend(arg.get_long().map(|long| format!("--{long}")));
        flags.extend(arg.get_short().map(|short| format!("-{short}")));
    }
    for inner in command.get_subcommands() {
        valued(inner, flags);
    }
}

/// The lines of a command, and of those below it.
fn lines(command: &Command, words: &str, script: &mut String) {
    let kind = match command.has_subcommands() {
        true => "group",
        false => "command",
    };
    let when = format!("complete -c hangmeas -n '__fish_hangmeas_{kind}{words}'");
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let names = [
            arg.get_short().map(|short| format!(" -s {short}")),
            arg.get_long().map(|long| format!(" -l {long}")),
            arg.get_help()
                .filter(|_| !arg.is_positional())
                .map(|help| format!(" -d {}", quoted(&help.to_string()))),
        ];
        let names: String = names.into_iter().flatten().collect();
        script.push_str(&format!("{when}{names}{}\n", value(arg)));
    }
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        let about = inner.get_about().map(ToString::to_string);
        for name in inner.get_name_and_visible_aliases() {
            let about = quoted(about.as_deref().unwrap_or_default());
            script.push_str(&format!("{when} -a {name} -d {about}\n"));
            lines(inner, &format!("{words} {name}"), script);
        }
    }
}

/// What follows the flag, or stands in the argument's place.
fn value(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let required = if arg.is_positional() { "" } else { " -r" };
    let names: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| {
            let help = value.get_help().map(ToString::to_string);
            let help = quoted(help.as_deref().unwrap_or_default());
            format!("{}\\t{help}", value.get_name())
        })
        .collect();
    let offered = match arg.get_value_hint() {
        ValueHint::FilePath | ValueHint::AnyPath => " -F",
        ValueHint::DirPath => " -f -a '(__fish_complete_directories)'",
        _ => " -f",
    };
    if names.is_empty() {
        return format!("{required}{offered}");
    }
    format!("{required}{offered} -a {}", quoted(&names.join("\n")))
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{escaped}'")
}
