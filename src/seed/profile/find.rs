//! Finding a profile: one of ours by name, or a file of the user's; reading it and refusing what
//! cannot be meant.

use super::{Cents, Profile, User};
use crate::error::{Error, Result};
use crate::seed::crowd::loyalty::tier;
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

/// The profile of that name; a name that ends in `.toml` is a file, read with `read`.
///
/// # Errors
/// An unknown name, a file that cannot be read, or a text that is no profile.
pub fn find(name: &str, read: impl Fn(&str) -> std::io::Result<String>) -> Result<Profile> {
    if !is_file(name) {
        return parse(name, name, built_in(name)?);
    }
    let text = read(name).map_err(|error| {
        Error::configuration(format!("cannot read the profile {name}: {error}")).caused_by(error)
    })?;
    let stem = name.rsplit('/').next().unwrap_or(name);
    parse(stem.trim_end_matches(".toml"), name, &text)
}

fn is_file(name: &str) -> bool {
    name.ends_with(".toml") || name.contains('/')
}

fn built_in(name: &str) -> Result<&'static str> {
    let found = BUILT_IN.iter().find(|(own, _)| *own == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        Error::usage(format!("there is no profile `{name}`"))
            .detail(format!("known are {}", names.join(", ")))
            .hint_command(
                "a profile of your own is a file",
                "hangmeas db seed --profile ./mine.toml",
            )
    })
}

fn parse(name: &str, shown: &str, text: &str) -> Result<Profile> {
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
        .hint("write base, shifter, subscripts (RO last), vowel, sign; nothing invisible"));
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

fn check(profile: &Profile, shown: &str) -> Result<()> {
    let wrong = |what: String| Err(Error::configuration(format!("the profile {shown}: {what}")));
    if let Some(what) = profile.users.iter().find_map(senseless) {
        return wrong(what);
    }
    if profile
        .crowd
        .as_ref()
        .is_some_and(|crowd| crowd.began.0 >= 0)
    {
        return wrong("a crowd began before the seeding: write began like \"-500d\"".to_owned());
    }
    for show in profile.crowd.iter().flat_map(|crowd| &crowd.shows) {
        if show.episodes == 0 || show.contestants < show.episodes.max(2) {
            return wrong(format!(
                "{} needs an episode, and a contestant or more for each",
                show.slug
            ));
        }
    }
    if let Some(crowd) = &profile.crowd
        && (crowd.shows.is_empty()
            || crowd.shows.iter().map(|show| show.episodes).sum::<usize>() > 200)
    {
        return wrong("a crowd needs a show, and 200 episodes at most".to_owned());
    }
    Ok(())
}

/// What cannot be meant about a user.
fn senseless(user: &User) -> Option<String> {
    let email = &user.email;
    let due = tier(user.loyalty_points);
    if *email != email.to_lowercase() {
        return Some(format!("the email {email} is not in lower case"));
    }
    if user.joined.0 > 0 {
        return Some(format!(
            "{email} joined before the seeding: write joined like \"-30d\""
        ));
    }
    if user.balance < Cents(0) || user.loyalty_points < 0 {
        return Some(format!("the balance or the points of {email} are below 0"));
    }
    (user.loyalty_tier != due).then(|| {
        let (points, tier) = (user.loyalty_points, &user.loyalty_tier);
        format!("{email} is {due} with {points} loyalty_points, not {tier}")
    })
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
        let crowd = "[crowd]\nusers=1\nvotes=1\nbegan='-1d'\nevents={count=1,seats=1}\n";
        assert!(parsed(&format!("{crowd}shows=[]")).is_err());
        let show = "shows=[{slug='s',name='S',contestants=2,episodes=2,finale='-2w'}]";
        assert!(parsed(&format!("{crowd}{show}")).is_ok());
        let future = crowd.replace("-1d", "+1d");
        assert!(parsed(&format!("{future}{show}")).is_err());
    }

    #[test]
    fn refuses_users_that_cannot_be() {
        let user = |more: &str| {
            parsed(&format!(
                "[[users]]\nemail='me@example.com'\npassword='pw'\nkyc_status='pending'\n{more}"
            ))
        };
        assert!(user("loyalty_tier='bronze'\njoined='-3d'").is_ok());
        for (more, says) in [
            ("loyalty_tier='bronze'\njoined='+3d'", "before the seeding"),
            (
                "loyalty_tier='bronze'\njoined='-3d'\nbalance='-1'",
                "below 0",
            ),
            (
                "loyalty_tier='bronze'\njoined='-3d'\nloyalty_points=-1",
                "below 0",
            ),
            (
                "loyalty_tier='bronze'\njoined='-3d'\nloyalty_points=9000",
                "is silver with 9000",
            ),
            ("loyalty_tier='diamond'\njoined='-3d'", "not diamond"),
        ] {
            let error = user(more).unwrap_err();
            assert!(error.message().contains(says), "{}", error.message());
        }
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
