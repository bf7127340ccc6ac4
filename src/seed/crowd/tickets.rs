//! Events, their halls, and who bought which seats. Orders are few, so they are kept: 32 bytes each.

use std::collections::HashMap;

use crate::seed::clock::{DAY, HOUR, MINUTE, Micros, local_day, midnight};
use crate::seed::day;
use crate::seed::profile::Cents;
use crate::seed::profile::{EventSettings, Section};
use crate::seed::random::{Dice, Key, Quantiles};
use crate::seed::vocabulary::{Venue, Vocabulary};

/// Share of a hall that is sold in the end.
const SELL_THROUGH: Quantiles = Quantiles(&[
    (0.0, 0.25),
    (0.25, 0.60),
    (0.50, 0.74),
    (0.75, 0.86),
    (1.0, 0.99),
]);
/// Share of buyers who do not come.
const NO_SHOWS: f64 = 0.08;
/// Minutes by which a group comes later than half an hour before the event: normal.
const COMES_LATER: Quantiles = Quantiles(&[
    (0.0, -37.0),
    (0.005, -31.0),
    (0.025, -23.5),
    (0.10, -15.4),
    (0.25, -8.1),
    (0.50, 0.0),
    (0.75, 8.1),
    (0.90, 15.4),
    (0.975, 23.5),
    (0.995, 31.0),
    (1.0, 37.0),
]);
/// Tickets are sold so long before the event.
const SALE: Micros = 45 * DAY;
/// How long an event lasts.
pub const LASTS: Micros = 3 * HOUR;

/// An event.
#[derive(Debug)]
pub struct Event {
    /// Number, from 0.
    pub number: u64,
    /// Where.
    pub venue: &'static Venue,
    /// When it begins.
    pub begins: Micros,
    /// When the sale began.
    pub sale: Micros,
    /// Price of a standard seat, in hundredths.
    pub cents: i64,
    /// Tickets sold.
    pub sold: u64,
    /// Further chance.
    pub dice: Dice,
}

/// An order for neighbouring seats of one section.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Index of the event.
    pub event: u32,
    /// Number of the first seat in the hall.
    pub seat: u32,
    /// Number of seats.
    pub quantity: u32,
    /// Number of the buyer.
    pub user: u64,
    /// When.
    pub at: Micros,
}

/// A seat of a hall.
#[derive(Debug, Clone, Copy)]
pub struct Seat<'a> {
    /// Its section.
    pub section: &'a Section,
    /// Row, from 1.
    pub row: i64,
    /// Number in the row, from 1.
    pub number: i64,
}

/// Parts of a hall, with the number of each one's first seat.
#[derive(Debug)]
pub struct Hall {
    sections: Vec<(u64, Section)>,
    seats: u64,
}

impl Hall {
    /// From its sections.
    #[must_use]
    pub fn new(sections: &[Section]) -> Self {
        let mut seats = 0;
        let sections = sections.iter().map(|section| {
            let first = seats;
            seats += (section.rows * section.seats).unsigned_abs();
            (first, section.clone())
        });
        Self {
            sections: sections.collect(),
            seats,
        }
    }

    /// A hall of about so many seats: a tenth for VIPs, three tenths premium.
    #[must_use]
    pub fn of_size(seats: u64) -> Self {
        let rows = |share: u64, width: u64| (seats * share / 100).div_ceil(width).max(1);
        let section = |name: &str, kind: &str, share, width: u64, dollars: i64| Section {
            name: name.to_owned(),
            seat_type: kind.to_owned(),
            rows: rows(share, width) as i64,
            seats: width as i64,
            price_modifier: Cents(dollars * 100),
        };
        Self::new(&[
            section("VIP", "vip", 10, 8, 20),
            section("A", "premium", 30, 16, 8),
            section("B", "standard", 60, 16, 0),
        ])
    }

    /// Number of seats.
    #[must_use]
    pub fn seats(&self) -> u64 {
        self.seats
    }

    /// The seat of that number, and the number of the first seat after its section.
    #[must_use]
    pub fn seat(&self, number: u64) -> (Seat<'_>, u64) {
        let after = self.sections.partition_point(|(first, _)| *first <= number);
        let (first, section) = &self.sections[after.saturating_sub(1)];
        let place = (number - first).cast_signed();
        let seat = Seat {
            section,
            row: place / section.seats + 1,
            number: place % section.seats + 1,
        };
        let end = self
            .sections
            .get(after)
            .map_or(self.seats, |(next, _)| *next);
        (seat, end)
    }
}

