//! The plan of a run: which tables get how many rows, how large they become, what is dropped for the
//! load. Made before anything is written; `--dry-run` prints it.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::bare::{self, Dropped};
use super::crew;
use super::crowd::{Counter, Setup, World};
use super::digest::digests;
use super::history::{self, Rows, Run};
use super::live::Live;
use super::password::{Hasher, Stored};
use super::profile::Crowd;
use super::records::{self, Batch, Desk, FixedEvents, Offers, Promotions, Shop, Taken};
use super::request::Request;
use super::rows::{Ids, Scene, Stage, stages};
use super::spans;
use super::staging::Apart;
use crate::error::{Error, Result};
use crate::postgres::{Session, interrupted};
use crate::report::words::thousands;

/// Every table that a run may write, in an order that keys allow.
pub const TABLES: [&str; 41] = [
    "spree_stores",
    "spree_store_credit_categories",
    "spree_store_credit_types",
    "spree_shipping_categories",
    "spree_payment_methods",
    "spree_roles",
    "vote_packages",
    "subscription_plans",
    "topup_promotions",
    "app_banners",
    "artists",
    "event_organizers",
    "xfactor_seasons",
    "xfactor_contestants",
    "xfactor_episodes",
    "episode_contestants",
    "spree_products",
    "spree_variants",
    "spree_prices",
    "spree_products_stores",
    "spree_users",
    "spree_admin_users",
    "spree_role_users",
    "xfactor_votes",
    "sms_vote_logs",
    "spree_store_credits",
    "spree_store_credit_events",
    "wallet_transactions",
    "user_payment_methods",
    "user_subscriptions",
    "subscription_invoices",
    "feature_usages",
    "spree_orders",
    "spree_line_items",
    "spree_payments",
    "event_seats",
    "event_checkins",
    "loyalty_activities",
    "achievements",
    "referral_rewards",
    "push_notifications",
];
const PAYMENTS: &str = "spree_payments";

/// What a run will do to one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TablePlan {
    /// The table.
    pub table: String,
    /// Rows that it gets.
    pub rows: u64,
    /// Fixed records that are there already.
    pub found: u64,
    /// About how many bytes the rows take, with their indexes.
    pub bytes: u64,
}

/// What a run will do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SeedPlan {
    /// Tables in the order in which they are filled.
    pub tables: Vec<TablePlan>,
    /// Indexes and keys that are dropped for the load and built again.
    pub dropped: Vec<Dropped>,
    /// Why none are, where some would be.
    pub kept_because: Option<String>,
    /// Tables that further connections fill meanwhile.
    pub apart: Vec<Apart>,
}

impl SeedPlan {
    /// About how many bytes all rows take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tables.iter().map(|table| table.bytes).sum()
    }
}

/// Everything that a run needs to carry its plan out.
#[derive(Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: SeedPlan,
    /// Fixed records, by table.
    pub batches: Vec<(&'static str, Batch)>,
    /// The audience.
    pub scene: Option<Arc<Scene>>,
    /// Its rows.
    pub stages: Vec<Stage>,
    /// What the database will remember.
    pub run: Run,
}

/// Bytes of one row with its indexes, measured on PostgreSQL 15.
fn row_bytes(table: &str) -> u64 {
    match table {
        "spree_users" => 950,
        "xfactor_votes" => 340,
        "sms_vote_logs" => 300,
        "spree_store_credits" => 380,
        "spree_store_credit_events" => 175,
        "wallet_transactions" => 330,
        "loyalty_activities" => 210,
        "achievements" => 250,
        "push_notifications" => 420,
        "spree_orders" => 1_350,
        _ => 350,
    }
}

