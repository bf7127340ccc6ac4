//! Ways of paying, as Cambodia pays; shares are estimates (`seeds/data/payments_locale.json`).

use crate::seed::random::{Dice, Weights};

/// A way of paying.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// As it is stored.
    pub code: &'static str,
    /// What transactions of it begin with.
    pub prefix: &'static str,
    share: f64,
}

const METHODS: [Method; 8] = [
    method("aba_pay", "ABA", 0.38),
    method("khqr", "KHQR", 0.22),
    method("wing", "WING", 0.13),
    method("acleda", "ACL", 0.10),
    method("card", "CARD", 0.07),
    method("truemoney", "TRUE", 0.04),
    method("pi_pay", "PI", 0.02),
    method("emoney", "EM", 0.02),
];

const fn method(code: &'static str, prefix: &'static str, share: f64) -> Method {
    Method {
        code,
        prefix,
        share,
    }
}

/// Draws ways of paying.
#[derive(Debug)]
pub struct Methods(Weights);

impl Methods {
    /// With the usual shares.
    #[must_use]
    pub fn new() -> Self {
        Self(Weights::shares(METHODS.iter().map(|method| method.share)))
    }

    /// One of them.
    pub fn draw(&self, dice: &mut Dice) -> &'static Method {
        &METHODS[self.0.draw(dice)]
    }
}

impl Default for Methods {
    fn default() -> Self {
        Self::new()
    }
}
