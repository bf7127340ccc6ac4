//! What each kind of record is refused for, with its record and key.

use crate::error::ErrorKind;
use crate::seed::profile::find::parse;

/// What is said about a profile of this text.
fn told(text: &str) -> Vec<String> {
    let Err(error) = parse("mine", "./mine.toml", text) else {
        return Vec::new();
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("./mine.toml"), "{error}");
    let told = std::iter::once(error.message().to_owned());
    told.chain(error.detail_lines().iter().cloned()).collect()
}

/// Asserts that each text is refused with the record, the key and what is wrong.
fn refuses(whole: &str, cases: &[(&str, &str, &str)]) {
    assert_eq!(told(whole), Vec::<String>::new(), "{whole}");
    for (good, wrong, says) in cases {
        assert!(whole.contains(good), "{good}");
        let told = told(&whole.replacen(good, wrong, 1)).join("\n");
        assert!(told.contains(says), "{wrong}: {told}");
    }
}

const USER: &str = "[[users]]\nemail='me@example.com'\npassword='pw'\nphone_number='012345678'\n\
    kyc_status='pending'\nloyalty_tier='bronze'\njoined='-3d'\nbalance='1'\nloyalty_points=0\n";

#[test]
fn users_that_cannot_be() {
    refuses(
        USER,
        &[
            (
                "'-3d'",
                "'+3d'",
                "users me@example.com: joined is after the seeding",
            ),
            (
                "balance='1'",
                "balance='-1'",
                "balance \"-1.00\" is below 0",
            ),
            ("points=0", "points=-1", "loyalty_points -1 is below 0"),
            (
                "points=0",
                "points=9000",
                "is silver with 9000 loyalty_points, not bronze",
            ),
            ("'bronze'", "'diamond'", "not diamond"),
            ("me@example.com", "Me@example.com", "not in lower case"),
            (
                "me@example.com",
                "me",
                "email \"me\" is no address, such as",
            ),
            ("me@example.com", "me@@example.com", "is no address"),
            ("me@example.com", "me@example", "is no address"),
            ("me@example.com", "me you@example.com", "is no address"),
            ("'pw'", "''", "password is empty"),
            (
                "012345678",
                "12",
                "phone_number \"12\" is no mobile number of Cambodia",
            ),
            (
                "012345678",
                "abc",
                "such as \"012345678\" or \"+85512345678\"",
            ),
            ("012345678", "+1 555", "phone_number \"+1 555\""),
        ],
    );
    let other = USER.replace("me@", "you@");
    let same = other.replace("012345678", "+855 12 345 678");
    let told = told(&format!("{USER}{same}")).join("\n");
    assert!(
        told.contains("users you@example.com: phone_number \"+855 12 345 678\" is that of another")
    );
    let twice = format!("{USER}{}", USER.replace("012345678", "012345679"));
    assert!(self::told(&twice)[0].contains("users: email \"me@example.com\" stands twice"));
}

#[test]
fn offers_that_cannot_be() {
    let whole = "[[vote_packages]]\nsku='A'\nname='A'\nvote_count=1\nprice='4000'\ncurrency='KHR'\n\
        [[subscription_plans]]\nslug='p'\nname='P'\nprice='1'\ninterval='month'\nfeatures={}\n\
        [[banners]]\ntitle='B'\nimage_url='x'\nlink_type='url'\nlink_value='y'\ntarget_audience='all'\n\
        start='-1d'\nend='+1d'\n\
        [[promotions]]\nname='Q'\npromotion_type='fixed'\nbonus_amount='1'\nminimum_amount='5'\n\
        start='-2d'\nend='+2d'\ntiers={'20'=2}\n";
    refuses(
        whole,
        &[
            (
                "vote_count=1",
                "vote_count=0",
                "vote_packages A: vote_count 0 is below 1",
            ),
            ("'4000'", "'-100'", "price \"-100.00\" is below 0"),
            (
                "'4000'",
                "'4050'",
                "price \"4050.00\" is not in hundreds of riel",
            ),
            ("'KHR'", "'riel'", "currency \"riel\" is no code"),
            (
                "'month'",
                "'fortnight'",
                "subscription_plans p: interval \"fortnight\" is none of day",
            ),
            (
                "'month'",
                "'month'\ntrial_days=-1",
                "trial_days -1 is below 0",
            ),
            ("slug='p'", "slug=''", "subscription_plans: slug is empty"),
            ("'+1d'", "'-1d'", "banners B: end is not after start"),
            ("'all'", "'everybody'", "target_audience \"everybody\""),
            ("'+2d'", "'-3d'", "promotions Q: end is not after start"),
            ("bonus_amount='1'\n", "", "bonus_amount is missing"),
            ("'20'=2", "'some'=2", "tiers are whole dollars"),
            ("'fixed'", "'gift'", "promotion_type \"gift\""),
        ],
    );
    let package = &whole[..whole.find("[[subscription").expect("plans")];
    let twice = told(&format!("{package}{package}"));
    assert!(
        twice[0].ends_with("vote_packages: sku \"A\" stands twice"),
        "{twice:?}"
    );
    let included = "include=['reference']\n[[vote_packages]]\nsku='VOTE_10'\nname='A'\nvote_count=1\nprice='1'\n";
    let error = parse("mine", "mine.toml", included).expect_err("twice");
    assert!(
        error.hints()[0]
            .text
            .contains("records of reference count too")
    );
}

