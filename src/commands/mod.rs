//! One short file per command: take settings, open a session, call one engine, return its report.
//! Commands print nothing, hold no SQL and no rules.

mod ask;
mod config;
mod context;
mod db;
mod explain;
mod guard;
mod migration;
mod server;
mod shell;
mod waivers;

use std::sync::Arc;

use crate::cli::{Cli, Command, DbCommand, Terminal};
use crate::config::Variables;
use crate::error::{Error, Result};
use crate::postgres::Interrupt;
use crate::postgres::url::hide_passwords;
use crate::progress::Sink;
use crate::report::Answer;

use context::Context;

/// What surrounds a run.
#[derive(Clone)]
pub struct Surroundings {
    /// The environment variables.
    pub variables: Variables,
    /// What the terminal is.
    pub terminal: Terminal,
    /// Where progress goes.
    pub progress: Arc<dyn Sink>,
    /// Who can stop it.
    pub interrupt: Interrupt,
}

/// Runs the command.
///
/// # Errors
/// Any: the kind chooses the exit status.
pub async fn run(cli: &Cli, surroundings: Surroundings) -> Result<Answer> {
    let answer = answer(cli, surroundings).await;
    answer.map_err(|error| error.hiding(hide_passwords))
}

async fn answer(cli: &Cli, surroundings: Surroundings) -> Result<Answer> {
    let checks_health = matches!(cli.command, Command::Db(DbCommand::HealthCheck(_)));
    if !checks_health && !cli.global.format.is_general() {
        return Err(
            Error::usage("this form of answer is for `hangmeas db health-check` only")
                .hint("--format human and --format json are for every command"),
        );
    }
    let context = Context::new(cli, surroundings)?;
    let answer = match &cli.command {
        Command::Db(command) => db::run(&context, command).await,
        Command::Migration(command) => migration::run(&context, command).await,
        Command::Server(command) => server::run(&context, command),
        Command::Config(command) => config::run(&context, command),
        Command::Completions { shell } => Ok(shell::completions(*shell)),
        Command::Man { dir } => shell::man(dir.as_deref()),
        Command::Explain(args) => explain::run(args),
    };
    let (database, files) = (cli.choosing_flags(), cli.file_flags());
    answer
        .map(|answer| answer.with_flags(&database, &files))
        .map_err(|error| match cli.confirmation() {
            Some(confirmation) => error.confirmed(&cli.name, &confirmation),
            None => error,
        })
        .map_err(|error| error.with_flags(&database, &files))
}
