//! The forms of answer, held to what their readers take: XML that PostgreSQL parses, the shape of SARIF, the exposition
//! rules of Prometheus, the output rules of Nagios plugins, the commands of GitHub. Names try to break out of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::{Base, Database, Run, hangmeas, server, skipped};

/// A name that is markup, a separator or an escape somewhere.
const NAME: &str = "odd|<&>\"]]>%{}\\,:ខ្មែរ\n name";

/// A database with an invalid index of that name, a waived finding, and something that this role may not see.
struct Case {
    database: Database<'static>,
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let database = server().clone_of(Base::Empty);
        let run = hangmeas().url(&database).args(["db", "migrate", "--quiet"]);
        run.run().success();
        let quoted = format!("\"{}\"", NAME.replace('"', "\"\""));
        database.execute(&format!(
            "CREATE INDEX {quoted} ON artists (name, genre);
             UPDATE pg_index SET indisvalid = false
              WHERE indexrelid = (SELECT oid FROM pg_class WHERE relname = $n${NAME}$n$);
             CREATE INDEX artists_again ON artists (name)"
        ));
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            folder.path().join("hangmeas.toml"),
            "[[waivers]]\nfinding = \"index.duplicate:artists_again\"\nreason = \"it goes with the next release\"\nuntil = \"2999-12-31\"\n",
        )
        .expect("a file");
        Self { database, folder }
    }

    fn told(&self, format: &str, only: &str) -> String {
        let run: Run = hangmeas().url(&self.database).dir(self.folder.path());
        let args = ["db", "health-check", "--only", only, "--format", format];
        let status = if format == "nagios" { 2 } else { 1 };
        run.args(args).run().exits(status).stdout.clone()
    }
}

const ONLY: &str = "index,operations";

#[test]
fn junit_is_well_formed_and_counts_what_it_holds() {
    let case = Case::new();
    let xml = case.told("junit", ONLY);
    let body = xml.split_once("?>").expect("a declaration").1;
    let ask = |query: &str| {
        let sql = format!(
            "SELECT {}",
            query.replace("DOC", &format!("xmlparse(DOCUMENT $x${body}$x$)"))
        );
        case.database.value(&sql)
    };
    if case
        .database
        .try_execute("SELECT xmlparse(DOCUMENT '<a/>')")
        .is_err()
    {
        return skipped("this server was built without XML");
    }
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "testcase[failure]"),
        ("errors", "testcase[error]"),
        ("skipped", "testcase[skipped]"),
    ] {
        let told = ask(&format!(
            "(SELECT sum(n::text::int) FROM unnest(xpath('//testsuite/@{attribute}', DOC)) n)"
        ));
        let held = ask(&format!("cardinality(xpath('//testsuite/{element}', DOC))"));
        assert_eq!(told, held, "{attribute}\n{xml}");
    }
    case.database
        .execute("CREATE INDEX artists_thrice ON artists (name)");
    let warned = |fail_on: &str| {
        let run = hangmeas().url(&case.database).dir(case.folder.path());
        let args = [
            "db",
            "health-check",
            "--only",
            "index.duplicate",
            "--format",
            "junit",
        ];
        let output = run.args(args).args(["--fail-on", fail_on]).run();
        let failure = output.stdout.contains("failures=\"1\"")
            && output.stdout.contains("<failure type=\"warning\"");
        let beside = output
            .stdout
            .contains("<system-out>warning: index artists_thrice");
        (output.code(), failure, beside)
    };
    assert_eq!(warned("warning"), (Some(1), true, false));
    assert_eq!(warned("error"), (Some(0), false, true));
    let message = "(xpath('//failure/@message', DOC))[1]::text LIKE '%odd|&lt;&amp;&gt;%'";
    assert_eq!(ask(message), "t", "{xml}");
    assert_eq!(
        ask("cardinality(xpath('//testcase[@name=\"index.duplicate\"]/failure', DOC))"),
        "0",
        "a waived finding is no failure"
    );
}

