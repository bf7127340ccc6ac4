//! No password reaches any output, whatever characters it has, wherever it stands, however broken
//! the text around it is: every command of the program is tried.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use clap::CommandFactory as _;
use hangmeas::cli::Cli;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{Run, hangmeas};

/// Pieces by which a leaked password is known.
const MARKS: [&str; 3] = ["QZXW", "XQZ7", "ZZQX"];

const ODD: [&str; 26] = [
    "@",
    "/",
    "?",
    "#",
    "%",
    "&",
    "=",
    ":",
    "[",
    "]",
    " ",
    "'",
    "\"",
    "\\",
    ",",
    "+",
    "%4",
    "%00",
    "://",
    "sslmode=",
    "host=",
    "&password=",
    "${",
    "}",
    "ក",
    "\t",
];

/// Where a password may stand.
#[derive(Debug, Clone, Copy)]
enum Place {
    Flag,
    FlagEncoded,
    Parameter,
    Words,
    QuotedWords,
    Url,
    Variable,
    Libpq,
    File,
    FileUrl,
    FileBroken,
    KeyPassword,
    Passfile,
    Command,
    CommandBroken,
}

const PLACES: [Place; 15] = [
    Place::Flag,
    Place::FlagEncoded,
    Place::Parameter,
    Place::Words,
    Place::QuotedWords,
    Place::Url,
    Place::Variable,
    Place::Libpq,
    Place::File,
    Place::FileUrl,
    Place::FileBroken,
    Place::KeyPassword,
    Place::Passfile,
    Place::Command,
    Place::CommandBroken,
];

/// Every command, with something for each argument that it insists on.
fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
        let mut leaf = true;
        for inner in command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            leaf = false;
            let name = inner.get_name().to_owned();
            collect(inner, &[path, &[name]].concat(), found);
        }
        if leaf {
            let required = command.get_arguments().filter(|arg| arg.is_required_set());
            let words = required.flat_map(|arg| match arg.get_long() {
                Some(long) => vec![format!("--{long}"), "1".to_owned()],
                None => vec!["1".to_owned()],
            });
            found.push(path.iter().cloned().chain(words).collect());
        }
    }
    let mut found = Vec::new();
    collect(&Cli::command(), &[], &mut found);
    assert!(found.len() > 10, "{found:?}");
    found
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A run with the password in its place; the server is nobody's port, so that nothing is reached.
fn run(command: &[String], place: Place, password: &str) -> Run {
    let run = hangmeas()
        .args(command)
        .env("HANGMEAS_DATA_DIR", "/dev/null/nowhere");
    let home = run.home().to_path_buf();
    let section = "[environments.development]\nhost = '127.0.0.1'\nport = 1\nusername = 'u'\n";
    let file = |text: String| fs::write(home.join("hangmeas.toml"), text).expect("a file");
    let url = |password: &str| format!("postgres://u:{password}@127.0.0.1:1/shop?sslmode=prefer");
    let toml = |text: &str| format!("{:?}", text.replace("${", "$${"));
    match place {
        Place::Flag => run.args(["--database-url", &url(password)]),
        Place::FlagEncoded => run.args(["--database-url", &url(&encoded(password))]),
        Place::Parameter => {
            let url = format!("postgres://127.0.0.1:1/shop?password={password}&connect_timeout=3");
            run.args(["--database-url", &url])
        }
        Place::Words => run.env(
            "DATABASE_URL",
            format!("host=127.0.0.1 port=1 password={password}"),
        ),
        Place::QuotedWords => run.env(
            "DATABASE_URL",
            format!("port=1 password='{password}' host=127.0.0.1"),
        ),
        Place::Url => run.env("DATABASE_URL", url(password)),
        Place::Variable => run
            .env("DATABASE_HOST", "127.0.0.1")
            .env("DATABASE_PORT", "1")
            .env("DATABASE_PASSWORD", password),
        Place::Libpq => run
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", "1")
            .env("PGPASSWORD", password),
        Place::File => {
            file(format!("{section}password = {}\n", toml(password)));
            run
        }
        Place::FileUrl => {
            file(format!(
                "[environments.development]\nurl = {}\n",
                toml(&url(password))
            ));
            run
        }
        Place::FileBroken => {
            file(format!(
                "{section}pasword = {}\npassword = '{password}\n",
                toml(password)
            ));
            run
        }
        Place::KeyPassword => {
            let url = format!("postgres://127.0.0.1:1/shop?sslpassword={password}");
            run.env("DATABASE_URL", url)
        }
        Place::Passfile => {
            let path = home.join(".pgpass");
            fs::write(&path, format!("*:*:*:*:{password}\n")).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its mode");
            file(section.to_owned());
            run
        }
        Place::Command => {
            let words = format!(
                "['sh', '-c', 'cat secret; cat secret >&2; exit 3', {}]",
                toml(password)
            );
            fs::write(home.join("secret"), password).expect("a file");
            file(format!("{section}password_command = {words}\n"));
            run
        }
        Place::CommandBroken => {
            file(format!("{section}password_command = {}\n", toml(password)));
            run
        }
    }
}

