//! Executives and audit: whether hospitals whose executives rate themselves higher come out of audits better.
//!
//! Spearman's rank correlation with mid-ranks for ties (that is, Pearson's correlation of the ranks). The uncertainty is
//! an approximate 95 % interval by Fisher's z with the standard error √(1.06 / (n − 3)) of Fieller, Hartley and Pearson,
//! "Tests for rank correlation coefficients I", Biometrika 44 (1957). Limits: the approximation is meant for ten pairs
//! and more and for moderate correlations, many ties make it too narrow, and no interval can be given for ρ = ±1. A
//! correlation says nothing about cause. Below [`FEWEST`] hospitals nothing is computed.

use serde::{Deserialize, Serialize};

/// The fewest hospitals a relation is computed from.
pub const FEWEST: usize = 8;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A correlation with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Spearman's ρ, −1 to 1.
    pub rho: f64,
    /// The interval in which it lies with 95 % confidence, approximately; `None` for ρ = ±1.
    pub interval: Option<(f64, f64)>,
    /// How many hospitals.
    pub n: usize,
}

/// What can be said about the relation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Relation {
    /// Too few hospitals.
    TooFew {
        /// How many there are.
        n: usize,
    },
    /// All hospitals have the same value on one side: there is no order to compare.
    NoSpread {
        /// How many there are.
        n: usize,
    },
    /// A correlation.
    Known(Correlation),
}

/// Ranks from 1; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|at| values[**at].total_cmp(&values[order[from]]).is_eq()).count();
        #[expect(clippy::cast_precision_loss, reason = "there are no 2^52 hospitals")]
        let shared = (2 * from + 1 + same) as f64 / 2.0;
        for at in &order[from..from + same] {
            ranks[*at] = shared;
        }
        from += same;
    }
    ranks
}

/// Spearman's ρ of pairs; `None` below two pairs or when one side is all the same.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let n = pairs.len();
    let x = ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let y = ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    #[expect(clippy::cast_precision_loss, reason = "there are no 2^52 hospitals")]
    let count = n as f64;
    // The mean of the ranks 1 … n, ties or not.
    let mean = f64::midpoint(count, 1.0);
    let products = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let spread = products(&x, &x) * products(&y, &y);
    if n < 2 || spread <= 0.0 {
        return None;
    }
    let rho = (products(&x, &y) / spread.sqrt()).clamp(-1.0, 1.0);
    let interval = (n > 3 && rho.abs() < 1.0 - 1e-9).then(|| {
        let half = Z * (1.06 / (count - 3.0)).sqrt();
        ((rho.atanh() - half).tanh(), (rho.atanh() + half).tanh())
    });
    Some(Correlation { rho, interval, n })
}

/// The relation between executive scores and audit results, one pair a hospital; nothing below [`FEWEST`].
#[must_use]
pub fn relation(pairs: &[(f64, f64)]) -> Relation {
    let n = pairs.len();
    if n < FEWEST {
        return Relation::TooFew { n };
    }
    spearman(pairs).map_or(Relation::NoSpread { n }, Relation::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 5e-4, "{a} is not {b}");
    }

    #[test]
    fn without_ties_it_is_the_textbook_formula() {
        // d = 0 -1 1 -1 1 0 0 0, Σd² = 4, ρ = 1 − 6·4 / (8·63) = 0.952381
        let pairs = [(1., 1.), (2., 3.), (3., 2.), (4., 5.), (5., 4.), (6., 6.), (7., 7.), (8., 8.)];
        let known = spearman(&pairs).expect("both sides spread");
        close(known.rho, 0.952_381);
        // atanh ρ = 1.856786; 1.959964·√(1.06/5) = 0.902437; tanh 0.954349, tanh 2.759223
        let (low, high) = known.interval.expect("not one");
        close(low, 0.741_7);
        close(high, 0.992_0);
    }

    #[test]
    fn ties_share_their_ranks() {
        // x ranks 1, 2.5, 2.5, 4; y ranks 1, 2, 3, 4: Σ(x−2.5)(y−2.5) = 4.5, Σ(x−2.5)² = 4.5, Σ(y−2.5)² = 5
        let known = spearman(&[(10., 1.), (20., 2.), (20., 3.), (30., 4.)]).expect("both sides spread");
        close(known.rho, 4.5 / (4.5_f64 * 5.0).sqrt());
        assert_eq!(ranks(&[3., 1., 3., 3.]), [3.0, 1.0, 3.0, 3.0]);
    }

    #[test]
    fn opposite_orders_are_minus_one_without_an_interval() {
        let pairs: Vec<(f64, f64)> = (0..9).map(|n| (f64::from(n), -f64::from(n))).collect();
        let known = spearman(&pairs).expect("both sides spread");
        close(known.rho, -1.0);
        assert_eq!(known.interval, None);
    }

    #[test]
    fn below_eight_hospitals_nothing_is_computed() {
        let pairs: Vec<(f64, f64)> = (0..7).map(|n| (f64::from(n), f64::from(n))).collect();
        assert_eq!(relation(&pairs), Relation::TooFew { n: 7 });
        assert_eq!(relation(&[(1., 2.); 8]), Relation::NoSpread { n: 8 });
        let eight: Vec<(f64, f64)> = (0..8).map(|n| (f64::from(n), f64::from(n % 3))).collect();
        assert!(matches!(relation(&eight), Relation::Known(known) if known.n == 8));
    }
}
