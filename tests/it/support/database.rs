//! Databases of a test server, and the bases they are copied from.

use hangmeas::postgres::{Interrupt, Session, Target};

use super::server::{Server, create_statement};

/// What a new database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Nothing.
    Empty,
    /// A shop of Spree 4.2.
    Spree42,
    /// A shop of Spree 4.6.
    Spree46,
    /// A shop of Spree 5.
    Spree5,
}

impl Base {
    pub const COUNT: usize = 4;

    /// All four, for tests that hold on each.
    pub const ALL: [Self; Self::COUNT] = [Self::Empty, Self::Spree42, Self::Spree46, Self::Spree5];

    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Spree42 => "spree_4_2",
            Self::Spree46 => "spree_4_6",
            Self::Spree5 => "spree_5_x",
        }
    }

    /// Makes the template database of it.
    pub(super) fn build(self, server: &Server) -> String {
        if self == Self::Empty {
            return "template0".to_owned();
        }
        let name = format!("base_{}", self.name());
        server.administer(&[&create_statement(&name, "template0")]);
        let script = without_psql_commands(&super::fixture(&format!("{}.sql", self.name())));
        super::block_on(async {
            let client = server.connect(&name).await;
            client
                .batch_execute(&script)
                .await
                .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        });
        name
    }
}

/// A dump without the lines that only psql understands (`\restrict …`).
pub fn without_psql_commands(script: &str) -> String {
    script
        .lines()
        .filter(|line| !line.starts_with('\\'))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A database of a test's own; dropped with the value.
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl<'a> Database<'a> {
    pub(super) fn new(server: &'a Server, name: String) -> Self {
        Self { server, name }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn server(&self) -> &'a Server {
        self.server
    }

    /// For `--database-url`.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// For the library.
    pub fn target(&self) -> Target {
        self.server.target(&self.name)
    }

    /// A session that nothing interrupts.
    pub async fn session(&self) -> Session {
        Session::open(&self.target(), &Interrupt::never())
            .await
            .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()))
    }

    /// Runs a script.
    pub fn execute(&self, sql: &str) {
        self.try_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Runs a script that may fail.
    pub fn try_execute(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        super::block_on(async {
            self.server
                .connect(&self.name)
                .await
                .batch_execute(sql)
                .await
        })
    }

    /// The rows of a query as psql -At would print them: columns joined by `|`, NULL empty.
    pub fn query_text(&self, sql: &str) -> Vec<String> {
        use tokio_postgres::SimpleQueryMessage::Row;
        let messages = super::block_on(async {
            let client = self.server.connect(&self.name).await;
            client.simple_query(sql).await
        });
        messages
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
            .iter()
            .filter_map(|message| match message {
                Row(row) => Some(row),
                _ => None,
            })
            .map(|row| {
                let columns = (0..row.len()).map(|column| row.get(column).unwrap_or_default());
                columns.collect::<Vec<_>>().join("|")
            })
            .collect()
    }

    /// The one value of a query.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.query_text(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows.into_iter().next().unwrap_or_default()
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        super::block_on(async {
            // It goes with the server anyway.
            if let Ok(client) = self.server.try_connect("postgres").await {
                let _ = client.batch_execute(&statement).await;
            }
        });
    }
}
