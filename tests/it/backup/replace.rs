//! `--replace`: the new in the place of the old, in one moment.

use hangmeas::error::ErrorKind;

use super::support::*;
use crate::support::{block_on, server};

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
