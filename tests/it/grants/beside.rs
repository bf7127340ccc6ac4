//! Ways around the policy that no single REVOKE of the owner closes: what others granted, what may be passed on, and
//! membership in PostgreSQL's own roles.

use super::{INSERT, Shop};
use crate::support::server;

#[test]
fn what_another_role_granted_is_revoked_as_that_role() {
    let shop = Shop::new().granted();
    let (owner, readonly) = (&shop.owner, shop.group("readonly"));
    let other = format!("{}_other", shop.database.name());
    shop.database.execute(&format!(
        "CREATE ROLE {other};
         SET ROLE {owner}; GRANT INSERT ON artists TO {other} WITH GRANT OPTION;
         GRANT USAGE ON SEQUENCE artists_id_seq TO {other} WITH GRANT OPTION;
         RESET ROLE; SET ROLE {other};
         GRANT INSERT ON artists TO {readonly}; GRANT USAGE ON SEQUENCE artists_id_seq TO {readonly}"
    ));
    shop.may("readonly", INSERT);
    shop.grants("postgres", &["--check"])
        .exits(1)
        .answers(&format!(
            "SET ROLE \"{other}\";\nREVOKE INSERT ON TABLE public.artists FROM \"{readonly}\";\nRESET ROLE;"
        ));
    shop.grants("postgres", &["--apply"]).success();
    shop.may_not("readonly", INSERT);
    shop.grants("postgres", &["--check"]).success();
    // What the other role may do itself is its own business.
    let held = format!("SELECT has_table_privilege('{other}', 'artists', 'INSERT')");
    assert_eq!(shop.database.value(&held), "t");
}

#[test]
fn nothing_can_be_passed_on() {
    let shop = Shop::new().granted();
    let (owner, app, readonly) = (&shop.owner, shop.group("app"), shop.group("readonly"));
    let insert = format!(
        "GRANT INSERT ON artists TO {readonly}; GRANT USAGE ON SEQUENCE artists_id_seq TO {readonly}"
    );
    shop.database.execute(&format!(
        "SET ROLE {owner};
         GRANT INSERT ON artists TO {app} WITH GRANT OPTION;
         GRANT USAGE ON SEQUENCE artists_id_seq TO {app} WITH GRANT OPTION;
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO {app} WITH GRANT OPTION"
    ));
    shop.may("app", &insert);
    shop.may("readonly", INSERT);
    shop.grants("postgres", &["--check"])
        .exits(1)
        .answers(&format!(
            "REVOKE GRANT OPTION FOR INSERT ON TABLE public.artists FROM \"{app}\" CASCADE"
        ))
        .answers(&format!(
            "REVOKE GRANT OPTION FOR INSERT ON TABLES FROM \"{app}\""
        ));
    shop.grants("postgres", &["--apply"]).success();
    shop.grants("postgres", &["--check"]).success();
    shop.may("app", INSERT);
    shop.may_not("readonly", INSERT);
    shop.database
        .execute(&format!("SET ROLE {owner}; CREATE TABLE later (n int)"));
    shop.may("app", "INSERT INTO later VALUES (1)");
    shop.may("app", &format!("GRANT INSERT ON later TO {readonly}"));
    shop.may_not("readonly", "INSERT INTO later VALUES (2)");
}

#[test]
fn nobody_writes_by_membership_in_a_role_of_postgresqls_own() {
    let shop = Shop::new().granted();
    let (app, readonly, backup) = (
        shop.group("app"),
        shop.group("readonly"),
        shop.group("backup"),
    );
    shop.database.execute(&format!(
        "GRANT pg_execute_server_program TO {app}; GRANT pg_write_server_files TO {backup}"
    ));
    let writes_all = shop
        .database
        .value("SELECT count(*) FROM pg_roles WHERE rolname = 'pg_write_all_data'");
    if writes_all == "1" {
        shop.database
            .execute(&format!("GRANT pg_write_all_data TO {readonly}"));
    }
    shop.may("app", "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'");
    shop.grants("postgres", &["--check"])
        .exits(1)
        .answers(&format!("REVOKE pg_execute_server_program FROM \"{app}\""))
        .answers(&format!("REVOKE pg_write_server_files FROM \"{backup}\""));
    shop.grants("postgres", &["--apply"]).success();
    shop.grants("postgres", &["--check"]).success();
    shop.may_not("app", "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'");
    shop.may_not("readonly", "UPDATE artists SET name = 'x'");
}

#[test]
fn a_large_object_that_came_later_is_told_with_its_cure() {
    if !server().has_clients() {
        return;
    }
    let shop = Shop::new().granted();
    let backup = || {
        shop.as_role(&shop.login("backup"))
            .env("HANGMEAS_BIN_DIR", &server().binaries().folder)
            .args(["db", "backup"])
            .run()
    };
    backup().success();
    shop.may("app", "SELECT lo_from_bytea(0, 'large')");
    backup()
        .exits(10)
        .says("no SELECT on 1 large object")
        .says("hangmeas db grants --apply");
    shop.grants("postgres", &["--apply"]).success();
    backup().success();
}
