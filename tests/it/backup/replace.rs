//! `--replace`: the new in the place of the old, in one moment.

use hangmeas::error::ErrorKind;

use super::support::*;
use crate::support::{Visitor, block_on, server};

#[test]
fn the_old_one_gives_way_only_when_nobody_is_connected() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path()));
    let good = content(&database);
    database.execute("DELETE FROM artists");
    let mut request = restore_request(dir.path(), &name, database.name());
    request.replace = true;
    let error = block_on(async {
        let _visitor = database.session().await;
        hangmeas::backup::restore(
            &request,
            &tools(),
            &hangmeas::postgres::Interrupt::never(),
            &hangmeas::progress::Silent,
        )
        .await
        .expect_err("somebody is connected")
    });
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(
        error.detail_lines()[0].contains("hangmeas tests"),
        "{:?}",
        error.detail_lines()
    );
    assert_eq!(database.value("SELECT count(*) FROM artists"), "0");

    request.disconnect = true;
    request.keep_old = true;
    let restored = restore(&request).expect("restore");
    assert!(restored.replaced);
    assert_eq!(content(&database), good);
    let old = server().adopt(restored.kept_as.expect("kept"));
    assert_eq!(old.value("SELECT count(*) FROM artists"), "0");
}

#[test]
fn missing_roles_are_named_before_anything_is_made() {
    let database = shop();
    let role = server().unused_name("owner");
    database.execute(&format!(
        "CREATE ROLE {role}; ALTER TABLE artists OWNER TO {role}"
    ));
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path()));
    database.execute(&format!(
        "REASSIGN OWNED BY {role} TO postgres; DROP ROLE {role}"
    ));
    let into = server().unused_name("roles");
    let mut request = restore_request(dir.path(), &name, &into);
    let error = restore(&request).expect_err("no such role");
    assert!(
        error.detail_lines()[0].contains(&role),
        "{:?}",
        error.detail_lines()
    );
    request.owners = false;
    restore(&request).expect("without owners");
    let copy = server().adopt(into);
    assert_eq!(content(&copy), content(&database));
}

/// Everything about a database that a dump does not hold.
fn properties(name: &str) -> String {
    let postgres = Visitor::at(server().folder(), "postgres", "hangmeas tests");
    postgres
        .value(&format!(
            "SELECT concat_ws(E'\\n', pg_get_userbyid(d.datdba), d.datacl, d.datconnlimit, pg_encoding_to_char(d.encoding), \
                    d.datcollate, d.datctype, to_jsonb(d) ->> 'datlocprovider', \
                    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), \
                    shobj_description(d.oid, 'pg_database'), \
                    (SELECT string_agg(concat_ws(' ', setrole::regrole, setconfig), ', ' ORDER BY setrole) \
                       FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)) \
               FROM pg_database d WHERE datname = '{name}'"
        ))
        .unwrap_or_default()
}