/// Makes the plan; `runs` are the earlier ones that stay, rows of `leaving` ones count as gone.
///
/// # Errors
/// The server's refusal, a schema that is not there, a database that cannot take the records.
pub async fn prepare(
    session: &Session,
    live: &Live,
    request: &Request,
    (runs, leaving): (&[Run], &[Run]),
) -> Result<Prepared> {
    let moments = (request.as_of, request.opened());
    let mut desk = Desk::open(session, live, moments, leaving).await?;
    let offers = records::offers(&mut desk, &request.profile).await?;
    let mut prepared = Prepared {
        plan: SeedPlan {
            tables: Vec::new(),
            dropped: Vec::new(),
            kept_because: None,
            apart: Vec::new(),
        },
        batches: Vec::new(),
        scene: None,
        stages: Vec::new(),
        run: Run {
            profile: request.profile.name.clone(),
            random_seed: request.random_seed.cast_signed(),
            size: (0, 0),
            as_of: history::moment(request.as_of),
            rows: Rows::default(),
            digests: digests(request)?,
            generated: None,
        },
    };
    let mut began = HashMap::new();
    if !request.profile.is_reference() {
        let hasher = Hasher::new(request.profile.passwords.scheme, live, request.random_seed);
        let mut cast = Cast::plan(&mut desk, session, request, &hasher).await?;
        let promotions = records::promotions(&mut desk, &request.profile).await?;
        began = desk.next_ids();
        if request.profile.crowd.is_none() {
            let given = records::bonuses_given(&desk, &promotions).await?;
            records::promotion_rows(&mut desk, &request.profile, &promotions, &given)?;
        } else if let Some(crowd) = &request.profile.crowd {
            let parts = (offers, promotions);
            let scene = audience(&mut desk, request, crowd, parts, &mut cast, runs).await?;
            prepared.run.size = request
                .size()?
                .map_or((0, 0), |(users, votes, _)| (users, votes));
            prepared.stages = stages(&scene.world);
            // The bare base has no payments of orders.
            let there = |stage: &Stage| stage.table != PAYMENTS || live.table(PAYMENTS).is_some();
            prepared.stages.retain(there);
            prepared.scene = Some(Arc::new(scene));
        }
    }
    let ids = prepared.scene.as_ref().map(|scene| scene.ids.clone());
    prepared.batches = desk.close();
    prepared.run.rows = spans::all(&prepared.batches, &prepared.stages, ids.as_ref());
    let crowd = request.profile.crowd.is_some();
    prepared.run.generated = crowd.then(|| spans::generated(&prepared.run.rows, &began));
    prepared.plan = plan(session, request, &prepared, (live, leaving)).await?;
    Ok(prepared)
}

/// The fixed records around which the audience gathers.
struct Cast {
    shop: Shop,
    taken: Taken,
    admin: Option<i64>,
    artists: HashMap<String, i64>,
    organizers: HashMap<String, i64>,
    password: Stored,
}

impl Cast {
    async fn plan(
        desk: &mut Desk<'_>,
        session: &Session,
        request: &Request,
        hasher: &Hasher,
    ) -> Result<Self> {
        let profile = &request.profile;
        let shop = records::shop(desk).await?;
        let mut taken = Taken::read(desk, session).await?;
        let admin = records::people(desk, &profile.users, &shop, hasher, &mut taken).await?;
        let (artists, organizers) = records::artists_and_organizers(desk, profile).await?;
        records::fixed_seasons(desk, &profile.seasons).await?;
        let events = FixedEvents {
            events: &profile.events,
            artists: &artists,
            organizers: &organizers,
        };
        events.plan(desk, &shop).await?;
        let password = profile.passwords.people.as_deref().unwrap_or("password123");
        Ok(Self {
            admin,
            password: hasher.hash(password, 0)?,
            shop,
            taken,
            artists,
            organizers,
        })
    }
}

/// Draws the audience and plans the records that carry its totals.
async fn audience(
    desk: &mut Desk<'_>,
    request: &Request,
    crowd: &Crowd,
    (offers, promotions): (Offers, Promotions),
    cast: &mut Cast,
    runs: &[Run],
) -> Result<Scene> {
    let (users, votes, events) = request.size()?.unwrap_or_default();
    let (own, workers) = (crowd.clone(), request.workers);
    let taken_phones = std::mem::take(&mut cast.taken.phones);
    // A second audience of the same profile is another one.
    let seed = request.random_seed.wrapping_add(runs.len() as u64);
    let (bundles, plans) = (offers.bundles, offers.plans);
    let offered = promotions.iter().map(|(_, promotion)| promotion.clone());
    let (offered, as_of): (Vec<_>, _) = (offered.collect(), request.as_of);
    let world = tokio::task::spawn_blocking(move || {
        let setup = Setup {
            crowd: &own,
            users,
            votes,
            events,
            seed,
            as_of,
            bundles,
            plans,
            promotions: offered,
            taken_phones,
        };
        World::build(setup, workers)
    });
    let world = tokio::select! {
        done = world => done.map_err(|error| Error::bug("drawing the audience failed").caused_by(error))?,
        () = desk.interrupted() => return Err(interrupted()),
    };
    records::promotion_rows(desk, &request.profile, &promotions, &world.counts.bonuses)?;
    let (episodes, contestants) = records::generated_seasons(desk, &world).await?;
    let hosts = (&cast.artists, &cast.organizers);
    let products = records::generated_events(desk, &world, &request.profile, &cast.shop, hosts);
    let mut ids = first_ids(desk, &world);
    ids.episodes = episodes;
    ids.contestants = contestants;
    ids.products = products;
    ids.skus = offers.skus;
    ids.store = cast.shop.store;
    ids.credit_category = cast.shop.credit_category;
    ids.credit_types = cast.shop.credit_types;
    ids.payment_method = cast.shop.payment_method.unwrap_or(0);
    ids.admin = cast.admin.unwrap_or(ids.users);
    Ok(Scene {
        world,
        ids,
        password: cast.password.clone(),
    })
}