fn passwords() -> impl Strategy<Value = String> {
    let piece = (select(&MARKS[..]), select(&ODD[..]), select(&MARKS[..]));
    prop::collection::vec(piece, 1..4).prop_map(|pieces| {
        let words = pieces.iter().map(|(a, odd, b)| format!("{a}{odd}{b}"));
        words.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_output_repeats_a_password(
        command in select(commands()),
        place in select(&PLACES[..]),
        password in passwords(),
        format in select(&["human", "json"][..]),
    ) {
        let mut words = command.clone();
        words.extend(["--format".to_owned(), format.to_owned(), "--verbose".to_owned()]);
        let output = run(&words, place, &password).run();
        for mark in MARKS {
            let told = output.stdout.contains(mark) || output.stderr.contains(mark);
            prop_assert!(!told, "{place:?} {password:?}\n{}", output.shown());
        }
        prop_assert!(output.code().is_some(), "no signal ended it: {}", output.shown());
        prop_assert!(output.code() != Some(101), "no panic: {}", output.shown());
    }
}

/// Among the arguments of a program it could be read by every user of the machine.
#[test]
fn programs_get_the_password_in_their_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let psql = folder.path().join("psql");
    let script =
        "#!/bin/sh\necho \"arguments: $*\"\n[ \"$PGPASSWORD\" = 'p@:s' ] && echo handed over\n";
    fs::write(&psql, script).expect("a script");
    fs::set_permissions(&psql, fs::Permissions::from_mode(0o755)).expect("its mode");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    hangmeas()
        .args(["db", "console", "--", "-c", "select 1"])
        .env("DATABASE_URL", "postgres://u:p%40%3As@127.0.0.1:1/shop")
        .env("HANGMEAS_BIN_DIR", folder.path())
        .env("PATH", path)
        .run()
        .success()
        .answers("arguments: -c select 1\n")
        .answers("handed over");
}

/// A URL where none belongs, as when `--database-url` was forgotten.
#[test]
fn a_misplaced_url_hides_its_password() {
    let url = "postgres://u:S3cr:et@h/db";
    for words in [
        vec![url],
        vec!["db", url],
        vec!["db", "status", url],
        vec!["config", "show", url],
        vec!["db", "restore", url],
        vec!["explain", url],
        vec!["completions", url],
        vec!["--env", url, "db", "status"],
        vec!["--config", url, "db", "status"],
        vec!["--format", url, "db", "status"],
        vec!["--color", url, "db", "status"],
        vec!["db", "migrate", "--to", url],
        vec!["db", "migrate", "--migrations-dir", url],
        vec!["db", "drop", "--yes-i-mean", url, "--env", "production"],
        vec!["migration", "import", "--from", url, "x"],
    ] {
        for format in ["human", "json"] {
            let mut args = words.clone();
            args.extend(["--format", format]);
            let output = hangmeas().args(args).run();
            assert_ne!(output.code(), Some(0), "{}", output.shown());
            output.never_says("S3cr").never_says("et@h");
        }
    }
    for variable in ["HANGMEAS_ENV", "HANGMEAS_LOG"] {
        let output = hangmeas().env(variable, url).args(["db", "status"]);
        output.run().exits(3).never_says("S3cr");
    }
    for variable in ["HANGMEAS_BACKUP_DIR", "HANGMEAS_DATA_DIR", "PGAPPNAME"] {
        let run = hangmeas().env(variable, url).env("PGHOST", "h");
        let output = run.args(["config", "show", "-vv"]).run();
        output.success().never_says("S3cr");
    }
    let run = hangmeas();
    let file = format!("[environments.\"{url}\"]\n");
    fs::write(run.home().join("hangmeas.toml"), file).expect("a file");
    let output = run.args(["config", "check"]).run();
    output
        .exits(3)
        .never_says("S3cr")
        .answers("u:[redacted]@h/db");
    let words = "host=h password='S3cr x S3cr'";
    let output = hangmeas().args(["db", "status", words]).run();
    output.exits(2).never_says("S3cr");
}
