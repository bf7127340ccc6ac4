//! The contenders as child processes, timed from start to end.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::server;

/// hangmeas on a database, with the same small environment each time.
pub fn hangmeas<A: AsRef<str>>(url: &str, args: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hangmeas"));
    command
        .args(args.iter().map(AsRef::as_ref))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", server().folder())
        .env("LC_ALL", "C.UTF-8")
        .env("DATABASE_URL", url)
        .current_dir("/");
    command
}

/// psql with one command.
pub fn psql(url: &str, sql: &str) -> Command {
    let mut command = bare_psql(url);
    command.args(["-c", sql]);
    command
}

/// psql with a script, ending at the first error.
pub fn psql_script(url: &str, script: &Path) -> Command {
    let mut command = bare_psql(url);
    command.args(["-v", "ON_ERROR_STOP=1", "-f"]).arg(script);
    command
}

fn bare_psql(url: &str) -> Command {
    let beside = server().binaries().program("psql");
    let program = if beside.exists() {
        beside
    } else {
        "psql".into()
    };
    let mut command = Command::new(program);
    command
        .args(["-X", "-q", "-d", url])
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .current_dir("/");
    command
}

/// Runs it to its end, which must be a good one.
pub fn quiet_run(mut command: Command) -> Duration {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status().expect("a program");
    let took = began.elapsed();
    if !status.success() {
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output();
        panic!("{command:?}: {status}; again: {output:?}");
    }
    took
}

/// The most memory that was in use at once, in mebibytes, as the kernel keeps it.
pub fn peak_memory(mut command: Command) -> f64 {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program");
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    loop {
        let status = std::fs::read_to_string(&status_file).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kilobytes) = line.and_then(|line| line.trim().strip_suffix(" kB")) {
            peak = peak.max(kilobytes.parse::<f64>().expect("a number") / 1024.0);
        }
        if let Some(status) = child.try_wait().expect("its state") {
            assert!(status.success(), "{command:?}: {status}");
            return peak;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}
