//! The program in a shell: help, completions, manual pages, colours, widths, closed pipes.

use std::io::Read as _;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use clap::Parser as _;
use hangmeas::cli::Cli;

use crate::support::{Base, Own, hangmeas, server, skipped};

/// Every command without subcommands, with its words.
pub fn leaves(
    command: &clap::Command,
    words: &[String],
    found: &mut Vec<(Vec<String>, clap::Command)>,
) {
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        let mut words = words.to_vec();
        words.push(inner.get_name().to_owned());
        if inner.get_subcommands().next().is_none() {
            found.push((words, inner.clone()));
        } else {
            leaves(inner, &words, found);
        }
    }
}

/// Every command with subcommands.
fn groups(
    command: &clap::Command,
    words: &[String],
    found: &mut Vec<(Vec<String>, clap::Command)>,
) {
    for inner in command.get_subcommands() {
        let words = [words, &[inner.get_name().to_owned()]].concat();
        if inner.get_name() != "help" && inner.has_subcommands() {
            found.push((words.clone(), inner.clone()));
            groups(inner, &words, found);
        }
    }
}

/// The words of an example: without its comment, redirection, or what it is piped to.
fn words(example: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut spaces = 0;
    for c in example.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) => {
                spaces += 1;
                if spaces == 1 {
                    words.push(String::new());
                }
                // Two spaces begin the comment.
                if spaces == 2 {
                    break;
                }
                continue;
            }
            ('|' | '>', None) => break,
            _ => words.last_mut().expect("a word").push(c),
        }
        spaces = 0;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_examples_that_are_understood() {
    let mut found = Vec::new();
    leaves(&Cli::command(), &[], &mut found);
    groups(&Cli::command(), &[], &mut found);
    assert!(found.len() > 12, "only {} commands found", found.len());
    for (path, command) in found {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let examples: Vec<_> = help
            .lines()
            .filter(|line| line.starts_with("  hangmeas "))
            .collect();
        assert!(
            !examples.is_empty(),
            "no example in the help of `{}`",
            path.join(" ")
        );
        for example in examples {
            let words = words(example.trim());
            let all = path.iter().all(|word| words.contains(word));
            assert!(all, "`{example}` is no example of `{}`", path.join(" "));
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("`{example}` is not understood: {error}");
            }
        }
    }
}

#[test]
fn misspelt_commands_and_flags_get_a_suggestion() {
    for (typed, meant) in [
        ("db migrat", "hangmeas db migrate"),
        ("setup", "hangmeas db setup"),
        ("db backup list", "hangmeas db backups list"),
        ("--format json confg show", "hangmeas config"),
    ] {
        let output = hangmeas().args(typed.split(' ')).run();
        output.exits(2).says(&format!("did you mean '{meant}'?"));
        if typed.contains("json") {
            let hint = &output.json()["error"]["hints"][0];
            assert_eq!(hint["command"], meant, "{typed}");
        }
    }
    hangmeas()
        .args(["db", "status", "--chek"])
        .run()
        .exits(2)
        .says("'--check'");
}

#[test]
fn mistakes_say_what_is_expected() {
    for (typed, expected) in [
        (
            "db seed --scale x",
            "a number is expected, such as 0.1 or 3",
        ),
        ("db seed --users ten", "a whole number is expected"),
        ("db seed --votes -1", "a whole number is expected"),
        (
            "db seed --workers 65",
            "a whole number from 1 to 64 is expected",
        ),
        (
            "db rollback --steps 0",
            "a whole number of 1 or more is expected",
        ),
        (
            "db rollback --steps -1",
            "a whole number of 1 or more is expected",
        ),
        (
            "db migrate --to -1",
            "a version is a number, such as 12 or V0012",
        ),
        ("--env db status", "'db' was read as the value of '--env'"),
        (
            "-e migration list",
            "'migration' was read as the value of '-e'",
        ),
        (
            "--connect-timeout 5 db status",
            "with its unit, such as 5s or 5ms, found `5`",
        ),
        (
            "explain index.invald",
            "did you mean:\n      hangmeas explain index.invalid",
        ),
    ] {
        hangmeas()
            .args(typed.split(' '))
            .run()
            .exits(2)
            .says(expected);
    }
    let refused = hangmeas()
        .args(["migration", "new", "a b", "--no-transaction"])
        .run();
    refused.says("hangmeas migration new 'a b' --no-transaction --migrations-dir db/hangmeas");
}