const SHOW: &str = "[[seasons]]\nslug='s'\nname='S'\nstart='-9d'\nend='+9d'\nstatus=1\n\
        [[seasons.contestants]]\nname='Dara'\nage=20\ngender='male'\n\
        [[seasons.episodes]]\nnumber=1\ntitle='One'\nair='-8d'\nvoting_start='-8d'\nvoting_end='-7d'\nstatus=2\n\
        [[seasons.episodes]]\nnumber=2\ntitle='Two'\nair='-1d'\nvoting_start='-1d'\nvoting_end='+1d'\nstatus=1\n\
        [[artists]]\nname='Band'\ngenre='Pop'\ncountry='Cambodia'\n\
        [[organizers]]\nname='Host'\ncontact_email='a@b.kh'\ncontact_phone='023880623'\ncommission_rate='10'\n\
        [[events]]\nslug='e'\nname='E'\nevent_type='concert'\nvenue='Chaktomuk Conference Hall'\n\
        artist='Band'\norganizer='Host'\nbegins='+1w'\nprice='5'\n\
        [[events.sections]]\nname='X'\nseat_type='vip'\nrows=1\nseats=2\n";

#[test]
fn shows_that_cannot_be() {
    refuses(
        SHOW,
        &[
            ("'+9d'", "'-10d'", "seasons s: end is before start"),
            ("status=1", "status=3", "status 3 is none of 0 upcoming"),
            ("age=20", "age=0", "contestants Dara: age 0"),
            (
                "voting_end='-7d'",
                "voting_end='-8d'",
                "episodes number 1 of s: voting_end is not after",
            ),
            ("air='-8d'", "air='-6d'", "voting_end is before air"),
            (
                "air='-8d'",
                "air='-1d'",
                "episode 2 is not on air after episode 1",
            ),
            ("number=2", "number=1", "episodes number 1 stands twice"),
            (
                "voting_end='-7d'",
                "voting_end='+7d'",
                "status 2 is completed, but",
            ),
            ("status=2", "status=0", "status 0 is upcoming, but"),
        ],
    );
}

#[test]
fn events_that_cannot_be() {
    refuses(
        SHOW,
        &[
            (
                "a@b.kh",
                "nobody",
                "organizers Host: contact_email \"nobody\"",
            ),
            ("023880623", "555", "contact_phone \"555\" is no number"),
            ("rate='10'", "rate='101'", "commission_rate \"101.00\""),
            (
                "artist='Band'",
                "artist='Brand'",
                "events e: artist \"Brand\" is none of the [[artists]]",
            ),
            ("organizer='Host'", "organizer='Most'", "organizer \"Most\""),
            (
                "Chaktomuk",
                "Chaktomok",
                "venue \"Chaktomok Conference Hall\" is none of",
            ),
            ("seats=2", "seats=0", "seats 0 is below 1"),
            (
                "seats=2",
                "seats=2\nprice_modifier='-6'",
                "section X costs less than 0",
            ),
            ("rows=1", "rows=9000000000000", "are more than 100000"),
        ],
    );
}

#[test]
fn audiences_that_cannot_be() {
    let whole = "[crowd]\nusers=1\nvotes=1\nbegan='-1d'\nevents={count=1,seats=1}\n\
        shows=[{slug='s',name='S',contestants=2,episodes=2,finale='-2w'}]\nrates={voters=0.5,top_ups=2}\n";
    refuses(
        whole,
        &[
            ("'-1d'", "'+1d'", "began is not before the seeding"),
            (
                "voters=0.5",
                "voters=1.5",
                "rates.voters 1.5 is not from 0 to 1",
            ),
            ("voters=0.5", "voters=nan", "rates.voters NaN"),
            ("top_ups=2", "top_ups=-2", "rates.top_ups -2"),
            ("seats=1", "seats=0", "events.seats 0"),
            (
                "episodes=2",
                "episodes=3",
                "contestants 2 is not from 2 (and one for each episode)",
            ),
            (
                "episodes=2",
                "episodes=201",
                "shows have 201 episodes together",
            ),
            (
                "[{slug",
                "[{slug='s',name='T',contestants=2,episodes=1,finale='-9w'},{slug",
                "slug \"s\" stands twice",
            ),
        ],
    );
}

#[test]
fn nothing_to_seed_is_a_mistake() {
    for nothing in [
        "",
        "# only words\n",
        "summary='nothing'\n[passwords]\npeople='pw'\n",
    ] {
        let told = told(nothing);
        assert!(
            told[0].starts_with("there is nothing to seed: the profile ./mine.toml"),
            "{told:?}"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = USER.replace("'1'", "'-1'").replace("012345678", "12");
    let told = told(&text);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].ends_with("has 2 values that cannot be meant"),
        "{told:?}"
    );
}
