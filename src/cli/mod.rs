//! The command line: clap types, what the terminal is, and the question before something is
//! destroyed. Knows no SQL.

mod annotate;
mod backup;
mod completions;
mod config;
mod db;
mod documentation;
mod grants;
mod health;
mod logging;
mod migration;
mod mistake;
mod narrow;
mod number;
mod seed;
mod server;
mod suggestion;
mod terminal;

use std::path::PathBuf;

use clap::{
    ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};

pub use annotate::AnnotateArgs;
pub use backup::{
    BackupArgs, BackupsCommand, BackupsListArgs, BackupsPruneArgs, BackupsVerifyArgs, JobsArgs,
    KeepArgs, RestoreArgs, StoreArgs,
};
pub use completions::completions;
pub use config::ConfigCommand;
pub use db::{
    ConfirmArgs, ConsoleArgs, CreateArgs, DbCommand, DropArgs, MigrateArgs, MigrationSourceArgs,
    ResetArgs, RollbackArgs, SetupArgs, StatusArgs, TimeoutArgs,
};
pub use documentation::{man_page, man_pages};
pub use grants::GrantsArgs;
pub use health::{DriftArgs, ExplainArgs, FailOn, HealthCheckArgs};
pub use logging::Logging;
pub use migration::{AcceptArgs, ImportArgs, ListArgs, MigrationCommand, NewArgs};
use mistake::asked_color;
pub use mistake::{asked_format, mistake, print};
pub use seed::SeedArgs;
pub use server::{ServerArgs, ServerCommand};
pub use terminal::{Terminal, Unseen, prompt, prompt_secret};

use terminal_size::{Width, terminal_size};

pub use clap_complete::Shell;

use crate::config::Overrides;
use crate::error::{ErrorKind, in_quotes, shell_word};
use crate::postgres::Secret;
use crate::postgres::url::redact;
use crate::report::{Answer, PluginState};

/// The widest that help gets.
const MOST_COLUMNS: usize = 100;

const PROGRAM: &str = "hangmeas";

const AFTER_HELP: &str = "\
Examples:
  hangmeas db setup                      create, migrate and seed the development database
  hangmeas db migrate --dry-run          print what would run, in order
  hangmeas --env production db status    what is applied, what is pending
  hangmeas config show                   every setting, and where it came from

Exit statuses: 0 done, 1 the answer is no, 2 usage, 3 configuration, 4 no connection, \
5 migration rolled back, 6 stopped half-way, 7 locked by another run, 8 refused by a guard.";

/// Takes an empty PostgreSQL, or a live Spree shop, to a verified Hangmeas database.
#[derive(Debug, Parser)]
#[command(name = PROGRAM, version, about, after_help = AFTER_HELP, max_term_width = MOST_COLUMNS)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The command's name, such as `db migrate`.
    #[arg(skip)]
    pub name: String,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// Configuration file [default: hangmeas.toml here or in a folder above]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,
    /// Environment: development, test, staging, production or one of the file's
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        help_heading = "Global options"
    )]
    pub env: Option<String>,
    /// Connection URL, instead of the environment's
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help_heading = "Global options"
    )]
    pub database_url: Option<String>,
    /// Never ask for a password
    #[arg(short = 'w', long, global = true, help_heading = "Global options")]
    pub no_password: bool,
    /// How to answer on stdout
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "human",
        value_name = "human|json",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Global options"
    )]
    pub format: Format,
    /// Only the answer, warnings and errors, no progress
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub quiet: bool,
    /// Log to stderr: settings and connections; -vv: every statement and its time
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "auto|always|never",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Global options"
    )]
    pub color: ColorChoice,
    /// Time allowed for connecting [default: 5s]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "Global options"
    )]
    pub connect_timeout: Option<String>,
    /// How long to wait for a server that is starting [default: 0, not at all]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "Global options"
    )]
    pub wait: Option<String>,
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables and sentences.
    Human,
    /// One JSON document.
    Json,
    /// JUnit XML (db health-check)
    Junit,
    /// SARIF 2.1.0 (db health-check)
    Sarif,
    /// Annotations of GitHub Actions (db health-check)
    Github,
    /// A plugin of Nagios and its like, exit status included (db health-check)
    Nagios,
    /// Prometheus text exposition (db health-check)
    Prometheus,
}

impl Format {
    /// Whether every command answers in it.
    #[must_use]
    pub fn is_general(self) -> bool {
        matches!(self, Self::Human | Self::Json)
    }

    /// The exit status of an answer: monitoring plugins have their own.
    #[must_use]
    pub fn status(self, answer: &Answer) -> u8 {
        match answer.plugin {
            Some(state) if self == Self::Nagios => state.exit_status(),
            _ => answer.status,
        }
    }