/// Takes the ids of all generated rows.
fn first_ids(desk: &mut Desk<'_>, world: &World) -> Ids {
    let counts = |counter| world.counts.total(counter);
    let votes = world.seasons.iter().flat_map(|season| &season.episodes);
    let messages = world.messages.iter().flatten();
    let orders = world.tickets.orders.len() as u64;
    let seats = world.tickets.hall.seats() * world.tickets.events.len() as u64;
    let activities = counts(Counter::Activities) + counts(Counter::RewardActivities);
    Ids {
        users: desk.take_ids("spree_users", world.users),
        votes: desk.take_ids("xfactor_votes", votes.map(|episode| episode.rows).sum()),
        messages: desk.take_ids("sms_vote_logs", messages.map(|rows| u64::from(*rows)).sum()),
        credits: desk.take_ids("spree_store_credits", counts(Counter::Credits)),
        credit_events: desk.take_ids("spree_store_credit_events", counts(Counter::CreditEvents)),
        movements: desk.take_ids("wallet_transactions", counts(Counter::Movements)),
        payment_methods: desk.take_ids("user_payment_methods", counts(Counter::PaymentMethods)),
        subscriptions: desk.take_ids("user_subscriptions", counts(Counter::Subscriptions)),
        invoices: desk.take_ids("subscription_invoices", counts(Counter::Invoices)),
        usages: desk.take_ids("feature_usages", counts(Counter::Usages)),
        orders: desk.take_ids("spree_orders", orders),
        line_items: desk.take_ids("spree_line_items", orders),
        payments: desk.take_ids(PAYMENTS, orders),
        seats: desk.take_ids("event_seats", seats),
        checkins: desk.take_ids("event_checkins", world.tickets.checkins()),
        activities: desk.take_ids("loyalty_activities", activities),
        achievements: desk.take_ids("achievements", counts(Counter::Achievements)),
        rewards: desk.take_ids("referral_rewards", counts(Counter::Rewards)),
        notifications: desk.take_ids("push_notifications", counts(Counter::Notifications)),
        ..Ids::default()
    }
}

async fn plan(
    session: &Session,
    request: &Request,
    prepared: &Prepared,
    (live, leaving): (&Live, &[Run]),
) -> Result<SeedPlan> {
    let mut tables: Vec<TablePlan> = Vec::new();
    let mut count = |table: &str, rows: u64, found: u64| {
        let known = tables.iter().position(|own| own.table == table);
        let place = known.unwrap_or_else(|| {
            tables.push(TablePlan {
                table: table.to_owned(),
                rows: 0,
                found: 0,
                bytes: 0,
            });
            tables.len() - 1
        });
        tables[place].rows += rows;
        tables[place].found += found;
        tables[place].bytes += rows * row_bytes(table);
    };
    for (table, batch) in &prepared.batches {
        count(table, batch.rows.len() as u64, batch.found);
    }
    for stage in &prepared.stages {
        count(stage.table, stage.rows, 0);
    }
    tables.retain(|table| table.rows + table.found > 0);
    let large = tables.iter().filter(|table| table.rows >= bare::WORTH_IT);
    let large: Vec<(&str, u64)> = large
        .map(|table| (table.table.as_str(), table.rows))
        .collect();
    let others = if large.is_empty() {
        0
    } else {
        bare::others(session).await?
    };
    let kept_because = match others {
        _ if large.is_empty() => None,
        _ if request.keep_indexes => Some("--keep-indexes was given".to_owned()),
        0 => None,
        1 => Some("1 other session uses the database".to_owned()),
        others => Some(format!(
            "{} other sessions use the database",
            thousands(others)
        )),
    };
    let dropped = if kept_because.is_none() {
        bare::droppable(session, &spans::with_held(leaving, &large)).await?
    } else {
        Vec::new()
    };
    let apart = {
        let rows = |table: &str| history::without(live, leaving, table);
        crew::wanted(session, request, (prepared, &large), (&dropped, rows)).await?
    };
    Ok(SeedPlan {
        dropped,
        kept_because,
        apart,
        tables,
    })
}
