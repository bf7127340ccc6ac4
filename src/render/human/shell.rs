//! `man`.

use crate::render::style::Style;
use crate::report::ManPages;

pub(super) fn man(report: &ManPages, style: Style) -> String {
    if let Some(page) = &report.page {
        return page.clone();
    }
    let dir = report.files.first().and_then(|file| file.parent());
    format!(
        "{} {} manual pages written to {}\n",
        style.tick(),
        report.files.len(),
        dir.unwrap_or(std::path::Path::new(".")).display()
    )
}
