//! Tests of everything but the connection.

use std::fs;

use super::*;
use crate::config::Origin;

struct Case {
    dir: tempfile::TempDir,
    overrides: Overrides,
    variables: Vec<(&'static str, &'static str)>,
}

fn case(file: &str) -> Case {
    let dir = tempfile::tempdir().expect("folder");
    if !file.is_empty() {
        fs::write(dir.path().join("hangmeas.toml"), file).expect("file");
    }
    Case {
        dir,
        overrides: Overrides::default(),
        variables: vec![("HOME", "/home/me")],
    }
}

impl Case {
    fn env(mut self, name: &str) -> Self {
        self.overrides.environment = Some(name.to_owned());
        self
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn load(&self) -> Result<Settings> {
        let variables = Variables::from_pairs(self.variables.iter().copied());
        Settings::load(&self.overrides, &variables, self.dir.path())
    }

    fn shown(&self, key: &str) -> String {
        let settings = self.load().expect("settings");
        let entry = settings
            .entries()
            .into_iter()
            .find(|entry| entry.key == key);
        entry
            .map(|entry| format!("{} ({})", entry.value, entry.origin))
            .expect(key)
    }
}

#[test]
fn defaults() {
    let case = case("");
    let folder = case.dir.path().display().to_string();
    let settings = case.load().expect("settings");
    assert_eq!(settings.database(), "hangmeas_development");
    let list: Vec<_> = settings
        .entries()
        .into_iter()
        .map(|entry| format!("{} = {} ({})", entry.key, entry.value, entry.origin))
        .map(|line| line.replace(&folder, "HERE"))
        .collect();
    assert_eq!(
        list,
        [
            "config_file = none (default)",
            "environment = development (default)",
            "protected = false (default)",
            "host = managed local PostgreSQL (default)",
            "database = hangmeas_development (default)",
            "pool = 5 (default)",
            "connect_timeout = 5s (default)",
            "wait = 0 (default)",
            "statement_timeout = none (default)",
            "lock_timeout = 2s (default)",
            "migrations.dir = none (default)",
            "migrations.bundled = true (default)",
            "migrations.lock_wait = 1min (default)",
            "migrations.lock_retry_for = 10min (default)",
            "rails.record_versions = false (default)",
            "rails.dir = db/migrate, if there is one (default)",
            "backup.dir = HERE/backups (default)",
            "backup.keep = all (default)",
            "backup.keep_days = for ever (default)",
            "backup.jobs = 2 (default)",
            "grants.app = hangmeas_app (default)",
            "grants.readonly = hangmeas_readonly (default)",
            "grants.backup = hangmeas_backup (default)",
            "annotate.out = HERE/docs/schema (default)",
            "server.data_dir = /home/me/.local/share/hangmeas/postgres (default)",
            "server.bin_dir = found when needed (default)",
        ]
    );
}

#[test]
fn production_is_protected_and_has_a_larger_pool() {
    let settings = case("")
        .env("production")
        .with("DATABASE_HOST", "h")
        .load()
        .expect("settings");
    assert!(settings.protected.value);
    assert_eq!(settings.pool.value, 25);
}

#[test]
fn the_environment_is_chosen_in_order() {
    let file = "default_environment = 'qa'\n[environments.qa]\nhost='h'";
    assert_eq!(case(file).shown("environment"), "qa (hangmeas.toml:1)");
    assert_eq!(
        case(file).with("RAILS_ENV", "test").shown("environment"),
        "test (variable RAILS_ENV)"
    );
    let both = case(file)
        .with("RAILS_ENV", "production")
        .with("HANGMEAS_ENV", "test");
    assert_eq!(both.shown("environment"), "test (variable HANGMEAS_ENV)");
    assert_eq!(both.env("qa").shown("environment"), "qa (--env)");
    let error = case(file).env("prodution").load().expect_err("unknown");
    assert_eq!(error.message(), "unknown environment `prodution`");
    assert_eq!(
        error.detail_lines(),
        [
            "named by --env",
            "known are development, test, staging, production, qa"
        ]
    );
    assert_eq!(error.hints()[0].text, "did you mean `production`?");
}

#[test]
fn timeouts_and_pool_take_their_layers() {
    let file = "[environments.development]\nlock_timeout='3s'\nstatement_timeout=0\npool=9";
    assert_eq!(case(file).shown("lock_timeout"), "3s (hangmeas.toml:2)");
    assert_eq!(
        case(file).shown("statement_timeout"),
        "none (hangmeas.toml:3)"
    );
    let case2 = || {
        case(file)
            .with("HANGMEAS_LOCK_TIMEOUT", "500ms")
            .with("RAILS_MAX_THREADS", "7")
    };
    assert_eq!(
        case2().shown("lock_timeout"),
        "500ms (variable HANGMEAS_LOCK_TIMEOUT)"
    );
    assert_eq!(case2().shown("pool"), "7 (variable RAILS_MAX_THREADS)");
    let mut flagged = case2();
    flagged.overrides.lock_timeout = Some("0".to_owned());
    assert_eq!(flagged.shown("lock_timeout"), "none (--lock-timeout)");
    flagged.overrides.lock_timeout = Some("5".to_owned());
    let error = flagged.load().expect_err("no unit");
    assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
    assert!(
        error
            .message()
            .starts_with("--lock-timeout: expected a duration"),
        "{error}"
    );
    let url = case(file)
        .with("RAILS_MAX_THREADS", "7")
        .with("DATABASE_URL", "postgres://h/d?pool=3");
    assert_eq!(url.shown("pool"), "3 (variable DATABASE_URL)");
}

#[test]
fn paths_belong_to_the_place_that_names_them() {
    let file = "[migrations]\ndir='db/own'\n[server]\ndata_dir='~/pg'\nbin_dir='/opt/pg/bin'";
    let mut case = case(file);
    let settings = case.load().expect("settings");
    let root = case.dir.path();
    assert_eq!(
        settings.migrations.dir.expect("dir").value,
        root.join("db/own")
    );
    assert_eq!(
        settings.server.data_dir().expect("data").value,
        PathBuf::from("/home/me/pg")
    );
    assert_eq!(
        settings.server.bin_dir.expect("bin").value,
        PathBuf::from("/opt/pg/bin")
    );
    let below = root.join("below");
    fs::create_dir(&below).expect("folder");
    case.overrides.migrations_dir = Some("mine".into());
    let variables = Variables::from_pairs([("HANGMEAS_DATA_DIR", "data")]);
    let settings = Settings::load(&case.overrides, &variables, &below).expect("settings");
    assert_eq!(
        settings.migrations.dir.expect("dir").value,
        below.join("mine")
    );
    assert_eq!(
        settings.server.data_dir().expect("data").value,
        below.join("data")
    );
}

#[test]
fn a_place_for_the_managed_server_needs_a_home() {
    let dir = tempfile::tempdir().expect("folder");
    let load = |variables: &Variables| {
        Settings::load(&Overrides::default(), variables, dir.path()).expect("settings")
    };
    assert!(load(&Variables::default()).server.data_dir().is_err());
    let root = load(&Variables::default().as_root());
    let data_dir = root.server.data_dir().expect("root's").value.clone();
    assert_eq!(data_dir, PathBuf::from("/var/lib/hangmeas/postgres"));
}

#[test]
fn the_name_of_anothers_database_protects() {
    let file = "[environments.development]\nhost='h'\n[environments.live]\nhost='p'\n\
                database='shop'\nprotected=true";
    let url = |database: &str| -> &'static str {
        match database {
            "shop" => "postgres://h/shop",
            "production" => "postgres://h/hangmeas_production",
            "development" => "postgres://h/hangmeas_development",
            _ => "postgres://h/other",
        }
    };
    for (environment, database, protected, told) in [
        ("development", "shop", true, true),
        ("development", "production", true, true),
        ("development", "development", false, false),
        ("development", "other", false, false),
        ("test", "development", true, true),
        ("test", "other", false, false),
        ("production", "development", true, true),
    ] {
        let settings = case(file)
            .env(environment)
            .with("DATABASE_URL", url(database))
            .load();
        let settings = settings.expect("settings");
        let which = format!("{environment} {database}");
        assert_eq!(settings.protected.value, protected, "{which}");
        let notices = settings
            .notices
            .iter()
            .filter(|n| n.contains("but the environment is"));
        assert_eq!(
            notices.count() == 1,
            told,
            "{which}: {:?}",
            settings.notices
        );
    }
    let mut by_flag = case(file);
    by_flag.overrides.database_url = Some(Secret::new("postgres://h/shop"));
    let settings = by_flag.load().expect("settings");
    let reason = "database shop is that of environment live".to_owned();
    assert_eq!(
        settings.protected,
        Sourced::new(true, Origin::Derived(reason))
    );
}

