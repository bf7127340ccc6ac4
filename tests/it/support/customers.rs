//! A shop of some size, and its customers: clients that read and write it all the time and write down
//! how long each statement took.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Base, Database, Server, Visitor};

/// How many buy at once.
const CUSTOMERS: u64 = 8;
/// What a customer thinks between two transactions.
const PAUSE: Duration = Duration::from_millis(10);

/// What applications prepare once, by the names of the columns.
const PREPARED: &str = "PREPARE look (bigint) AS
    SELECT u.email, u.sign_in_count, c.amount - c.amount_used FROM spree_users u
      LEFT JOIN spree_store_credits c ON c.user_id = u.id WHERE u.id = $1";

/// A shop of Spree 4.6 with so many users, and as many orders and store credits. User 0 is nobody's
/// customer.
pub fn stocked(server: &Server, users: u64) -> Database<'_> {
    let shop = server.clone_of(Base::Spree46);
    shop.execute(&format!(
        "INSERT INTO spree_users (id, email, created_at, updated_at)
             SELECT n, 'user' || n || '@example.com', now(), now() FROM generate_series(0, {users}) n;
         INSERT INTO spree_orders (number, user_id, email, state, total, created_at, updated_at)
             SELECT 'R' || n, n, 'user' || n || '@example.com', 'complete', n % 100, now(), now()
               FROM generate_series(1, {users}) n;
         INSERT INTO spree_store_credits (user_id, amount, currency, created_at, updated_at)
             SELECT n, n % 1000, 'USD', now(), now() FROM generate_series(1, {users}) n;
         SELECT setval('spree_users_id_seq', {users});
         ANALYZE"
    ));
    shop
}

/// One statement's time, and what went wrong.
#[derive(Debug, Clone)]
struct Answer {
    sql: String,
    took: Duration,
    error: Option<String>,
}

/// Customers at work, until they are sent home.
pub struct Customers {
    answers: Arc<Mutex<Vec<Answer>>>,
    closed: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Customers {
    /// Lets them in; `users` is the shop's size.
    pub fn of(shop: &Database<'_>, users: u64) -> Self {
        let (answers, closed) = (Arc::default(), Arc::default());
        let start = |number| {
            let visitor = Visitor::of(shop, "hangmeas tests: customer");
            visitor.execute(PREPARED);
            let customer = Customer {
                visitor,
                number,
                users,
                visits: 0,
                answers: Arc::clone(&answers),
            };
            let closed = Arc::clone(&closed);
            std::thread::spawn(move || customer.buy_until(&closed))
        };
        let threads = (0..CUSTOMERS).map(start).collect();
        Self {
            answers,
            closed,
            threads,
        }
    }

    /// What they lived through since the last look.
    pub fn experience(&self) -> Experience {
        let answers = std::mem::take(&mut *self.answers.lock().expect("answers"));
        Experience::of(answers)
    }

    /// Lets them finish and go.
    pub fn leave(mut self) -> Experience {
        self.closed.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            thread.join().expect("a customer");
        }
        self.experience()
    }
}

/// Each has users of their own, so that they never wait for each other.
struct Customer {
    visitor: Visitor,
    number: u64,
    users: u64,
    visits: u64,
    answers: Arc<Mutex<Vec<Answer>>>,
}

impl Customer {
    fn buy_until(mut self, closed: &AtomicBool) {
        while !closed.load(Ordering::Acquire) {
            self.visit();
            std::thread::sleep(PAUSE);
        }
    }

    /// One of the things that customers do. Two of them touch users and store credits in one
    /// transaction, each in its order.
    fn visit(&mut self) {
        self.visits += 1;
        let visit = self.visits;
        let user =
            1 + (self.number + CUSTOMERS * (visit * 7919)) % (self.users / CUSTOMERS * CUSTOMERS);
        let name = format!("{}-{visit}", self.number);
        let look = format!("EXECUTE look({user})");
        let credit = format!(
            "UPDATE spree_store_credits SET amount_used = amount_used + 0.01 WHERE user_id = {user}"
        );
        let seen =
            format!("UPDATE spree_users SET sign_in_count = sign_in_count + 1 WHERE id = {user}");
        let orders = format!(
            "SELECT number, total FROM spree_orders WHERE user_id = {user} ORDER BY id DESC LIMIT 5"
        );
        let order = format!(
            "INSERT INTO spree_orders (number, user_id, state, created_at, updated_at) VALUES ('N{name}', {user}, 'cart', now(), now())"
        );
        let join = format!(
            "INSERT INTO spree_users (email, created_at, updated_at) VALUES ('new{name}@example.com', now(), now())"
        );
        let work: &[&str] = match visit % 5 {
            0 => &[&look, &orders],
            1 => &[&look, &seen],
            2 => &["BEGIN", &order, &credit, &seen, "COMMIT"],
            3 => &["BEGIN", &look, &seen, &credit, "COMMIT"],
            _ => &["BEGIN", &join, &orders, "COMMIT"],
        };
        for sql in work {
            if !self.ask(sql) {
                let _ = self.visitor.try_execute("ROLLBACK");
                return;
            }
        }
    }

    /// Runs one statement and writes down how it went; whether it went well.
    fn ask(&self, sql: &str) -> bool {
        let asked = Instant::now();
        let error = self.visitor.try_execute(sql).err();
        let answer = Answer {
            sql: sql.to_owned(),
            took: asked.elapsed(),
            error: error.map(|error| format!("{error:?}")),
        };
        let well = answer.error.is_none();
        self.answers.lock().expect("answers").push(answer);
        well
    }
}

/// How a shop served its customers for a while.
pub struct Experience {
    /// By time, the longest last.
    answers: Vec<Answer>,
}

impl Experience {
    fn of(mut answers: Vec<Answer>) -> Self {
        answers.sort_by_key(|answer| answer.took);
        Self { answers }
    }

    /// Statements that did not succeed.
    pub fn failures(&self) -> Vec<String> {
        let failed = self.answers.iter().filter_map(|answer| {
            let error = answer.error.as_ref()?;
            Some(format!("{}: {error}", answer.sql))
        });
        failed.collect()
    }

    /// The longest that a statement took.
    pub fn longest(&self) -> Duration {
        self.answers
            .last()
            .map_or(Duration::ZERO, |answer| answer.took)
    }

    /// The time within which that share of the statements was answered.
    pub fn within(&self, share: f64) -> Duration {
        let last = self.answers.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.answers
            .get(place)
            .map_or(Duration::ZERO, |answer| answer.took)
    }
}

impl fmt::Display for Experience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        write!(
            f,
            "{:6} statements, {} failed;",
            self.answers.len(),
            self.failures().len()
        )?;
        for (name, share) in [
            ("median", 0.5),
            ("95 %", 0.95),
            ("99 %", 0.99),
            ("99.9 %", 0.999),
        ] {
            write!(f, " {name} {:.1} ms,", milliseconds(self.within(share)))?;
        }
        write!(f, " longest {:.0} ms", milliseconds(self.longest()))?;
        match self.answers.last() {
            Some(last) if last.took > Duration::from_millis(500) => write!(f, " ({})", last.sql),
            _ => Ok(()),
        }
    }
}
