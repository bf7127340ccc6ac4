//! Who connects and with which password.

use std::path::PathBuf;

use super::{Found, Sources};
use crate::config::origin::Sourced;
use crate::config::settings::Password;
use crate::config::value;
use crate::error::Error;
use crate::postgres::Secret;

impl Sources<'_> {
    pub(super) fn user(&self) -> Found<String> {
        let mut found = self.above(|parts| &parts.user);
        if found.is_none() {
            found = self.layers.variable("DATABASE_USERNAME")?;
        }
        if found.is_none() && !self.settled() {
            found = match self.in_file(|parts| &parts.user) {
                Some(user) => Some(user),
                None => self.layers.section("username")?,
            };
        }
        match found.or_else(|| self.in_service(|parts| &parts.user)) {
            Some(user) => Ok(Some(user)),
            None => self.layers.variable("PGUSER"),
        }
    }

    /// A password goes with its user: one that stands next to another user's name is not sent.
    pub(super) fn password(&self, user: Option<&String>) -> Found<Password> {
        let known = |found: Sourced<Secret>| found.map(Password::Known);
        if let Some(password) = self.above(|parts| &parts.password) {
            return Ok(Some(known(password)));
        }
        let fits = |beside: Option<&str>| beside.is_none() || beside == user.map(String::as_str);
        let mut found = None;
        if fits(self.layers.variables.get("DATABASE_USERNAME")) {
            found = self.password_in_variables()?;
        }
        if found.is_none() && !self.settled() {
            let in_url = self.in_file(|parts| &parts.user);
            let beside = in_url.or_else(|| self.layers.section("username").ok().flatten());
            if fits(beside.as_ref().map(|user| user.value.as_str())) {
                found = self.password_in_file()?;
            }
        }
        if found.is_none() {
            let beside = self.in_service(|parts| &parts.user);
            let password = self.in_service(|parts| &parts.password);
            found = password
                .filter(|_| fits(beside.as_ref().map(|user| user.value.as_str())))
                .map(known);
        }
        match found {
            Some(found) => Ok(Some(found)),
            None => Ok(secret(self.layers.variable("PGPASSWORD")?)),
        }
    }

    fn password_in_variables(&self) -> Found<Password> {
        if let Some(found) = secret(self.layers.variable("DATABASE_PASSWORD")?) {
            return Ok(Some(found));
        }
        let path = self.layers.variable("DATABASE_PASSWORD_FILE")?;
        Ok(path.map(|path| self.file(path)))
    }

    /// One of the three ways in which the file may say it.
    fn password_in_file(&self) -> Found<Password> {
        let layers = self.layers;
        if let Some(password) = self.in_file(|parts| &parts.password) {
            return Ok(Some(password.map(Password::Known)));
        }
        let ways = [
            secret(layers.section("password")?),
            layers.section("password_file")?.map(|path| self.file(path)),
            layers
                .parsed_section("password_command", value::words)?
                .map(|words| words.map(Password::Command)),
        ];
        let mut said = ways.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(first), Some(second)) => Err(Error::configuration(format!(
                "environment {} says its password twice",
                layers.environment
            ))
            .detail(format!("{} and {}", first.origin, second.origin))
            .hint("keep one of password, password_file and password_command")),
            (first, _) => Ok(first),
        }
    }

    fn file(&self, path: Sourced<String>) -> Sourced<Password> {
        let path = self.layers.located(path.map(PathBuf::from));
        path.map(Password::File)
    }

    pub(super) fn ssl_password(&self) -> Option<Sourced<Secret>> {
        self.url_part(|parts| &parts.ssl_password)
            .or_else(|| self.in_service(|parts| &parts.ssl_password))
    }
}

fn secret(found: Option<Sourced<String>>) -> Option<Sourced<Password>> {
    found.map(|text| text.map(|text| Password::Known(Secret::new(text))))
}
