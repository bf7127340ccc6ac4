//! Tickets: `spree_orders`, `spree_line_items`, `spree_payments`, `event_seats`, `event_checkins`. The events themselves
//! are products, written with the fixed records.

use std::sync::Arc;

use super::{Scene, Source, Stage, base32, decimal, email, stage};
use crate::postgres::copy::RowEncoder;
use crate::seed::clock::MINUTE;
use crate::seed::crowd::World;
use crate::seed::crowd::tickets::Order;

/// Orders or seats of one block.
const BLOCK: u64 = 1_024;

/// The stages, one per table.
pub fn stages(world: &World) -> Vec<Stage> {
    let orders = world.tickets.orders.len() as u64;
    let seats = world.tickets.hall.seats() * world.tickets.events.len() as u64;
    let checkins = world.tickets.checkins();
    vec![
        stage("spree_orders", orders, Orders),
        stage("spree_line_items", orders, LineItems),
        stage("spree_payments", orders, Payments),
        stage("event_seats", seats, Seats),
        stage("event_checkins", checkins, Checkins),
    ]
}

/// What they have in common: blocks of things with a number.
macro_rules! numbered {
    ($name:ident, $table:literal, $rows:expr, $items:expr, $columns:expr, $write:path) => {
        struct $name(Arc<Scene>);

        impl Source for $name {
            fn table(&self) -> &'static str {
                $table
            }
            fn columns(&self) -> &'static [&'static str] {
                $columns
            }
            fn rows(&self) -> u64 {
                $rows(&self.0.world)
            }
            fn blocks(&self) -> u64 {
                $items(&self.0.world).div_ceil(BLOCK)
            }
            fn write(&self, block: u64, out: &mut RowEncoder) {
                let items: u64 = $items(&self.0.world);
                for number in block * BLOCK..((block + 1) * BLOCK).min(items) {
                    $write(&self.0, number, out);
                }
            }
        }
    };
}

fn orders(world: &World) -> u64 {
    world.tickets.orders.len() as u64
}

fn seats(world: &World) -> u64 {
    world.tickets.hall.seats() * world.tickets.events.len() as u64
}

fn checkins(world: &World) -> u64 {
    world.tickets.checkins()
}

numbered!(
    Orders,
    "spree_orders",
    orders,
    orders,
    &[
        "id",
        "number",
        "item_total",
        "total",
        "state",
        "status",
        "user_id",
        "completed_at",
        "payment_total",
        "payment_state",
        "email",
        "currency",
        "created_by_id",
        "item_count",
        "token",
        "store_id",
        "confirmation_delivered",
        "created_at",
        "updated_at",
    ],
    order
);

fn order(scene: &Scene, number: u64, out: &mut RowEncoder) {
    let order = &scene.world.tickets.orders[number as usize];
    let id = scene.ids.orders + number.cast_signed();
    let total = scene.world.tickets.total(order);
    let user = scene.user(order.user);
    let completed = scene.world.tickets.completed(number as usize);
    out.begin();
    out.int(id);
    out.text_with(|text| {
        // Spree itself draws R and nine digits.
        text.extend_from_slice(b"RH");
        decimal(text, id.unsigned_abs(), 9);
    });
    out.cents(total);
    out.cents(total);
    out.text("complete");
    out.text("placed");
    out.int(user);
    out.timestamp(completed);
    out.cents(total);
    out.text("paid");
    let buyer = scene.world.person(order.user);
    out.text_with(|text| email(text, &buyer, user));
    out.text("USD");
    out.int(user);
    out.int(i64::from(order.quantity));
    out.text_with(|text| {
        text.extend_from_slice(b"seed-");
        base32(text, id.unsigned_abs(), 12);
    });
    out.int(scene.ids.store);
    out.bool(true);
    out.timestamp(order.at);
    out.timestamp(completed);
    out.end();
}

numbered!(
    LineItems,
    "spree_line_items",
    orders,
    orders,
    &[
        "id",
        "variant_id",
        "order_id",
        "quantity",
        "price",
        "currency",
        "pre_tax_amount",
        "created_at",
        "updated_at",
    ],
    line_item
);

fn line_item(scene: &Scene, number: u64, out: &mut RowEncoder) {
    let order = &scene.world.tickets.orders[number as usize];
    let (_, variant) = scene.ids.products[order.event as usize];
    let price = scene.world.tickets.price(order);
    out.begin();
    out.int(scene.ids.line_items + number.cast_signed());
    out.int(variant);
    out.int(scene.ids.orders + number.cast_signed());
    out.int(i64::from(order.quantity));
    out.cents(price);
    out.text("USD");
    out.cents(price * i64::from(order.quantity));
    out.timestamp(order.at);
    out.timestamp(order.at);
    out.end();
}

