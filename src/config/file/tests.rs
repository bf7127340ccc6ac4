//! Tests of the file's reading.

use super::*;

fn read(text: &str) -> Result<ConfigFile, Vec<Error>> {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join(FILE_NAME);
    fs::write(&path, text).expect("file");
    ConfigFile::read(&path, Origin::Default, dir.path())
}

fn errors(text: &str) -> Vec<Error> {
    read(text).err().unwrap_or_default()
}

#[test]
fn every_mistake_names_its_place() {
    let cases = [
        (
            "[migrations]\ndirr = 1",
            "hangmeas.toml:2: unknown key `migrations.dirr`",
            "`dir`",
        ),
        (
            "[envs.test]",
            "unknown key `envs`",
            "known here: default_environment",
        ),
        (
            "[environment.test]",
            "unknown key `environment`",
            "`environments`",
        ),
        (
            "default_enviroment = 'x'",
            ":1: unknown key",
            "`default_environment`",
        ),
        (
            "[environments.test]\n\nuser = 'x'",
            ":3: unknown key `environments.test.user`",
            "`username`",
        ),
        (
            "[environments.test]\nport = 'abc'",
            "expected a port number from 1 to 65535, found `abc`",
            "",
        ),
        ("[environments.test]\nport = 0", "found `0`", ""),
        ("[environments.test]\nport = 70000", "found `70000`", ""),
        (
            "[environments.test]\nport = true",
            "expected a port number from 1 to 65535, found true",
            "",
        ),
        (
            "[environments.test]\nport = 5.5",
            "found a decimal number",
            "",
        ),
        ("[environments.test]\nhost = 5", "expected a host name", ""),
        (
            "[environments.test]\nhost = 'a,,b'",
            "expected a host name",
            "",
        ),
        (
            "[environments.test]\nhost = 'postgres://a'",
            "the key for that is `url`",
            "",
        ),
        ("[environments.test]\nlock_timeout = 5", "5s or 5ms", ""),
        (
            "[environments.test]\nlock_timeout = '5 apples'",
            "expected a duration",
            "",
        ),
        (
            "[environments.test]\nprotected = 'yes'",
            "expected true or false",
            "",
        ),
        (
            "[environments.test]\nprotected = 1",
            "expected true or false, found a number",
            "",
        ),
        (
            "[environments.test]\nsslmode = 'requir'",
            "(nearest: require)",
            "",
        ),
        ("[environments.test]\npool = 0", "1 or more", ""),
        (
            "[environments.test]\nurl = 'mysql://h'",
            "`mysql://` is not postgres://",
            "",
        ),
        ("[environments.test]\nhost = '${'", "without its `}`", ""),
        (
            "[environments.test]\nhost = '${A-B}'",
            "the name of a variable",
            "",
        ),
        (
            "[environments.'9 lives']",
            "cannot name an environment",
            "letters, digits",
        ),
        (
            "environments = 3",
            "expected tables such as [environments.test]",
            "",
        ),
        (
            "[environments]\ntest = 3",
            "expected a section [environments.test]",
            "",
        ),
        ("migrations = 3", "expected a section [migrations]", ""),
        ("[[environments]]", "found a list", ""),
        ("a = 1\na = 2", "not valid TOML", ""),
        ("[migrations\n", "hangmeas.toml:1: not valid TOML", ""),
    ];
    for (text, message, hint) in cases {
        let errors = errors(text);
        let error = errors.first().unwrap_or_else(|| panic!("{text}: accepted"));
        assert!(error.message().contains(message), "{text}: {error}");
        assert!(error.place().is_some(), "{text}");
        let hints: String = error.hints().iter().map(|hint| hint.text.clone()).collect();
        assert!(hints.contains(hint), "{text}: {hints}");
    }
}

#[test]
fn columns_count_characters_and_lines_survive_crlf_and_bom() {
    let errors = errors("\u{feff}# ខ្មែរ\r\n[environments.test]\r\nhost = 'ខ្មែរ'\r\nport = 'ខ'\r\n");
    let place = errors[0].place().expect("place");
    assert_eq!(
        (place.line, place.column, place.text.as_str()),
        (4, 8, "port = 'ខ'")
    );
}

#[test]
fn all_errors_are_collected_in_order() {
    let errors = errors("[server]\nx = 1\n[migrations]\ny = 2\nbundled = 3\n");
    let lines: Vec<_> = errors
        .iter()
        .filter_map(|error| error.place())
        .map(|p| p.line)
        .collect();
    assert_eq!(lines, [2, 4, 5]);
}

#[test]
fn errors_never_show_a_secret() {
    for text in [
        "[environments.test]\npassword = ['QZX']",
        "[environments.test]\npassword = 'QZX",
        "[environments.test]\npasword = 'QZX'",
        "[environments.test]\nurl = 'postgres://u:QZX@q@h'",
        "[environments.test]\nurl = 'postgres://u:QZX@h",
        "[environments.test]\nurl = 'mysql://u:QZX@h'",
        "[environments.test]\nhost = 'postgres://u:QZX@h'",
        "[environments.test]\npassword = '${QZX'",
        "[environments.test]\npassword = '''\nQZX\n",
        "environments.test = { password = 'QZX', pool = 'x' }",
    ] {
        let errors = errors(text);
        assert!(!errors.is_empty(), "{text}");
        assert!(!format!("{errors:?}").contains("QZX"), "{text}: {errors:?}");
    }
}

#[test]
fn values_take_variables_and_remember_both_origins() {
    let file = read(
        "[environments.test]\nport = '${PORT:-5433}'\nhost = '${HOST}'\npassword = '$${x}'\ndatabase = ''",
    )
    .expect("file");
    let variables = Variables::from_pairs([("PORT", "6000")]);
    let port = file
        .resolve("environments.test.port", &variables)
        .expect("port")
        .expect("port");
    assert_eq!(port.value, "6000");
    assert_eq!(port.origin.to_string(), "hangmeas.toml:2, variable PORT");
    let password = file
        .resolve("environments.test.password", &variables)
        .expect("password");
    assert_eq!(password.expect("password").value, "${x}");
    assert_eq!(
        file.resolve("environments.test.database", &variables)
            .expect("empty"),
        None
    );
    let error = file
        .resolve("environments.test.host", &variables)
        .expect_err("unset");
    assert_eq!(
        error.message(),
        "hangmeas.toml:3: `environments.test.host` needs the environment variable HOST, which is not set"
    );
}

#[test]
fn finds_the_file_upwards_or_by_name() {
    let dir = tempfile::tempdir().expect("folder");
    let deep = dir.path().join("a/b");
    fs::create_dir_all(&deep).expect("folders");
    fs::write(dir.path().join(FILE_NAME), "").expect("file");
    let none = Variables::default();
    let found = locate(&Overrides::default(), &none, &deep)
        .expect("found")
        .expect("some");
    assert_eq!(found.0, dir.path().join(FILE_NAME));
    let named = Overrides {
        config_file: Some("missing.toml".into()),
        ..Overrides::default()
    };
    let error = locate(&named, &none, &deep).expect_err("missing");
    assert_eq!(
        error.message(),
        "the configuration file missing.toml does not exist"
    );
    assert_eq!(error.detail_lines(), ["named by --config"]);
    let variable = Variables::from_pairs([("HANGMEAS_CONFIG", "../../hangmeas.toml")]);
    let found = locate(&Overrides::default(), &variable, &deep)
        .expect("found")
        .expect("some");
    assert_eq!(found.1, Origin::Variable("HANGMEAS_CONFIG".into()));
}
