//! The schema's pages: fresh, stable, and the same from a server as from the migrations.

use std::fs;
use std::path::Path;

use hangmeas::annotate::{Notes, Pages, check, pages};
use hangmeas::catalog::expected;

use crate::backup::support::migrated;
use crate::catalog::apply;
use crate::support::{Base, fixture, hangmeas, server};

fn expected_pages() -> Pages {
    let expected = expected();
    let notes = Notes {
        partial: expected.base.keys().cloned().collect(),
        ..Notes::default()
    };
    pages(&expected.catalog, &notes)
}

/// `docs/schema` is made by the program: `hangmeas db annotate --expected`.
#[test]
fn the_pages_of_this_repository_are_fresh() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let stale = check(&dir, &expected_pages()).expect("docs/schema");
    assert_eq!(stale, [], "run `hangmeas db annotate --expected`");
}

#[test]
fn everything_of_hangmeas_says_what_it_means() {
    let catalog = &expected().catalog;
    for (name, relation) in &catalog.relations {
        let of_the_shop = expected().base.contains_key(name);
        assert!(of_the_shop || relation.comment.is_some(), "{name}");
        for (column, facts) in &relation.columns {
            let added = !of_the_shop || facts.comment.is_some() || !is_added(name, column);
            assert!(
                added && (of_the_shop || facts.comment.is_some()),
                "{name}.{column}"
            );
        }
    }
    for (signature, function) in &catalog.functions {
        assert!(function.comment.is_some(), "{signature}");
    }
}

/// Widened columns are the shop's own; all others in the expected schema are added.
fn is_added(relation: &str, column: &str) -> bool {
    !expected()
        .types
        .contains_key(&format!("{relation}.{column}"))
}

/// A live database gives the same page of every Hangmeas table, on every base.
#[test]
fn live_pages_are_the_expected_ones() {
    let told = expected_pages();
    for base in [Base::Empty, Base::Spree46] {
        let database = server().clone_of(base);
        apply::all(&database);
        let live = pages(&apply::read(&database), &Notes::default());
        assert_eq!(
            live,
            pages(&apply::read(&database), &Notes::default()),
            "not stable"
        );
        for (name, relation) in &expected().catalog.relations {
            if relation.kind.is_view() || expected().base.contains_key(name) {
                continue;
            }
            let path = format!("tables/{name}.md");
            assert_eq!(live.get(&path), told.get(&path), "{base:?} {name}");
        }
        assert_eq!(live["functions.md"], told["functions.md"], "{base:?}");
    }
}

/// A large shop stays readable: every picture of Mermaid is below its limit.
#[test]
fn diagrams_can_be_drawn() {
    let database = server().clone_of(Base::Spree5);
    apply::all(&database);
    let live = pages(&apply::read(&database), &Notes::default());
    let mut drawn = 0;
    for (path, text) in &live {
        for picture in text.split("```mermaid\n").skip(1) {
            let (picture, _) = picture.split_once("\n```").expect("an end");
            assert!(picture.len() < 50_000, "{path}");
            must_be_mermaid(picture);
            drawn += 1;
        }
        for link in links(text).filter(|link| !link.starts_with('#')) {
            let target = link
                .split('#')
                .next()
                .unwrap_or(link)
                .trim_start_matches("../");
            assert!(live.contains_key(target), "{path} points to {link}");
        }
    }
    assert!(drawn > 20, "{drawn}");
    let svg = &live["schema.svg"];
    let tables = live
        .keys()
        .filter(|path| path.starts_with("tables/"))
        .count();
    assert_eq!(svg.matches("<rect ").count(), tables + 1);
    must_be_xml(svg);
}

