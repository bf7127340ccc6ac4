//! Khmer on a real terminal: tmux tells at which column its cursor stands.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Base, hangmeas, server, skipped};

/// Names in which letters stand below others, with vowels and signs around them.
const NAMES: [&str; 6] = ["ស្រីមុំ", "បន្ថែម_ស្ត្រី", "ភ្នំពេញ", "ខ្មែរ_អង្គរ", "plain", "ច្រើន"];

/// Asks the terminal after each line at which column its cursor is.
const ASK: &str = r#"
stty raw -echo opost
while IFS= read -r line <&3; do
    printf '%s\033[6n' "$line"
    IFS='[;' read -rs -d R -t 20 _ row column
    echo "$((column - 1))" >> columns.part
    printf '\r\n'
done 3< lines
mv columns.part columns
"#;

/// Where the cursor of tmux stands after each of the lines.
fn columns(dir: &Path, lines: &[&str]) -> Vec<usize> {
    let text = lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    fs::write(dir.join("lines"), text).expect("file");
    fs::write(dir.join("ask"), ASK).expect("file");
    let tmux = |args: &[&str]| {
        Command::new("tmux")
            .args(["-f", "/dev/null", "-S"])
            .arg(dir.join("socket"))
            .args(args)
            .current_dir(dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("tmux")
    };
    tmux(&[
        "-u",
        "new-session",
        "-d",
        "-x",
        "200",
        "-y",
        "50",
        "bash ask",
    ]);
    let began = Instant::now();
    let told = loop {
        if let Ok(told) = fs::read_to_string(dir.join("columns")) {
            break told;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "tmux is silent");
        std::thread::sleep(Duration::from_millis(20));
    };
    tmux(&["kill-server"]);
    told.lines().map(|n| n.parse().expect("a column")).collect()
}

fn there_is_tmux() -> bool {
    let there = |program| Command::new(program).arg("-V").output().is_ok();
    there("tmux") && there("bash")
}

#[test]
fn columns_with_khmer_begin_at_the_same_place() {
    if !there_is_tmux() {
        return skipped("no tmux");
    }
    let project = tempfile::tempdir().expect("folder");
    let folder = project.path().join("new");
    fs::create_dir(&folder).expect("folder");
    for (index, name) in NAMES.iter().enumerate() {
        let file = folder.join(format!("V{:04}__{name}.sql", index + 1));
        fs::write(file, "select 1;").expect("file");
    }
    let args = [
        "migration",
        "list",
        "--migrations-dir",
        "new",
        "--no-bundled",
    ];
    let output = hangmeas().dir(project.path()).args(args).run();
    let table = &output.success().stdout;
    let mut starts: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_suffix("new"))
        .collect();
    assert_eq!(starts.len(), NAMES.len(), "{table}");
    let rule = table.lines().nth(1).expect("a line below the headings");
    let longest = table.lines().nth(2 + 1).expect("a row");
    starts.extend([rule, longest]);

    let mut columns = columns(project.path(), &starts);
    let ends = columns.split_off(NAMES.len());
    assert!(
        columns.iter().all(|column| *column == columns[0]),
        "{columns:?}\n{table}"
    );
    assert!(
        ends[1] <= ends[0],
        "the line is as long as the rows: {ends:?}"
    );
}

#[test]
fn the_caret_stands_below_the_place_after_khmer() {
    if !there_is_tmux() {
        return skipped("no tmux");
    }
    let project = tempfile::tempdir().expect("folder");
    let folder = project.path().join("new");
    fs::create_dir(&folder).expect("folder");
    let sql = "select 'ស្រីមុំ ភ្នំពេញ ស្ត្រី', NOPE;";
    fs::write(folder.join("V0001__x.sql"), sql).expect("file");
    let database = server().clone_of(Base::Empty);
    let output = hangmeas()
        .dir(project.path())
        .url(&database)
        .args(["db", "migrate", "--migrations-dir", "new", "--no-bundled"])
        .run();
    let shown = &output.exits(5).stderr;
    let before = |mark| {
        let lines = shown.lines().filter(|line| line.contains(" | "));
        let mut starts = lines.filter_map(|line| line.split_once(mark));
        starts.next().expect("the excerpt").0
    };
    let columns = columns(project.path(), &[before("NOPE"), before("^")]);
    assert_eq!(columns[0], columns[1], "{shown}");
}

#[test]
fn an_error_stands_below_bars_that_are_gone() {
    let database = server().clone_of(Base::Empty);
    let run = |args: &[&str]| hangmeas().url(&database).args(args);
    run(&["db", "migrate", "--quiet"]).run().success();
    let load = [
        "db",
        "seed",
        "--profile",
        "load",
        "--scale",
        "0.02",
        "--as-of",
        "2026-06-10",
    ];
    let person = run(&load).env("TERM", "xterm").on_terminal();
    person
        .resizes(30, 80)
        .sees("xfactor_votes", 3)
        .types("\x03");
    let (status, screen) = person.ends();
    assert_eq!(status, Some(130), "{screen}");
    let (_, after) = screen.rsplit_once("interrupted").expect("what happened");
    assert!(!after.contains('━'), "a bar came after it: {after:?}");
}
