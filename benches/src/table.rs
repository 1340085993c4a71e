//! What is measured, and the table it is printed in.

use std::time::{Duration, Instant};

/// How long something took, many times over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample(Vec<Duration>);

impl From<Vec<Duration>> for Sample {
    fn from(mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        Self(took)
    }
}

impl Sample {
    /// Does something a number of times.
    pub(crate) fn of<E>(times: usize, mut what: impl FnMut() -> Result<(), E>) -> Result<Self, E> {
        let mut sample = Self::default();
        for _ in 0..times {
            let begun = Instant::now();
            what()?;
            sample.add(begun.elapsed());
        }
        Ok(sample)
    }

    pub(crate) fn add(&mut self, took: Duration) {
        let at = self.0.partition_point(|other| *other <= took);
        self.0.insert(at, took);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort_unstable();
    }

    /// The value that this many percent stay at or below (nearest rank).
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// What the figure is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Budget {
    /// The median stays below.
    Median(u64),
    /// The 99th percentile stays below, and the median below the first.
    Both(u64, u64),
    /// At least so many a second.
    PerSecond(u64),
    /// At most so many MB.
    Megabytes(u64),
    /// Nothing promised.
    None,
}

/// Prints as it goes, so that a long run shows progress.
#[derive(Debug)]
pub(crate) struct Table;

fn milliseconds(took: Duration) -> String {
    let ms = took.as_secs_f64() * 1000.0;
    match ms {
        ms if ms < 0.1 => format!("{ms:.4} ms"),
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms => format!("{ms:.0} ms"),
    }
}

fn share(value: f64, budget: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "budgets are small numbers")]
    let share = value / budget as f64;
    format!("{share:.2}x")
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

impl Table {
    pub(crate) fn begin() -> Self {
        println!(
            "{:<46} {:<22} {:>12} {:>12} {:>10}  {:<22} of budget",
            "what", "size", "median", "p99", "per s", "budget"
        );
        println!("{}", "-".repeat(140));
        Self
    }

    fn line(&mut self, what: &str, size: &str, figures: [&str; 3], budget: (&str, &str)) {
        let [median, p99, rate] = figures;
        println!("{what:<46} {size:<22} {median:>12} {p99:>12} {rate:>10}  {:<22} {}", budget.0, budget.1);
    }

    /// A sample with its budget.
    pub(crate) fn sample(&mut self, what: &str, size: &str, sample: &Sample, budget: Budget) {
        let (median, p99) = (sample.median(), sample.percentile(99));
        let (words, of) = match budget {
            Budget::Median(limit) => (format!("{limit} ms"), share(ms(median), limit)),
            Budget::Both(limit, limit_p99) => (
                format!("{limit} ms, p99 {limit_p99} ms"),
                format!("{}, {}", share(ms(median), limit), share(ms(p99), limit_p99)),
            ),
            Budget::PerSecond(_) | Budget::Megabytes(_) | Budget::None => (String::new(), String::new()),
        };
        self.line(what, size, [&milliseconds(median), &milliseconds(p99), ""], (&words, &of));
    }

    /// Something done so many times in a span, with how long each took.
    pub(crate) fn rate(&mut self, what: &str, size: &str, sample: &Sample, span: Duration, budget: Budget) {
        #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
        let rate = sample.0.len() as f64 / span.as_secs_f64();
        let (words, of) = match budget {
            Budget::PerSecond(least) => (format!(">= {least} /s"), share(rate, least)),
            _ => (String::new(), String::new()),
        };
        let (median, p99) = (milliseconds(sample.median()), milliseconds(sample.percentile(99)));
        self.line(what, size, [&median, &p99, &format!("{rate:.0}")], (&words, &of));
    }

    /// A size in bytes.
    pub(crate) fn bytes(&mut self, what: &str, size: &str, bytes: u64, budget: Budget) {
        #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
        let megabytes = bytes as f64 / 1_000_000.0;
        let (words, of) = match budget {
            Budget::Megabytes(limit) => (format!("{limit} MB"), share(megabytes, limit)),
            _ => (String::new(), String::new()),
        };
        self.line(what, size, [&format!("{megabytes:.1} MB"), "", ""], (&words, &of));
    }

    /// How one sample compares with another.
    pub(crate) fn ratio(&mut self, what: &str, sample: &Sample, against: &Sample) {
        let ratio = ms(sample.median()) / ms(against.median()).max(f64::EPSILON);
        println!("{:<46} {ratio:.2}x", format!("  {what}"));
    }

    /// A sentence between the figures.
    pub(crate) fn note(&mut self, words: &str) {
        println!("  {words}");
    }
}
