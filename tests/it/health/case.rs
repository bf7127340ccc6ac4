//! A golden case: a folder with `bad.sql`, `findings.txt` and `cure.sql`.
//!
//! `bad.sql` may begin with `-- thresholds: name=value, …`, `-- protected`, `-- exact` and `-- mask: numbers` (which
//! leaves numbers out of the comparison). `-- session: name` begins the script of a session that stays open; a line
//! `-- running: SQL` in it is sent last and not waited for. A `cure.sql` that begins with `-- printed` holds what the
//! check printed, and the printed statements themselves are run; `-- close sessions` ends the open sessions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hangmeas::health::{self, Request};
use hangmeas::postgres::{Interrupt, Session};
use hangmeas::report::{DbHealthCheck, Finding, Outcome};
use hangmeas::sql_text::split;

use crate::support::Database;

pub struct Case {
    pub id: String,
    folder: PathBuf,
    request: Request,
    masked: bool,
    script: String,
    sessions: Vec<(String, Option<String>)>,
}

impl Case {
    pub fn load(folder: &Path) -> Self {
        let id = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(folder.join("bad.sql")).expect("bad.sql");
        let mut case = Self {
            request: Request::new(time::macros::date!(2026 - 01 - 01)),
            folder: folder.to_owned(),
            masked: false,
            script: String::new(),
            sessions: Vec::new(),
            id,
        };
        case.request.only = vec![case.id.clone()];
        for line in text.lines() {
            case.line(line);
        }
        case
    }

    fn line(&mut self, line: &str) {
        if let Some(list) = line.strip_prefix("-- thresholds: ") {
            for limit in list.split(", ") {
                let (name, value) = limit.split_once('=').expect("name=value");
                let value = value.parse().expect("a number");
                self.request
                    .thresholds
                    .set(name, value)
                    .expect("a threshold");
            }
        } else if line == "-- protected" {
            self.request.protected = true;
        } else if line == "-- exact" {
            self.request.exact = true;
        } else if line == "-- mask: numbers" {
            self.masked = true;
        } else if line.starts_with("-- session: ") {
            self.sessions.push((String::new(), None));
        } else if let Some(sql) = line.strip_prefix("-- running: ") {
            self.sessions.last_mut().expect("a session").1 = Some(sql.to_owned());
        } else {
            let script = match self.sessions.last_mut() {
                Some((script, _)) => script,
                None => &mut self.script,
            };
            script.push_str(line);
            script.push('\n');
        }
    }

