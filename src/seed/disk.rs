//! Whether the rows fit: what they need, and what the server's disk has left where we can see it.

use std::path::Path;

use super::request::Request;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Host, Session};
use crate::report::words;

/// Percent of the rows' size that a load needs: the rows, their log, and room to sort.
const NEEDED_PERCENT: u64 = 180;

/// Bytes left on the server's disk, where the server is on this machine and tells its folder.
pub async fn free(session: &Session) -> Option<u64> {
    let target = session.target();
    if !matches!(target.host, Host::Socket(_)) || !target.fallbacks.is_empty() {
        return None;
    }
    let query = "SELECT current_setting('data_directory', true)";
    // Only some roles may read it; then the question stays open.
    let visible = "SELECT pg_has_role('pg_read_all_settings', 'USAGE')";
    let allowed = session.run(visible).await.ok()?;
    if allowed.first()?.get(0)? != "t" {
        return None;
    }
    let rows = session.run(query).await.ok()?;
    free_in(Path::new(rows.first()?.get(0)?))
}

/// Bytes left on the disk of a folder.
#[must_use]
pub fn free_in(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// About how many bytes the rows of an audience take, before it is drawn: a little less than they will.
/// What a user brings with each thing that the rates tell was measured, one rate at a time.
///
/// # Errors
/// As [`Request::size`].
pub fn estimate(request: &Request) -> Result<u64> {
    let both = request.profile.crowd.as_ref().zip(request.size()?);
    let Some((crowd, (users, votes, _))) = both else {
        return Ok(0);
    };
    let rates = &crowd.rates;
    let account = 1_900.0;
    let user = account
        + rates.referred * 400.0
        + rates.subscribers * 300.0
        + rates.wallets * rates.top_ups * 1_200.0
        + rates.notifications * 280.0
        + rates.payment_methods * 450.0;
    let vote = 350;
    Ok((users as f64 * user) as u64 + votes * vote)
}

/// Refuses a run whose rows do not fit.
///
/// # Errors
/// Kind `Refused`.
pub fn check(bytes: u64, free: Option<u64>) -> Result<()> {
    let needed = bytes.saturating_mul(NEEDED_PERCENT) / 100;
    match free {
        Some(free) if needed > free => Err(Error::new(
            ErrorKind::Refused,
            format!(
                "this needs about {}, and the server's disk has {} left",
                words::bytes(needed),
                words::bytes(free)
            ),
        )
        .hint("make room, or choose fewer rows: --scale, or --users and --votes")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(check(1_000, Some(2_000)).is_ok());
        assert!(check(1_000, None).is_ok());
        let refused = check(2_000_000_000, Some(1_000_000_000)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused);
        assert_eq!(
            refused.message(),
            "this needs about 3.6 GB, and the server's disk has 1.0 GB left"
        );
    }

    #[test]
    fn sees_the_disk_of_a_folder() {
        assert!(free_in(Path::new("/")).is_some_and(|free| free > 0));
        assert!(free_in(Path::new("/no/such/folder")).is_none());
    }
}