numbered!(
    Payments,
    "spree_payments",
    orders,
    orders,
    &[
        "id",
        "number",
        "amount",
        "order_id",
        "payment_method_id",
        "state",
        "created_at",
        "updated_at",
    ],
    payment
);

fn payment(scene: &Scene, number: u64, out: &mut RowEncoder) {
    let order = &scene.world.tickets.orders[number as usize];
    let id = scene.ids.payments + number.cast_signed();
    let completed = scene.world.tickets.completed(number as usize);
    out.begin();
    out.int(id);
    out.text_with(|text| {
        text.extend_from_slice(b"PH");
        decimal(text, id.unsigned_abs(), 9);
    });
    out.cents(scene.world.tickets.total(order));
    out.int(scene.ids.orders + number.cast_signed());
    out.int(scene.ids.payment_method);
    out.text("completed");
    out.timestamp(completed);
    out.timestamp(completed);
    out.end();
}

numbered!(
    Seats,
    "event_seats",
    seats,
    seats,
    &[
        "id",
        "product_id",
        "section",
        "row",
        "seat_number",
        "seat_type",
        "price_modifier",
        "status",
        "line_item_id",
        "reserved_until",
        "metadata",
        "created_at",
        "updated_at",
    ],
    seat
);

fn seat(scene: &Scene, number: u64, out: &mut RowEncoder) {
    let (world, tickets) = (&scene.world, &scene.world.tickets);
    let (event, place) = (number / tickets.hall.seats(), number % tickets.hall.seats());
    let (seat, _) = tickets.hall.seat(place);
    let holder = tickets.holder(event as u32, place as u32);
    let begins = tickets.events[event as usize].begins;
    let sale = tickets.events[event as usize].sale.min(world.as_of);
    // Before the event some free seats are kept for guests, and some wait for a payment.
    let waiting = holder.is_none() && begins > world.as_of && place % 41 == 7;
    let (status, until) = match holder {
        Some(_) => ("sold", None),
        None if waiting => ("reserved", Some(world.as_of + 15 * MINUTE)),
        None if place % 53 == 9 => ("blocked", None),
        None => ("available", None),
    };
    out.begin();
    out.int(scene.ids.seats + number.cast_signed());
    out.int(scene.ids.products[event as usize].0);
    out.text(&seat.section.name);
    out.int(seat.row);
    out.int(seat.number);
    out.text(&seat.section.seat_type);
    out.cents(seat.section.price_modifier.0);
    out.text(status);
    out.int_or_null(holder.map(|order| scene.ids.line_items + order as i64));
    out.timestamp_or_null(until);
    out.text("{}");
    out.timestamp(sale);
    let sold = holder.map(|order| tickets.orders[order].at);
    out.timestamp(sold.unwrap_or(sale));
    out.end();
}

numbered!(
    Checkins,
    "event_checkins",
    checkins,
    orders,
    &[
        "id",
        "order_id",
        "line_item_id",
        "product_id",
        "user_id",
        "ticket_code",
        "checked_in_at",
        "checked_in_by",
        "gate",
        "metadata",
        "created_at",
        "updated_at",
    ],
    visits
);

fn visits(scene: &Scene, number: u64, out: &mut RowEncoder) {
    let tickets = &scene.world.tickets;
    let order: &Order = &tickets.orders[number as usize];
    let mut id = scene.ids.checkins + tickets.checkins_before(number as usize).cast_signed();
    for (nth, at) in tickets.arrivals(number as usize).into_iter().enumerate() {
        let Some(at) = at else { continue };
        out.begin();
        out.int(id);
        out.int(scene.ids.orders + number.cast_signed());
        out.int(scene.ids.line_items + number.cast_signed());
        out.int(scene.ids.products[order.event as usize].0);
        out.int(scene.user(order.user));
        out.text_with(|text| {
            text.extend_from_slice(b"TK-");
            base32(
                text,
                (scene.ids.line_items + number.cast_signed()).unsigned_abs(),
                9,
            );
            text.extend_from_slice(b"-");
            decimal(text, nth as u64 + 1, 1);
        });
        out.timestamp(at);
        out.text(["scanner 1", "scanner 2", "scanner 3"][number as usize % 3]);
        out.text(["A", "B", "C", "D"][number as usize % 4]);
        out.text("{}");
        out.timestamp(at);
        out.timestamp(at);
        out.end();
        id += 1;
    }
}
