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

/// Paints or leaves plain.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    color: bool,
}

impl Style {
    /// With or without colours.
    #[must_use]
    pub fn new(color: bool) -> Self {
        Self { color }
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
