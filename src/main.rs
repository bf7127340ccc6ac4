//! The binary: parse, run, exit status.

use std::process::ExitCode;
use std::time::Instant;

use hangmeas::cli::{Cli, Logging, Terminal};
use hangmeas::commands::{self, Surroundings};
use hangmeas::config::Variables;
use hangmeas::error::Result;
use hangmeas::postgres::{Interrupter, interrupt};
use hangmeas::render;
use hangmeas::report::Answer;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// When not even an error can be written.
const CANNOT_WRITE: u8 = 70;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let variables = Variables::from_process();
    let terminal = Terminal::detect(cli.global.color, &variables);
    ExitCode::from(run(&cli, variables, terminal).unwrap_or(CANNOT_WRITE))
}

fn run(cli: &Cli, variables: Variables, terminal: Terminal) -> std::io::Result<u8> {
    let began = Instant::now();
    let (logging, outcome) = match Logging::choose(cli.global.verbose, &variables) {
        Ok(logging) => (logging, work(cli, variables, (terminal, logging))?),
        Err(error) => (Logging::OFF, Err(error)),
    };
    let (status, written) = match &outcome {
        Ok(answer) => {
            let written = render::answer(answer, cli.global.format, &terminal);
            (answer.status, written)
        }
        Err(error) => {
            let written = render::error(error, cli.global.format, logging, &terminal);
            (error.kind().exit_status(), written)
        }
    };
    written?;
    let ms = began.elapsed().as_secs_f64() * 1000.0;
    log::info!(command = cli.name.as_str(), status, ms; "end");
    Ok(status)
}

fn work(
    cli: &Cli,
    variables: Variables,
    (terminal, logging): (Terminal, Logging),
) -> std::io::Result<Result<Answer>> {
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
        Ok(commands::run(cli, surroundings).await)
    })
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
