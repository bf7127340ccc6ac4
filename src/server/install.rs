//! No PostgreSQL on the machine: the command that brings it, for this system.

use std::fs;

use super::account::Account;
use crate::error::{Error, ErrorKind};

/// The error when no server programs are found anywhere.
pub(super) fn missing(looked_in: &str) -> Error {
    Error::new(
        ErrorKind::Connection,
        "nothing says where the server is, and this machine has no PostgreSQL to run a local one",
    )
    .detail(format!(
        "looked for initdb, pg_ctl and postgres in {looked_in}"
    ))
    .hint_command("install PostgreSQL", command(Account::current().uid == 0))
    .hint_command(
        "or connect to a server",
        "export DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE",
    )
}

/// The install command for this machine.
pub(super) fn command(root: bool) -> String {
    let text = ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .unwrap_or_default();
    command_for(&text, cfg!(target_os = "macos"), root)
}

/// Distributions name themselves in `ID`, their ancestors in `ID_LIKE`. The extension pg_trgm is
/// a package of its own on some.
fn command_for(os_release: &str, macos: bool, root: bool) -> String {
    if macos {
        return "brew install postgresql@17".to_owned();
    }
    let field = |name: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default()
            .trim_matches(['"', '\''])
            .to_owned()
    };
    let names = format!("{} {}", field("ID="), field("ID_LIKE="));
    let install = names.split_whitespace().find_map(|name| match name {
        "debian" | "ubuntu" => Some("apt-get install -y postgresql"),
        "fedora" | "rhel" | "centos" => Some("dnf install -y postgresql-server postgresql-contrib"),
        "alpine" => Some("apk add postgresql postgresql-contrib"),
        "arch" => Some("pacman -S --noconfirm postgresql"),
        "suse" | "opensuse" => Some("zypper install -y postgresql-server postgresql-contrib"),
        _ => None,
    });
    match install {
        Some(install) if root => install.to_owned(),
        Some(install) => format!("sudo {install}"),
        None => "open https://www.postgresql.org/download/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::command_for;

    #[test]
    fn knows_the_systems() {
        let cases = [
            ("ID=debian", "apt-get install -y postgresql"),
            (
                "NAME=x\nID=linuxmint\nID_LIKE=\"ubuntu debian\"",
                "apt-get install -y postgresql",
            ),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"",
                "dnf install -y postgresql-server postgresql-contrib",
            ),
            ("ID=alpine", "apk add postgresql postgresql-contrib"),
            (
                "ID=manjaro\nID_LIKE=arch",
                "pacman -S --noconfirm postgresql",
            ),
            (
                "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"",
                "zypper install -y postgresql-server postgresql-contrib",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(command_for(text, false, true), expected);
            assert_eq!(command_for(text, false, false), format!("sudo {expected}"));
        }
        assert!(command_for("", false, true).contains("postgresql.org"));
        assert!(command_for("", true, false).starts_with("brew "));
    }
}
