//! Tests of `config check`.

use std::fs;

use super::*;

fn run(file: &str, mode: u32, variables: &[(&str, &str)]) -> CheckReport {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("hangmeas.toml");
    fs::write(&path, file).expect("file");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode");
    let variables = Variables::from_pairs(variables.iter().copied());
    check(&Overrides::default(), &variables, dir.path()).expect("report")
}

fn warnings(report: &CheckReport) -> String {
    report
        .warnings
        .iter()
        .map(|warning| format!("{}\n", warning.message))
        .collect()
}

#[test]
fn looks_at_every_environment() {
    let file = "[environments.production]\nhost='${PH}'\nport='${PP:-abc}'\n\
                [environments.qa]\nhost='${QH}'\n[environments.test]";
    let report = run(file, 0o600, &[]);
    let errors: Vec<_> = report.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "hangmeas.toml:3: `environments.production.port`: expected a port number from 1 to 65535, \
          found `abc`"
        ]
    );
    assert!(warnings(&report).contains("environment qa cannot be used from here"));
    let names: Vec<_> = report
        .environments
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["development", "test", "production", "qa"]);
    assert!(report.environments[0].selected);
    let target = report.environments[1].target.as_deref();
    assert_eq!(target, Some("hangmeas_test on managed local PostgreSQL"));
}

#[test]
fn all_errors_of_the_file_are_listed() {
    let report = run("x=1\n[environments.qa]\nport='no'\n", 0o600, &[]);
    assert_eq!(report.errors.len(), 2);
    assert!(!report.is_ok());
    let report = run("", 0o644, &[("HANGMEAS_ENV", "nope")]);
    assert_eq!(report.errors[0].message(), "unknown environment `nope`");
}

#[test]
fn passwords_in_the_file_are_told() {
    let plain = "holds a password in plain text";
    for (value, expected) in [
        ("password='QZX'", true),
        ("password='${P}'", false),
        ("password='${P:-QZX}'", true),
        ("password='${P:-}'", false),
        ("url='postgres://u:QZX@h/d'", true),
        ("url='postgres://u@h/d?password=QZX'", true),
        ("url='postgres://${U:-u}:${P:-}@h/d'", false),
        ("url='${U:-}'", false),
    ] {
        let file = format!("[environments.development]\n{value}");
        let (open, closed) = (run(&file, 0o644, &[]), run(&file, 0o600, &[("P", "x")]));
        assert_eq!(warnings(&open).contains(plain), expected, "{value}");
        assert_eq!(
            warnings(&open).contains("others can read it"),
            expected,
            "{value}"
        );
        assert!(!warnings(&closed).contains("others can read it"), "{value}");
        assert!(!format!("{open:?}").contains("QZX"), "{value}");
    }
}

#[test]
fn near_misses_of_names_are_told() {
    let file = "[environments.prodution]\nhost='h'";
    let report = run(
        file,
        0o600,
        &[("HANGMEAS_ENVV", "x"), ("HANGMEAS_ENV", "test")],
    );
    let warnings = warnings(&report);
    assert!(
        warnings.contains(
            "hangmeas.toml:1: environment prodution is defined here; was production meant?"
        )
    );
    assert!(warnings.contains("variable HANGMEAS_ENVV means nothing; was HANGMEAS_ENV meant?"));
    assert!(report.is_ok());
}

#[test]
fn a_url_for_the_environment_in_use_hides_no_other() {
    let file = "[environments.production]\npool=30";
    let report = run(file, 0o600, &[("DATABASE_URL", "postgres://h/d")]);
    assert!(report.is_ok());
    assert!(warnings(&report).contains("environment production cannot be used from here"));
    assert_eq!(
        report.environments[0].target.as_deref(),
        Some("d on h:5432")
    );
}

#[test]
fn a_named_file_must_exist() {
    let dir = tempfile::tempdir().expect("folder");
    let overrides = Overrides {
        config_file: Some("none.toml".into()),
        ..Overrides::default()
    };
    assert!(check(&overrides, &Variables::default(), dir.path()).is_err());
    let report = check(&Overrides::default(), &Variables::default(), dir.path()).expect("report");
    assert!(report.is_ok() && report.file.is_none());
}
