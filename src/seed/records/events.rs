//! Events as Spree sells them: a product with its master variant, its price, its store; and the hall
//! of those that the profile names.

use std::collections::HashMap;

use super::shop::Shop;
use super::{Cells, Desk, Value};
use crate::error::{Error, Result};
use crate::seed::clock::{DAY, Micros};
use crate::seed::crowd::World;
use crate::seed::crowd::tickets::{Hall, LASTS};
use crate::seed::profile;
use crate::seed::vocabulary::{Venue, vocabulary};

/// Events of a profile, and whom they belong to.
#[derive(Debug)]
pub struct FixedEvents<'a> {
    /// The events.
    pub events: &'a [profile::Event],
    /// Ids of artists, by name.
    pub artists: &'a HashMap<String, i64>,
    /// Ids of organizers, by name.
    pub organizers: &'a HashMap<String, i64>,
}

/// One event, as a product needs it.
struct Product<'a> {
    name: String,
    slug: String,
    description: Option<&'a str>,
    event_type: &'a str,
    venue: &'a Venue,
    artist: Option<i64>,
    organizer: Option<i64>,
    begins: Micros,
    sale: Micros,
    sold: u64,
    cents: i64,
}

impl FixedEvents<'_> {
    /// Finds or plans them with their seats.
    ///
    /// # Errors
    /// The server's refusal, or a venue that is not in the list.
    pub async fn plan(&self, desk: &mut Desk<'_>, shop: &Shop) -> Result<()> {
        let slugs = self.events.iter().map(|event| event.slug.as_str());
        let known = desk.existing("spree_products", "slug", slugs).await?;
        for event in self
            .events
            .iter()
            .filter(|event| !known.contains_key(&event.slug))
        {
            let venues = &vocabulary().phrases.venues;
            let venue = venues.iter().find(|venue| venue.name == event.venue);
            let venue = venue.ok_or_else(|| {
                let names: Vec<_> = venues.iter().map(|venue| venue.name).collect();
                Error::configuration(format!("there is no venue {}", event.venue))
                    .detail(format!("known are {}", names.join(", ")))
            })?;
            let named = |ids: &HashMap<String, i64>, name: &Option<String>| {
                name.as_ref().and_then(|name| ids.get(name)).copied()
            };
            let product = Product {
                name: event.name.clone(),
                slug: event.slug.clone(),
                description: event.description.as_deref(),
                event_type: &event.event_type,
                venue,
                artist: named(self.artists, &event.artist),
                organizer: named(self.organizers, &event.organizer),
                begins: desk.as_of + event.begins.0,
                sale: desk.as_of - DAY,
                sold: 0,
                cents: event.price.0,
            };
            let id = desk.take_ids("spree_products", 1);
            sell(desk, shop, id, &product);
            seats(desk, (id, product.sale), &Hall::new(&event.sections));
        }
        Ok(())
    }
}

fn seats(desk: &mut Desk<'_>, (product, sale): (i64, Micros), hall: &Hall) {
    for number in 0..hall.seats() {
        let (seat, _) = hall.seat(number);
        desk.add(
            "event_seats",
            vec![
                ("product_id", product.into()),
                ("section", seat.section.name.as_str().into()),
                ("row", Value::Text(seat.row.to_string())),
                ("seat_number", Value::Text(seat.number.to_string())),
                ("seat_type", seat.section.seat_type.as_str().into()),
                ("price_modifier", seat.section.price_modifier.into()),
                ("status", "available".into()),
                ("created_at", Value::Time(sale)),
            ],
        );
    }
}

