//! The Merkle tree of RFC 6962, section 2.1: leaf hash over `0x00 ‖ data`, node hash over `0x01 ‖ left ‖ right`,
//! the left subtree holding the largest power of two that is smaller than the number of leaves.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// Shows that one leaf is in a tree of a known root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// The leaf's place, from 0.
    pub place: u64,
    /// How many leaves the tree has.
    pub leaves: u64,
    /// The hashes of the neighbours, from the leaf up.
    pub path: Vec<Hash>,
}

pub(super) fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    let half = leaves.len().next_power_of_two() / 2;
    leaves.split_at(half)
}

pub(super) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = split(leaves);
            node(&root(left), &root(right))
        }
    }
}

pub(super) fn inclusion(leaves: &[Hash], place: usize) -> Option<InclusionProof> {
    if place >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    climb(leaves, place, &mut path);
    Some(InclusionProof { place: place as u64, leaves: leaves.len() as u64, path })
}

fn climb(leaves: &[Hash], place: usize, path: &mut Vec<Hash>) {
    if leaves.len() <= 1 {
        return;
    }
    let (left, right) = split(leaves);
    if place < left.len() {
        climb(left, place, path);
        path.push(root(right));
    } else {
        climb(right, place - left.len(), path);
        path.push(root(left));
    }
}

/// Returns whether the proof shows that a leaf of this hash is in the tree of this root.
#[must_use]
pub fn includes(root: &Hash, leaf: Hash, proof: &InclusionProof) -> bool {
    if proof.place >= proof.leaves {
        return false;
    }
    // RFC 9162, section 2.1.3.2.
    let (mut place, mut last) = (proof.place, proof.leaves - 1);
    let mut hash = leaf;
    for neighbour in &proof.path {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            hash = node(neighbour, &hash);
            while place.is_multiple_of(2) && place != 0 {
                place /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, neighbour);
        }
        place /= 2;
        last /= 2;
    }
    last == 0 && hash == *root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::hex;

    /// The leaves of the published test vectors of RFC 6962 implementations, and the roots of their prefixes.
    #[test]
    fn roots_agree_with_published_vectors() {
        let inputs: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let leaves: Vec<_> = inputs.iter().map(|data| leaf_hash(data)).collect();
        assert_eq!(
            hex(&root(&leaves[..1])),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            hex(&root(&leaves[..2])),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
        assert_eq!(hex(&root(&leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }
}
