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
        let mut table = Table::new();
        table
            .load_style(CALM)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if style.color() {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let mut grid = Self { table, style };
        let cells: Vec<Cell> = headings
            .iter()
            .map(|text| grid.cell(Role::Strong, text))
            .collect();
        grid.table.set_header(cells);
        grid
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