/// All events with their orders.
#[derive(Debug)]
pub struct Tickets {
    key: Key,
    /// Events, the earliest first.
    pub events: Vec<Event>,
    /// Orders by event and seat.
    pub orders: Vec<Order>,
    /// The hall, the same everywhere.
    pub hall: Hall,
    as_of: Micros,
    /// When each buyer bought or came in last.
    last: HashMap<u64, Micros>,
    /// Check-ins of all orders up to and including this one.
    checkins: Vec<u32>,
}

impl Tickets {
    /// Sells tickets; `users_by` tells how many users there were at a time.
    #[must_use]
    pub fn sell(
        key: Key,
        words: &'static Vocabulary,
        (settings, count): (&EventSettings, u64),
        (began, as_of): (Micros, Micros),
        users_by: impl Fn(Micros) -> u64,
    ) -> Self {
        let hall = Hall::of_size(settings.seats.max(20));
        let venues: Vec<&'static Venue> = words.phrases.venues.iter().collect();
        let fits = |venue: &&&'static Venue| venue.capacity.unsigned_abs() >= hall.seats();
        let venues: Vec<&'static Venue> = venues.iter().filter(fits).copied().collect();
        let mut tickets = Self {
            key,
            events: Vec::new(),
            orders: Vec::new(),
            hall,
            as_of,
            last: HashMap::new(),
            checkins: Vec::new(),
        };
        if venues.is_empty() {
            return tickets;
        }
        let span = (as_of - began) * 6 / 10 + 60 * DAY;
        for number in 0..count {
            let mut dice = key.row(number);
            let share = (number as f64 + dice.unit()) / count as f64;
            let at = as_of + 60 * DAY - span + (share * span as f64) as i64;
            let begins = midnight(local_day(at)) + (18 + dice.between(0, 2)) * HOUR;
            tickets.events.push(Event {
                number,
                venue: venues[dice.index(venues.len())],
                begins,
                sale: begins - SALE,
                cents: 100 * dice.between(5, 25),
                sold: 0,
                dice,
            });
            tickets.fill(number as usize, &users_by);
        }
        let mut sum = 0;
        for index in 0..tickets.orders.len() {
            let came = tickets.arrivals(index);
            let came = came.into_iter().flatten();
            sum += came.clone().count() as u32;
            tickets.checkins.push(sum);
            let at = came.fold(tickets.completed(index), Micros::max);
            let last = tickets.last.entry(tickets.orders[index].user);
            last.and_modify(|last| *last = at.max(*last)).or_insert(at);
        }
        tickets
    }

    /// When a user bought or came in last.
    #[must_use]
    pub fn last_of(&self, user: u64) -> Option<Micros> {
        self.last.get(&user).copied()
    }

    /// Number of check-ins.
    #[must_use]
    pub fn checkins(&self) -> u64 {
        self.checkins.last().copied().map_or(0, u64::from)
    }

    /// Check-ins of all orders before this one.
    #[must_use]
    pub fn checkins_before(&self, order: usize) -> u64 {
        let before = order.checked_sub(1);
        before.map_or(0, |order| u64::from(self.checkins[order]))
    }

    /// Walks along the seats: some are bought in groups, some stay free.
    fn fill(&mut self, index: usize, users_by: &impl Fn(Micros) -> u64) {
        let event = &self.events[index];
        let mut dice = self.key.part(1).row(event.number);
        let end = event.begins.min(self.as_of);
        let open = ((end - event.sale).max(0)) as f64 / SALE as f64;
        let target = SELL_THROUGH.draw(&mut dice) * open;
        let (mut seat, mut sold) = (0, 0);
        while seat < self.hall.seats() {
            let (_, section_end) = self.hall.seat(seat);
            let quantity = (1 + dice.below(4)).min(section_end - seat);
            if !dice.chance(target) {
                seat += quantity;
                continue;
            }
            let at = day::moment(&mut dice, event.sale, end);
            let users = users_by(at);
            if users > 0 {
                self.orders.push(Order {
                    event: index as u32,
                    seat: seat as u32,
                    quantity: quantity as u32,
                    user: dice.below(users),
                    at,
                });
                sold += quantity;
            }
            seat += quantity;
        }
        self.events[index].sold = sold;
    }

    /// Price of one seat of an order, in hundredths.
    #[must_use]
    pub fn price(&self, order: &Order) -> i64 {
        let (seat, _) = self.hall.seat(u64::from(order.seat));
        self.events[order.event as usize].cents + seat.section.price_modifier.0
    }