/// Plans the events of the audience: ids of products and variants.
#[must_use]
pub fn generated(
    desk: &mut Desk<'_>,
    world: &World,
    profile: &profile::Profile,
    shop: &Shop,
    (artists, organizers): (&HashMap<String, i64>, &HashMap<String, i64>),
) -> Vec<(i64, i64)> {
    let mut ids = Vec::new();
    for event in &world.tickets.events {
        let mut dice = event.dice.clone();
        let act = (!profile.artists.is_empty()).then(|| &dice.pick(&profile.artists).name);
        let host = (!profile.organizers.is_empty()).then(|| &dice.pick(&profile.organizers).name);
        let id = desk.take_ids("spree_products", 1);
        let name = match act {
            Some(act) => format!("{act} at {}", event.venue.name),
            None => format!("Concert at {}", event.venue.name),
        };
        let product = Product {
            name,
            slug: format!("hangmeas-event-{id}"),
            description: None,
            event_type: "concert",
            venue: event.venue,
            artist: act.and_then(|name| artists.get(name)).copied(),
            organizer: host.and_then(|name| organizers.get(name)).copied(),
            begins: event.begins,
            sale: event.sale,
            sold: event.sold,
            cents: event.cents,
        };
        ids.push((id, sell(desk, shop, id, &product)));
    }
    ids
}

/// Plans the product and what belongs to it: id of the variant.
fn sell(desk: &mut Desk<'_>, shop: &Shop, id: i64, product: &Product<'_>) -> i64 {
    let listed = product.sale.min(desk.as_of);
    let cells = product_cells(desk.as_of, shop, id, product);
    desk.add_planned("spree_products", cells);
    let variant = desk.add(
        "spree_variants",
        vec![
            ("sku", Value::Text(format!("TICKET-{id}"))),
            ("is_master", true.into()),
            ("product_id", id.into()),
            ("position", 1.into()),
            ("track_inventory", false.into()),
            ("cost_currency", "USD".into()),
            ("created_at", Value::Time(listed)),
        ],
    );
    if desk.live.table("spree_prices").is_some() {
        let cells = vec![
            ("variant_id", variant.into()),
            ("amount", Value::Cents(product.cents)),
            ("currency", "USD".into()),
            ("created_at", Value::Time(listed)),
        ];
        desk.add("spree_prices", cells);
    }
    if desk.live.table("spree_products_stores").is_some() {
        let cells = vec![
            ("product_id", id.into()),
            ("store_id", shop.store.into()),
            ("created_at", Value::Time(listed)),
        ];
        desk.add("spree_products_stores", cells);
    }
    variant
}

fn product_cells(as_of: Micros, shop: &Shop, id: i64, product: &Product<'_>) -> Cells {
    let listed = product.sale.min(as_of);
    let over = product.begins + LASTS < as_of;
    vec![
        ("id", id.into()),
        ("name", product.name.as_str().into()),
        ("description", Value::text(product.description)),
        ("slug", product.slug.as_str().into()),
        ("status", "active".into()),
        ("available_on", Value::Time(listed)),
        ("promotionable", true.into()),
        (
            "shipping_category_id",
            shop.shipping.map_or(Value::Null, Value::Int),
        ),
        ("store_id", shop.store.into()),
        ("product_type", "event".into()),
        ("event_type", product.event_type.into()),
        ("event_date", Value::Time(product.begins)),
        ("event_end_date", Value::Time(product.begins + LASTS)),
        ("venue_name", product.venue.name.into()),
        ("venue_address", product.venue.province.into()),
        ("venue_latitude", Value::Degrees(product.venue.latitude)),
        ("venue_longitude", Value::Degrees(product.venue.longitude)),
        ("venue_capacity", product.venue.capacity.into()),
        ("tickets_sold", product.sold.cast_signed().into()),
        ("sale_start_date", Value::Time(product.sale)),
        ("sale_end_date", Value::Time(product.begins)),
        ("artist_id", product.artist.map_or(Value::Null, Value::Int)),
        (
            "organizer_id",
            product.organizer.map_or(Value::Null, Value::Int),
        ),
        ("is_digital_event", false.into()),
        (
            "event_status",
            if over { "completed" } else { "scheduled" }.into(),
        ),
        ("created_at", Value::Time(listed)),
    ]
}
