//! Waiting longer each time, and not in step with others.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Pauses that double from `first` up to `most`, each shortened by up to half at random.
#[derive(Debug, Clone)]
pub struct Backoff {
    pause: Duration,
    most: Duration,
}

impl Backoff {
    /// Begins at `first`; never exceeds `most`.
    #[must_use]
    pub fn new(first: Duration, most: Duration) -> Self {
        Self { pause: first, most }
    }

    /// The next pause.
    pub fn pause(&mut self) -> Duration {
        let pause = self.pause.min(self.most);
        self.pause = (pause * 2).min(self.most);
        // RandomState is seeded anew each time: enough to keep runners apart.
        let random = RandomState::new().hash_one(0_u8) % 1000;
        pause.mul_f64(0.5 + random as f64 / 2000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_limit_and_varies() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(300));
        for most in [100, 200, 300, 300] {
            let pause = backoff.pause();
            let most = Duration::from_millis(most);
            assert!(pause >= most / 2 && pause <= most, "{pause:?}");
        }
    }
}