#[test]
fn sarif_has_the_shape_of_2_1_0() {
    let case = Case::new();
    let document: serde_json::Value =
        serde_json::from_str(&case.told("sarif", ONLY)).expect("JSON");
    assert_eq!(document["version"], "2.1.0");
    assert!(
        document["$schema"]
            .as_str()
            .expect("a schema")
            .contains("sarif-2.1.0")
    );
    let runs = document["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 1);
    let driver = &runs[0]["tool"]["driver"];
    assert_eq!(driver["name"], "hangmeas");
    let rules: BTreeSet<&str> = driver["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| {
            assert!(
                !rule["shortDescription"]["text"]
                    .as_str()
                    .expect("text")
                    .is_empty()
            );
            rule["id"].as_str().expect("an id")
        })
        .collect();
    assert_eq!(
        rules.len(),
        driver["rules"].as_array().expect("rules").len()
    );
    let results = runs[0]["results"].as_array().expect("results");
    let mut suppressed = 0;
    for result in results {
        assert!(rules.contains(result["ruleId"].as_str().expect("a rule")));
        assert!(
            ["none", "note", "warning", "error"]
                .contains(&result["level"].as_str().expect("a level"))
        );
        assert!(
            !result["message"]["text"]
                .as_str()
                .expect("a text")
                .is_empty()
        );
        assert!(
            result.get("baselineState").is_none(),
            "nothing is new without a baseline"
        );
        assert!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].is_string());
        for (name, print) in result["partialFingerprints"].as_object().expect("prints") {
            assert!(name.contains('/') && print.is_string());
        }
        for suppression in result["suppressions"].as_array().into_iter().flatten() {
            assert!(
                ["inSource", "external"].contains(&suppression["kind"].as_str().expect("a kind"))
            );
            assert!(
                suppression["justification"]
                    .as_str()
                    .expect("a reason")
                    .len()
                    > 10
            );
            suppressed += usize::from(result["ruleId"] == "index.duplicate");
        }
    }
    assert_eq!(suppressed, 1);
    assert!(runs[0]["invocations"][0]["executionSuccessful"].is_boolean());
}

#[test]
fn sarif_tells_what_a_baseline_knows() {
    let case = Case::new();
    let before = case.told("json", ONLY);
    fs::write(case.folder.path().join("before.json"), before).expect("a file");
    case.database
        .execute("CREATE INDEX artists_anew ON artists (genre, name); CREATE INDEX artists_anew_too ON artists (genre, name)");
    let run: Run = hangmeas().url(&case.database).dir(case.folder.path());
    let args = ["db", "health-check", "--only", ONLY, "--format", "sarif"];
    let told = run.args(args).args(["--baseline", "before.json"]).run();
    let document: serde_json::Value = serde_json::from_str(&told.stdout).expect("JSON");
    let results = document["runs"][0]["results"].as_array().expect("results");
    let states: BTreeSet<(&str, &str)> = results
        .iter()
        .map(|it| (&it["ruleId"], &it["baselineState"]))
        .filter_map(|(rule, state)| Some((rule.as_str()?, state.as_str()?)))
        .collect();
    assert!(
        states.contains(&("index.invalid", "unchanged")),
        "{states:?}"
    );
    assert!(states.contains(&("index.duplicate", "new")), "{states:?}");
}

