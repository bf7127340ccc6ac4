//! The binary: parse, run, exit status.

use std::process::ExitCode;

use hangmeas::cli::{Cli, Terminal};
use hangmeas::commands::{self, Surroundings};
use hangmeas::config::Variables;
use hangmeas::postgres::{Interrupter, interrupt};
use hangmeas::render;
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (interrupter, interrupt) = interrupt();
    let progress = render::progress(cli.global.quiet, &terminal);
    let surroundings = Surroundings {
        variables,
        terminal,
        progress,
        interrupt,
    };
    let outcome = runtime.block_on(async {
        let signals = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        tokio::spawn(listen(signals, interrupter));
        Ok::<_, std::io::Error>(commands::run(cli, surroundings).await)
    })?;
    match outcome {
        Ok(answer) => {
            render::answer(&answer, cli.global.format, &terminal)?;
            Ok(answer.status)
        }
        Err(error) => {
            render::error(&error, cli.global.format, &terminal)?;
            Ok(error.kind().exit_status())
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
