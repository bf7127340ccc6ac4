//! How tables look everywhere.

use comfy_table::{
    Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, ContentLineStyle,
    LineStyle, Table, TableStyle, Width,
};

use super::columns::{self, Column};
use super::khmer::{self, measurable, readable};
use super::style::{Role, Style};

/// A line under the headings, and no frame: what is copied from it stays readable.
const CALM: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// Blanks after the text of a cell but the last; one more stands between two columns.
const PADDING: u16 = 1;

/// Paths longer than this may be broken after a slash.
const LONG_PATH: usize = 24;

/// A text and its look.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    role: Option<Role>,
    text: String,
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self {
            role: None,
            text: text.to_string(),
        }
    }
}

/// A table under construction.
pub(super) struct Grid {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
    right: Vec<usize>,
    spare: Vec<usize>,
    style: Style,
}

impl Grid {
    /// An empty table with these headings.
    pub fn new(style: Style, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|text| (*text).to_owned());
        Self {
            headings: headings.collect(),
            ..Self::plain(style)
        }
    }

    /// A list in columns, without headings.
    pub fn plain(style: Style) -> Self {
        Self {
            headings: Vec::new(),
            rows: Vec::new(),
            right: Vec::new(),
            spare: Vec::new(),
            style,
        }
    }

    /// A cell in the look of a role.
    pub fn cell(&self, role: Role, text: impl ToString) -> Cell {
        Cell {
            role: Some(role),
            text: text.to_string(),
        }
    }

    /// One more row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Numbers of this column stand right.
    pub fn right(&mut self, column: usize) {
        self.right.push(column);
    }

    /// This column is left out where the rows would not fit on one line each; the first that is
    /// named goes first.
    pub fn spare(&mut self, column: usize) {
        self.spare.push(column);
    }

    /// The table as text, with a line end. Without room, spare columns go, then cells are broken at
    /// blanks; where there is none for the longest words side by side, each row becomes a small
    /// list of its own.
    pub fn text(self) -> String {
        let columns = self.columns();
        let room = self.style.width().map_or(usize::MAX, usize::from);
        match columns::arrange(columns, &self.spare, room) {
            Some(columns) => self.table(&columns),
            None => self.list(),
        }
    }

    /// The columns, as wide as their texts.
    fn columns(&self) -> Vec<Column> {
        let headings = self.headings.iter().map(String::as_str).enumerate();
        let cells = self.rows.iter().flat_map(|row| {
            let texts = row.iter().map(|cell| cell.text.as_str());
            texts.enumerate()
        });
        let mut columns: Vec<Column> = Vec::new();
        for (index, text) in headings.chain(cells) {
            while columns.len() <= index {
                columns.push(Column {
                    index: columns.len(),
                    word: 0,
                    width: 0,
                });
            }
            let parts = text.split_whitespace().flat_map(parts);
            let word = parts.map(khmer::columns).max().unwrap_or(0);
            let width = text.lines().map(khmer::columns).max().unwrap_or(0);
            columns[index].word = columns[index].word.max(word);
            columns[index].width = columns[index].width.max(width);
        }
        // A number and its unit stay together.
        for column in &mut columns {
            if self.right.contains(&column.index) {
                column.word = column.width;
            }
        }
        columns
    }

    fn table(mut self, columns: &[Column]) -> String {
        let mut table = self.empty();
        if !self.headings.is_empty() {
            let heading = |column: &Column| {
                let text = &self.headings[column.index];
                self.painted(Some(Role::Strong), text.clone())
            };
            table.set_header(columns.iter().map(heading).collect::<Vec<_>>());
        }
        // Each row goes as it is drawn: there may be thousands.
        for row in std::mem::take(&mut self.rows) {
            let cell = |column: &Column| {
                let cell = row.get(column.index)?;
                Some(self.painted(cell.role, broken(&cell.text, column.width)))
            };
            table.add_row(columns.iter().filter_map(cell).collect::<Vec<_>>());
        }
        let last = columns.len().saturating_sub(1);
        for (at, column) in columns.iter().enumerate() {
            let right = self.right.contains(&column.index);
            let Some(formatted) = table.column_mut(at) else {
                continue;
            };
            let padding = if at == last { 0 } else { PADDING };
            let width = u16::try_from(column.width).unwrap_or(u16::MAX);
            let width = Width::Fixed(width.max(1).saturating_add(padding));
            formatted.set_constraint(ColumnConstraint::Absolute(width));
            formatted.set_padding((0, padding));
            if right {
                formatted.set_cell_alignment(CellAlignment::Right);
            }
        }
        readable(&table.trim_fmt()).into_owned() + "\n"
    }

    /// Each row as a list, its headings before its cells; without headings, its cells below each
    /// other. Empty cells are left out.
    fn list(self) -> String {
        let widest = self.headings.iter().map(|text| khmer::columns(text)).max();
        let lists = self.rows.iter().map(|row| {
            let mut table = self.empty();
            let filled = row.iter().enumerate();
            for (column, cell) in filled.filter(|(_, cell)| !cell.text.trim().is_empty()) {
                let heading = self.headings.get(column).map(|text| {
                    let pad = " ".repeat(widest.unwrap_or(0).saturating_sub(khmer::columns(text)));
                    self.painted(Some(Role::Dim), format!("{text}{pad}"))
                });
                let cell = self.painted(cell.role, cell.text.clone());
                table.add_row(heading.into_iter().chain([cell]).collect::<Vec<_>>());
            }
            for column in table.column_iter_mut() {
                column.set_padding((0, PADDING));
            }
            if widest.is_some()
                && let Some(headings) = table.column_mut(0)
            {
                headings.set_constraint(ColumnConstraint::ContentWidth);
            }
            readable(&table.trim_fmt()).into_owned() + "\n"
        });
        lists.collect::<Vec<_>>().join("\n")
    }

    fn painted(&self, role: Option<Role>, text: String) -> comfy_table::Cell {
        let cell = comfy_table::Cell::new(measurable(&text));
        match role.filter(|_| self.style.color()) {
            None => cell,
            Some(Role::Good) => cell.fg(Color::Green),
            Some(Role::Warn) => cell.fg(Color::Yellow),
            Some(Role::Bad) => cell.fg(Color::Red).add_attribute(Attribute::Bold),
            Some(Role::Strong) => cell.add_attribute(Attribute::Bold),
            Some(Role::Dim) => cell.add_attribute(Attribute::Dim),
            Some(Role::Command) => cell.fg(Color::Cyan),
        }
    }

    fn empty(&self) -> Table {
        let mut table = Table::new();
        table
            .load_style(CALM)
            .set_content_arrangement(ContentArrangement::Dynamic);
        // The width comes from the style, so that a table without colours fits a terminal too.
        table.force_no_tty();
        if self.style.color() {
            table.enforce_styling();
        }
        if let Some(width) = self.style.width() {
            table.set_width(width);
        }
        table
    }
}