    /// Makes it bad, looks, cures, looks again. Every step that is not as it must be is told.
    pub async fn run(&self, database: &Database<'_>, bless: bool) -> Result<(), String> {
        let session = database.session().await;
        let opened = self.open(database).await;
        run_all(&session, &self.script).await?;
        let bad = self.look(database, true).await;
        let findings: Vec<&Finding> = bad
            .checks
            .iter()
            .flat_map(|check| &check.findings)
            .filter(|finding| finding.counts())
            .collect();
        let told = self.told(&findings, database);
        self.compare("findings.txt", &told, bless)?;
        for role in super::ROLES {
            self.seen_or_said(&keys(&bad), database, role).await?;
        }
        if findings.is_empty() {
            return Err(format!("nothing was found: {:?}", bad.checks));
        }
        self.cure(&session, &findings, opened, bless, database)
            .await?;
        let left = self.look(database, false).await;
        let left: Vec<&Finding> = left
            .checks
            .iter()
            .flat_map(|check| &check.findings)
            .filter(|finding| finding.counts())
            .collect();
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("after the cure:\n{}", self.told(&left, database)))
        }
    }

    /// Another role finds the same, or says that it could not look; never that all is well.
    async fn seen_or_said(
        &self,
        wanted: &[&str],
        database: &Database<'_>,
        role: &str,
    ) -> Result<(), String> {
        let mut target = database.target();
        target.user = Some(role.to_owned());
        let session = Session::open(&target, &Interrupt::never())
            .await
            .map_err(|error| error.to_string())?;
        let report = health::run(&session, &self.request)
            .await
            .expect("a report");
        let said = matches!(&report.checks[0].outcome,
            Outcome::Skipped { remedy, .. } if !remedy.is_empty());
        if said || keys(&report) == wanted {
            return Ok(());
        }
        Err(format!("as {role}: {:?}", report.checks))
    }

    async fn open(&self, database: &Database<'_>) -> Vec<tokio::task::JoinHandle<()>> {
        let mut opened = Vec::new();
        for (script, running) in &self.sessions {
            let session = database.session().await;
            run_all(&session, script)
                .await
                .expect("the session's script");
            let running = running.clone();
            opened.push(tokio::spawn(async move {
                if let Some(sql) = running {
                    // It ends when the cure ends it.
                    let _ = session.run(&sql).await;
                }
                tokio::time::sleep(Duration::from_secs(600)).await;
                drop(session);
            }));
        }
        if !opened.is_empty() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        opened
    }

    /// Settings and statistics arrive with a delay: looks again until there is, or is not, something to find.
    async fn look(&self, database: &Database<'_>, until_found: bool) -> DbHealthCheck {
        let mut last = None;
        for _ in 0..40 {
            let session = database.session().await;
            let report = health::run(&session, &self.request)
                .await
                .expect("a report");
            let found = report
                .checks
                .iter()
                .any(|check| check.findings.iter().any(Finding::counts));
            let failed = |outcome: &Outcome| {
                matches!(outcome, Outcome::Failed { .. } | Outcome::Skipped { .. })
            };
            if found == until_found || report.checks.iter().any(|check| failed(&check.outcome)) {
                return report;
            }
            last = Some(report);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        last.expect("a report")
    }

    fn told(&self, findings: &[&Finding], database: &Database<'_>) -> String {
        let lines = findings.iter().map(|finding| {
            format!(
                "{} {}\n  {}\n  cure: {}\n",
                finding.severity,
                finding.key,
                finding.what,
                finding.cure.as_deref().unwrap_or("none")
            )
        });
        self.mask(
            &lines
                .collect::<String>()
                .replace(database.name(), "DATABASE"),
        )
    }

    fn mask(&self, text: &str) -> String {
        if !self.masked {
            return text.to_owned();
        }
        let mut masked = String::new();
        for character in text.chars() {
            if !character.is_ascii_digit() {
                masked.push(character);
            } else if !masked.ends_with('#') {
                masked.push('#');
            }
        }
        // How large something is depends on what the tests next door write.
        masked.replace("# kB", "# MB").replace("# GB", "# MB")
    }

    async fn cure(
        &self,
        session: &Session,
        findings: &[&Finding],
        opened: Vec<tokio::task::JoinHandle<()>>,
        bless: bool,
        database: &Database<'_>,
    ) -> Result<(), String> {
        let printed: Vec<&str> = findings
            .iter()
            .filter_map(|finding| finding.cure.as_deref())
            .collect();
        let text = std::fs::read_to_string(self.folder.join("cure.sql")).unwrap_or_default();
        if text.is_empty() || text.starts_with("-- printed") {
            let mut file = "-- printed\n".to_owned();
            for cure in &printed {
                file.push_str(&format!("{cure};\n"));
            }
            let file = self.mask(&file.replace(database.name(), "DATABASE"));
            self.compare("cure.sql", &file, bless)?;
            for cure in printed {
                run_all(session, cure).await?;
            }
        } else {
            run_all(session, &text).await?;
        }
        if text.contains("-- close sessions") {
            opened.iter().for_each(tokio::task::JoinHandle::abort);
        }
        Ok(())
    }

    fn compare(&self, file: &str, text: &str, bless: bool) -> Result<(), String> {
        let path = self.folder.join(file);
        if bless {
            std::fs::write(&path, text).map_err(|error| error.to_string())?;
        }
        let told = std::fs::read_to_string(&path).unwrap_or_default();
        if told == text {
            Ok(())
        } else {
            Err(format!("{file} says:\n{told}\nbut it is:\n{text}"))
        }
    }
}

/// The keys of the findings that count.
fn keys(report: &DbHealthCheck) -> Vec<&str> {
    let findings = report.checks.iter().flat_map(|check| &check.findings);
    findings
        .filter(|finding| finding.counts())
        .map(|finding| finding.key.as_str())
        .collect()
}

/// Runs statements one by one, so that any of them may refuse a transaction.
async fn run_all(session: &Session, script: &str) -> Result<(), String> {
    for statement in split(script) {
        session
            .run(statement.text)
            .await
            .map_err(|failure| format!("{}: {failure}", statement.text))?;
    }
    Ok(())
}
