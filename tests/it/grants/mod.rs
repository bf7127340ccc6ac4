//! Least privilege by doing: what the roles of `db grants` can do, what is refused them, and that a later migration
//! changes nothing about it.

mod beside;

use std::fs;

use hangmeas::postgres::{Interrupt, Session};

use crate::support::{Base, Database, Output, Run, Server, block_on, hangmeas, server};

/// A migrated database that a role of its own migrates, and a login role for each purpose. Roles are the server's:
/// each test has its own names.
struct Shop {
    database: Database<'static>,
    owner: String,
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Self {
        let database = server().clone_of(Base::Empty);
        let owner = format!("{}_owner", database.name());
        database.execute(&format!(
            "CREATE ROLE {owner} LOGIN CREATEROLE; ALTER DATABASE {} OWNER TO {owner}; \
             ALTER SCHEMA public OWNER TO {owner}",
            database.name()
        ));
        let folder = tempfile::tempdir().expect("folder");
        let shop = Self {
            database,
            owner,
            folder,
        };
        let names =
            ["app", "readonly", "backup"].map(|key| format!("{key} = \"{}\"\n", shop.group(key)));
        let config = format!("[grants]\n{}", names.concat());
        fs::write(shop.folder.path().join("hangmeas.toml"), config).expect("file");
        shop.as_role(&shop.owner)
            .args(["db", "migrate"])
            .run()
            .success();
        shop
    }

    fn group(&self, purpose: &str) -> String {
        format!("{}_{purpose}", self.database.name())
    }

    fn login(&self, purpose: &str) -> String {
        format!("{}_{purpose}_login", self.database.name())
    }

    fn url(&self, role: &str) -> String {
        self.database
            .url()
            .replacen("postgres@", &format!("{role}@"), 1)
    }

    fn as_role(&self, role: &str) -> Run {
        hangmeas()
            .dir(self.folder.path())
            .env("DATABASE_URL", self.url(role))
    }

    fn grants(&self, role: &str, flags: &[&str]) -> Output {
        self.as_role(role).args(["db", "grants"]).args(flags).run()
    }

    /// Applies, and makes a login role for each group.
    fn granted(self) -> Self {
        self.grants("postgres", &["--apply"]).success();
        for purpose in ["app", "readonly", "backup"] {
            let (login, group) = (self.login(purpose), self.group(purpose));
            self.database.execute(&format!(
                "CREATE ROLE {login} LOGIN; GRANT {group} TO {login}"
            ));
        }
        self
    }

    /// What the server says to a purpose's login role: the SQLSTATE, or none.
    fn refusal(&self, purpose: &str, sql: &str) -> Option<String> {
        let mut target = self.database.target();
        target.user = Some(self.login(purpose));
        block_on(async {
            let session = Session::open(&target, &Interrupt::never())
                .await
                .expect("a session");
            let done = session.run(sql).await;
            done.err()
                .map(|failure| failure.code().unwrap_or("none").to_owned())
        })
    }

    #[track_caller]
    fn may(&self, purpose: &str, sql: &str) {
        assert_eq!(self.refusal(purpose, sql), None, "{purpose}: {sql}");
    }

    #[track_caller]
    fn may_not(&self, purpose: &str, sql: &str) {
        let said = self.refusal(purpose, sql);
        assert_eq!(said.as_deref(), Some("42501"), "{purpose}: {sql}");
    }
}

const INSERT: &str =
    "INSERT INTO artists (name, created_at, updated_at) VALUES ('A', now(), now())";

#[test]
fn the_application_writes_rows_and_cannot_alter_the_schema() {
    let shop = Shop::new().granted();
    shop.may("app", INSERT);
    shop.may("app", "UPDATE artists SET name = 'B'; DELETE FROM artists");
    shop.may(
        "app",
        "SELECT count(*) FROM user_analytics; SELECT calculate_user_ltv(1)",
    );
    for refused in [
        "ALTER TABLE artists ADD COLUMN x int",
        "CREATE TABLE mine (id int)",
        "CREATE INDEX ON artists (name)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "DROP TABLE artists",
        "TRUNCATE artists",
        "ALTER TABLE artists DISABLE TRIGGER ALL",
        "COMMENT ON TABLE artists IS 'x'",
        "SELECT setval('artists_id_seq', 1)",
        "SELECT * FROM hangmeas.schema_history",
        "DELETE FROM hangmeas.schema_history",
    ] {
        shop.may_not("app", refused);
    }
    let refresh = "REFRESH MATERIALIZED VIEW user_analytics";
    if server().major() >= 17 {
        shop.may("app", refresh);
    } else {
        shop.may_not("app", refresh);
    }
}