    /// What an order costs, in hundredths.
    #[must_use]
    pub fn total(&self, order: &Order) -> i64 {
        self.price(order) * i64::from(order.quantity)
    }

    /// When an order was paid: some minutes after it was begun.
    #[must_use]
    pub fn completed(&self, index: usize) -> Micros {
        let mut dice = self.key.part(3).row(index as u64);
        (self.orders[index].at + dice.between(MINUTE, 9 * MINUTE)).min(self.as_of)
    }

    /// The order that holds a seat of an event: its index.
    #[must_use]
    pub fn holder(&self, event: u32, seat: u32) -> Option<usize> {
        let after = self
            .orders
            .partition_point(|order| (order.event, order.seat) <= (event, seat));
        let index = after.checked_sub(1)?;
        let order = &self.orders[index];
        (order.event == event && seat < order.seat + order.quantity).then_some(index)
    }

    /// When the holders of an order's seats came in; empty for those who did not, or not yet.
    #[must_use]
    pub fn arrivals(&self, index: usize) -> Vec<Option<Micros>> {
        let order = &self.orders[index];
        let begins = self.events[order.event as usize].begins;
        let mut dice = self.key.part(2).row(index as u64);
        let later = (COMES_LATER.draw(&mut dice) * MINUTE as f64) as i64;
        let together = begins - 30 * MINUTE + later;
        let seats = (0..order.quantity).map(|_| {
            let at = together + dice.between(0, 3 * MINUTE);
            (!dice.chance(NO_SHOWS) && at <= self.as_of).then_some(at)
        });
        seats.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::vocabulary::vocabulary;

    #[test]
    fn a_hall_numbers_its_seats() {
        let hall = Hall::of_size(100);
        let mut seen = std::collections::HashSet::new();
        for number in 0..hall.seats() {
            let (seat, end) = hall.seat(number);
            assert!(seat.row <= seat.section.rows && seat.number <= seat.section.seats);
            assert!(end > number);
            assert!(seen.insert((seat.section.name.clone(), seat.row, seat.number)));
        }
        assert!((100..150).contains(&hall.seats()));
    }

    #[test]
    fn every_sold_seat_has_one_order() {
        let settings = EventSettings {
            count: 5,
            seats: 200,
        };
        let span = (0, 400 * DAY);
        let tickets = Tickets::sell(Key::new(1, "t"), vocabulary(), (&settings, 5), span, |_| 50);
        assert!(
            tickets
                .orders
                .is_sorted_by_key(|order| (order.event, order.seat))
        );
        for event in &tickets.events {
            let number = event.number as u32;
            let held = (0..tickets.hall.seats() as u32)
                .filter(|seat| tickets.holder(number, *seat).is_some())
                .count();
            assert_eq!(held as u64, event.sold);
        }
        assert!(
            tickets
                .orders
                .iter()
                .all(|order| order.at <= span.1 && order.user < 50)
        );
        assert!(tickets.events.iter().any(|event| event.sold > 100));
    }

    #[test]
    fn halls_fill_and_most_come_in_time() {
        let settings = EventSettings {
            count: 400,
            seats: 100,
        };
        let span = (0, 900 * DAY);
        let sale = (&settings, settings.count);
        let tickets = Tickets::sell(Key::new(1, "t"), vocabulary(), sale, span, |_| 50);
        let over = |event: &&Event| event.begins + LASTS < span.1;
        let events: Vec<&Event> = tickets.events.iter().filter(over).collect();
        let sold = events.iter().map(|event| event.sold as f64).sum::<f64>();
        let through = sold / (tickets.hall.seats() * events.len() as u64) as f64;
        // The mean of beta(5, 2) is 0.71.
        assert!((0.67..0.74).contains(&through), "{through}");
        let mut early: Vec<f64> = Vec::new();
        for (index, order) in tickets.orders.iter().enumerate() {
            let begins = tickets.events[order.event as usize].begins;
            let came = tickets.arrivals(index).into_iter().flatten();
            early.extend(came.map(|at| (begins - at) as f64 / MINUTE as f64));
        }
        let absent = 1.0 - early.len() as f64 / sold;
        assert!((0.06..0.10).contains(&absent), "{absent}");
        let part = |least: f64| early.iter().filter(|before| **before > least).count() as f64;
        let shares = [45.0, 28.5, 12.0].map(|least| part(least) / early.len() as f64);
        assert!((0.05..0.12).contains(&shares[0]), "{shares:?}");
        assert!((0.45..0.55).contains(&shares[1]), "{shares:?}");
        assert!((0.88..0.95).contains(&shares[2]), "{shares:?}");
    }
}
