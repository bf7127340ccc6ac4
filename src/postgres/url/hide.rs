//! Passwords of connection strings that stand in any text.

/// How advice writes the form of a URL.
const PLACEHOLDER: &str = "USER:PASSWORD";

/// Any text, with what may be the password of a URL or of a connection string in it replaced: whoever
/// puts one in the wrong place must not find it in an error.
#[must_use]
pub fn hide_passwords(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let user = line.find("://").map(|at| at + 3);
        let end = line
            .rfind('@')
            .filter(|end| user.is_some_and(|user| user < *end));
        let (Some(user), Some(end)) = (user, end) else {
            return line.to_owned();
        };
        match line[user..end].find(':') {
            _ if &line[user..end] == PLACEHOLDER => line.to_owned(),
            Some(colon) => format!("{}:[redacted]{}", &line[..user + colon], &line[end..]),
            None => line.to_owned(),
        }
    });
    hide_parameters(&lines.collect::<String>())
}

/// The values of `password=` and `sslpassword=`.
fn hide_parameters(text: &str) -> String {
    let mut parts = text.split("password=");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("password=[redacted]");
        shown.push_str(after_value(part));
    }
    shown
}

/// What stands behind a value, which may be quoted as libpq has it.
fn after_value(text: &str) -> &str {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(|c: char| c == '&' || c.is_whitespace());
        return end.map_or("", |at| &text[at..]);
    };
    let mut escaped = false;
    let end = quoted.find(|c| {
        let ends = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or("", |at| &quoted[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::hide_passwords;

    #[test]
    fn wherever_they_stand() {
        for (text, shown) in [
            ("nothing: here", "nothing: here"),
            (
                "error: unknown environment `postgres://u:s3:cr@t@h/db`",
                "error: unknown environment `postgres://u:[redacted]@h/db`",
            ),
            (
                "no 'mysql://u:p@h'\nask me@example.com: now",
                "no 'mysql://u:[redacted]@h'\nask me@example.com: now",
            ),
            (
                "host=h password=p user=u",
                "host=h password=[redacted] user=u",
            ),
            (
                r"host=h password='a b\'c \\' user=u",
                "host=h password=[redacted] user=u",
            ),
            ("password='a b", "password=[redacted]"),
            (
                "postgres://h/d?sslpassword=p&x=1",
                "postgres://h/d?sslpassword=[redacted]&x=1",
            ),
            ("postgres://u@h:1/d", "postgres://u@h:1/d"),
            (
                "the form is postgres://USER:PASSWORD@HOST:PORT/DATABASE",
                "the form is postgres://USER:PASSWORD@HOST:PORT/DATABASE",
            ),
        ] {
            assert_eq!(hide_passwords(text), shown);
        }
    }
}
