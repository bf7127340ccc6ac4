//! The documentation is true: every command block in it is run, the examples for continuous
//! integration too, and the JSON documents have the fields that are listed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Base, Database, Run, Scratch, hangmeas, server};

/// Blocks that cannot be run here, each with its reason in the info string.
const MOST_NOT_RUN: usize = 6;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README, CONTRIBUTING and every page below `docs/`.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A fenced block: its info string, the line of its fence, its text without the fence's indent.
struct Block {
    info: String,
    line: usize,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for (index, line) in page.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => {
                let block = Block {
                    info: info.to_owned(),
                    line: index + 1,
                    text: String::new(),
                };
                open = Some((indent, block));
            }
            (Some(_), Some(_)) => found.extend(open.take().map(|(_, block)| block)),
            (Some((indent, block)), None) => {
                block.text.push_str(line.get(*indent..).unwrap_or_default());
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// What is run of a block: all of `sh`, the lines behind `$ ` of `console`.
fn commands(block: &Block) -> Option<String> {
    match block.info.as_str() {
        "sh" => Some(block.text.clone()),
        "console" => {
            let typed = block
                .text
                .lines()
                .filter_map(|line| line.strip_prefix("$ "));
            Some(typed.collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}

/// Where the commands of one page run: a folder with a configuration, a home, a local server's folder,
/// and databases of their own.
struct Desk {
    folder: tempfile::TempDir,
    managed: Scratch,
    development: Database<'static>,
    /// Held so that it is there for as long as the page runs.
    _production: Database<'static>,
}

/// What hides the desk's file from the command that would write it.
const INIT: &str = "hangmeas() { if [ \"$1 $2\" = 'config init' ]; then \
    env -u HANGMEAS_CONFIG hangmeas \"$@\"; else command hangmeas \"$@\"; fi; }";

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let development = server().clone_of(Base::Empty);
        let production = server().clone_of(Base::Spree46);
        let config = format!(
            "[environments.development]\nurl = \"{}\"\n[environments.production]\nurl = \"{}\"\n",
            development.url(),
            production.url()
        );
        // Not in the working folder: a page writes one there.
        fs::write(folder.path().join("desk.toml"), config).expect("file");
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).expect("folder");
        let program = env!("CARGO_BIN_EXE_hangmeas");
        std::os::unix::fs::symlink(program, bin.join("hangmeas")).expect("link");
        let old = folder.path().join("db/migrations");
        fs::create_dir_all(&old).expect("folder");
        let from = root().join("tests/fixtures/import/dbmate/migrations");
        for entry in fs::read_dir(from).expect("folder") {
            let path = entry.expect("entry").path();
            fs::copy(&path, old.join(path.file_name().expect("name"))).expect("copy");
        }
        Self {
            folder,
            managed: Scratch::new(),
            development,
            _production: production,
        }
    }

    /// Runs a script; what it said if it failed. `config init` does not meet the desk's own file.
    fn run(&self, script: &str) -> Result<(), String> {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-eu", "-c", &format!("{INIT}\n{script}")])
            .current_dir(self.folder.path())
            .env_clear()
            .env(
                "PATH",
                format!("{}/bin:{path}", self.folder.path().display()),
            )
            .env("HOME", self.folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("HANGMEAS_DATA_DIR", self.managed.join("postgres"))
            .env("HANGMEAS_CONFIG", self.folder.path().join("desk.toml"))
            // For the commands that name it; the others have the file.
            .env("DATABASE_URL", self.development.url())
            .output()
            .expect("sh");
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "{}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

fn run_page(page: &Path) -> (usize, Vec<String>) {
    let text = fs::read_to_string(page).expect("text");
    let scripts: Vec<_> = blocks(&text)
        .into_iter()
        .filter_map(|block| Some((block.line, commands(&block)?)))
        .collect();
    if scripts.is_empty() {
        return (0, Vec::new());
    }
    let desk = Desk::new();
    let mut failed = Vec::new();
    for (line, script) in &scripts {
        if let Err(why) = desk.run(script) {
            let page = page.strip_prefix(root()).expect("below").display();
            failed.push(format!("{page}:{line}\n{script}{why}"));
        }
    }
    (scripts.len(), failed)
}

#[test]
fn every_command_block_runs() {
    let mut run = 0;
    let mut failed = Vec::new();
    for page in pages() {
        let (count, problems) = run_page(&page);
        run += count;
        failed.extend(problems);
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
    assert!(run > 12, "only {run} blocks found");
}

#[test]
fn blocks_that_are_not_run_say_why_and_are_few() {
    let mut not_run = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("text");
        for block in blocks(&text) {
            let place = format!("{}:{}", page.display(), block.line);
            let info = block.info.as_str();
            let known = [
                "", "sh", "console", "sql", "toml", "json", "yaml", "ruby", "mermaid",
            ];
            if let Some(why) = info.strip_prefix("sh norun ") {
                assert!(why.starts_with('(') && why.len() > 12, "{place}: no reason");
                not_run += 1;
            } else {
                assert!(known.contains(&info), "{place}: `{info}` is not known");
            }
        }
    }
    assert!(not_run <= MOST_NOT_RUN, "{not_run} blocks are not run");
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("text");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = page.parent().expect("a folder").join(file);
            assert!(path.exists(), "{}: {target} is not there", page.display());
        }
    }
}

#[test]
fn every_page_is_in_the_index() {
    let index = fs::read_to_string(root().join("docs/README.md")).expect("text");
    for page in pages() {
        let Ok(below) = page.strip_prefix(root().join("docs")) else {
            continue;
        };
        let below = below.display().to_string();
        let found = index.contains(&format!("]({below})"));
        // The decisions, the checks and the tables are reached by their folders.
        let folders = ["decisions/", "checks/", "schema/"];
        let in_folder = folders.iter().any(|folder| below.starts_with(folder));
        let reached = found || below == "README.md" || in_folder;
        assert!(reached, "docs/README.md does not lead to {below}");
    }
}

/// The steps of an example that call hangmeas.
fn steps(example: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/ci").join(example)).expect("text");
    let lines = text.lines().map(str::trim);
    lines
        .filter_map(|line| {
            line.strip_prefix("- ")
                .map(|step| step.trim_start_matches("run: "))
        })
        .filter(|step| step.starts_with("hangmeas "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_examples_for_continuous_integration_run() {
    let github = steps("github-actions.yml");
    assert_eq!(github, steps("gitlab-ci.yml"), "both do the same");
    assert!(github.len() > 5, "{github:?}");
    let desk = Desk::new();
    for step in github {
        let script = format!("unset HANGMEAS_CONFIG; HANGMEAS_ENV=test {step}");
        desk.run(&script)
            .unwrap_or_else(|why| panic!("{step}: {why}"));
    }
}

/// The table of `docs/json.md`: fields by command.
fn listed_fields() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/json.md")).expect("text");
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split('|').collect();
        let command = cells.first()?.trim().trim_end_matches('`').to_owned();
        let fields = cells
            .get(1)?
            .split('`')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        Some((command, fields.map(str::to_owned).collect()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn every_answer_is_listed() {
    let listed = listed_fields();
    let source = fs::read_to_string(root().join("src/report/mod.rs")).expect("text");
    let names = source.split("#[serde(rename = \"").skip(1);
    let names: BTreeSet<&str> = names.filter_map(|rest| rest.split('"').next()).collect();
    let in_table: BTreeSet<&str> = listed.keys().map(String::as_str).collect();
    assert_eq!(names, in_table);
}

#[test]
fn answers_have_the_listed_fields() {
    let listed = listed_fields();
    let desk = Desk::new();
    let run = |args: &str| -> Run {
        hangmeas()
            .dir(desk.folder.path())
            .env("HANGMEAS_DATA_DIR", desk.managed.join("postgres"))
            .env("HANGMEAS_CONFIG", desk.folder.path().join("desk.toml"))
            .args(["--format", "json"])
            .args(args.split(' '))
    };
    let restored = server().adopt(server().unused_name("restored"));
    let (mut seen, mut backup) = (BTreeSet::new(), String::new());
    for args in [
        "completions bash",
        "man",
        "config check",
        "config show",
        "config init other.toml",
        "db create",
        "db migrate",
        "db status",
        "db seed",
        "db seed --verify",
        "db annotate --expected --out pages",
        "db health-check",
        "db drift",
        "explain index.invalid",
        "db backup --dir backups",
        "db grants",
        "db backups list --dir backups",
        "db backups prune --dir backups --keep 1",
        "db rollback",
        "db setup",
        "migration list",
        "migration new add_x --migrations-dir db/own",
        "migration import --from dbmate db/migrations --into db/hangmeas",
        "migration accept V1001 --migrations-dir db/own",
        "server status",
        "db drift",
        "db health-check",
        "db backups verify --dir backups BACKUP",
        &format!("db restore --dir backups BACKUP --into {}", restored.name()),
        "explain index.duplicate",
        "db reset --force",
        "db drop --force",
    ] {
        let output = run(&args.replace("BACKUP", &backup)).run();
        let document = output.json();
        if args.starts_with("db backup ") {
            backup = document["name"].as_str().expect("a name").to_owned();
        }
        let fields = document.as_object().expect("an object");
        assert_eq!(
            fields.keys().next().map(String::as_str),
            Some("schema_version"),
            "{args}"
        );
        assert_eq!(document["schema_version"], 1, "{args}");
        let Some(command) = fields.get("command").and_then(|name| name.as_str()) else {
            // V1001 was not applied, so that there is nothing to accept.
            assert!(args.starts_with("migration accept"), "{args}: {document}");
            continue;
        };
        let mut names: BTreeSet<String> = fields.keys().cloned().collect();
        names.remove("command");
        names.remove("schema_version");
        assert_eq!(Some(&names), listed.get(command), "{args}");
        seen.insert(command.to_owned());
    }
    let all: BTreeSet<String> = listed.into_keys().collect();
    let unseen: Vec<_> = all.difference(&seen).collect();
    assert_eq!(unseen, ["migration accept"], "its refusal was seen");
}
