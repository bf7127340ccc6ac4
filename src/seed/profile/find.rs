//! Finding a profile: one of ours by name, or a file of the user's; reading it and refusing what
//! cannot be meant.

use super::Profile;
use super::check::check;
use super::missing::missing;
use crate::error::{Error, Result};
use crate::seed::vocabulary::disorder;

/// The compiled-in profiles: name and text.
pub const BUILT_IN: [(&str, &str); 4] = [
    (
        "development",
        include_str!("../../../seeds/development.toml"),
    ),
    ("demo", include_str!("../../../seeds/demo.toml")),
    ("load", include_str!("../../../seeds/load.toml")),
    ("reference", include_str!("../../../seeds/reference.toml")),
];

/// How Khmer is written.
const ORDER: &str = "write base, shifter, subscripts (RO last), vowel, sign; nothing invisible";

/// The profile of that name; a name that ends in `.toml` is a file, read with `read`.
///
/// # Errors
/// An unknown name, a file that cannot be read, or a text that is no profile.
pub fn find(name: &str, read: impl Fn(&str) -> std::io::Result<String>) -> Result<Profile> {
    if !is_file(name) {
        return parse(name, name, built_in(name)?);
    }
    let text = read(name).map_err(|error| unread(name, error))?;
    let stem = name.rsplit('/').next().unwrap_or(name);
    parse(stem.trim_end_matches(".toml"), name, &text)
}

/// Refuses a profile that lacks keys.
fn demand(shown: &str, missing: Vec<String>) -> Result<()> {
    let error = match missing.as_slice() {
        [] => return Ok(()),
        [one] => Error::configuration(format!("the profile {shown}: {one}")),
        _ => Error::configuration(format!("the profile {shown} is not whole")).details(missing),
    };
    Err(error.hint("the keys of every table are in docs/seeds.md"))
}

/// Why a file of the user's cannot be read.
fn unread(name: &str, error: std::io::Error) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::configuration(format!("cannot read the profile {name}: {error}"))
            .caused_by(error);
    }
    let looked = std::path::absolute(name).unwrap_or_else(|_| name.into());
    Error::configuration(format!("there is no profile in the file {name}"))
        .detail(format!("looked for {}", looked.display()))
        .hint(format!("profiles that need no file are {}", known()))
        .caused_by(error)
}

/// The names of the compiled-in profiles.
fn known() -> String {
    BUILT_IN.map(|(name, _)| name).join(", ")
}

fn is_file(name: &str) -> bool {
    name.ends_with(".toml") || name.contains('/')
}

fn built_in(name: &str) -> Result<&'static str> {
    let found = BUILT_IN.iter().find(|(own, _)| *own == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        Error::usage(format!("there is no profile `{name}`"))
            .detail(format!("known are {}", known()))
            .hint_command(
                "a profile of your own is a file",
                "hangmeas db seed --profile ./mine.toml",
            )
    })
}

/// What is out of order in the strings of a document.
fn escaped(value: &toml::Value) -> Option<&'static str> {
    match value {
        toml::Value::String(text) => disorder(text),
        toml::Value::Array(values) => values.iter().find_map(escaped),
        toml::Value::Table(table) => table.values().find_map(escaped),
        _ => None,
    }
}