/// A typing error is told before anything is asked, or started.
#[test]
fn an_unknown_check_needs_no_server() {
    let url = ["--database-url", "postgres://nobody@127.0.0.1:1/none"];
    let run = hangmeas()
        .args(url)
        .args(["db", "health-check", "--only", "indx"])
        .run();
    run.exits(2).says("did you mean `index`?");
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success_and_says_so() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return skipped("no /dev/full");
    };
    let output = Command::new(env!("CARGO_BIN_EXE_hangmeas"))
        .arg("explain")
        .arg("--list")
        .stdout(full)
        .output()
        .expect("hangmeas");
    assert_eq!(output.status.code(), Some(70));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("the answer cannot be written: No space"),
        "{said}"
    );
}

#[test]
fn every_command_has_a_manual_page() {
    let output = hangmeas().args(["man"]).run();
    output.success().answers(".TH hangmeas 1");
    let dir = tempfile::tempdir().expect("folder");
    let output = hangmeas().args(["man", "--dir"]).arg(dir.path()).run();
    output.success().answers("manual pages written to");
    let mut found = Vec::new();
    leaves(&Cli::command(), &[], &mut found);
    for (path, _) in found {
        let file = dir.path().join(format!("hangmeas-{}.1", path.join("-")));
        let page = std::fs::read_to_string(&file).expect("a page");
        assert!(page.contains("Examples:"), "{}", file.display());
        assert!(
            page.contains("database\\-url"),
            "global options in {}",
            file.display()
        );
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let list = || hangmeas().args(["migration", "list"]);
    list().run().never_says("\x1b[");
    list().env("CLICOLOR_FORCE", "1").run().answers("\x1b[");
    list().env("CLICOLOR_FORCE", "0").run().never_says("\x1b[");
    list()
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .run()
        .never_says("\x1b[");
    list()
        .args(["--color", "always"])
        .env("NO_COLOR", "1")
        .run()
        .answers("\x1b[");
    list()
        .args(["--color", "never"])
        .env("CLICOLOR_FORCE", "1")
        .run()
        .never_says("\x1b[");
}

#[test]
fn help_and_mistakes_heed_the_colours_asked_for() {
    for words in [["db", "--help"], ["db", "staus"]] {
        let run = |flag| hangmeas().args(words).arg(flag);
        let always = run("--color=always").run();
        assert!(always.stdout.contains("\x1b[") || always.stderr.contains("\x1b["));
        let never = run("--color=never").env("CLICOLOR_FORCE", "1");
        never.run().never_says("\x1b[");
    }
}

/// What a terminal of so many columns shows; none where `script` is missing.
fn on_terminal(columns: usize, args: &str, variables: &[(&str, &str)]) -> Option<String> {
    let command = format!(
        "stty cols {columns} rows 50; '{}' {args}",
        env!("CARGO_BIN_EXE_hangmeas")
    );
    let run = Command::new("script")
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output();
    let output = run.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    Some(text)
}

#[test]
fn tables_fit_the_terminal() {
    use unicode_width::UnicodeWidthStr as _;
    for columns in [50, 60, 80, 100, 200] {
        let Some(text) = on_terminal(columns, "migration list", &[("NO_COLOR", "1")]) else {
            return skipped("no program `script`");
        };
        assert!(!text.contains("\x1b["), "NO_COLOR counts on a terminal");
        let longest = text.lines().map(|line| line.trim_end().width()).max();
        assert!(
            longest <= Some(columns),
            "{longest:?} columns on {columns}:\n{text}"
        );
        let whole = text.contains("add_performance_indexes_on_spree");
        assert!(whole, "a word is broken on {columns} columns:\n{text}");
    }
    let Some(text) = on_terminal(100, "migration list", &[]) else {
        return skipped("no program `script`");
    };
    assert!(text.contains("\x1b["), "a terminal gets colours");
}

#[test]
fn help_fits_the_terminal() {
    use unicode_width::UnicodeWidthStr as _;
    let mut found = vec![(Vec::new(), Cli::command())];
    leaves(&Cli::command(), &[], &mut found);
    groups(&Cli::command(), &[], &mut found);
    for (path, _) in found {
        for columns in [60, 80] {
            let args = format!("{} --help", path.join(" "));
            let Some(text) = on_terminal(columns, &args, &[("NO_COLOR", "1")]) else {
                return skipped("no program `script`");
            };
            let lines = text.lines().map(str::trim_end);
            let long = lines
                .clone()
                .find(|line| line.width() > columns && !line.starts_with("Usage:"));
            assert_eq!(long, None, "{args} on {columns} columns");
            // Every line of the examples is a command, or what it does.
            let examples = lines.skip_while(|line| *line != "Examples:").skip(1);
            for line in examples.take_while(|line| !line.is_empty()) {
                let begins = line.starts_with("  hangmeas ") || line.starts_with("      ");
                assert!(begins, "{args} on {columns} columns: {line}");
            }
        }
    }
}

#[test]
fn each_bundled_migration_is_one_line_on_80_columns() {
    let database = server().clone_of(Base::Empty);
    let variables = [("NO_COLOR", "1"), ("DATABASE_URL", &database.url())];
    for (line, columns) in [
        ("db migrate", ["V0015", "one transaction", " ms"]),
        ("db status", ["✓ applied", " 20", "yes"]),
    ] {
        let Some(text) = on_terminal(80, line, &variables) else {
            return skipped("no program `script`");
        };
        let rows = text.lines().filter(|line| line.starts_with("V00"));
        let rows: Vec<&str> = rows.collect();
        assert_eq!(rows.len(), 18, "{text}");
        for column in columns {
            assert!(rows[14].contains(column), "{text}");
        }
        let ruler = text.lines().position(|line| line.starts_with('─'));
        let table = text.lines().skip(ruler.expect("a table") + 1).take(18);
        assert!(table.clone().all(|row| row.starts_with("V00")), "{text}");
    }
}

/// Every frame of a moving line takes the place of the one before.
#[test]
fn moving_lines_leave_nothing_behind() {
    let database = server().create("moving");
    let own = Own::files(&[
        ("V1__one.sql", "SELECT pg_sleep(0.4);"),
        ("V2__two.sql", "SELECT pg_sleep(0.4);"),
    ]);
    let args = format!(
        "db migrate --no-bundled --migrations-dir '{}'",
        own.path().display()
    );
    let Some(text) = on_terminal(80, &args, &[("DATABASE_URL", &database.url())]) else {
        return skipped("no program `script`");
    };
    for label in ["V0001 one", "V0002 two"] {
        assert!(text.matches(label).count() > 3, "it moves: {text:?}");
        for frame in text.split("\x1b[2K") {
            assert!(frame.matches(label).count() < 2, "{frame:?} in {text:?}");
        }
    }
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    for args in [
        &["migration", "list"][..],
        &["--help"],
        &["completions", "zsh"],
        &["man"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hangmeas"))
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        drop(child.stdout.take());
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("stderr");
        stderr.read_to_string(&mut said).expect("text");
        let status = child.wait().expect("its end");
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn nobody_listening_to_stderr_does_not_change_the_status() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hangmeas"))
        .args(["migration", "list", "--migrations-dir", "no-such-folder"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("its end").code(), Some(3));
}

#[test]
fn commands_to_paste_survive_odd_names() {
    let run = hangmeas();
    let folder = run.home().join("it's a folder");
    std::fs::create_dir(&folder).expect("a folder");
    let file = "[environments.development]\nhost = 'localhost'\nport = 1\n";
    std::fs::write(folder.join("h.toml"), file).expect("a file");
    let config = "it's a folder/h.toml";
    let output = run.args(["--config", config, "--format", "json", "db", "status"]);
    let hints = output.run().json()["error"]["hints"].clone();
    let command = hints[1]["command"].as_str().expect("a command").to_owned();
    let words = shlex::split(&command).expect("words of a shell");
    assert_eq!(
        words,
        ["hangmeas", "--config", config, "config", "show"],
        "{command}"
    );
}