/// The part of Mermaid's grammar that a picture of ours may use. Mermaid 11 itself took all of this.
fn must_be_mermaid(picture: &str) {
    let mut lines = picture.lines();
    assert_eq!(lines.next(), Some("erDiagram"));
    for line in lines {
        let words = shapes(line);
        let good = matches!(
            words.as_slice(),
            ["name"]
                | ["name", "{"]
                | ["}"]
                | ["word", "word", "PK" | "FK" | "PK,FK"]
                | [
                    "name",
                    "||--o{" | "|o--o{" | "||--o|" | "|o--o|",
                    "name",
                    ":",
                    "name"
                ]
        );
        assert!(good, "{line}: {words:?}");
    }
}

/// A line as names in quotes, words, and what stands for itself.
fn shapes(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('"') {
            let end = inside.find('"').expect("a closing quote");
            assert!(!inside[..end].contains(['%', '\\', '\r']), "{line}");
            found.push("name");
            rest = inside[end + 1..].trim_start();
            continue;
        }
        let end = rest.find(' ').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let plain = word.chars().all(|c| c.is_alphanumeric() || c == '_')
            && word.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let itself = ["PK", "FK"].contains(&word);
        found.push(if plain && !itself { "word" } else { word });
        rest = after.trim_start();
    }
    found
}

/// Well-formed: every element is closed in its turn, and no text or attribute has a bare `<` or `&`.
fn must_be_xml(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        must_be_text(before);
        if let Some(comment) = after.strip_prefix("!--") {
            let (inside, after) = comment.split_once("-->").expect("the comment's end");
            assert!(!inside.contains("--"));
            rest = after;
            continue;
        }
        let (tag, after) = after.split_once('>').expect("the tag's end");
        rest = after;
        let name = tag.trim_matches('/').split(' ').next().expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let attributes = tag.trim_end_matches('/')[name.len()..].split('"');
        attributes.clone().for_each(must_be_text);
        assert!(attributes.count() % 2 == 1, "{tag}");
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
}

