//! Defaults of columns as Ruby shows their values.

use super::rails::kind;

/// What the block says of a default: nothing of JSON, and nothing of what the server computes.
pub(super) fn shown(expression: &str, data_type: &str) -> Option<String> {
    let literal = expression.split("::").next().unwrap_or(expression);
    let computed = literal.contains('(') || literal.starts_with("CURRENT_") || literal == "NULL";
    let kind = kind(data_type);
    if computed || ["json", "jsonb", "hstore"].contains(&kind.as_str()) {
        return None;
    }
    let quoted = literal
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let text = quoted.map_or(literal.to_owned(), |text| text.replace("''", "'"));
    if data_type.ends_with("[]") {
        return Some(array(&text));
    }
    Some(match kind.split('(').next().unwrap_or_default() {
        "boolean" => text.to_uppercase(),
        "integer" | "bigint" => text,
        "decimal" | "float" => decimal(&text),
        _ => inspected(&text),
    })
}

/// `{a,b}` as Ruby shows a list of what the gem has quoted before.
fn array(text: &str) -> String {
    let inner = text.trim_start_matches('{').trim_end_matches('}');
    let elements = inner.split(',').filter(|element| !element.is_empty());
    let shown = elements.map(|element| inspected(&inspected(element.trim_matches('"'))));
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

/// As `BigDecimal#to_s('F')`: at least one digit behind the point, no zeros at the end.
fn decimal(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    format!("{whole}.{fraction}")
}

/// As `String#inspect`.
fn inspected(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn defaults_are_those_of_rails() {
        let defaults = [
            (
                "'bronze'::character varying",
                "character varying",
                Some("\"bronze\""),
            ),
            ("'it''s \"x\"'::text", "text", Some("\"it's \\\"x\\\"\"")),
            ("'{}'::jsonb", "jsonb", None),
            (
                "'{}'::character varying[]",
                "character varying[]",
                Some("[]"),
            ),
            ("0", "integer", Some("0")),
            ("'-1'::integer", "integer", Some("-1")),
            ("0", "numeric(10,2)", Some("0.0")),
            ("12.50", "numeric(10,2)", Some("12.5")),
            ("false", "boolean", Some("FALSE")),
            ("nextval('x_id_seq'::regclass)", "bigint", None),
            ("now()", "timestamp without time zone", None),
            ("CURRENT_TIMESTAMP", "timestamp without time zone", None),
        ];
        for (server, data_type, rails) in defaults {
            assert_eq!(shown(server, data_type).as_deref(), rails, "{server}");
        }
    }
}
