//! The binary: parse, run, exit status.

use std::process::ExitCode;
use std::time::Instant;

use hangmeas::cli::{Cli, ColorChoice, Logging, Terminal, asked_format, mistake, print};
use hangmeas::commands::{self, Surroundings};
use hangmeas::config::Variables;
use hangmeas::error::{ErrorKind, Result};
use hangmeas::postgres::{Interrupter, interrupt};
use hangmeas::render;
use hangmeas::report::{Answer, milliseconds};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// When the answer cannot be written.
const CANNOT_WRITE: u8 = 70;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(misread(&error)),
    };
    let variables = Variables::from_process();
    let terminal = Terminal::detect(cli.global.color, &variables);
    ExitCode::from(run(&cli, variables, terminal).unwrap_or_else(|error| {
        render::unwritten(&error);
        CANNOT_WRITE
    }))
}

/// What clap has to say: help, or a mistake; the exit status.
fn misread(error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = print(error);
        return 0;
    }
    let variables = Variables::from_process();
    let format = asked_format(std::env::args_os());
    let logging = Logging::choose(0, &variables).unwrap_or(Logging::OFF);
    if logging.is_json() {
        let terminal = Terminal::detect(ColorChoice::Never, &variables);
        render::start_log(logging, &terminal);
        let _ = render::error(&mistake(error), format, logging, &terminal);
    } else {
        let _ = print(error);
        let _ = render::error_on_stdout(&mistake(error), format);
    }
    format.error_status(ErrorKind::Usage)
}

fn run(cli: &Cli, variables: Variables, terminal: Terminal) -> std::io::Result<u8> {
    let began = Instant::now();
    let status = match Logging::choose(cli.global.verbose, &variables) {
        Ok(logging) => work(cli, variables, (terminal, logging))?,
        Err(error) => tell(cli, Err(error), (&terminal, Logging::OFF))?,
    };
    let ms = milliseconds(began.elapsed());
    log::info!(command = cli.name.as_str(), status, ms; "end");
    Ok(status)
}

fn work(
    cli: &Cli,
    variables: Variables,
    (terminal, logging): (Terminal, Logging),
) -> std::io::Result<u8> {
    render::start_log(logging, &terminal);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (interrupter, interrupt) = interrupt();
    let surroundings = Surroundings {
        variables,
        terminal,
        progress: render::progress(cli.global.quiet, logging, &terminal),
        interrupt,
    };
    runtime.block_on(async {
        let signals = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        tokio::spawn(listen(signals, interrupter));
        watch(cli, &surroundings, logging).await
    })
}

/// Runs the command, tells what came of it, and does so again for as long as it is watched. What was looked at once is
/// looked at again when the connection is lost.
async fn watch(cli: &Cli, surroundings: &Surroundings, logging: Logging) -> std::io::Result<u8> {
    let mut pause = None;
    loop {
        let outcome = commands::run(cli, surroundings.clone()).await;
        surroundings.progress.end();
        let terminal = surroundings.terminal.measured();
        let status = match (outcome, pause) {
            (Err(error), Some(pause)) if error.kind() == ErrorKind::Connection => {
                render::lost(&error, pause, (cli.global.format, logging), &terminal)?;
                cli.global.format.error_status(error.kind())
            }
            (outcome, _) => {
                pause = outcome.as_ref().ok().and_then(|answer| answer.again);
                tell(cli, outcome, (&terminal, logging))?
            }
        };
        let Some(pause) = pause else {
            return Ok(status);
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = surroundings.interrupt.wait() => return Ok(ErrorKind::Interrupted.exit_status()),
        }
    }
}

/// Writes the answer or the error; returns the exit status.
fn tell(
    cli: &Cli,
    outcome: Result<Answer>,
    (terminal, logging): (&Terminal, Logging),
) -> std::io::Result<u8> {
    match outcome {
        Ok(answer) => {
            render::answer(&answer, cli.global.format, terminal)?;
            Ok(cli.global.format.status(&answer))
        }
        Err(error) => {
            render::error(&error, cli.global.format, logging, terminal)?;
            Ok(cli.global.format.error_status(error.kind()))
        }
    }
}

/// Ctrl-C and SIGTERM ask for a clean stop, however often they come.
async fn listen((mut int, mut term): (Signal, Signal), interrupter: Interrupter) {
    loop {
        tokio::select! {
            _ = int.recv() => interrupter.raise(),
            _ = term.recv() => interrupter.raise(),
        }
    }
}
