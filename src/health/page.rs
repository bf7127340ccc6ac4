//! The page of a check: what `explain` prints and `docs/checks` holds.

use std::fmt::Write as _;

use super::check::{Check, Need, Program, Work};
use crate::invariants::REFERENCES;

/// A check in Markdown.
#[must_use]
pub fn page(check: &Check) -> String {
    let mut text = format!("# {}\n\n{}.\n\n", check.id, check.title);
    let _ = writeln!(text, "| | |\n|---|---|");
    let _ = writeln!(text, "| group | {} |", check.group.name());
    let _ = writeln!(text, "| severity | {} |", severity(check));
    let _ = writeln!(text, "| cost | {} |", check.cost.word());
    let _ = writeln!(text, "| key of a finding | `{}:OBJECT` |", check.id);
    if !check.needs.is_empty() {
        let needs: Vec<String> = check.needs.iter().map(|need| need.in_words()).collect();
        let _ = writeln!(text, "| needs | {} |", needs.join("; "));
    }
    let _ = write!(text, "\n## Why it matters\n\n{}\n", check.why);
    let _ = write!(text, "\n## What to do\n\n{}\n", check.cure);
    let sql = match check.work {
        Work::Query(sql) | Work::Program(Program::Numbers(sql)) => Some(sql),
        Work::Rule(rule) => Some(rule.sql),
        Work::Program(_) => None,
    };
    if let Some(sql) = sql {
        let _ = write!(
            text,
            "\n## How it looks\n\n```sql\n{}\n```\n",
            sql.trim_end()
        );
        for reference in REFERENCES
            .iter()
            .filter(|one| sql.contains(one.placeholder))
        {
            let _ = writeln!(
                text,
                "\n`{}` stands for a text of lines: {}.",
                reference.placeholder, reference.line
            );
        }
    }
    text
}

fn severity(check: &Check) -> String {
    let (usual, protected) = (check.severity.usual, check.severity.protected);
    if usual == protected {
        usual.to_string()
    } else {
        format!("{usual}; {protected} in a protected environment")
    }
}

impl Need {
    /// What a role or server must have, for people.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::AllStats | Self::AllSettings => "`pg_monitor`".to_owned(),
            Self::Passwords => "a superuser, or SELECT on `pg_authid`".to_owned(),
            Self::Sequences => "SELECT or USAGE on all sequences".to_owned(),
            Self::Tables => "SELECT on all tables and views".to_owned(),
            Self::Functions => "EXECUTE on all functions".to_owned(),
            Self::Counting => "`track_counts = on`".to_owned(),
            Self::Activities => "`track_activities = on`".to_owned(),
            Self::Column(path) => format!("SELECT on `{path}`"),
            Self::Primary => "a primary".to_owned(),
        }
    }
}