/// Owner, privileges, settings, comment, limit, encoding and locale are those of the backup again.
#[test]
fn the_properties_of_a_database_come_back() {
    let name = server().unused_name("properties");
    let database = server().adopt(name.clone());
    server().administer(&[&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    )]);
    let (owner, reader) = (
        server().unused_name("owner"),
        server().unused_name("reader"),
    );
    database.execute(&format!(
        "CREATE TABLE t (x text); INSERT INTO t VALUES ('é'); \
         CREATE ROLE {owner}; CREATE ROLE \"{reader} x\"; \
         ALTER DATABASE {name} OWNER TO {owner}; \
         ALTER DATABASE {name} CONNECTION LIMIT 7; \
         ALTER DATABASE {name} SET timezone TO 'Asia/Phnom_Penh'; \
         ALTER DATABASE {name} SET search_path TO public, \"odd one\"; \
         ALTER ROLE \"{reader} x\" IN DATABASE {name} SET statement_timeout TO '5s'; \
         REVOKE ALL ON DATABASE {name} FROM PUBLIC; \
         GRANT CONNECT ON DATABASE {name} TO \"{reader} x\" WITH GRANT OPTION; \
         COMMENT ON DATABASE {name} IS 'It''s the shop'"
    ));
    let _roles = OnDrop(|| {
        server().administer(&[
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            &format!("DROP ROLE {owner}"),
            &format!("DROP ROLE \"{reader} x\""),
        ]);
    });
    let before = properties(&name);
    let dir = tempfile::tempdir().expect("folder");
    let backup = name_of(&backup(&database, dir.path()));
    // All of it is different when the day comes.
    database.execute(&format!(
        "DROP TABLE t; CREATE TABLE other (); ALTER DATABASE {name} OWNER TO postgres; \
         ALTER DATABASE {name} CONNECTION LIMIT -1; ALTER DATABASE {name} RESET ALL; \
         COMMENT ON DATABASE {name} IS NULL; GRANT ALL ON DATABASE {name} TO PUBLIC"
    ));
    assert_ne!(properties(&name), before);
    let mut request = restore_request(dir.path(), &backup, &name);
    request.replace = true;
    request.disconnect = true;
    let restored = restore(&request).expect("restore");
    assert_eq!(restored.remarks, []);
    assert_eq!(properties(&name), before);
    assert_eq!(database.value("SELECT x FROM t"), "é");
}

/// What a run that was killed left is dropped by the next one: marked, or not even marked yet; also
/// under long names. What only looks so is left alone.
#[test]
fn leftovers_are_known_by_their_mark() {
    let database = server().create(&"x".repeat(50));
    let name = database.name().to_owned();
    database.execute("CREATE TABLE t ()");
    let dir = tempfile::tempdir().expect("folder");
    let backup = name_of(&backup(&database, dir.path()));
    let start = &name[..38];
    let left = |word: &str, day: u32| format!("\"{start}_{word}_202601{day:02}T000000Z\"");
    let (marked, unmarked, replaced) = (left("restore", 1), left("restore", 2), left("before", 3));
    let (kept, strange) = (left("before", 4), left("restore", 5));
    for one in [&marked, &replaced, &kept, &strange] {
        server().administer(&[&format!("CREATE DATABASE {one}")]);
    }
    server().administer(&[
        &format!("COMMENT ON DATABASE {marked} IS 'hangmeas: being restored from x'"),
        &format!("CREATE DATABASE {unmarked} ALLOW_CONNECTIONS false"),
        &format!("COMMENT ON DATABASE {replaced} IS 'hangmeas: replaced by x'"),
    ]);
    let mut request = restore_request(dir.path(), &backup, &name);
    request.replace = true;
    request.disconnect = true;
    restore(&request).expect("restore");
    let there = database.query_text(&format!(
        "SELECT quote_ident(datname) FROM pg_database WHERE starts_with(datname, '{start}') AND datname <> '{name}' ORDER BY 1"
    ));
    let expected = [&kept, &strange].map(|name| name.trim_matches('"').to_owned());
    let there: Vec<_> = there
        .iter()
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    assert_eq!(there, expected);
    server().administer(&[
        &format!("DROP DATABASE {kept}"),
        &format!("DROP DATABASE {strange}"),
    ]);
}

/// Two restores of one database do not meet: the second is told so.
#[test]
fn restores_of_one_database_exclude_each_other() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path()));
    let mut request = restore_request(dir.path(), &name, database.name());
    request.replace = true;
    request.disconnect = true;
    let outcomes = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| restore(&request))).collect();
        runs.into_iter()
            .map(|run| run.join().expect("no panic"))
            .collect::<Vec<_>>()
    });
    for outcome in outcomes {
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
        }
    }
    let left = database.query_text(&format!(
        "SELECT datname FROM pg_database WHERE starts_with(datname, '{}_')",
        database.name()
    ));
    assert_eq!(left, Vec::<String>::new());
}
