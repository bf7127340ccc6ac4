//! Users, artists and organizers.

use std::collections::HashSet;

use super::Faults;
use crate::seed::crowd::loyalty::tier;
use crate::seed::profile::{Profile, User};
use crate::seed::vocabulary::{dialled, mobile, vocabulary};

pub(super) fn users(faults: &mut Faults, users: &[User]) {
    faults.differ("users", "email", users.iter().map(|user| &user.email));
    let phones = &vocabulary().phones;
    let mut seen = HashSet::new();
    for user in users {
        let mut record = faults.of("users", &user.email);
        record.email("email", &user.email);
        record.demand(user.email == user.email.to_lowercase(), || {
            "email is not in lower case".to_owned()
        });
        record.demand(!user.password.is_empty(), || "password is empty".to_owned());
        if let Some(written) = &user.phone_number {
            let phone = mobile(phones, written);
            record.demand(phone.is_some(), || {
                format!(
                    "phone_number \"{written}\" is no mobile number of Cambodia: a carrier's prefix and 6 or 7 \
                     digits, such as \"012345678\" or \"+85512345678\""
                )
            });
            record.demand(phone.is_none_or(|phone| seen.insert(phone)), || {
                format!("phone_number \"{written}\" is that of another user too")
            });
        }
        record.demand(user.joined.0 <= 0, || {
            "joined is after the seeding: write it like \"-30d\"".to_owned()
        });
        record.amount("balance", user.balance);
        record.amount("total_spent", user.total_spent);
        record.not_below("loyalty_points", user.loyalty_points, 0);
        let (points, due) = (user.loyalty_points, tier(user.loyalty_points));
        record.demand(user.loyalty_tier == due, || {
            format!(
                "loyalty_tier is {due} with {points} loyalty_points, not {}",
                user.loyalty_tier
            )
        });
    }
}

pub(super) fn hosts(faults: &mut Faults, profile: &Profile) {
    let names = profile.artists.iter().map(|artist| &artist.name);
    faults.differ("artists", "name", names);
    for artist in &profile.artists {
        let mut record = faults.of("artists", &artist.name);
        record.not_below("followers_count", artist.followers_count, 0);
    }
    let names = profile.organizers.iter().map(|organizer| &organizer.name);
    faults.differ("organizers", "name", names);
    for organizer in &profile.organizers {
        let mut record = faults.of("organizers", &organizer.name);
        if let Some(email) = &organizer.contact_email {
            record.email("contact_email", email);
        }
        if let Some(phone) = &organizer.contact_phone {
            record.demand(dialled(phone).is_some(), || {
                format!(
                    "contact_phone \"{phone}\" is no number of Cambodia, such as \"023880623\" or \"012345678\""
                )
            });
        }
        let rate = organizer.commission_rate;
        record.demand((0..=10_000).contains(&rate.0), || {
            format!("commission_rate \"{}\" is not from 0 to 100", rate.sql())
        });
    }
}
