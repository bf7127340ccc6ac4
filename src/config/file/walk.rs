//! TOML text to values by key path. Collects every error of a file; each shows its line with a
//! caret, and a line that may hold a secret is shown without its value.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::FileValue;
use super::schema::{self, Key};
use crate::config::interpolate::Template;
use crate::config::suggest::nearest;
use crate::config::value::{Kind, WORD, quoted};
use crate::error::{Error, Excerpt};

/// What a file says.
pub(super) struct Walked {
    pub values: BTreeMap<String, FileValue>,
    pub environments: Vec<(String, usize)>,
}

struct Walker<'a> {
    shown: &'a Path,
    text: &'a str,
    walked: Walked,
    errors: Vec<(usize, Error)>,
}

/// Reads the text of a file; all errors, in the order of their lines.
pub(super) fn walk(shown: &Path, text: &str) -> Result<Walked, Vec<Error>> {
    let walked = Walked {
        values: BTreeMap::new(),
        environments: Vec::new(),
    };
    let mut walker = Walker {
        shown,
        text,
        walked,
        errors: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(document) => walker.document(document.get_ref()),
        Err(error) => walker.syntax(&error),
    }
    if walker.errors.is_empty() {
        walker.walked.environments.sort_by_key(|(_, line)| *line);
        return Ok(walker.walked);
    }
    walker.errors.sort_by_key(|(line, _)| *line);
    Err(walker.errors.into_iter().map(|(_, error)| error).collect())
}

impl Walker<'_> {
    fn document(&mut self, table: &DeTable<'_>) {
        let sections = || schema::SECTIONS.iter().map(|(name, _)| *name);
        for (name, value) in table {
            let key = name.get_ref().as_ref();
            if let Some((_, kind)) = find(schema::TOP, key) {
                self.value(key, *kind, value);
            } else if let Some((_, keys)) = schema::SECTIONS.iter().find(|(name, _)| *name == key) {
                self.table(key, keys, value);
            } else if key == schema::ENVIRONMENTS {
                self.environments(value);
            } else if key == schema::WAIVERS {
                self.waivers(value);
            } else {
                let known = schema::TOP.iter().map(|(name, _)| *name).chain(sections());
                let known = known.chain([schema::ENVIRONMENTS, schema::WAIVERS]);
                let known: Vec<_> = known.collect();
                self.unknown("", key, &known, &name.span());
            }
        }
    }

    fn environments(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(
                schema::ENVIRONMENTS,
                "tables such as [environments.test]",
                value,
                false,
            );
            return;
        };
        for (name, value) in table {
            let environment = name.get_ref().as_ref();
            let line = self.position(name.span().start).0;
            if !crate::config::environment::is_valid_name(environment) {
                let message = format!("`{environment}` cannot name an environment");
                let error = Error::configuration(message)
                    .hint("use letters, digits, `_` and `-`, beginning with a letter");
                self.fail(&name.span(), error, false);
                continue;
            }
            self.walked
                .environments
                .push((environment.to_owned(), line));
            self.table(
                &format!("environments.{environment}"),
                schema::ENVIRONMENT,
                value,
            );
        }
    }

    /// `[[waivers]]`, numbered from zero: `waivers.0.finding`.
    fn waivers(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong(schema::WAIVERS, "tables such as [[waivers]]", value, false);
            return;
        };
        for (number, waiver) in list.iter().enumerate() {
            let path = format!("{}.{number:03}", schema::WAIVERS);
            self.table(&path, schema::WAIVER, waiver);
        }
    }

    fn table(&mut self, path: &str, keys: &[Key], value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(path, &format!("a section [{path}]"), value, false);
            return;
        };
        for (name, value) in table {
            let key = name.get_ref().as_ref();
            match find(keys, key) {
                Some((_, kind)) => self.value(&format!("{path}.{key}"), *kind, value),
                None if schema::FREE.contains(&(path, key)) => {
                    self.free_table(&format!("{path}.{key}"), value);
                }
                None => {
                    let known: Vec<_> = keys.iter().map(|(name, _)| *name).collect();
                    self.unknown(path, key, &known, &name.span());
                }
            }
        }
    }

    /// A section whose keys are anybody's.
    fn free_table(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(path, &format!("a section [{path}]"), value, false);
            return;
        };
        for (name, value) in table {
            self.value(&format!("{path}.{}", name.get_ref()), Kind::Text, value);
        }
    }

    /// A single value: of the right type now, or after its variables are filled in.
    fn value(&mut self, key: &str, kind: Kind, value: &Spanned<DeValue<'_>>) {
        let Some(text) = scalar(kind, value.get_ref()) else {
            self.wrong(key, kind.expected(), value, kind.is_secret());
            return;
        };
        // What is not a string in TOML holds no `${`.
        let template = match Template::parse(&text) {
            Ok(template) => template,
            Err(expected) => {
                let message = format!("`{key}`: expected {expected}");
                self.fail(
                    &value.span(),
                    Error::configuration(message),
                    kind.is_secret(),
                );
                return;
            }
        };
        let literal = template.without_variables();
        if template.is_plain()
            && !literal.is_empty()
            && let Err(expected) = kind.check(&literal)
        {
            let error = bad_value(key, kind, &literal, &expected);
            self.fail(&value.span(), error, kind.is_secret());
            return;
        }
        let line = self.position(value.span().start).0;
        self.walked.values.insert(
            key.to_owned(),
            FileValue {
                template,
                kind,
                line,
            },
        );
    }

    fn unknown(&mut self, path: &str, key: &str, known: &[&str], span: &Range<usize>) {
        let full = if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        };
        let error = Error::configuration(format!("unknown key `{full}`"));
        let alias = schema::alias(key).filter(|name| known.contains(name));
        let error = match alias.or_else(|| nearest(key, known.iter().copied())) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error.hint(format!("known here: {}", known.join(", "))),
        };
        self.fail(span, error, true);
    }

    fn wrong(&mut self, key: &str, expected: &str, value: &Spanned<DeValue<'_>>, secret: bool) {
        let found = type_name(value.get_ref());
        let message = format!("`{key}`: expected {expected}, found {found}");
        self.fail(&value.span(), Error::configuration(message), secret);
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
        self.fail(&span, Error::configuration(message), true);
    }

    /// Records an error with its place; `secret` hides what stands right of the `=`.
    fn fail(&mut self, span: &Range<usize>, error: Error, secret: bool) {
        let (line, column) = self.position(span.start);
        let text = self.text.lines().nth(line - 1).unwrap_or_default();
        // An inline table may have a secret next to the mistake.
        let secret = secret
            || ["password", "url", "://"]
                .iter()
                .any(|word| text.contains(word));
        let text = if secret {
            hide_value(text)
        } else {
            text.to_owned()
        };
        let column = column.min(text.chars().count() + 1);
        let file = self.shown.display().to_string();
        let place = format!("{file}:{line}: {}", error.message());
        let excerpt = Excerpt {
            file,
            line,
            column,
            text,
        };
        let mut placed = Error::configuration(place).excerpt(Some(excerpt));
        for hint in error.hints() {
            placed = placed.hint(hint.text.clone());
        }
        self.errors.push((line, placed));
    }

    /// 1-based line and column (in characters) of a byte offset.
    fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[start..].chars().count() + 1)
    }
}