fn must_be_text(text: &str) {
    for after in text.split('&').skip(1) {
        let entity = ["amp;", "lt;", "gt;", "quot;"]
            .iter()
            .any(|name| after.starts_with(name));
        assert!(entity, "&{after}");
    }
    let allowed = |c: char| !c.is_control() || c == '\n';
    assert!(text.chars().all(allowed), "{text:?}");
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

#[test]
fn odd_names_break_nothing() {
    let database = server().create("odd");
    database.execute(
        "CREATE TABLE \"a|b `c` <d>\" (\"x\ny\" int DEFAULT 1 CHECK (\"x\ny\" > 0)); \
         COMMENT ON TABLE \"a|b `c` <d>\" IS E'one | two\\nthree <script>'; \
         CREATE TABLE \"Foo\" (id int PRIMARY KEY); CREATE TABLE foo (id int REFERENCES \"Foo\"); \
         CREATE TABLE \"../up\" (id int); \
         CREATE TABLE \"50%\\ \"\"x\"\" & é\x01\" (\"2fa\" int PRIMARY KEY); \
         CREATE TABLE style (\"!\" int REFERENCES \"50%\\ \"\"x\"\" & é\x01\" (\"2fa\"), PRIMARY KEY (\"!\"))",
    );
    let live = pages(&apply::read(&database), &Notes::default());
    let index = &live["README.md"];
    assert!(
        index.contains("one \\| two<br>three &lt;script>"),
        "{index}"
    );
    let tables: Vec<_> = live
        .keys()
        .filter(|path| path.starts_with("tables/"))
        .collect();
    assert_eq!(tables.len(), 6, "{tables:?}");
    let apart: std::collections::BTreeSet<_> =
        tables.iter().map(|path| path.to_lowercase()).collect();
    assert_eq!(apart.len(), 6);
    must_be_xml(&live["schema.svg"]);
    let texts = live
        .values()
        .flat_map(|text| text.split("```mermaid\n").skip(1));
    for picture in texts {
        must_be_mermaid(picture.split_once("\n```").expect("an end").0);
    }
    assert!(tables.iter().all(|path| !path.contains("..")));
}

#[test]
fn stale_pages_are_told_by_the_exit_status() {
    let database = migrated();
    let home = tempfile::tempdir().expect("folder");
    let out = home.path().join("pages");
    let run = |flags: &[&str]| {
        hangmeas()
            .url(&database)
            .args(["db", "annotate", "--out"])
            .arg(&out)
            .args(flags)
            .run()
    };
    run(&["--check"]).exits(1).answers("README.md missing");
    assert!(!out.exists(), "--check writes nothing");
    run(&[]).success();
    run(&["--check"]).success();
    database.execute("COMMENT ON COLUMN artists.genre IS 'Something else.'");
    let stale = run(&["--check", "--format", "json"]);
    stale.exits(1);
    assert_eq!(stale.json()["changed"][0]["path"], "tables/artists.md");
    database.execute("DROP TABLE app_banners");
    run(&[]).success();
    assert!(!out.join("tables/app_banners.md").exists());
    run(&["--check"]).success();
}

/// Sizes are told when they are asked for, and only then.
#[test]
fn sizes_are_told_on_demand() {
    let database = crate::backup::support::shop();
    database.execute("ANALYZE artists");
    let out = tempfile::tempdir().expect("folder");
    let run = |flags: &[&str]| {
        hangmeas()
            .url(&database)
            .args(["db", "annotate", "--out"])
            .arg(out.path())
            .args(flags)
            .run()
    };
    let page = |name: &str| fs::read_to_string(out.path().join(name)).expect("a page");
    run(&["--sizes"]).success();
    let artists = page("tables/artists.md");
    assert!(artists.contains("about 2,000 rows in "), "{artists}");
    assert!(page("README.md").contains("| size |"));
    run(&["--check"]).exits(1);
    run(&[]).success();
    assert!(!page("tables/artists.md").contains("rows in"));
    run(&["--check"]).success();
    run(&["--sizes", "--check"]).exits(2);
    run(&["--sizes", "--expected"]).exits(2);
}

#[test]
fn owners_and_notes_come_from_the_file() {
    let home = tempfile::tempdir().expect("folder");
    fs::write(
        home.path().join("hangmeas.toml"),
        "[annotate]\nout = \"here\"\n[annotate.owners]\nxfactor_votes = \"Voting team\"\n[annotate.notes]\nxfactor_votes = \"Grows fast.\"\n",
    )
    .expect("file");
    hangmeas()
        .dir(home.path())
        .args(["db", "annotate", "--expected"])
        .run()
        .success();
    let page = fs::read_to_string(home.path().join("here/tables/xfactor_votes.md")).expect("page");
    assert!(
        page.contains("owner: Voting team") && page.contains("> Grows fast."),
        "{page}"
    );
}

#[test]
fn models_get_their_block_once() {
    let database = migrated();
    let dir = tempfile::tempdir().expect("folder");
    let vote = dir.path().join("xfactor/vote.rb");
    fs::create_dir(dir.path().join("xfactor")).expect("folder");
    let code = "# frozen_string_literal: true\n\n# Somebody votes.\nmodule Xfactor\n  class Vote < ApplicationRecord\n  end\nend\n";
    fs::write(&vote, code).expect("model");
    fs::write(
        dir.path().join("stranger.rb"),
        "class Stranger < ApplicationRecord\nend\n",
    )
    .expect("model");
    let run = |flags: &[&str]| {
        hangmeas()
            .url(&database)
            .args(["db", "annotate", "--models"])
            .arg(dir.path())
            .args(flags)
            .run()
    };
    run(&["--check"]).exits(1).answers("vote.rb stale");
    assert_eq!(fs::read_to_string(&vote).expect("model"), code);
    run(&[])
        .success()
        .answers("stranger.rb: the schema has no table for it");
    let once = fs::read_to_string(&vote).expect("model");
    // What the gem writes, but for the brackets around a predicate.
    assert_eq!(once, fixture("annotate/vote.rb"));
    run(&[]).success();
    assert_eq!(fs::read_to_string(&vote).expect("model"), once);
    run(&["--check"]).success();
}