pub(super) fn parse(name: &str, shown: &str, text: &str) -> Result<Profile> {
    demand(shown, missing(text))?;
    let mut profile: Profile = toml::from_str(text).map_err(|error| {
        Error::configuration(format!("the profile {shown} cannot be read"))
            .details(error.to_string().lines().map(str::to_owned))
    })?;
    if let Some((line, what)) = text
        .lines()
        .zip(1..)
        .find_map(|(line, number)| disorder(line).map(|what| (number, what)))
    {
        return Err(Error::configuration(format!(
            "the profile {shown} has Khmer text out of order in line {line}: {what}"
        ))
        .hint(ORDER));
    }
    if let Some(what) = toml::from_str(text).ok().as_ref().and_then(escaped) {
        return Err(Error::configuration(format!(
            "the profile {shown} has Khmer text out of order, written with escapes: {what}"
        ))
        .hint(ORDER));
    }
    name.clone_into(&mut profile.name);
    for included in profile.include.clone() {
        if included == name {
            return Err(Error::configuration(format!(
                "the profile {shown} includes itself"
            )));
        }
        let other = parse(&included, &included, built_in(&included)?)?;
        profile.vote_packages.splice(0..0, other.vote_packages);
        profile
            .subscription_plans
            .splice(0..0, other.subscription_plans);
        profile.users.splice(0..0, other.users);
        profile.artists.splice(0..0, other.artists);
        profile.organizers.splice(0..0, other.organizers);
        profile.seasons.splice(0..0, other.seasons);
        profile.events.splice(0..0, other.events);
        profile.banners.splice(0..0, other.banners);
        profile.promotions.splice(0..0, other.promotions);
        profile.crowd = profile.crowd.or(other.crowd);
        profile.passwords.people = profile.passwords.people.or(other.passwords.people);
    }
    check(&profile, shown)?;
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Profile> {
        parse("mine", "mine.toml", text)
    }

    #[test]
    fn the_built_in_profiles_are_whole() {
        for (name, _) in BUILT_IN {
            let profile = find(name, |_| unreachable!()).unwrap();
            assert_eq!(profile.is_reference(), name == "reference");
            assert_eq!(profile.vote_packages.len(), 4, "{name}");
            assert_eq!(profile.subscription_plans.len(), 3, "{name}");
            assert_eq!(profile.crowd.is_some(), matches!(name, "demo" | "load"));
        }
    }

    #[test]
    fn development_is_the_guide() {
        let profile = find("development", |_| unreachable!()).unwrap();
        assert_eq!(profile.users.len(), 5);
        assert_eq!((profile.artists.len(), profile.organizers.len()), (5, 3));
        let season = &profile.seasons[0];
        assert_eq!((season.contestants.len(), season.episodes.len()), (10, 5));
        let live: Vec<_> = season.episodes.iter().filter(|e| e.status == 1).collect();
        assert_eq!(live.len(), 1);
        assert!(live[0].voting_start.0 < 0 && live[0].voting_end.0 > 0);
        assert!(season.episodes.is_sorted_by_key(|episode| episode.air));
    }

    #[test]
    fn a_file_of_the_users_is_read_and_may_include_ours() {
        let read = |_: &str| Ok("include = [\"reference\"]".to_owned());
        let profile = find("./mine.toml", read).unwrap();
        assert_eq!(
            (profile.name.as_str(), profile.vote_packages.len()),
            ("mine", 4)
        );
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        assert!(parsed("colour = 1").is_err());
        assert!(parsed("include = [\"nothing\"]").is_err());
        assert!(parsed("summary = \"សុខ\u{200b}\"").is_err());
        let package = "[[vote_packages]]\nsku='A'\nname=\"KHMER\"\nvote_count=1\nprice='1'\n";
        assert!(parsed(&package.replace("KHMER", "សុខ")).is_ok());
        assert!(parsed(&package.replace("KHMER", "\\u179f\\u17bb\\u200b\\u1781")).is_err());
    }

    #[test]
    fn an_included_audience_is_the_audience() {
        let whole = parsed("include = [\"demo\"]").unwrap();
        assert_eq!(whole.crowd.map(|crowd| crowd.users), Some(3_000));
        assert!(whole.passwords.people.is_some());
        let own = "include = [\"demo\"]\n[crowd]\nusers=7\nvotes=1\nbegan='-9d'\n\
                   events={count=1,seats=1}\n\
                   shows=[{slug='s',name='S',contestants=2,episodes=2,finale='-2w'}]";
        assert_eq!(parsed(own).unwrap().crowd.map(|crowd| crowd.users), Some(7));
    }
}
