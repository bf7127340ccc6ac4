//! The schema, documented: Markdown pages, diagrams, and comment blocks for Rails models, all made
//! from a [`Catalog`]. The same schema gives the same bytes.
//!
//! Never asks a server: whoever calls brings the catalog, and the sizes of tables if the pages shall
//! tell them. Without those nothing makes a page stale but a change of the schema.

mod domain;
mod expression;
mod folder;
mod index_page;
mod lists;
mod markdown;
mod mermaid;
pub mod models;
mod purpose;
mod size;
mod svg;
mod table_page;

use std::collections::{BTreeMap, BTreeSet};

pub use folder::{Change, check, write};

use crate::catalog::{Catalog, Size};

/// What people add to the pages, by the table's name.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Who owns it.
    pub owners: BTreeMap<String, String>,
    /// What else there is to know.
    pub notes: BTreeMap<String, String>,
    /// Tables of which the catalog knows only what Hangmeas adds.
    pub partial: BTreeSet<String>,
    /// How large tables are, where the pages shall tell it.
    pub sizes: BTreeMap<String, Size>,
}

/// Files by their path below the folder of pages, `/` between names.
pub type Pages = BTreeMap<String, String>;

/// Every page and picture of a schema.
#[must_use]
pub fn pages(catalog: &Catalog, notes: &Notes) -> Pages {
    let mut pages = Pages::new();
    let mut add = |path: String, text: String| pages.insert(path, text);
    add("README.md".to_owned(), index_page::text(catalog, notes));
    add("views.md".to_owned(), lists::views(catalog));
    add("functions.md".to_owned(), lists::functions(catalog));
    add("triggers.md".to_owned(), lists::triggers(catalog));
    add("extensions.md".to_owned(), lists::extensions(catalog));
    add("schema.svg".to_owned(), svg::text(catalog));
    for (name, relation) in &catalog.relations {
        if !relation.kind.is_view() && relation.partition_of.is_none() {
            let path = markdown::table_path(name);
            add(path, table_page::text(catalog, name, relation, notes));
        }
    }
    pages
}
