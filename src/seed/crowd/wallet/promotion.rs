//! What promotions give to those who top up.

use crate::seed::clock::Micros;
use crate::seed::crowd::payment::Method;

/// A promotion as far as wallets know it.
#[derive(Debug, Clone)]
pub struct Promotion {
    /// Id in the database.
    pub id: i64,
    /// First and last moment.
    pub during: (Micros, Micros),
    /// From this top-up on, in hundredths.
    pub minimum: i64,
    /// Ways of paying that count; none means all.
    pub methods: Vec<String>,
    /// What it gives.
    pub bonus: Bonus,
}

/// What a promotion gives, in hundredths.
#[derive(Debug, Clone)]
pub enum Bonus {
    /// So much.
    Fixed(i64),
    /// So many hundredths of a percent, up to a limit.
    Share(i64, i64),
    /// By the amount: from, bonus.
    Tiers(Vec<(i64, i64)>),
}

impl Promotion {
    pub(super) fn gives(&self, at: Micros, amount: i64, method: &Method) -> Option<i64> {
        let counts = self.methods.is_empty() || self.methods.iter().any(|own| own == method.code);
        if !counts || at < self.during.0 || at > self.during.1 || amount < self.minimum {
            return None;
        }
        let bonus = match &self.bonus {
            Bonus::Fixed(bonus) => *bonus,
            Bonus::Share(percent, most) => (amount * percent / 10_000).min(*most),
            Bonus::Tiers(tiers) => tiers
                .iter()
                .filter(|(from, _)| amount >= *from)
                .map(|(_, bonus)| *bonus)
                .max()
                .unwrap_or(0),
        };
        (bonus > 0).then_some(bonus)
    }
}
