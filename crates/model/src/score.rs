//! Exact scores.

use num_rational::Ratio;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// One of the four described levels of a question, 0–3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Level(u8);

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// `None` above 3.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        (level <= 3).then_some(Self(level))
    }

    /// The level as a number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level).ok_or_else(|| format!("a level is 0, 1, 2 or 3, not {level}"))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A mean of levels (0 to 3), kept as an exact fraction: 1.5 is 3/2 and nothing near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(Ratio<i64>);

/// A field at or below this is weak: 1.5 of 3 (HAIP proposal 23AC1001, section ②-1), compared exactly.
pub const WEAK_AT_MOST: (i64, i64) = (3, 2);

impl Score {
    /// The mean of a field's answered levels; `None` when nothing is answered.
    #[must_use]
    pub fn of_levels(levels: impl IntoIterator<Item = Level>) -> Option<Self> {
        let (sum, count) =
            levels.into_iter().fold((0_i64, 0_i64), |(sum, count), level| (sum + i64::from(level.get()), count + 1));
        (count > 0).then(|| Self(Ratio::new(sum, count)))
    }

    /// The mean of field scores (each field weighs the same); `None` when no field has one.
    #[must_use]
    pub fn mean(scores: impl IntoIterator<Item = Self>) -> Option<Self> {
        let (sum, count) =
            scores.into_iter().fold((Ratio::from_integer(0), 0_i64), |(sum, count), score| (sum + score.0, count + 1));
        (count > 0).then(|| Self(sum / count))
    }

    /// Whether the exact value is at most 1.5.
    #[must_use]
    pub fn is_weak(self) -> bool {
        self.0 <= Ratio::new(WEAK_AT_MOST.0, WEAK_AT_MOST.1)
    }

    /// The exact fraction in lowest terms: `3/2`, or `2` for a whole number.
    #[must_use]
    pub fn exact(self) -> String {
        self.0.to_string()
    }

    /// Two decimals, half up: `1.50`. A score of 2.995 shows as 3.00.
    #[must_use]
    pub fn two_decimals(self) -> String {
        let hundredths = half_up_hundredths(self.0);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// How far the score is along the scale, 0.0 to 1.0. For drawing only.
    #[must_use]
    pub fn share_of_scale(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "numerator and denominator stay far below 2^52")]
        let value = *self.0.numer() as f64 / *self.0.denom() as f64;
        value / 3.0
    }

    /// What changed from `before` to `self`, with its sign.
    #[must_use]
    pub fn since(self, before: Self) -> Difference {
        Difference(self.0 - before.0)
    }

    /// The fraction itself.
    #[must_use]
    pub fn ratio(self) -> Ratio<i64> {
        self.0
    }
}

fn half_up_hundredths(value: Ratio<i64>) -> i64 {
    (value * 100 + Ratio::new(1, 2)).floor().to_integer()
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.two_decimals())
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.two_decimals())
    }
}

/// A signed difference of two scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference(Ratio<i64>);

impl Difference {
    /// The sign: -1, 0 or 1.
    #[must_use]
    pub fn sign(self) -> i8 {
        match self.0.cmp(&Ratio::from_integer(0)) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        }
    }

    /// The exact fraction.
    #[must_use]
    pub fn ratio(self) -> Ratio<i64> {
        self.0
    }
}

impl fmt::Display for Difference {
    /// `+0.25`, `−0.50` (a real minus sign), `±0.00`. Rounded half away from zero, so that up and down look alike.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = if self.sign() < 0 { -self.0 } else { self.0 };
        let hundredths = half_up_hundredths(magnitude);
        let sign = match self.sign() {
            _ if hundredths == 0 => "±",
            -1 => "−",
            _ => "+",
        };
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn levels(values: &[u8]) -> Vec<Level> {
        values.iter().map(|v| Level::new(*v).expect("0-3")).collect()
    }

    #[test]
    fn a_score_of_one_and_a_half_is_weak_and_a_hair_above_is_not() {
        let exactly = Score::of_levels(levels(&[1, 2])).expect("answered");
        assert_eq!((exactly.exact().as_str(), exactly.two_decimals().as_str()), ("3/2", "1.50"));
        assert!(exactly.is_weak());
        let mut many = vec![1; 399];
        many.extend(vec![2; 401]);
        let hair = Score::of_levels(levels(&many)).expect("answered");
        assert_eq!(hair.two_decimals(), "1.50");
        assert!(!hair.is_weak());
    }

    #[test]
    fn halves_of_a_hundredth_round_up() {
        // 9/8 = 1.125
        let score = Score::of_levels(levels(&[1, 1, 1, 1, 1, 1, 1, 2])).expect("answered");
        assert_eq!(score.two_decimals(), "1.13");
    }

    #[test]
    fn differences_show_their_sign() {
        let one = Score::of_levels(levels(&[1])).expect("answered");
        let two = Score::of_levels(levels(&[2])).expect("answered");
        assert_eq!(two.since(one).to_string(), "+1.00");
        assert_eq!(one.since(two).to_string(), "−1.00");
        assert_eq!(one.since(one).to_string(), "±0.00");
    }

    proptest! {
        #[test]
        fn a_mean_lies_between_the_lowest_and_the_highest_level(values in prop::collection::vec(0_u8..=3, 1..40)) {
            let score = Score::of_levels(levels(&values)).expect("answered");
            let low = Score::of_levels(levels(&[*values.iter().min().expect("some")])).expect("one");
            let high = Score::of_levels(levels(&[*values.iter().max().expect("some")])).expect("one");
            prop_assert!(low <= score && score <= high);
        }

        #[test]
        fn two_decimals_never_stray_more_than_half_a_hundredth(values in prop::collection::vec(0_u8..=3, 1..40)) {
            let score = Score::of_levels(levels(&values)).expect("answered");
            let shown: i64 = score.two_decimals().replace('.', "").parse().expect("digits");
            let off = Ratio::new(shown, 100) - score.ratio();
            prop_assert!(off > Ratio::new(-1, 200) && off <= Ratio::new(1, 200));
        }

        #[test]
        fn raising_one_answer_never_lowers_a_score(mut values in prop::collection::vec(0_u8..=2, 1..40), at in 0_usize..40) {
            let before = Score::of_levels(levels(&values)).expect("answered");
            let at = at % values.len();
            values[at] += 1;
            prop_assert!(Score::of_levels(levels(&values)).expect("answered") > before);
        }
    }
}
