//! Somebody else with an open connection: holds locks, sits idle in a transaction, watches.

use tokio::runtime::Runtime;
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

use super::Database;

/// An open connection for a test that is not async itself.
pub struct Visitor {
    runtime: Runtime,
    client: Client,
}

impl Visitor {
    /// Connects under the name of an application.
    pub fn of(database: &Database<'_>, application: &str) -> Self {
        Self::at(database.server().folder(), database.name(), application)
    }

    /// Connects to whatever listens at the socket in a folder.
    pub fn at(folder: &std::path::Path, database: &str, application: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(folder)
            .user("postgres")
            .dbname(database)
            .application_name(application);
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await.expect("a connection");
            tokio::spawn(connection);
            client
        });
        Self { runtime, client }
    }

    /// Runs a script.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        self.try_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Runs a script that may fail.
    pub fn try_execute(&self, sql: &str) -> Result<(), Error> {
        self.runtime.block_on(self.client.batch_execute(sql))
    }

    /// The first value of the first row, or nothing.
    #[track_caller]
    pub fn value(&self, sql: &str) -> Option<String> {
        let messages = self.runtime.block_on(self.client.simple_query(sql));
        let messages = messages.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    }

    /// Asks until there is a value that is neither empty nor false, at most for some seconds.
    #[track_caller]
    pub fn wait_for(&self, sql: &str) -> String {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            match self.value(sql) {
                Some(value) if !value.is_empty() && value != "f" => return value,
                _ => {}
            }
            assert!(std::time::Instant::now() < deadline, "never: {sql}");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Its process id on the server.
    pub fn pid(&self) -> String {
        self.value("SELECT pg_backend_pid()").expect("a process id")
    }
}
