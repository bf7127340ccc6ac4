//! Colours, where they are wanted.

use std::fmt::Display;

/// What a piece of text is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It went well.
    Good,
    /// Worth a look.
    Warn,
    /// It went wrong.
    Bad,
    /// A heading or a name.
    Strong,
    /// Less important.
    Dim,
    /// A command to paste.
    Command,
}

/// Paints or leaves plain, and knows how much room there is.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    color: bool,
    width: Option<u16>,
}

impl Style {
    /// With or without colours.
    #[must_use]
    pub fn new(color: bool) -> Self {
        Self { color, width: None }
    }

    /// The same on a terminal of so many columns; none where lines may be of any length.
    #[must_use]
    pub fn within(self, width: Option<u16>) -> Self {
        Self { width, ..self }
    }

    /// How many columns there are, if that is limited.
    #[must_use]
    pub fn width(self) -> Option<u16> {
        self.width
    }

    /// Whether there are colours.
    #[must_use]
    pub fn color(self) -> bool {
        self.color
    }

    /// The text in the look of its role.
    #[must_use]
    pub fn paint(self, role: Role, text: impl Display) -> String {
        if !self.color {
            return text.to_string();
        }
        let code = match role {
            Role::Good => "32",
            Role::Warn => "33",
            Role::Bad => "1;31",
            Role::Strong => "1",
            Role::Dim => "2",
            Role::Command => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// ✓ for what went well.
    #[must_use]
    pub fn tick(self) -> String {
        self.paint(Role::Good, "✓")
    }

    /// ✗ for what went wrong.
    #[must_use]
    pub fn cross(self) -> String {
        self.paint(Role::Bad, "✗")
    }
}
