//! Definitions in a form that is the same on every server version and in every schema, for comparing. Never shown.

use super::array_cast;
use super::object::ObjectKind;
use crate::sql_text::{Word, split};

/// Whether two definitions of one kind of object say the same.
#[must_use]
pub fn alike(kind: ObjectKind, one: &str, other: &str) -> bool {
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView => query(one) == query(other),
        ObjectKind::Index => index(one) == index(other),
        _ => definition(one) == definition(other),
    }
}

/// A query of a view. PostgreSQL 16 and later print the columns of a query over one relation without its name;
/// earlier versions print it, so here it is taken off. PostgreSQL 13, and views that came from it, say `timezone(z, t)`
/// for `(t AT TIME ZONE z)`.
pub(super) fn query(definition: &str) -> String {
    let words = without_time_zone_operator(words(definition));
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let only = only_relation(&words);
    let mut rest = words.as_slice();
    while let Some((word, after)) = rest.split_first() {
        let qualifies = only == Some(word) && after.first().is_some_and(|next| next == ".");
        if qualifies {
            rest = &after[1..];
        } else if word == "as"
            && kept
                .last()
                .is_some_and(|last| after.first().is_some_and(|name| name == last))
        {
            // A name that the column has anyway.
            rest = &after[1..];
        } else {
            kept.push(word);
            rest = after;
        }
    }
    kept.join(" ")
}

/// An index without its name, table, storage options and the schemas of its operator classes: `unique? using btree (a)`.
pub(super) fn index(definition: &str) -> String {
    let words = words(definition);
    let unique = words.get(1).is_some_and(|word| word == "unique");
    let method = words.iter().position(|word| word == "using").unwrap_or(0);
    let mut kept: Vec<&str> = if unique { vec!["unique"] } else { Vec::new() };
    let mut rest = &words[method..];
    while let Some((word, after)) = rest.split_first() {
        let class = after.first().is_some_and(|dot| dot == ".")
            && after.get(1).is_some_and(|class| class.ends_with("_ops"));
        let stored = word == "with"
            && kept
                .last()
                .is_some_and(|last| matches!(*last, ")" | "distinct"))
            && after.first().is_some_and(|next| next == "(");
        if class {
            rest = &after[1..];
        } else if stored {
            let end = after.iter().position(|it| it == ")");
            rest = &after[end.map_or(after.len(), |end| end + 1)..];
        } else {
            kept.push(word);
            rest = after;
        }
    }
    kept.join(" ")
}

/// Any other definition: its words, one blank apart, identifiers without needless quotes.
pub(super) fn definition(text: &str) -> String {
    words(text).join(" ")
}

fn words(text: &str) -> Vec<String> {
    let words = split(text)
        .into_iter()
        .flat_map(|statement| statement.words)
        .map(|word| match word {
            Word::Bare(name) | Word::Quoted(name) => name,
            Word::Other(text) => text.to_owned(),
        });
    array_cast::distribute(words.collect())
}

/// Every `(t AT TIME ZONE z)` as the call that it is, for `t` a column or a call and `z` a literal.
fn without_time_zone_operator(mut words: Vec<String>) -> Vec<String> {
    let mut from = 0;
    while let Some(at) = words[from..]
        .windows(3)
        .position(|three| three == ["at", "time", "zone"])
        .map(|at| at + from)
    {
        from = at + 1;
        let end = match words.get(at + 4).map(String::as_str) {
            Some(":") => at + 7, // a cast: `:`, `:`, the type
            _ => at + 4,
        };
        let Some(open) = words[..at].iter().rposition(|word| word == "(") else {
            continue;
        };
        // `now ( )` is a call of its own: its parenthesis is not the one around the operator.
        let open = match words[..at].last().map(String::as_str) {
            Some(")") => words[..open].iter().rposition(|word| word == "("),
            _ => Some(open),
        };
        if let Some(open) = open
            && words.get(end).is_some_and(|word| word == ")")
        {
            let time: Vec<String> = words[open + 1..at].to_vec();
            let zone: Vec<String> = words[at + 3..end].to_vec();
            let call = ["timezone".to_owned(), "(".to_owned()]
                .into_iter()
                .chain(zone)
                .chain([",".to_owned()])
                .chain(time)
                .chain([")".to_owned()]);
            words.splice(open..=end, call);
        }
    }
    words
}

