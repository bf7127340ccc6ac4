//! Completions: the scripts that shells read, and what they offer as the value of a flag.

mod fish;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::Shell;

use super::Cli;
use crate::report::Group;
use crate::{config, health, seed};

/// The script that a shell reads.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut command = offering(Cli::command(), shell);
    if shell == Shell::Fish {
        command.build();
        return fish::script(&command);
    }
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, super::PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script);
    match shell {
        Shell::Zsh => script.replace(&format!(":({})", profiles().join(" ")), &profile_or_file()),
        _ => script.into_owned(),
    }
}

/// The same command line; each value has its names, its paths, or nothing to offer.
fn offering(command: Command, shell: Shell) -> Command {
    command
        .mut_args(|arg| match arg.get_action().takes_values() {
            true => offer(arg, shell),
            false => arg,
        })
        .mut_subcommands(|inner| offering(inner, shell))
}

fn offer(arg: Arg, shell: Shell) -> Arg {
    let checks = || health::all().map(|check| check.id);
    let names: Vec<&str> = match arg.get_id().as_str() {
        "env" => config::built_in_environments().collect(),
        "profile" => {
            let arg = arg.value_parser(PossibleValuesParser::new(profiles()));
            return arg.value_hint(ValueHint::AnyPath);
        }
        "only" | "skip" => {
            let groups = Group::ALL.iter().map(|group| group.name());
            groups.chain(checks()).collect()
        }
        "check" => checks().collect(),
        // The other forms are the health check's, which has the flag again. zsh offers everywhere what the
        // first of two flags takes, and says there whose it is.
        "format" if arg.is_global_set() && shell != Shell::Zsh => vec!["human", "json"],
        _ => return hint(arg),
    };
    hint(arg.value_parser(PossibleValuesParser::new(names)))
}

fn profiles() -> [&'static str; seed::profile::BUILT_IN.len()] {
    seed::profile::BUILT_IN.map(|(name, _)| name)
}

/// zsh's words for what the other shells do by themselves: offer names and files.
fn profile_or_file() -> String {
    let names = profiles().join(" ");
    format!(":{{_alternative \"names\\:profile\\:({names})\" \"files\\:file\\:_files\"}}")
}

fn hint(arg: Arg) -> Arg {
    let folder = |name: &clap::builder::Str| name.as_str() == "DIR";
    let is_folder = arg
        .get_value_names()
        .is_some_and(|names| names.iter().any(folder));
    let hint = match arg.get_value_hint() {
        ValueHint::AnyPath if is_folder => ValueHint::DirPath,
        ValueHint::AnyPath => ValueHint::FilePath,
        _ => ValueHint::Other,
    };
    arg.value_hint(hint)
}
