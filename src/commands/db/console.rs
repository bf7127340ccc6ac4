//! `db console`.

use crate::cli::ConsoleArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::report::Answer;
use crate::server::become_psql;

pub(super) async fn run(context: &Context, args: &ConsoleArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let target = context.target(&settings)?.settle().await?;
    match become_psql(&context.places(&settings)?, &target, &args.psql)? {}
}
