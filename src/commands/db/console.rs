//! `db console`.

use crate::cli::ConsoleArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::report::Answer;
use crate::server::become_psql;

pub(super) async fn run(context: &Context, args: &ConsoleArgs) -> Result<Answer> {
    let settings = context.settings()?;
    let target = context.target(&settings)?.settle().await?;
    // psql asks by itself, unless it must not.
    let mut words = args.psql.clone();
    if !context.asks() {
        words.insert(0, "--no-password".to_owned());
    }
    match become_psql(&context.places(&settings)?, &target, &words)? {}
}
