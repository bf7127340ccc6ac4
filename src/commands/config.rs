//! `hangmeas config …`.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::context::Context;
use super::waivers;
use crate::cli::ConfigCommand;
use crate::config::{self, Settings, Warning};
use crate::error::{Error, ErrorKind, Hint, Result};
use crate::postgres::url::hide_passwords;
use crate::report::{
    Advice, Answer, CheckedEnvironment, ConfigCheck, ConfigInit, ConfigShow, Report, Setting,
};

pub(super) fn run(context: &Context, command: &ConfigCommand) -> Result<Answer> {
    match command {
        ConfigCommand::Init { file, force } => {
            let file = new_file(context, file.as_deref())?;
            config::init(&file, *force)?;
            Ok(Answer::yes(Report::ConfigInit(ConfigInit { file })))
        }
        ConfigCommand::Show => show(context),
        ConfigCommand::Check => check(context),
    }
}

/// The file to write: the argument, else what `--config` or `HANGMEAS_CONFIG` names.
fn new_file(context: &Context, argument: Option<&Path>) -> Result<PathBuf> {
    let flag = context.overrides.config_file.as_deref();
    if let (Some(argument), Some(flag)) = (argument, flag)
        && argument != flag
    {
        return Err(Error::usage(format!(
            "two files are named: {}, and {} by --config",
            argument.display(),
            flag.display()
        )));
    }
    let variable = context.variables().get("HANGMEAS_CONFIG").map(Path::new);
    let named = argument.or(flag).or(variable);
    Ok(named.unwrap_or(Path::new(config::FILE_NAME)).to_path_buf())
}

fn show(context: &Context) -> Result<Answer> {
    let settings = Settings::load(
        &context.overrides,
        context.variables(),
        &context.working_dir,
    )?;
    let setting = |entry: config::Entry| Setting {
        key: entry.key,
        value: entry.value,
        origin: entry.origin.to_string(),
    };
    Ok(Answer::yes(Report::ConfigShow(ConfigShow {
        settings: settings.entries().into_iter().map(setting).collect(),
        notices: settings.notices,
    })))
}

fn check(context: &Context) -> Result<Answer> {
    let found = config::check(
        &context.overrides,
        context.variables(),
        &context.working_dir,
    )?;
    // What keeps the settings from being read is among the errors already.
    let settings = Settings::load(
        &context.overrides,
        context.variables(),
        &context.working_dir,
    );
    let today = OffsetDateTime::now_utc().date();
    let (faults, doubts) = settings.map_or_else(
        |_| Default::default(),
        |settings| waivers::advice(&settings, today),
    );
    let status = if found.is_ok() && faults.is_empty() {
        0
    } else {
        ErrorKind::Configuration.exit_status()
    };
    let environments = found
        .environments
        .into_iter()
        .map(|one| CheckedEnvironment {
            name: one.name,
            selected: one.selected,
            target: one.target,
            protected: one.protected,
        });
    let error = |error: &Error| advice(error.message(), error.hints().to_vec());
    let warning = |warning: Warning| {
        let hints = warning.hint.into_iter().collect();
        advice(&warning.message, hints)
    };
    let report = ConfigCheck {
        file: found.file,
        environments: environments.collect(),
        errors: found.errors.iter().chain(&faults).map(error).collect(),
        warnings: found
            .warnings
            .into_iter()
            .map(warning)
            .chain(doubts)
            .collect(),
    };
    Ok(Answer {
        status,
        ..Answer::yes(Report::ConfigCheck(report))
    })
}

/// What is to be changed, without the password of a URL that stands in the wrong place.
fn advice(message: &str, mut hints: Vec<Hint>) -> Advice {
    for hint in &mut hints {
        hint.text = hide_passwords(&hint.text);
        hint.command = hint.command.as_deref().map(hide_passwords);
    }
    let message = hide_passwords(message);
    Advice { message, hints }
}