/// Name, labels and value of a sample, as `promtool` would take it.
fn sample(line: &str) -> (&str, &str, f64) {
    let (series, value) = line.rsplit_once(' ').expect("a value");
    let (name, labels) = series.split_once('{').expect("labels");
    let labels = labels.strip_suffix('}').expect("a closed list");
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    assert!(
        name.chars().all(legal) && !name.starts_with(|c: char| c.is_ascii_digit()),
        "{line}"
    );
    let mut rest = labels;
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").expect("a label");
        assert!(label.chars().all(legal) && !label.is_empty(), "{line}");
        let mut end = None;
        let mut escaped = false;
        for (at, character) in after.char_indices() {
            match (escaped, character) {
                (true, c) => {
                    assert!(['\\', '"', 'n'].contains(&c), "{line}");
                    escaped = false;
                }
                (false, '\\') => escaped = true,
                (false, '"') => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        rest = &after[end.expect("a closed value") + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    (name, labels, value.parse().expect("a number"))
}

#[test]
fn prometheus_follows_the_rules_of_exposition() {
    let case = Case::new();
    let text = case.told("prometheus", ONLY);
    assert!(text.ends_with('\n'));
    let (mut helped, mut typed) = (BTreeSet::new(), BTreeSet::new());
    let mut series = BTreeSet::new();
    let mut order: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            assert!(
                helped.insert(help.split_once(' ').expect("words").0),
                "{line}"
            );
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert!(
                typed.insert(name) && kind == "gauge" && !order.contains(&name),
                "{line}"
            );
        } else {
            let (name, labels, value) = sample(line);
            assert!(typed.contains(name) && value.is_finite(), "{line}");
            assert!(series.insert((name, labels)), "twice: {line}");
            if order.last() != Some(&name) {
                assert!(!order.contains(&name), "not in one piece: {line}");
                order.push(name);
            }
        }
    }
    assert_eq!(helped, typed);
    assert!(text.contains("check=\"index.invalid\"} 1\n"));
}

#[test]
fn nagios_gets_one_line_with_numbers() {
    let case = Case::new();
    let text = case.told("nagios", ONLY);
    let first = text.lines().next().expect("a line");
    let (said, numbers) = first.split_once(" | ").expect("a bar");
    assert!(
        said.starts_with("HANGMEAS CRITICAL - 1 error, 0 warnings, "),
        "{said}"
    );
    assert_eq!(text.matches('|').count(), 1, "{text}");
    let mut values = BTreeMap::new();
    for number in numbers.split(' ') {
        let (label, rest) = number.split_once('=').expect("label=value");
        let value = rest
            .split(';')
            .next()
            .expect("a value")
            .trim_end_matches('s');
        assert!(rest.split(';').count() <= 5, "{number}");
        value.parse::<f64>().expect("a number");
        values.insert(label, value);
    }
    assert_eq!(values["errors"], "1");
    assert!(
        text.lines()
            .skip(1)
            .any(|line| line.starts_with("error: index \"odd¦"))
    );
}

/// The word and the exit status say the same, as monitoring plugins do it.
#[test]
fn nagios_states_have_their_exit_statuses() {
    let case = Case::new();
    let clerk = format!("{}_clerk", case.database.name());
    case.database.execute(&format!("CREATE ROLE {clerk} LOGIN"));
    let check = |url: &str, args: &[&str]| {
        let mut run = hangmeas().dir(case.folder.path());
        run = run.args([
            "db",
            "health-check",
            "--format",
            "nagios",
            "--database-url",
            url,
        ]);
        run.args(args).run()
    };
    let own = case.database.url();
    let says = |state: &str| format!("HANGMEAS {state} - ");
    check(&own, &["--only", "constraint"])
        .exits(0)
        .answers(&says("OK"));
    check(&own, &["--only", "index.invalid"])
        .exits(2)
        .answers(&says("CRITICAL"));
    case.database
        .execute("CREATE INDEX artists_thrice ON artists (name)");
    check(&own, &["--only", "index.duplicate"])
        .exits(1)
        .answers("HANGMEAS WARNING - 0 errors, 1 warning, 0 notes in 1 check of ");
    let theirs = format!("{own}&user={clerk}");
    check(&theirs, &["--only", "capacity.sequence"])
        .exits(3)
        .answers(&says("UNKNOWN"))
        .answers("unknown: capacity.sequence: ");
    check(&own, &["--only", "no.such"])
        .exits(3)
        .answers(&says("UNKNOWN"));
    check(&own, &["--no-such-flag"])
        .exits(3)
        .answers(&says("UNKNOWN"));
    check("postgresql://127.0.0.1:1/none", &[])
        .exits(2)
        .answers(&says("CRITICAL"));
    case.database.execute(&format!("DROP ROLE {clerk}"));
}

#[test]
fn github_gets_commands_only() {
    let case = Case::new();
    let text = case.told("github", ONLY);
    for line in text.lines() {
        let (command, message) = line
            .strip_prefix("::")
            .expect("a command")
            .split_once("::")
            .expect("two parts");
        let (level, title) = command.split_once(" title=").expect("a title");
        assert!(["error", "warning", "notice"].contains(&level), "{line}");
        assert!(!title.contains([':', ',']) && !message.is_empty(), "{line}");
    }
    assert!(
        !text.contains("artists_again"),
        "a waived finding is no annotation"
    );
    assert_eq!(
        text.lines()
            .filter(|line| line.contains("index.invalid"))
            .count(),
        1
    );
}
