//! Which table a model file is about, by Rails' conventions.

use std::path::Path;

/// The tables that the file may stand for, likeliest first; none when it defines no model.
pub(super) fn tables(path: &Path, text: &str) -> Option<Vec<String>> {
    let code = || {
        text.lines()
            .map(|line| line.trim_start())
            .filter(|line| !line.starts_with('#'))
    };
    let inherits = code().any(|line| line.starts_with("class ") && line.contains('<'));
    let abstract_class = code().any(|line| {
        line.replace(' ', "")
            .starts_with("self.abstract_class=true")
    });
    if !inherits || abstract_class {
        return None;
    }
    if let Some(name) = code().find_map(explicit) {
        return Some(vec![name]);
    }
    let stem = path.with_extension("");
    let mut words: Vec<_> = stem
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let plural = plural(&words.pop()?);
    // `Xfactor::Vote` is in xfactor_votes when its module says so, else in votes.
    let mut candidates = Vec::new();
    if !words.is_empty() {
        candidates.push(format!("{}_{plural}", words.join("_")));
    }
    candidates.push(plural);
    Some(candidates)
}

/// `self.table_name = "votes"`.
fn explicit(line: &str) -> Option<String> {
    let value = line
        .strip_prefix("self.table_name")?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|c| *c == '"' || *c == '\'' || *c == ':')?;
    let rest = &value[1..];
    let end = match quote {
        ':' => rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len()),
        quote => rest.find(quote)?,
    };
    Some(rest[..end].to_owned())
}

/// English as Rails' inflector has it, for the endings that names of tables have.
fn plural(word: &str) -> String {
    let vowel_before_y = |stem: &str| stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    if let Some(stem) = word.strip_suffix("person") {
        return format!("{stem}people");
    }
    match word.strip_suffix('y') {
        Some(stem) if !vowel_before_y(stem) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh", "z"]
            .iter()
            .any(|end| word.ends_with(end)) =>
        {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_follow_the_conventions() {
        let model = "class X < ApplicationRecord\nend\n";
        let of = |path: &str, text: &str| tables(Path::new(path), text);
        let list = |names: &[&str]| {
            Some(
                names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of("artist.rb", model), list(&["artists"]));
        assert_eq!(
            of("xfactor/vote.rb", model),
            list(&["xfactor_votes", "votes"])
        );
        assert_eq!(
            of("loyalty_activity.rb", model),
            list(&["loyalty_activities"])
        );
        assert_eq!(of("tax.rb", model), list(&["taxes"]));
        let named = "class X < ApplicationRecord\n  self.table_name = 'seats'\nend\n";
        assert_eq!(of("chair.rb", named), list(&["seats"]));
        assert_eq!(
            of("x.rb", "class X < Y\n  self.abstract_class = true\nend"),
            None
        );
        assert_eq!(of("x.rb", "module X\nend\n# class X < Y"), None);
    }
}
