//! How tables look everywhere.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, ContentLineStyle, LineStyle, Table,
    TableStyle,
};

use super::style::{Role, Style};

/// A line under the headings, and no frame: what is copied from it stays readable.
const CALM: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// A table under construction.
pub(super) struct Grid {
    table: Table,
    style: Style,
}

impl Grid {
    /// An empty table with these headings.
    pub fn new(style: Style, headings: &[&str]) -> Self {
        let mut grid = Self::plain(style);
        let cells: Vec<Cell> = headings
            .iter()
            .map(|text| grid.cell(Role::Strong, text))
            .collect();
        grid.table.set_header(cells);
        grid
    }

    /// A list in columns, without headings.
    pub fn plain(style: Style) -> Self {
        let mut table = Table::new();
        table
            .load_style(CALM)
            .set_content_arrangement(ContentArrangement::Dynamic);
        // The width comes from the style, so that a table without colours fits a terminal too.
        table.force_no_tty();
        if style.color() {
            table.enforce_styling();
        }
        if let Some(width) = style.width() {
            table.set_width(width);
        }
        Self { table, style }
    }

    /// A cell in the look of a role.
    pub fn cell(&self, role: Role, text: impl ToString) -> Cell {
        let cell = Cell::new(text);
        if !self.style.color() {
            return cell;
        }
        match role {
            Role::Good => cell.fg(Color::Green),
            Role::Warn => cell.fg(Color::Yellow),
            Role::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
            Role::Strong => cell.add_attribute(Attribute::Bold),
            Role::Dim => cell.add_attribute(Attribute::Dim),
            Role::Command => cell.fg(Color::Cyan),
        }
    }

    /// One more row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        self.table
            .add_row(cells.into_iter().map(Into::into).collect::<Vec<Cell>>());
    }

    /// Numbers of this column stand right.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// The table as text, with a line end.
    pub fn text(self) -> String {
        self.table.trim_fmt() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

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
        let widths: Vec<usize> = lines.iter().skip(2).map(|line| line.width()).collect();
        assert!(
            widths.iter().all(|width| *width == widths[0]),
            "{widths:?}\n{}",
            lines.join("\n")
        );
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn a_narrow_terminal_breaks_cells_and_no_line_is_longer() {
        for style in [Style::new(false), Style::new(true)] {
            for width in [24, 40] {
                let narrow = lines(style.within(Some(width)));
                let longest = narrow.iter().map(|line| plain(line).width()).max();
                assert!(longest <= Some(usize::from(width)), "{}", narrow.join("\n"));
            }
        }
        assert!(lines(Style::new(false).within(Some(24))).len() > 5);
        assert_eq!(lines(Style::new(false).within(Some(200))).len(), 5);
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
