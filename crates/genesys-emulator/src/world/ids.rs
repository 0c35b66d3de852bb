//! New ids, names of tokens and secrets, all from one seed.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The world's only source of chance.
pub(crate) struct Ids {
    random: ChaCha8Rng,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Returns a new UUID (version 4) as text.
    pub(crate) fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Returns a secret or a token: 43 letters, digits, dashes and underscores.
    pub(crate) fn secret(&mut self) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bytes = [0; 43];
        self.random.fill_bytes(&mut bytes);
        bytes
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte & 63)))
            .map(|&letter| char::from(letter))
            .collect()
    }
}
