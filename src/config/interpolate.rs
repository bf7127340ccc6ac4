//! `${NAME}` and `${NAME:-default}` inside the strings of the file; `$${` is a plain `${`.

use super::variables::Variables;

/// One piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable {
        name: String,
        default: Option<String>,
    },
}

/// A string with places for variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filled {
    pub text: String,
    /// The variables whose values were taken.
    pub variables: Vec<String>,
}

impl Template {
    /// Reads the string; the error is a phrase.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let before = &rest[..at];
            if let Some(escaped) = before.strip_suffix('$') {
                plain.push_str(escaped);
                plain.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            plain.push_str(before);
            let Some((inside, after)) = rest[at + 2..].split_once('}') else {
                return Err("`${` without its `}` (a plain `${` is written `$${`)".to_owned());
            };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(read_variable(inside)?);
            rest = after;
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }

    /// Whether no variable takes part.
    pub fn is_plain(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// Whether anything stands there at all.
    pub fn says_something(&self) -> bool {
        !self.0.is_empty()
    }

    /// The text itself, variables replaced by their written defaults: what the file alone says.
    pub fn without_variables(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Variable { default, .. } => default.as_deref().unwrap_or_default(),
            })
            .collect()
    }

    /// Puts the values in; the error is the name of the variable that is not set.
    pub fn fill(&self, variables: &Variables) -> Result<Filled, String> {
        let mut filled = Filled {
            text: String::new(),
            variables: Vec::new(),
        };
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.text.push_str(text),
                Piece::Variable { name, default } => match (variables.get(name), default) {
                    (Some(value), _) => {
                        filled.text.push_str(value);
                        if !filled.variables.contains(name) {
                            filled.variables.push(name.clone());
                        }
                    }
                    (None, Some(default)) => filled.text.push_str(default),
                    // Set to nothing on purpose.
                    (None, None) if variables.is_set(name) => {}
                    (None, None) => return Err(name.clone()),
                },
            }
        }
        Ok(filled)
    }
}

fn read_variable(inside: &str) -> Result<Piece, String> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default.to_owned())),
        None => (inside, None),
    };
    let mut chars = name.chars();
    let good = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if good {
        Ok(Piece::Variable {
            name: name.to_owned(),
            default,
        })
    } else {
        Err("between `${` and `}` the name of a variable, or `NAME:-default`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_variables() {
        let variables = Variables::from_pairs([("A", "1"), ("B", "two"), ("EMPTY", "")]);
        for (text, expected, used) in [
            ("plain", Ok("plain"), ""),
            ("", Ok(""), ""),
            ("${A}", Ok("1"), "A"),
            ("x${A}-${B}y${A}", Ok("x1-twoy1"), "A B"),
            ("${C:-three}", Ok("three"), ""),
            ("${A:-three}", Ok("1"), "A"),
            ("${C:-}", Ok(""), ""),
            ("${C:-a:-b}", Ok("a:-b"), ""),
            ("${EMPTY:-d}", Ok("d"), ""),
            ("${EMPTY}", Ok(""), ""),
            ("$${A}", Ok("${A}"), ""),
            ("$${A}${A}", Ok("${A}1"), "A"),
            ("$A $ $$ {A}", Ok("$A $ $$ {A}"), ""),
            ("ខ្មែរ ${A}", Ok("ខ្មែរ 1"), "A"),
            ("${C}", Err("C"), ""),
        ] {
            let filled = Template::parse(text).expect(text).fill(&variables);
            match (filled, expected) {
                (Ok(filled), Ok(expected)) => {
                    assert_eq!(filled.text, expected, "{text}");
                    assert_eq!(filled.variables.join(" "), used, "{text}");
                }
                (filled, expected) => {
                    assert_eq!(
                        filled.map(|filled| filled.text),
                        expected.map(str::to_owned).map_err(str::to_owned)
                    );
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_no_variable() {
        for text in [
            "${", "${A", "${}", "${1A}", "${A-B}", "${A B}", "${:-x}", "${A:+x}",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_what_the_file_alone_says() {
        let template = Template::parse("postgres://${U}:${P:-pw}@h").expect("template");
        assert_eq!(template.without_variables(), "postgres://:pw@h");
        assert!(!template.is_plain());
        assert!(Template::parse("$${A}").expect("escaped").is_plain());
    }
}