#[test]
fn reports_read_everything_and_write_nothing() {
    let shop = Shop::new().granted();
    shop.may(
        "readonly",
        "SELECT count(*) FROM artists; SELECT count(*) FROM user_analytics",
    );
    shop.may(
        "readonly",
        "SELECT count(*) FROM hangmeas.schema_history; SELECT last_value FROM artists_id_seq",
    );
    for refused in [
        INSERT,
        "UPDATE artists SET name = 'B'",
        "SELECT nextval('artists_id_seq')",
        "CREATE TABLE mine (id int)",
        "BEGIN; LOCK TABLE artists IN ACCESS EXCLUSIVE MODE",
        "DELETE FROM hangmeas.schema_history",
    ] {
        shop.may_not("readonly", refused);
    }
    // A monitor knows where the migrations stand.
    let status = shop
        .as_role(&shop.login("readonly"))
        .args(["db", "status", "--check"])
        .run();
    status.success();
}

#[test]
fn the_backup_role_really_makes_a_backup() {
    if !server().has_clients() {
        return;
    }
    let shop = Shop::new();
    shop.database.execute(&format!(
        "SELECT lo_from_bytea(0, 'large'); CREATE TABLE notes (id serial PRIMARY KEY); ALTER TABLE notes OWNER TO {0}",
        shop.owner
    ));
    let shop = shop.granted();
    let login = shop.login("backup");
    let bin = server().binaries().folder.clone();
    let backup = shop
        .as_role(&login)
        .env("HANGMEAS_BIN_DIR", &bin)
        .args(["--format", "json", "db", "backup"])
        .run();
    backup.success();
    let name = backup.json()["name"].as_str().expect("a name").to_owned();
    shop.as_role("postgres")
        .env("HANGMEAS_BIN_DIR", &bin)
        .args(["db", "backups", "verify", &name])
        .run()
        .success();
    shop.may_not("backup", INSERT);
    shop.may_not("backup", "CREATE TABLE mine (id int)");
}

#[test]
fn a_later_migration_changes_nothing_about_it() {
    let shop = Shop::new().granted();
    let own = shop.folder.path().join("own");
    fs::create_dir_all(&own).expect("folder");
    fs::write(
        own.join("V1001__create_sponsors.sql"),
        "-- Sponsors.\nCREATE TABLE sponsors (id bigserial PRIMARY KEY, name text);\n\
         CREATE VIEW sponsor_names AS SELECT name FROM sponsors;\n\
         CREATE FUNCTION sponsor_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM sponsors';\n",
    )
    .expect("file");
    let migrated = shop.as_role(&shop.owner);
    migrated
        .args(["db", "migrate", "--migrations-dir", "own"])
        .run()
        .success();
    shop.may("app", "INSERT INTO sponsors (name) VALUES ('S'); SELECT sponsor_count(); SELECT * FROM sponsor_names");
    shop.may(
        "readonly",
        "SELECT * FROM sponsors; SELECT * FROM sponsor_names",
    );
    shop.may_not("app", "ALTER TABLE sponsors ADD COLUMN x int");
    shop.may_not("app", "TRUNCATE sponsors");
    shop.may_not("readonly", "INSERT INTO sponsors (name) VALUES ('S')");
    shop.grants(&shop.owner, &["--check"])
        .success()
        .answers("Nothing is missing");
}

#[test]
fn the_script_is_what_apply_runs_and_runs_twice() {
    let shop = Shop::new();
    let script = shop.grants(&shop.owner, &[]);
    script
        .success()
        .answers("CREATE ROLE")
        .answers("\nBEGIN;\n")
        .answers("COMMIT;\n");
    shop.grants(&shop.owner, &["--check"]).exits(1);
    assert_eq!(
        shop.database.value(&format!(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE '{}_%' AND rolname <> '{}'",
            shop.database.name(),
            shop.owner
        )),
        "0",
        "looking changes nothing"
    );
    // An administrator runs it as it is; so may he again.
    shop.database.execute(&script.stdout);
    shop.database.execute(&script.stdout);
    shop.grants(&shop.owner, &["--check"])
        .success()
        .answers("Nothing is missing");
    let again = shop.grants("postgres", &["--apply"]);
    again.success();
    assert_eq!(
        shop.grants("postgres", &["--check"]).success().code(),
        Some(0)
    );
}

