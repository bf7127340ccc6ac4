//! Markdown that holds whatever a schema may contain.

/// The first line of every page, by which a page of ours is known.
pub(super) const MARK: &str =
    "<!-- Made by `hangmeas db annotate`; what is written here by hand is lost. -->";

/// A page begins with the mark and its title.
pub(super) fn page(title: &str) -> String {
    format!("{MARK}\n\n# {title}\n")
}

/// Text in a line or a cell: nothing in it ends the cell or becomes a tag. An underscore between
/// letters stays what it is.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let inside = before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        match c {
            '|' => out.push_str("\\|"),
            '<' => out.push_str("&lt;"),
            '_' if inside => out.push('_'),
            '`' | '*' | '_' | '[' | ']' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("<br>"),
            '\r' => {}
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// Code in a line or a cell; the fence is longer than any run of backticks in it.
pub(super) fn code(text: &str) -> String {
    let text = text.trim().replace(['\n', '\r'], " ").replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A block of code.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_matches('\n').trim_end()
    )
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// A table; no rows, no table.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = headings.iter().map(|&text| text.to_owned()).collect();
    let mut out = format!("\n{}|{}\n", line(&heads), "---|".repeat(headings.len()));
    rows.iter().for_each(|row| out.push_str(&line(row)));
    out
}

/// A section with its heading; empty ones are left out.
pub(super) fn section(title: &str, body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    format!(
        "\n## {title}\n{}{body}",
        if body.starts_with('\n') { "" } else { "\n" }
    )
}

/// The page of a table below the folder of pages. File systems may not tell capitals apart, and know
/// characters of their own: what is not safe becomes `~` and its code.
pub(super) fn table_path(table: &str) -> String {
    format!("tables/{}.md", file_name(table))
}

pub(super) fn file_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c == '_' || c == '-' || (c.is_alphanumeric() && !c.is_uppercase()) {
            out.push(c);
        } else {
            out.push_str(&format!("~{:x}", u32::from(c)));
        }
    }
    out
}

/// A link to a table's page, from a page in the folder itself (`up` empty) or one below it (`../`).
pub(super) fn table_link(up: &str, table: &str) -> String {
    format!("[{}]({up}{})", text(table), table_path(table))
}

/// The anchor of a heading that is code, as GitHub and GitLab make it.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || "_- ".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_cell() {
        assert_eq!(text("a|b\n<script>`x`"), "a\\|b<br>&lt;script>\\`x\\`");
        assert_eq!(text("a_b _c"), "a_b \\_c");
        assert_eq!(code("a ` b | c"), "``a ` b \\| c``");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(block("sql", "a\n```\nb"), "````sql\na\n```\nb\n````\n");
    }

    #[test]
    fn file_names_are_safe_and_apart() {
        assert_eq!(table_path("xfactor_votes"), "tables/xfactor_votes.md");
        assert_eq!(file_name("Votes"), "~56otes");
        assert_eq!(file_name("../a b"), "~2e~2e~2fa~20b");
        assert!(!file_name("ខ្មែរ").contains('/'));
    }

    #[test]
    fn anchors_are_those_of_the_forges() {
        assert_eq!(
            anchor("calculate_user_ltv(user_id bigint)"),
            "calculate_user_ltvuser_id-bigint"
        );
    }
}