    /// The exit status of an error.
    #[must_use]
    pub fn error_status(self, kind: ErrorKind) -> u8 {
        match self {
            Self::Nagios => PluginState::from(kind).exit_status(),
            _ => kind.exit_status(),
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// What clap's help and errors do.
    fn of_clap(self) -> clap::ColorChoice {
        match self {
            Self::Auto => clap::ColorChoice::Auto,
            Self::Always => clap::ColorChoice::Always,
            Self::Never => clap::ColorChoice::Never,
        }
    }
}

/// The command groups.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create, migrate and look at the database
    #[command(
        subcommand,
        after_help = "\
Examples:
  hangmeas db setup                      create, migrate and seed
  hangmeas db status                     what is applied, what is pending
  hangmeas db migrate --dry-run          the SQL that would run
  hangmeas db health-check               is it well?"
    )]
    Db(DbCommand),
    /// Write and list migrations
    #[command(
        subcommand,
        after_help = "\
Examples:
  hangmeas migration new add_sponsor --migrations-dir db/hangmeas
  hangmeas migration list
  hangmeas migration import --from dbmate db/migrations --into db/hangmeas"
    )]
    Migration(MigrationCommand),
    /// The managed local PostgreSQL
    #[command(
        subcommand,
        after_help = "\
Examples:
  hangmeas server start
  hangmeas server status"
    )]
    Server(ServerCommand),
    /// The configuration
    #[command(
        subcommand,
        after_help = "\
Examples:
  hangmeas config init                   write the commented template
  hangmeas config show                   every value, and who said it
  hangmeas config check"
    )]
    Config(ConfigCommand),
    /// Print the completions of a shell
    #[command(after_help = "\
Examples:
  hangmeas completions bash > ~/.local/share/bash-completion/completions/hangmeas
  hangmeas completions zsh > ~/.zfunc/_hangmeas
  hangmeas completions fish > ~/.config/fish/completions/hangmeas.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write those of all commands
    #[command(after_help = "\
Examples:
  hangmeas man | man -l -                the manual page
  hangmeas man --dir ~/.local/share/man/man1")]
    Man {
        /// Write the pages of all commands into this folder
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// What a check looks for, why it matters, what to do
    Explain(ExplainArgs),
}

impl Cli {
    /// Reads the arguments of this process.
    ///
    /// # Errors
    /// clap's: a mistake, or a request for help.
    pub fn read() -> Result<Self, clap::Error> {
        let color = asked_color(std::env::args_os());
        let columns = terminal_size().map_or(MOST_COLUMNS, |(Width(columns), _)| columns.into());
        let command = narrow::fitted(Self::command(), columns.min(MOST_COLUMNS));
        let mut command = command.color(color.of_clap());
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let matches = matches.map_err(|mut error| {
            suggestion::refine(&mut error, &command, std::env::args_os());
            error
        })?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let mut words = Vec::new();
        let mut rest = &matches;
        while let Some((word, inner)) = rest.subcommand() {
            words.push(word);
            rest = inner;
        }
        cli.name = words.join(" ");
        Ok(cli)
    }

    /// The flags that choose the database, for commands to paste; a password in a URL is redacted.
    #[must_use]
    pub fn choosing_flags(&self) -> String {
        let config = self.global.config.as_ref();
        let config = config.map(|file| format!("--config {}", shell_word(file.display())));
        let env = self.global.env.as_ref();
        let env = env.map(|name| format!("--env {}", shell_word(name)));
        let url = self.global.database_url.as_ref();
        let url = url.map(|url| format!("--database-url {}", in_quotes(redact(url))));
        config
            .into_iter()
            .chain(env)
            .chain(url)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The flags that choose migration files, for commands to paste.
    #[must_use]
    pub fn file_flags(&self) -> String {
        let chosen = self.overrides();
        let dir = chosen.migrations_dir.as_ref();
        let dir = dir.map(|dir| format!("--migrations-dir {}", in_quotes(dir.display())));
        let alone = chosen.no_bundled.then(|| "--no-bundled".to_owned());
        alone.into_iter().chain(dir).collect::<Vec<_>>().join(" ")
    }

    /// The flag that confirms what this command destroys, for the same command to paste.
    #[must_use]
    pub fn confirmation(&self) -> Option<String> {
        let Command::Db(command) = &self.command else {
            return None;
        };
        let database = command.confirmed()?;
        Some(format!("--yes-i-mean {}", shell_word(database)))
    }

    /// What the flags say about settings.
    #[must_use]
    pub fn overrides(&self) -> Overrides {
        let mut overrides = Overrides {
            config_file: self.global.config.clone(),
            environment: self.global.env.clone(),
            database_url: self.global.database_url.clone().map(Secret::new),
            connect_timeout: self.global.connect_timeout.clone(),
            wait: self.global.wait.clone(),
            command: Some(self.name.clone()),
            ..Overrides::default()
        };
        match &self.command {
            Command::Db(command) => command.override_settings(&mut overrides),
            Command::Migration(command) => command.override_settings(&mut overrides),
            Command::Server(command) => command.args().override_settings(&mut overrides),
            Command::Config(_)
            | Command::Completions { .. }
            | Command::Man { .. }
            | Command::Explain(_) => {}
        }
        overrides
    }
}
