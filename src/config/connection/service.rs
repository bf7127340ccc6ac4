//! libpq's service file: named sections of connection parameters.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::layers::Layers;
use crate::config::origin::Origin;
use crate::error::{Error, Result};
use crate::postgres::UrlParts;

/// Where packages look for the system's file, after `PGSYSCONFDIR`.
const SYSTEM_FOLDERS: [&str; 3] = ["/etc/postgresql-common", "/etc", "/usr/local/pgsql/etc"];

/// A section and where it stands.
pub(super) struct Service {
    pub parts: UrlParts,
    pub origin: Origin,
}

/// Finds a service: in the file that is named, or else in the user's, then in the system's.
pub(super) fn find(layers: &Layers<'_>, name: &str, file: Option<&str>) -> Result<Service> {
    let variables = layers.variables;
    let own = match file.or_else(|| variables.get("PGSERVICEFILE")) {
        Some(path) => Some(layers.working_dir.join(path)),
        None => variables.home().map(|home| home.join(".pg_service.conf")),
    };
    let folder = variables.get("PGSYSCONFDIR");
    let folders = folder.map_or(SYSTEM_FOLDERS.to_vec(), |folder| vec![folder]);
    let system = folders
        .iter()
        .map(|folder| Path::new(folder).join("pg_service.conf"));
    let files: Vec<PathBuf> = own.into_iter().chain(system).collect();
    for path in &files {
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        if let Some((parts, line)) = section(&text, name).map_err(|error| placed(path, error))? {
            let origin = format!("service {name} ({}:{line})", path.display());
            let origin = Origin::Derived(origin);
            return Ok(Service { parts, origin });
        }
    }
    let looked = files
        .iter()
        .map(|path| format!("looked in {}", path.display()));
    Err(
        Error::configuration(format!("service `{name}` is not defined"))
            .details(looked)
            .hint(format!(
                "write a section [{name}] with host=…, dbname=…, user=… into ~/.pg_service.conf"
            )),
    )
}

/// A mistake and its 1-based line.
type Misread = (usize, Error);

fn section(text: &str, name: &str) -> Result<Option<(UrlParts, usize)>, Misread> {
    let mut found: Option<(UrlParts, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if head.strip_suffix(']') == Some(name) {
                found = Some((UrlParts::default(), index + 1));
            }
            continue;
        }
        let Some((parts, _)) = &mut found else {
            continue;
        };
        let (key, value) = line.split_once('=').ok_or_else(|| {
            let error = Error::configuration("a line of a service is `name=value`");
            (index + 1, error)
        })?;
        let (key, value) = (key.trim(), value.trim());
        if key == "service" || key == "servicefile" {
            let error = Error::configuration("a service cannot refer to another service");
            return Err((index + 1, error));
        }
        parts.set(key, value).map_err(|error| (index + 1, error))?;
    }
    Ok(found)
}

fn placed(path: &Path, (line, error): Misread) -> Error {
    let mut placed =
        Error::configuration(format!("{}:{line}: {}", path.display(), error.message()));
    for hint in error.hints() {
        placed = placed.hint(hint.text.clone());
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_section_only() {
        let text = "# c\n[other]\nhost=x\nnonsense\n[shop]\nhost=a,b\n port = 6432\npassword=p=w\n\n[z]\nhost=y";
        let (parts, line) = section(text, "shop").expect("good").expect("there");
        assert_eq!(line, 5);
        assert_eq!(
            parts.host.map(|hosts| hosts.to_string()).as_deref(),
            Some("a,b")
        );
        assert_eq!(
            parts.port.map(|port| port.to_string()).as_deref(),
            Some("6432")
        );
        assert_eq!(parts.password.as_ref().map(|p| p.expose()), Some("p=w"));
        assert!(section(text, "shopping").expect("good").is_none());
        assert_eq!(section("[s]\nhost", "s").expect_err("no =").0, 2);
        assert_eq!(section("[s]\n\nnope=1", "s").expect_err("unknown").0, 3);
        assert_eq!(section("[s]\nservice=x", "s").expect_err("nested").0, 2);
    }
}
