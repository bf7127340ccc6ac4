//! The whole schema as one picture, drawn without a browser: a column per domain, a box per table, a
//! curve per foreign key.

use std::collections::BTreeMap;

use super::domain::Domain;
use super::mermaid::{Link, links};
use crate::catalog::Catalog;

const BOX_WIDTH: usize = 230;
const BOX_HEIGHT: usize = 30;
const COLUMN_STEP: usize = 330;
const ROW_STEP: usize = 46;
const MARGIN: usize = 30;
const HEAD: usize = 70;

/// Where a table's box is: its upper left corner.
#[derive(Clone, Copy)]
struct Place {
    x: usize,
    y: usize,
}

/// The picture.
pub(super) fn text(catalog: &Catalog) -> String {
    let columns: Vec<_> = Domain::ALL
        .into_iter()
        .map(|domain| (domain, domain.tables(catalog)))
        .filter(|(_, tables)| !tables.is_empty())
        .collect();
    let most = columns
        .iter()
        .map(|(_, tables)| tables.len())
        .max()
        .unwrap_or(0);
    let width = MARGIN * 2 + columns.len().saturating_sub(1) * COLUMN_STEP + BOX_WIDTH;
    let height = HEAD + most * ROW_STEP + MARGIN;
    let mut places = BTreeMap::new();
    let mut boxes = String::new();
    for (n, (domain, tables)) in columns.iter().enumerate() {
        let x = MARGIN + n * COLUMN_STEP;
        boxes.push_str(&format!(
            "<text x=\"{x}\" y=\"{}\" font-size=\"18\" font-weight=\"bold\">{}</text>\n",
            HEAD - 20,
            domain.title()
        ));
        for (row, (name, _)) in tables.iter().enumerate() {
            let place = Place {
                x,
                y: HEAD + row * ROW_STEP,
            };
            places.insert(*name, place);
            boxes.push_str(&rectangle(name, place, *domain));
        }
    }
    let curves: String = links(catalog)
        .iter()
        .filter_map(|link| curve(link, &places))
        .collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <!-- Made by `hangmeas db annotate`. -->\n\
         <title>Tables and foreign keys</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <g fill=\"none\" stroke=\"#64748b\" stroke-opacity=\"0.55\">\n{curves}</g>\n{boxes}</svg>\n"
    )
}

fn rectangle(name: &str, place: Place, domain: Domain) -> String {
    let Place { x, y } = place;
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"5\" fill=\"{}\" \
         stroke=\"#475569\"/><text x=\"{}\" y=\"{}\">{}</text>\n",
        domain.color(),
        x + 10,
        y + 20,
        escape(&shortened(name))
    )
}

/// From the table with the key to the one it points to: out of the nearer sides.
fn curve(link: &Link<'_>, places: &BTreeMap<&str, Place>) -> Option<String> {
    let (from, to) = (places.get(link.from)?, places.get(link.to)?);
    let middle = BOX_HEIGHT / 2;
    let (start, end) = match from.x.cmp(&to.x) {
        std::cmp::Ordering::Less => (from.x + BOX_WIDTH, to.x),
        std::cmp::Ordering::Greater => (from.x, to.x + BOX_WIDTH),
        std::cmp::Ordering::Equal => (from.x + BOX_WIDTH, to.x + BOX_WIDTH),
    };
    let bend = |x: usize, right: bool| if right { x + 50 } else { x.saturating_sub(50) };
    let (out, into) = (start != from.x, end != to.x);
    let title = format!("{}({}) → {}", link.from, link.columns.join(", "), link.to);
    Some(format!(
        "<path d=\"M{start} {} C{} {} {} {} {end} {}\"><title>{}</title></path>\n",
        from.y + middle,
        bend(start, out),
        from.y + middle,
        bend(end, into),
        to.y + middle,
        to.y + middle,
        escape(&title)
    ))
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 28 {
        return name.to_owned();
    }
    let start: String = name.chars().take(27).collect();
    start + "…"
}

fn escape(text: &str) -> String {
    // XML has no way to write them.
    let text = text.replace(char::is_control, " ");
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
