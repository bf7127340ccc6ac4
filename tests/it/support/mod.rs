//! What every test here uses: [`server()`] and its [`Database`]s, and [`hangmeas()`], the program.

#![allow(
    dead_code,
    unused_imports,
    reason = "an area without tests yet leaves a part of it unused"
)]

mod customers;
mod database;
mod own;
mod pooler;
mod program;
mod proxy;
mod server;
mod supervise;
mod terminal;
mod visitor;

pub use customers::{Customers, Experience, stocked};
pub use database::{Base, Database};
pub use own::Own;
pub use pooler::Pooler;
pub use program::{Output, Process, Run, hangmeas};
pub use proxy::{Fault, Proxy, Side, Trouble};
pub use server::{Server, free_port, server};
pub use supervise::{Scratch, command_as_server, write_private};
pub use terminal::{Person, echoes};
pub use visitor::Visitor;

/// Says that a test could not run here, and why.
pub fn skipped(reason: &str) {
    println!("SKIPPED: {reason}");
}

/// Runs a future to its end, from a test that is async itself or not.
pub fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let run = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(future)
    };
    std::thread::scope(|scope| {
        let worker = scope.spawn(run);
        worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The text of a file in `tests/fixtures`.
pub fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
