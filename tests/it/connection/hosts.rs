//! Several servers: which one is taken.

use hangmeas::error::ErrorKind;

use super::{ask, target};
use crate::support::{Server, free_port, server};

/// URL parameters for servers by their sockets.
fn list(servers: &[&Server], rest: &str) -> String {
    let folders: Vec<_> = servers
        .iter()
        .map(|one| one.folder().display().to_string())
        .collect();
    let ports: Vec<_> = servers.iter().map(|one| one.port().to_string()).collect();
    format!(
        "postgres://postgres@/postgres?host={}&port={}&{rest}",
        folders.join(","),
        ports.join(",")
    )
}

#[test]
fn the_first_that_will_do() {
    let writable = server();
    let read_only = Server::start(&["default_transaction_read_only=on"]);
    let both = [&read_only, writable];
    let reached = |attributes: &str| {
        let url = list(&both, &format!("target_session_attrs={attributes}"));
        ask(&target(&url, &[]), "SHOW unix_socket_directories").expect(attributes)
    };
    let folder = |server: &Server| server.folder().display().to_string();
    assert_eq!(reached("any"), folder(&read_only));
    assert_eq!(reached("read-only"), folder(&read_only));
    assert_eq!(reached("read-write"), folder(writable));
    assert_eq!(reached("primary"), folder(&read_only));
    assert_eq!(reached("prefer-standby"), folder(&read_only));

    let url = list(&both, "target_session_attrs=standby");
    let error = ask(&target(&url, &[]), "SELECT 1").expect_err("no standby");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.detail_lines().len(), 2, "{:?}", error.detail_lines());
    assert!(
        error.detail_lines()[0].contains("asks for standby"),
        "{:?}",
        error.detail_lines()
    );
}

#[test]
fn a_dead_server_is_passed_over() {
    let server = server();
    let dead = format!("127.0.0.1,{}", server.folder().display());
    let url = format!(
        "postgres://postgres@/postgres?host={dead}&port={},{}",
        free_port(),
        server.port()
    );
    assert_eq!(
        ask(&target(&url, &[]), "SELECT 1").expect("the second"),
        "1"
    );
    let url = format!("postgres://postgres@127.0.0.1:{0},[::1]:{0}/d", free_port());
    let error = ask(&target(&url, &[]), "SELECT 1").expect_err("both dead");
    assert!(
        error.message().contains("none of the servers 127.0.0.1:"),
        "{error}"
    );
    assert!(error.message().contains("[::1]:"), "{error}");
}

/// Where the first server answers, its no is final.
#[test]
fn a_missing_database_is_not_looked_for_elsewhere() {
    let other = Server::start(&[]);
    other.administer(&["CREATE DATABASE only_there"]);
    let url = list(&[server(), &other], "dbname=only_there");
    let error = ask(&target(&url, &[]), "SELECT 1").expect_err("not on the first");
    assert_eq!(error.code(), Some("3D000"), "{error}");
}

#[test]
fn ipv6() {
    let port = free_port();
    if std::net::TcpListener::bind(("::1", 0)).is_err() {
        crate::support::skipped("this machine has no IPv6");
        return;
    }
    let _server = Server::start(&["listen_addresses=::1", &format!("port={port}")]);
    let url = format!("postgres://postgres@[::1]:{port}/postgres");
    let address = ask(&target(&url, &[]), "SELECT host(inet_server_addr())").expect("connected");
    assert_eq!(address, "::1");
}
