//! What a run is asked for, and whether it may do that here.

use super::clock::Micros;
use super::crowd::World;
use super::profile::Profile;
use crate::error::{Error, ErrorKind, Result};
use crate::report::words::{count, thousands};

/// An audience of fewer has nobody to bring, or to be brought by.
const FEWEST_USERS: u64 = 2;

/// What to do with data that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Refuse to mix with it.
    #[default]
    Fresh,
    /// Add to it.
    Append,
    /// Remove what earlier runs made, then seed.
    Replace,
}

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The profile.
    pub profile: Profile,
    /// The seed of all chance.
    pub random_seed: u64,
    /// The moment at which the world is seen.
    pub as_of: Micros,
    /// Whether somebody asked for that moment, rather than the clock.
    pub as_of_given: bool,
    /// How many times the size of the profile.
    pub scale: f64,
    /// Number of users, instead of the profile's.
    pub users: Option<u64>,
    /// Number of votes, instead of the profile's.
    pub votes: Option<u64>,
    /// What to do with data that is there.
    pub mode: Mode,
    /// Threads that make rows.
    pub workers: usize,
    /// Connections that may write side by side.
    pub connections: usize,
    /// Whether indexes and keys stay during the load.
    pub keep_indexes: bool,
    /// The command that asks for it, without `--append`, `--replace` and `--dry-run`.
    pub command: String,
}

impl Request {
    /// When the shop opened: with the profile's first account, or now where it has none.
    #[must_use]
    pub fn opened(&self) -> Micros {
        let joined = self.profile.users.iter().map(|user| user.joined.0);
        self.as_of + joined.min().unwrap_or(0).min(0)
    }

    /// The same without the audience: only the fixed records.
    #[must_use]
    pub fn records_only(&self) -> Self {
        let mut records = self.clone();
        records.profile.crowd = None;
        (records.scale, records.users, records.votes) = (1.0, None, None);
        records
    }

    /// Users, votes and events that the crowd has; none without a crowd.
    ///
    /// # Errors
    /// A usage error for sizes that make no sense.
    pub fn size(&self) -> Result<Option<(u64, u64, u64)>> {
        let Some(crowd) = &self.profile.crowd else {
            let sized = self.users.is_some() || self.votes.is_some();
            if sized || (self.scale - 1.0).abs() > f64::EPSILON {
                return Err(Error::usage(format!(
                    "the profile {} has a fixed size: it holds only its own records",
                    self.profile.name
                )));
            }
            return Ok(None);
        };
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return Err(Error::usage("the scale must be a number above 0"));
        }
        let scaled = |number: u64| (number as f64 * self.scale) as u64;
        let users = self.users.unwrap_or_else(|| scaled(crowd.users));
        let votes = self.votes.unwrap_or_else(|| scaled(crowd.votes));
        self.demand_users(users)?;
        if u32::try_from(votes).is_err() {
            let (votes, most) = (thousands(votes), thousands(u32::MAX.into()));
            return Err(Error::usage(format!(
                "{votes} votes are too many: {most} at most"
            )));
        }
        let times = users as f64 / crowd.users.max(1) as f64;
        let events = (crowd.events.count as f64 * times) as u64;
        Ok(Some((users, votes, events.max(1))))
    }

    /// Refuses a number of users that makes no audience.
    fn demand_users(&self, users: u64) -> Result<()> {
        let most = World::most_users(users);
        let told = count(users, "user");
        if users > most {
            return Err(Error::usage(format!(
                "{told} are too many: there are phone numbers for {}",
                thousands(most)
            )));
        }
        if users < FEWEST_USERS {
            let error = Error::usage(format!(
                "{told} cannot be an audience: it takes {FEWEST_USERS} at least"
            ));
            return Err(match self.users {
                Some(_) => error,
                None => error.detail(format!(
                    "--scale {} of the profile {} comes to so few",
                    self.scale, self.profile.name
                )),
            });
        }
        Ok(())
    }
}

/// Whether the profile may go into this database: a protected one takes only the reference records,
/// unless somebody names it.
///
/// # Errors
/// Kind `Refused`.
pub fn guard(
    profile: &Profile,
    database: &str,
    protected: Option<&str>,
    allowed: Option<&str>,
) -> Result<()> {
    if let Some(named) = allowed.filter(|named| *named != database) {
        return Err(Error::refused(format!(
            "--allow-fake-data-in names {named}, but the database is {database}"
        ))
        .hint_command("see which database is meant", "hangmeas config show"));
    }
    match protected {
        Some(reason) if allowed.is_none() && !profile.is_reference() => Err(Error::new(
            ErrorKind::Refused,
            format!(
                "the profile {} makes up users and money, and database {database} is protected",
                profile.name
            ),
        )
        .detail(reason)
        .hint_command(
            "packages and plans alone are allowed",
            "hangmeas db seed --profile reference",
        )
        .hint_command(
            "if fake data is meant, name the database",
            format!("add --allow-fake-data-in {database}"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::find;
    use super::*;

    fn profile(name: &str) -> Profile {
        find(name, |_| unreachable!()).unwrap()
    }

    fn request(name: &str) -> Request {
        Request {
            profile: profile(name),
            random_seed: 1,
            as_of: 0,
            as_of_given: true,
            scale: 1.0,
            users: None,
            votes: None,
            mode: Mode::Fresh,
            workers: 1,
            connections: 1,
            keep_indexes: false,
            command: String::new(),
        }
    }

    #[test]
    fn a_protected_database_takes_reference_only() {
        let reason = Some("a flag");
        assert!(guard(&profile("reference"), "shop", reason, None).is_ok());
        assert!(guard(&profile("demo"), "shop", None, None).is_ok());
        assert!(guard(&profile("demo"), "shop", reason, Some("shop")).is_ok());
        for (name, allowed) in [
            ("demo", None),
            ("development", None),
            ("demo", Some("other")),
        ] {
            let refused = guard(&profile(name), "shop", reason, allowed).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Refused);
        }
    }

    #[test]
    fn sizes_follow_the_scale() {
        let mut load = request("load");
        load.scale = 0.01;
        assert_eq!(load.size().unwrap(), Some((10_000, 100_000, 1)));
        load.votes = Some(5);
        assert_eq!(load.size().unwrap().unwrap().1, 5);
        load.scale = 0.0;
        assert!(load.size().is_err());
        load.scale = 1e9;
        assert!(load.size().is_err());
        load.scale = 1.0;
        for (users, says) in [
            (0, "0 users cannot be an audience: it takes 2 at least"),
            (1, "1 user cannot be an audience: it takes 2 at least"),
            (4_000_000_000, "4,000,000,000 users are too many: there are"),
        ] {
            load.users = Some(users);
            let refused = load.size().unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Usage);
            assert!(refused.message().starts_with(says), "{refused}");
        }
        (load.users, load.votes) = (Some(2), Some(0));
        assert_eq!(load.size().unwrap(), Some((2, 0, 1)));
        (load.users, load.scale) = (None, 1e-6);
        assert!(load.size().unwrap_err().detail_lines()[0].starts_with("--scale 0.000001 of"));
        let mut fixed = request("development");
        assert_eq!(fixed.size().unwrap(), None);
        fixed.users = Some(3);
        assert!(fixed.size().is_err());
    }
}
