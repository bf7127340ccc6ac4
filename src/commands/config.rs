//! `hangmeas config …`.

use time::OffsetDateTime;

use super::context::Context;
use super::waivers;
use crate::cli::ConfigCommand;
use crate::config::{self, Settings, Warning};
use crate::error::{Error, Result};
use crate::report::{
    Advice, Answer, CheckedEnvironment, ConfigCheck, ConfigInit, ConfigShow, Report, Setting,
};

pub(super) fn run(context: &Context, command: &ConfigCommand) -> Result<Answer> {
    match command {
        ConfigCommand::Init { file, force } => {
            config::init(file, *force)?;
            Ok(Answer::yes(Report::ConfigInit(ConfigInit {
                file: file.clone(),
            })))
        }
        ConfigCommand::Show => show(context),
        ConfigCommand::Check => check(context),
    }
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
    let good = found.is_ok() && faults.is_empty();
    let environments = found
        .environments
        .into_iter()
        .map(|one| CheckedEnvironment {
            name: one.name,
            selected: one.selected,
            target: one.target,
            protected: one.protected,
        });
    let error = |error: &Error| Advice {
        message: error.message().to_owned(),
        hints: error.hints().to_vec(),
    };
    let warning = |warning: Warning| Advice {
        message: warning.message,
        hints: warning.hint.into_iter().collect(),
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
    Ok(Answer::when(good, Report::ConfigCheck(report)))
}
