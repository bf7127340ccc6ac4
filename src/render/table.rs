//! How tables look everywhere.

use super::khmer::{columns, measurable, readable};
use super::style::{Role, Style};
use comfy_table::{
    Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, ContentLineStyle,
    LineStyle, Table, TableStyle, Width,
};

/// A line under the headings, and no frame: what is copied from it stays readable.
const CALM: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// Blanks after the text of a cell; one more stands between two columns.
const PADDING: u16 = 1;

/// What stands in a cell, and how it looks.
#[derive(Clone)]
pub(super) struct Cell {
    text: String,
    role: Option<Role>,
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self {
            text: text.to_string(),
            role: None,
        }
    }
}

/// A table under construction.
pub(super) struct Grid {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
    right: Vec<usize>,
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
            style,
        }
    }

    /// A cell in the look of a role.
    pub fn cell(&self, role: Role, text: impl ToString) -> Cell {
        Cell {
            text: text.to_string(),
            role: Some(role),
        }
    }

    fn drawn(&self, cell: &Cell) -> comfy_table::Cell {
        let drawn = comfy_table::Cell::new(measurable(&cell.text));
        let Some(role) = cell.role.filter(|_| self.style.color()) else {
            return drawn;
        };
        match role {
            Role::Good => drawn.fg(Color::Green),
            Role::Warn => drawn.fg(Color::Yellow),
            Role::Bad => drawn.fg(Color::Red).add_attribute(Attribute::Bold),
            Role::Strong => drawn.add_attribute(Attribute::Bold),
            Role::Dim => drawn.add_attribute(Attribute::Dim),
            Role::Command => drawn.fg(Color::Cyan),
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

    /// The table as text, with a line end. Cells are broken at blanks; where there is no room for
    /// the longest words side by side, each row becomes a small list of its own.
    pub fn text(self) -> String {
        let words = self.longest_words();
        let gaps = words.len() * (usize::from(PADDING) + 1);
        let needed = words.iter().sum::<usize>() + gaps.saturating_sub(1);
        match self.style.width() {
            Some(width) if needed > usize::from(width) => self.list(),
            _ => self.table(&words),
        }
    }

    /// Columns of the longest word of each column.
    fn longest_words(&self) -> Vec<usize> {
        let headings = self.headings.iter().cloned().enumerate();
        let cells = self.rows.iter().flat_map(|row| {
            let texts = row.iter().map(|cell| cell.text.clone());
            texts.enumerate().collect::<Vec<_>>()
        });
        let mut longest = Vec::new();
        for (column, text) in headings.chain(cells) {
            let words = text.split_whitespace().map(columns);
            longest.resize(longest.len().max(column + 1), 0);
            longest[column] = longest[column].max(words.max().unwrap_or(0));
        }
        longest
    }

    fn table(self, words: &[usize]) -> String {
        let mut table = self.empty();
        if !self.headings.is_empty() {
            let headings = self.headings.iter();
            let headings = headings.map(|text| self.drawn(&self.cell(Role::Strong, text)));
            table.set_header(headings.collect::<Vec<_>>());
        }
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| self.drawn(cell)).collect::<Vec<_>>());
        }
        for (column, word) in table.column_iter_mut().zip(words) {
            let least = u16::try_from(*word)
                .unwrap_or(u16::MAX)
                .saturating_add(PADDING);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
            column.set_padding((0, PADDING));
        }
        for column in self.right {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        readable(&table.trim_fmt()).into_owned() + "\n"
    }

    /// Each row as a list, its headings before its cells; without headings, its cells below each
    /// other. Empty cells are left out.
    fn list(self) -> String {
        let widest = self.headings.iter().map(|text| columns(text)).max();
        let lists = self.rows.iter().map(|row| {
            let mut table = self.empty();
            let filled = row.iter().enumerate();
            for (column, cell) in filled.filter(|(_, cell)| !cell.text.trim().is_empty()) {
                let heading = self.headings.get(column).map(|text| {
                    let pad = " ".repeat(widest.unwrap_or(0).saturating_sub(columns(text)));
                    self.cell(Role::Dim, format!("{text}{pad}"))
                });
                let cells = heading.iter().chain([cell]);
                table.add_row(cells.map(|cell| self.drawn(cell)).collect::<Vec<_>>());
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
        let widths: Vec<usize> = lines.iter().skip(2).map(|line| columns(line)).collect();
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
                let longest = text.iter().map(|line| columns(line)).max();
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
    fn without_room_each_row_is_a_list() {
        let widths = (8..24)
            .rev()
            .map(|width| lines(Style::new(false).within(Some(width))));
        // A line between two rows: it is no table any more.
        let mut lists = widths.filter(|lines| lines.contains(&String::new()));
        let list = lists.next().expect("a list on a narrow terminal");
        let first: Vec<&str> = list.iter().take(3).map(|line| line.trim()).collect();
        let (heading, place) = first[1].split_once(' ').expect("two columns");
        assert_eq!(
            (heading, place.trim(), first[2]),
            ("place", "ភ្នំពេញ", "n      1")
        );
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