fn find<'a>(keys: &'a [Key], name: &str) -> Option<&'a Key> {
    keys.iter().find(|(key, _)| *key == name)
}

/// The text of a value, where its TOML type can be of the kind.
fn scalar(kind: Kind, value: &DeValue<'_>) -> Option<String> {
    match (value, kind) {
        (DeValue::String(text), _) => Some(text.to_string()),
        (DeValue::Integer(number), Kind::Port | Kind::Count | Kind::Number | Kind::Duration) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
            Some(number.to_string())
        }
        (DeValue::Boolean(value), Kind::Bool) => Some(value.to_string()),
        (DeValue::Array(list), Kind::Words) => {
            let word = |word: &Spanned<DeValue<'_>>| match word.get_ref() {
                DeValue::String(text) if !text.contains(WORD) => Some(format!("{WORD}{text}")),
                _ => None,
            };
            list.iter().map(word).collect()
        }
        _ => None,
    }
}

fn bad_value(key: &str, kind: Kind, found: &str, expected: &str) -> Error {
    if kind == Kind::Url {
        return Error::configuration(format!("`{key}`: {expected}"));
    }
    let found = if kind.is_secret() {
        "something else".to_owned()
    } else {
        quoted(found)
    };
    Error::configuration(format!("`{key}`: expected {expected}, found {found}"))
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false without quotes",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// A line without what follows `=`, unless it is harmless.
fn hide_value(line: &str) -> String {
    match line.split_once('=') {
        Some((key, value)) if !value.trim().is_empty() => format!("{key}= …"),
        Some(_) => line.to_owned(),
        // Without `=` only a section's head is surely harmless.
        None if line.trim_start().starts_with('[') => line.to_owned(),
        None => "…".to_owned(),
    }
}
