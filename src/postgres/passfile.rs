//! libpq's password file (`~/.pgpass`): one `host:port:database:user:password` a line.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::secret::Secret;
use super::target::{Host, Target};

/// Where servers put their socket when nothing tells them otherwise; for libpq such a socket is
/// `localhost`.
const DEFAULT_SOCKET_FOLDERS: [&str; 3] = ["/tmp", "/var/run/postgresql", "/run/postgresql"];

/// What the file has for a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No file, or no line that fits.
    Nothing,
    /// The password of the first line that fits.
    Password(Secret),
    /// The file is there and must not be used.
    Refused(String),
}

/// Looks for the target's first server.
pub(super) fn look_up(path: &Path, target: &Target) -> Found {
    let Ok(facts) = fs::metadata(path) else {
        return Found::Nothing;
    };
    let shown = path.display();
    if !facts.is_file() {
        return Found::Refused(format!("the password file {shown} is not a plain file"));
    }
    let mode = facts.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Found::Refused(format!(
            "the password file {shown} is not used: others can read it (mode {mode:o}); \
             chmod 600 {shown}"
        ));
    }
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            return Found::Refused(format!("the password file {shown} cannot be read: {error}"));
        }
    };
    let host = match &target.host {
        Host::Tcp(host) => host.clone(),
        Host::Socket(folder) if is_default(folder) => "localhost".to_owned(),
        Host::Socket(folder) => folder.display().to_string(),
    };
    let wanted = [
        host,
        target.port.to_string(),
        target.database.clone(),
        target.user.clone().unwrap_or_default(),
    ];
    find(&text, &wanted).map_or(Found::Nothing, Found::Password)
}

fn is_default(folder: &Path) -> bool {
    DEFAULT_SOCKET_FOLDERS
        .iter()
        .any(|default| Path::new(default) == folder)
}

fn find(text: &str, wanted: &[String; 4]) -> Option<Secret> {
    text.lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.starts_with('#'))
        .filter_map(split)
        .find(|(fields, _)| {
            let fits = |(field, wanted): (&Field, &String)| field.any || field.text == *wanted;
            fields.iter().zip(wanted).all(fits)
        })
        .map(|(_, password)| password)
}

struct Field {
    text: String,
    /// A bare `*`.
    any: bool,
}

/// Four fields and the rest of the line; a backslash takes the next character as it is.
fn split(line: &str) -> Option<(Vec<Field>, Secret)> {
    let mut fields = Vec::new();
    let (mut text, mut escaped) = (String::new(), false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                text.extend(chars.next());
                escaped = true;
            }
            ':' if fields.len() < 4 => {
                let any = text == "*" && !escaped;
                fields.push(Field {
                    text: std::mem::take(&mut text),
                    any,
                });
                escaped = false;
            }
            // libpq ends a password at an unescaped colon.
            ':' => break,
            c => text.push(c),
        }
    }
    (fields.len() == 4).then(|| (fields, Secret::new(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, host: &str) -> Option<String> {
        let wanted = [host, "5432", "shop", "app"].map(str::to_owned);
        find(text, &wanted).map(|found| found.expose().to_owned())
    }

    #[test]
    fn the_first_line_that_fits() {
        let text =
            "# a comment\nother:5432:shop:app:no\ndb:*:*:app:first\ndb:5432:shop:app:second\n";
        assert_eq!(ask(text, "db").as_deref(), Some("first"));
        assert_eq!(ask(text, "db2"), None);
        assert_eq!(ask("*:*:*:*:all", "x").as_deref(), Some("all"));
        assert_eq!(ask("db:5432:shop:app", "db"), None);
        assert_eq!(ask("", "db"), None);
    }

    #[test]
    fn backslashes_and_odd_characters() {
        assert_eq!(ask(r"a\:b:*:*:*:p\:\\ ខ", "a:b").as_deref(), Some(r"p:\ ខ"));
        assert_eq!(ask(r"\*:*:*:*:p", "db"), None);
        assert_eq!(
            ask("db:*:*:*: sp ace \r\n", "db").as_deref(),
            Some(" sp ace ")
        );
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("pgpass");
        let target = Target::new(Host::Socket("/tmp".into()), 5432, "shop");
        assert_eq!(look_up(&path, &target), Found::Nothing);
        fs::write(&path, "localhost:*:*:*:secret\n").expect("file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("mode");
        let Found::Refused(why) = look_up(&path, &target) else {
            panic!("not refused");
        };
        assert!(
            why.contains("chmod 600") && !why.contains("secret"),
            "{why}"
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("mode");
        assert_eq!(
            look_up(&path, &target),
            Found::Password(Secret::new("secret"))
        );
    }
}
