//! The one list of checks: finding one by its id, and selecting some.

use std::sync::OnceLock;

use super::check::{Check, Cost};
use super::request::Request;
use super::{groups, waiver};
use crate::error::{Error, Result};
use crate::report::Group;

/// Every check, in the order of reports.
pub fn all() -> impl Iterator<Item = &'static Check> {
    static ALL: OnceLock<Vec<Check>> = OnceLock::new();
    ALL.get_or_init(groups::all).iter()
}

/// The check of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}

/// The checks that a request means, in their order.
///
/// # Errors
/// When `--only` or `--skip` names what does not exist, or together they leave nothing.
pub fn select(request: &Request) -> Result<Vec<&'static Check>> {
    for name in request.only.iter().chain(&request.skip) {
        known(name)?;
    }
    let named = |check: &Check, names: &[String]| {
        names
            .iter()
            .any(|name| name == check.id || name == check.group.name())
    };
    let wanted = all().filter(|check| {
        let asked = named(check, &request.only);
        let usual = request.data || check.cost != Cost::Scan;
        (asked || (request.only.is_empty() && usual)) && !named(check, &request.skip)
    });
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return Err(nothing_left(request));
    }
    Ok(wanted)
}

/// An answer without a check would look like health.
fn nothing_left(request: &Request) -> Error {
    let skipped = format!("--skip {}", request.skip.join(","));
    let message = match request.only.join(",") {
        only if only.is_empty() => format!("no check is left to run: {skipped} leaves out all"),
        only => format!("no check is left to run: {skipped} leaves out all of --only {only}"),
    };
    Error::usage(message).hint_command("see all checks", "hangmeas explain --list")
}

fn known(name: &str) -> Result<()> {
    let group = Group::ALL.iter().any(|group| group.name() == name);
    if group || find(name).is_some() {
        return Ok(());
    }
    let error = Error::usage(format!("there is no check and no group `{name}`"));
    Err(match nearest(name) {
        Some(word) => error.hint(format!("did you mean `{word}`?")),
        None => error.hint_command("see them all", "hangmeas explain --list"),
    })
}

/// Whether the key of some check's finding could fit a waiver's pattern.
#[must_use]
pub fn meets_a_check(pattern: &str) -> bool {
    let (check, whole) = match pattern.split_once(':') {
        Some((check, _)) => (check, true),
        None => (pattern, pattern.ends_with('*')),
    };
    whole && all().any(|it| waiver::matches(check, it.id))
}

/// The pattern with the id of the check that it is most like, if one is like it.
#[must_use]
pub fn nearest_check(pattern: &str) -> Option<String> {
    let (word, object) = pattern.split_once(':').unwrap_or((pattern, "*"));
    let near = likest(word, all().map(|check| check.id))?;
    Some(format!("{near}:{object}"))
}

/// The check or group whose name is most like a word, if one is like it.
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    let groups = Group::ALL.iter().map(|group| group.name());
    likest(word, all().map(|check| check.id).chain(groups))
}

/// The name that a word is most like, if one is like it.
pub(super) fn likest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(word, name);
    names
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|name| likeness(name) > 0.8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Severity;

    #[test]
    fn ids_are_unique_and_say_their_group() {
        let mut ids: Vec<_> = all().map(|check| check.id).collect();
        for check in all() {
            assert!(
                check.id.starts_with(&format!("{}.", check.group.name())),
                "{}",
                check.id
            );
            assert!(!check.why.is_empty() && !check.cure.is_empty() && !check.title.is_empty());
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    /// What production must have is a note on a laptop.
    #[test]
    fn severity_follows_the_environment() {
        for id in [
            "operations.archiving",
            "operations.backup_age",
            "operations.checksums",
            "operations.durability",
            "security.md5",
            "security.owner",
            "security.plain_connection",
            "security.public_create",
            "security.superuser",
        ] {
            let severity = find(id).expect("a check").severity;
            assert_eq!(severity.here(false), Severity::Note, "{id}");
            assert!(severity.here(true) >= Severity::Warning, "{id}");
        }
    }

    #[test]
    fn selecting_by_group_and_id() {
        let today = time::macros::date!(2026 - 01 - 01);
        let select = |only: &[&str], skip: &[&str]| {
            let mut request = Request::new(today);
            request.only = only.iter().map(|name| (*name).to_owned()).collect();
            request.skip = skip.iter().map(|name| (*name).to_owned()).collect();
            super::select(&request)
        };
        let ids = |checks: Vec<&Check>| checks.iter().map(|check| check.id).collect::<Vec<_>>();
        let found = ids(select(&["index", "data.email_case"], &["index.bloat"]).expect("some"));
        assert!(found.contains(&"index.invalid") && found.contains(&"data.email_case"));
        assert!(!found.contains(&"index.bloat") && !found.contains(&"guide.tables"));
        let usual = ids(select(&[], &[]).expect("some"));
        assert!(
            !usual.contains(&"data.email_case"),
            "scans run when asked for"
        );
        let data = ids(select(&["data"], &[]).expect("some"));
        assert!(data.len() > 30 && data.iter().all(|id| id.starts_with("data.")));
        let error = select(&["data", "index.bloat"], &["data", "index"]).expect_err("none is left");
        assert_eq!(
            error.message(),
            "no check is left to run: --skip data,index leaves out all of --only data,index.bloat"
        );
        let error = select(&["index.invlaid"], &[]).expect_err("no such check");
        assert_eq!(error.hints()[0].text, "did you mean `index.invalid`?");
    }
}