/// The name by which the outermost query calls its relation, if it reads exactly one.
fn only_relation(words: &[String]) -> Option<&String> {
    const ENDS: [&str; 12] = [
        "where",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "window",
        "fetch",
        "union",
        "intersect",
        "except",
        ";",
    ];
    let mut depth = 0_usize;
    let outermost = words.iter().enumerate().filter(|(_, word)| {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    let outermost: Vec<(usize, &String)> = outermost.collect();
    let from = outermost.iter().enumerate().position(|(n, (_, word))| {
        *word == "from" && !(n > 0 && outermost[n - 1].1 == "distinct")
    })?;
    let clause: Vec<&String> = outermost[from + 1..]
        .iter()
        .map(|(_, word)| *word)
        .take_while(|word| !ENDS.contains(&word.as_str()))
        .collect();
    let several = clause
        .iter()
        .any(|word| matches!(word.as_str(), "," | "join"));
    if several {
        None
    } else {
        clause.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_over_one_relation_reads_alike_on_every_version() {
        let older = " SELECT c.user_id,\n    sum(c.amount) AS n\n   FROM credits c\n  WHERE c.a IS DISTINCT FROM c.b\n  GROUP BY c.user_id;";
        let newer = " SELECT user_id,\n    sum(amount) AS n\n   FROM credits c\n  WHERE a IS DISTINCT FROM b\n  GROUP BY user_id;";
        assert_eq!(query(older), query(newer));
        assert!(query(older).contains("sum ( amount )"));
    }

    #[test]
    fn a_time_zone_reads_alike_on_every_version() {
        for (newer, older) in [
            (
                "SELECT x FROM t WHERE (a IS NULL OR a > (now() AT TIME ZONE 'UTC'::text)) AND b",
                "SELECT x FROM t WHERE (a IS NULL OR a > timezone('UTC'::text, now())) AND b",
            ),
            (
                "SELECT (t.a AT TIME ZONE 'UTC') FROM t, u",
                "SELECT timezone('UTC', t.a) FROM t, u",
            ),
        ] {
            assert_eq!(query(newer), query(older));
        }
    }

    #[test]
    fn a_query_over_several_relations_keeps_their_names() {
        let sql = "SELECT u.id FROM users u LEFT JOIN orders o ON o.user_id = u.id";
        assert!(query(sql).contains("o . user_id"));
        assert_ne!(
            query(sql),
            query(&sql.replace("SELECT u.id", "SELECT o.id"))
        );
    }

    #[test]
    fn an_index_is_what_it_does() {
        let a = index(
            "CREATE UNIQUE INDEX a ON public.t USING gin (name extensions.gin_trgm_ops) WHERE x > 0",
        );
        let b = index("CREATE UNIQUE INDEX b ON t USING gin (name gin_trgm_ops) WHERE x > 0");
        assert_eq!(a, b);
        assert!(a.starts_with("unique using gin"));
        assert_ne!(
            a,
            index("CREATE INDEX b ON t USING gin (name gin_trgm_ops) WHERE x > 0")
        );
    }

    #[test]
    fn a_list_reads_alike_after_dump_and_restore() {
        let made = "CHECK (status::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[]))";
        let restored = "CHECK (status::text = ANY (ARRAY['a'::character varying::text, 'b'::character varying::text]))";
        assert_eq!(definition(made), definition(restored));
        assert_ne!(
            definition(made),
            definition(&restored.replace("'b'", "'c'"))
        );
        assert_ne!(
            definition("CHECK (a::text = 'x')"),
            definition("CHECK (a = 'x')")
        );
    }

    #[test]
    fn quotes_that_a_newer_keyword_list_asks_for_do_not_count() {
        assert_eq!(
            definition("CHECK (\"row\" > 0)"),
            definition("CHECK (row > 0)")
        );
        assert_ne!(definition("CHECK (a = 'X')"), definition("CHECK (a = 'x')"));
    }
}
