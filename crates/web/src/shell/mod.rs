//! What every page shares: words, layout, the visitor, forms, errors, headers, files.

pub mod assets;
pub mod csrf;
pub mod form;
pub(crate) mod headers;
pub mod live;
pub(crate) mod nav;
pub mod page;
pub(crate) mod preferences;
pub mod problem;
pub(crate) mod public_pages;
pub(crate) mod qr;
pub mod sensor_stream;
pub mod visit;
pub mod words;

/// Bytes nobody can guess.
///
/// # Panics
/// When the operating system has no randomness: nothing here may go on then.
#[must_use]
#[expect(clippy::expect_used, reason = "without randomness every secret would be known")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A secret of 256 bits as 64 hexadecimal digits: session, link and API tokens.
#[must_use]
pub fn random_token() -> String {
    hex::encode(random::<32>())
}
