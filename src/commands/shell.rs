//! `hangmeas completions` and `hangmeas man`: the command line about itself.

use std::path::Path;

use crate::cli::{self, Shell};
use crate::error::Result;
use crate::report::{Answer, Completions, ManPages, Report};

pub(super) fn completions(shell: Shell) -> Answer {
    Answer::yes(Report::Completions(Completions {
        shell: shell.to_string(),
        script: cli::completions(shell),
    }))
}

pub(super) fn man(dir: Option<&Path>) -> Result<Answer> {
    let (page, files) = match dir {
        Some(dir) => (None, cli::man_pages(dir)?),
        None => (Some(cli::man_page()?), Vec::new()),
    };
    Ok(Answer::yes(Report::Man(ManPages { page, files })))
}