#[test]
fn a_shared_database_name_is_nobodys_accident() {
    let file = "[environments.development]\nhost='h'\ndatabase='shop'\n\
                [environments.production]\nhost='p'\ndatabase='shop'";
    let settings = case(file)
        .with("DATABASE_URL", "postgres://x/shop")
        .load()
        .expect("settings");
    assert!(!settings.protected.value);
}

#[test]
fn the_first_error_of_a_file_tells_of_the_others() {
    let error = case("x = 1\ny = 2\nz = 3")
        .load()
        .expect_err("three errors");
    assert!(
        error.message().contains("hangmeas.toml:1: unknown key `x`"),
        "{error}"
    );
    let last = error.hints().last().expect("hint");
    assert_eq!(last.text, "2 more errors in this file");
    assert_eq!(last.command.as_deref(), Some("hangmeas config check"));
}

#[test]
fn the_highest_layer_that_speaks_wins_in_every_combination() {
    for said in 0..8_u8 {
        let has = |bit: u8| said & (1 << bit) != 0;
        let file = if has(0) {
            "[migrations]\nlock_wait='1s'"
        } else {
            ""
        };
        let mut case = case(file);
        if has(1) {
            case = case.with("HANGMEAS_LOCK_WAIT", "2s");
        }
        case.overrides.lock_wait = has(2).then(|| "3s".to_owned());
        let expected = match (has(2), has(1), has(0)) {
            (true, _, _) => "3s (--lock-wait)",
            (_, true, _) => "2s (variable HANGMEAS_LOCK_WAIT)",
            (_, _, true) => "1s (hangmeas.toml:2)",
            _ => "1min (default)",
        };
        assert_eq!(case.shown("migrations.lock_wait"), expected);
    }
}
