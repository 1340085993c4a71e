//! Diffie-Hellman over the groups of RFC 3526 (RFC 8268), for clients that know no curves.

use num_bigint::BigUint;

/// Group 14 of RFC 3526, 3: 2048 bits. The generator is 2.
const GROUP_14: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
    15728e5a8aacaa68ffffffffffffffff";
/// Group 16 of RFC 3526, 5: 4096 bits.
const GROUP_16: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
    15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
    abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c\
    bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a92108011a723c12a787e6d7\
    88719a10bdba5b2699c327186af4e23c1a946834b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc141fbecaa6\
    287c59474e6bc05d99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127d5b05aa9\
    93b4ea988d8fddc186ffb7dc90a6c08f4df435c934063199ffffffffffffffff";
/// Bytes of our secret exponent: twice the strength of the group is enough (RFC 3526, 8).
const EXPONENT: usize = 40;

/// Our public value and the shared secret, big-endian; nothing if the visitor's value is none (RFC 4253, 8).
pub(super) fn agree(name: &str, theirs: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let digits = if name.contains("group16") { GROUP_16 } else { GROUP_14 };
    let prime = BigUint::parse_bytes(digits.as_bytes(), 16)?;
    // A value longer than the group is not even looked at.
    if theirs.len() > digits.len() / 2 + 1 {
        return None;
    }
    let theirs = BigUint::from_bytes_be(theirs);
    let one = BigUint::from(1u8);
    if theirs <= one || theirs >= &prime - &one {
        return None;
    }
    let mut bytes = [0; EXPONENT];
    getrandom::fill(&mut bytes).ok()?;
    let exponent = BigUint::from_bytes_be(&bytes);
    let ours = BigUint::from(2u8).modpow(&exponent, &prime);
    Some((ours.to_bytes_be(), theirs.modpow(&exponent, &prime).to_bytes_be()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_the_group_are_refused() {
        let name = "diffie-hellman-group14-sha256";
        let prime = BigUint::parse_bytes(GROUP_14.as_bytes(), 16).expect("prime");
        assert_eq!((prime.bits(), BigUint::parse_bytes(GROUP_16.as_bytes(), 16).map(|p| p.bits())), (2048, Some(4096)));
        for wrong in [vec![], vec![0], vec![1], (&prime - 1u8).to_bytes_be(), prime.to_bytes_be(), vec![255; 10_000]] {
            assert_eq!(agree(name, &wrong), None);
        }
        let (public, secret) = agree(name, &[2]).expect("agreed");
        // With 2 as the visitor's value both are the same power.
        assert_eq!(public, secret);
    }
}
