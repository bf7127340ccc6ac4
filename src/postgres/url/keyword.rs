//! libpq's other form of a connection string: `host=… dbname=… password='it\'s'`.

use super::{UrlParts, malformed, parameters};
use crate::error::Result;

/// Reads `key = value` words; values may stand in single quotes, a backslash takes the next
/// character as it is.
pub(super) fn parse(text: &str) -> Result<UrlParts> {
    let mut parts = UrlParts::default();
    let mut trusted = true;
    let mut position = 0;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        position += 1;
        let Some((key, after)) = rest.split_once('=') else {
            return Err(malformed(&format!("word {position} has no `=`")));
        };
        let key = key.trim_end();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Err(malformed(&format!("word {position} has no `=`"))
                .hint("a value with spaces stands in single quotes"));
        }
        if !parameters::is_known(key) {
            return Err(parameters::unknown(key, position, trusted));
        }
        trusted &= !parameters::is_secret(key);
        let (value, after) = read_value(after.trim_start())?;
        parameters::set(&mut parts, key, &value)?;
        rest = after.trim_start();
    }
    Ok(parts)
}

/// The value at the start of the text, and what follows it.
fn read_value(text: &str) -> Result<(String, &str)> {
    let quoted = text.strip_prefix('\'');
    let body = quoted.unwrap_or(text);
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, next)| next)),
            '\'' if quoted.is_some() => return Ok((value, &body[at + 1..])),
            c if quoted.is_none() && c.is_whitespace() => return Ok((value, &body[at..])),
            c => value.push(c),
        }
    }
    if quoted.is_some() {
        return Err(malformed("a quoted value has no closing quote"));
    }
    Ok((value, ""))
}