#[test]
fn what_somebody_granted_beside_it_is_taken_away() {
    let shop = Shop::new().granted();
    let (app, readonly, owner) = (shop.group("app"), shop.group("readonly"), &shop.owner);
    shop.database.execute(&format!(
        "GRANT TRUNCATE ON artists TO {app}; GRANT INSERT (name) ON artists TO {readonly}; GRANT INSERT ON artists TO PUBLIC; \
         GRANT CREATE ON SCHEMA public TO {app}; GRANT ALL ON hangmeas.schema_history TO {app}; \
         ALTER ROLE {app} CREATEROLE; REVOKE SELECT ON artists FROM {readonly}; \
         ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT TRUNCATE ON TABLES TO {app}"
    ));
    let script = shop.grants("postgres", &["--check"]);
    script.exits(1);
    for expected in [
        format!("REVOKE TRUNCATE ON TABLE public.artists FROM \"{app}\""),
        format!("REVOKE INSERT ON TABLE public.artists FROM \"{readonly}\""),
        "REVOKE INSERT ON TABLE public.artists FROM PUBLIC".to_owned(),
        format!("REVOKE CREATE ON SCHEMA public FROM \"{app}\""),
        format!("ALTER ROLE \"{app}\" NOCREATEROLE"),
        format!("GRANT SELECT ON TABLE public.artists TO \"{readonly}\""),
        format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE \"{owner}\" REVOKE TRUNCATE ON TABLES FROM \"{app}\""
        ),
    ] {
        script.answers(&format!("{expected};\n"));
    }
    shop.grants("postgres", &["--apply"]).success();
    shop.may_not("readonly", "INSERT INTO artists (name) VALUES ('x')");
    shop.grants("postgres", &["--check"]).success();
}

#[test]
fn a_role_that_could_alter_the_schema_anyway_is_refused() {
    let shop = Shop::new();
    let config = |app: &str| {
        let text =
            format!("[grants]\napp = \"{app}\"\nreadonly = \"r_{app}\"\nbackup = \"b_{app}\"\n");
        fs::write(shop.folder.path().join("hangmeas.toml"), text).expect("file");
    };
    config(&shop.owner);
    shop.grants(&shop.owner, &[])
        .exits(8)
        .says("connected as that role");
    shop.grants("postgres", &[]).exits(8).says("it owns ");
    let heir = shop.group("heir");
    shop.database.execute(&format!(
        "CREATE ROLE {heir}; GRANT {} TO {heir}",
        shop.owner
    ));
    config(&heir);
    shop.grants("postgres", &["--apply"])
        .exits(8)
        .says(&format!("it is a member of {}", shop.owner));
    config("pg_odd");
    shop.grants("postgres", &[])
        .exits(3)
        .says("the name of a role");
    let text = "[grants]\napp = \"hangmeas_backup\"\n";
    fs::write(shop.folder.path().join("hangmeas.toml"), text).expect("file");
    shop.grants("postgres", &[])
        .exits(3)
        .says("has another purpose already");
}

#[test]
fn who_may_not_grant_changes_nothing_and_hands_the_script_on() {
    let shop = Shop::new();
    shop.database
        .execute(&format!("ALTER ROLE {} NOCREATEROLE", shop.owner));
    let output = shop.grants(&shop.owner, &["--apply"]);
    output
        .exits(5)
        .says("nothing was changed")
        .says("db grants > grants.sql");
    // A table of somebody else's: grants on it fail, and what succeeded before is undone.
    let group = shop.group("app");
    shop.database.execute(&format!(
        "ALTER ROLE {} CREATEROLE; CREATE TABLE foreign_one (id int)",
        shop.owner
    ));
    shop.grants(&shop.owner, &["--apply"]).exits(5);
    let found = shop
        .database
        .query_text(&format!("SELECT 1 FROM pg_roles WHERE rolname = '{group}'"));
    assert!(found.is_empty(), "rolled back");
}

#[test]
fn a_protected_environment_asks() {
    let shop = Shop::new();
    let apply = |flags: &[&str]| {
        shop.grants(
            "postgres",
            &[&["--env", "production", "--apply"], flags].concat(),
        )
    };
    apply(&[]).exits(8).says("--yes-i-mean");
    apply(&["--yes-i-mean", shop.database.name()]).success();
}

#[test]
fn before_postgresql_15_everybody_loses_the_right_to_create() {
    // Roles and the owner of schema public as old clusters have them.
    let own = Server::start(&[]);
    let database = own.create("old");
    database.execute("GRANT CREATE ON SCHEMA public TO PUBLIC; ALTER SCHEMA public OWNER TO postgres; CREATE ROLE migrator LOGIN; CREATE ROLE visitor LOGIN");
    let target = |role: &str| {
        let mut target = database.target();
        target.user = Some(role.to_owned());
        target
    };
    let run = |role: &str, sql: &str| {
        block_on(async {
            let session = Session::open(&target(role), &Interrupt::never())
                .await
                .expect("a session");
            session.run(sql).await.map(drop)
        })
    };
    run("migrator", "CREATE TABLE first (id int)").expect("everybody may create");
    let apply = hangmeas()
        .url(&database)
        .args(["db", "grants", "--apply"])
        .run();
    apply.success();
    run("migrator", "CREATE TABLE second (id int)").expect("who migrates still may");
    run("visitor", "CREATE TABLE third (id int)").expect_err("others no longer");
}