/// What stands together: a word, or where it is a long path, each part of it up to a slash.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let path = khmer::columns(word) > LONG_PATH;
    let mut rest = Some(word);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let slash = text.find('/').filter(|_| path);
        let Some(end) = slash.map(|at| at + 1).filter(|end| *end < text.len()) else {
            return Some(text);
        };
        rest = Some(&text[end..]);
        Some(&text[..end])
    })
}

/// The text with line ends after the slashes of words that are too long for `width`.
fn broken(text: &str, width: usize) -> String {
    if text
        .split_whitespace()
        .all(|word| khmer::columns(word) <= width)
    {
        return text.to_owned();
    }
    let fitted = |word: &str| {
        let (mut fitted, mut used) = (String::new(), 0);
        for part in parts(word) {
            if used > 0 && used + khmer::columns(part) > width {
                fitted.push('\n');
                used = 0;
            }
            fitted.push_str(part);
            used += khmer::columns(part);
        }
        fitted
    };
    let words = text.split(' ').map(fitted);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(style: Style) -> Vec<String> {
        let mut grid = Grid::new(style, &["name", "place", "n"]);
        grid.row(["ព្រះសីហនុ ស្រីមុំ", "ភ្នំពេញ", "1"]);
        grid.row(["Sok Dara", "Phnom Penh", "23"]);
        grid.row(["រតនៈ 🎤", "សៀមរាប", "4"]);
        grid.right(2);
        grid.text().lines().map(str::to_owned).collect()
    }

    #[test]
    fn khmer_keeps_the_columns_in_line() {
        let lines = lines(Style::new(false));
        // The last column stands right: every row ends at the same place.
        let widths: Vec<usize> = lines
            .iter()
            .skip(2)
            .map(|line| khmer::columns(line))
            .collect();
        assert!(
            widths.iter().all(|width| *width == widths[0]),
            "{widths:?}\n{}",
            lines.join("\n")
        );
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn a_narrow_terminal_breaks_cells_at_blanks_and_no_line_is_longer() {
        for style in [Style::new(false), Style::new(true)] {
            for width in [24, 28, 40] {
                let narrow = lines(style.within(Some(width)));
                let text = narrow.iter().map(|line| plain(line)).collect::<Vec<_>>();
                let longest = text.iter().map(|line| khmer::columns(line)).max();
                assert!(longest <= Some(usize::from(width)), "{}", text.join("\n"));
                for word in ["ព្រះសីហនុ", "Phnom", "Penh", "Dara", "place"] {
                    assert!(text.join("\n").contains(word), "{}", text.join("\n"));
                }
            }
        }
        assert!(lines(Style::new(false).within(Some(24))).len() > 5);
        assert_eq!(lines(Style::new(false).within(Some(200))).len(), 5);
    }

    #[test]
    fn spare_columns_go_first_and_long_paths_break_after_a_slash() {
        let shown = |width| {
            let mut grid = Grid::new(
                Style::new(false).within(Some(width)),
                &["folder", "n", "from"],
            );
            grid.row(["/home/sokha/projects/hangmeas/backups", "12 ms", "default"]);
            grid.right(1);
            grid.spare(2);
            grid.text()
        };
        assert_eq!(shown(53).lines().count(), 3);
        assert!(shown(53).contains("default"));
        assert_eq!(shown(44).lines().count(), 3);
        assert!(!shown(44).contains("default"));
        assert!(
            shown(30).contains("/home/sokha/projects/    12 ms\nhangmeas/backups"),
            "{}",
            shown(30)
        );
    }

    #[test]
    fn without_room_each_row_is_a_list() {
        let widths = (8..24)
            .rev()
            .map(|width| lines(Style::new(false).within(Some(width))));
        // A line between two rows: it is no table any more.
        let mut lists = widths.filter(|lines| lines.contains(&String::new()));
        let list = lists.next().expect("a list on a narrow terminal");
        let places = list.iter().map(|line| line.trim());
        let places = places.skip_while(|line| !line.starts_with("place"));
        let first: Vec<&str> = places.take(2).collect();
        let (_, place) = first[0].split_once(' ').expect("two columns");
        assert_eq!((place.trim(), first[1]), ("ភ្នំពេញ", "n      1"));
    }

    /// The text without its colours.
    fn plain(line: &str) -> String {
        let mut parts = line.split('\x1b');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        }
        text
    }
}
