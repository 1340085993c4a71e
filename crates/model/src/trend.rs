//! The same objective over the years: did we get better at it?
//!
//! Scenarios differ from year to year; what stays is the id of the objective. Every finished drill gives, for each of its
//! objectives, how many expected actions were done in time and what the observers scored.

use crate::id::RoomId;
use crate::text::Text;
use jiff::civil::Date;
use serde::Serialize;

/// What one drill measured of one objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// The drill.
    pub drill: RoomId,
    /// The day it was held, in Japan.
    pub on: Date,
    /// Its title.
    pub title: String,
    /// The objective's id.
    pub objective: String,
    /// What it says.
    pub text: Text,
    /// Expected actions that measure it.
    pub expected: u32,
    /// Of them: done within their time.
    pub met: u32,
    /// The mean of the observers' scores in hundredths (1.00 to 5.00); `None`: nobody scored.
    pub mean: Option<u32>,
}

/// One drill on an objective's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The drill.
    pub drill: RoomId,
    /// The day.
    pub on: Date,
    /// Its title.
    pub title: String,
    /// Expected actions.
    pub expected: u32,
    /// Of them: done in time.
    pub met: u32,
    /// The share done in time, in whole percent, half rounded up; `None` without an expected action.
    pub share: Option<u32>,
    /// Mean score in hundredths.
    pub mean: Option<u32>,
}

/// One objective over the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The objective's id.
    pub objective: String,
    /// As the newest scenario words it.
    pub text: Text,
    /// Its drills, oldest first.
    pub points: Vec<Point>,
}

impl Line {
    /// How the newest share stands to the one before, in percentage points; `None` with fewer than two.
    #[must_use]
    pub fn change(&self) -> Option<i64> {
        let shares: Vec<u32> = self.points.iter().filter_map(|point| point.share).collect();
        let [.., before, newest] = shares.as_slice() else { return None };
        Some(i64::from(*newest) - i64::from(*before))
    }
}

/// Lines by objective: those measured most often first, among equals by id. What measured nothing is left out.
#[must_use]
pub fn trend(measured: impl IntoIterator<Item = Measured>) -> Vec<Line> {
    let mut all: Vec<Measured> = measured.into_iter().filter(|one| one.expected > 0 || one.mean.is_some()).collect();
    all.sort_by_key(|held| (held.on, held.drill));
    let mut lines: Vec<Line> = Vec::new();
    for one in all {
        let point = Point {
            drill: one.drill,
            on: one.on,
            title: one.title,
            expected: one.expected,
            met: one.met,
            share: (one.expected > 0).then(|| (one.met * 200 + one.expected) / (one.expected * 2)),
            mean: one.mean,
        };
        match lines.iter_mut().find(|line| line.objective == one.objective) {
            Some(line) => {
                line.text = one.text;
                line.points.push(point);
            }
            None => lines.push(Line { objective: one.objective, text: one.text, points: vec![point] }),
        }
    }
    lines.sort_by(|a, b| b.points.len().cmp(&a.points.len()).then_with(|| a.objective.cmp(&b.objective)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn measured(
        drill: u128,
        on: Date,
        objective: &str,
        text: &str,
        met: u32,
        expected: u32,
        mean: Option<u32>,
    ) -> Measured {
        Measured {
            drill: RoomId(Uuid::from_u128(drill)),
            on,
            title: format!("訓練{drill}"),
            objective: objective.into(),
            text: Text::new(text, text),
            expected,
            met,
            mean,
        }
    }

    #[test]
    fn an_objective_is_followed_by_its_id_across_scenarios() {
        let (last, this) = (date(2025, 11, 7), date(2026, 11, 6));
        let lines = trend([
            measured(2, this, "activate-in-time", "20分以内に発動", 5, 6, Some(400)),
            measured(1, last, "activate-in-time", "早く発動する", 1, 3, Some(250)),
            measured(2, this, "call-vendor", "業者を呼ぶ", 2, 2, None),
            measured(2, this, "unmeasured", "測らない", 0, 0, None),
        ]);
        assert_eq!(
            lines.iter().map(|line| line.objective.as_str()).collect::<Vec<_>>(),
            ["activate-in-time", "call-vendor"]
        );
        let first = &lines[0];
        assert_eq!(first.text.ja, "20分以内に発動", "as the newest scenario says it");
        assert_eq!(first.points.iter().map(|point| point.share).collect::<Vec<_>>(), [Some(33), Some(83)]);
        assert_eq!(first.change(), Some(50));
        assert_eq!(lines[1].change(), None, "one year is no trend");
    }

    #[test]
    fn scores_alone_make_a_point_without_a_share() {
        let lines = trend([measured(1, date(2025, 11, 7), "calm", "落ち着き", 0, 0, Some(333))]);
        assert_eq!((lines[0].points[0].share, lines[0].points[0].mean), (None, Some(333)));
    }
}
