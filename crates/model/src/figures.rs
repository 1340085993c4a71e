//! Figures for monitoring, in the text form that Prometheus reads (exposition format 0.0.4).
//!
//! Sensor and server write their pages with the same writer: [`Page`] for the text, [`Histogram`] for how long things took.
//! Where the numbers come from is the business of whoever writes the page.

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What the page is, for the header of the answer.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4";

/// Upper bounds in seconds, from half a millisecond to ten seconds: a query as well as a page.
pub const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What kind of figures a family holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Only grows, until the program starts anew.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by how long something took.
    Histogram,
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A page being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page(String);

/// The lines of one family.
#[derive(Debug)]
pub struct Family<'a> {
    text: &'a mut String,
    name: String,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a family. `name` is one Prometheus takes: letters, digits, underscores.
    pub fn family(&mut self, name: &str, form: Form, help: &str) -> Family<'_> {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {}", form.word());
        Family { text: &mut self.0, name: name.to_owned() }
    }

    /// A family of a single figure.
    pub fn one(&mut self, name: &str, form: Form, help: &str, value: impl Display) {
        self.family(name, form, help).put(&[], value);
    }

    /// The page.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

impl Family<'_> {
    /// A figure with its labels.
    pub fn put(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.line("", labels, None, value);
    }

    /// A histogram with its labels.
    pub fn histogram(&mut self, labels: &[(&str, &str)], histogram: &Histogram) {
        let taken = histogram.read();
        let mut below = 0;
        for (bound, count) in SECONDS.iter().zip(&taken.counts) {
            below += count;
            self.line("_bucket", labels, Some(&bound.to_string()), below);
        }
        let all: u64 = taken.counts.iter().sum();
        self.line("_bucket", labels, Some("+Inf"), all);
        self.line("_sum", labels, None, taken.sum.as_secs_f64());
        self.line("_count", labels, None, all);
    }

    fn line(&mut self, suffix: &str, labels: &[(&str, &str)], bound: Option<&str>, value: impl Display) {
        let _ = write!(self.text, "{}{suffix}", self.name);
        let mut labels = labels.iter().copied().chain(bound.map(|bound| ("le", bound))).peekable();
        if labels.peek().is_some() {
            self.text.push('{');
            while let Some((name, value)) = labels.next() {
                let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                let next = if labels.peek().is_some() { "," } else { "}" };
                let _ = write!(self.text, "{name}=\"{value}\"{next}");
            }
        }
        let _ = writeln!(self.text, " {value}");
    }
}

/// Counts how often something took how long. Shared between threads without a lock: a page read meanwhile may miss what is
/// just being added.
#[derive(Debug)]
pub struct Histogram {
    counts: [AtomicU64; SECONDS.len() + 1],
    sum_micros: AtomicU64,
}

struct Taken {
    /// One for each bound, and what took longer than all.
    counts: Vec<u64>,
    sum: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: std::array::from_fn(|_| AtomicU64::new(0)), sum_micros: AtomicU64::new(0) }
    }
}

impl Histogram {
    /// Adds one.
    pub fn add(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = SECONDS.partition_point(|bound| *bound < seconds);
        if let Some(count) = self.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How many were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    fn read(&self) -> Taken {
        Taken {
            counts: self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect(),
            sum: Duration::from_micros(self.sum_micros.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_each_family_once_and_escapes_what_it_must() {
        let mut page = Page::new();
        page.one("a_total", Form::Counter, "Lines\nand \\.", 3_u64);
        let mut family = page.family("b", Form::Gauge, "With labels.");
        family.put(&[("where", "a \"b\"\\\n"), ("kind", "x")], 0.5);
        family.put(&[], 7);
        assert_eq!(
            page.finish(),
            "# HELP a_total Lines\\nand \\\\.\n# TYPE a_total counter\na_total 3\n\
             # HELP b With labels.\n# TYPE b gauge\nb{where=\"a \\\"b\\\"\\\\\\n\",kind=\"x\"} 0.5\nb 7\n"
        );
    }

    #[test]
    fn a_histogram_counts_up_to_each_bound_and_everything_in_the_last() {
        let histogram = Histogram::default();
        for millis in [0, 1, 2, 30_000] {
            histogram.add(Duration::from_millis(millis));
        }
        let mut page = Page::new();
        page.family("took_seconds", Form::Histogram, "How long.").histogram(&[("of", "it")], &histogram);
        let text = page.finish();
        for line in [
            "took_seconds_bucket{of=\"it\",le=\"0.0005\"} 1",
            "took_seconds_bucket{of=\"it\",le=\"0.001\"} 2",
            "took_seconds_bucket{of=\"it\",le=\"0.0025\"} 3",
            "took_seconds_bucket{of=\"it\",le=\"10\"} 3",
            "took_seconds_bucket{of=\"it\",le=\"+Inf\"} 4",
            "took_seconds_sum{of=\"it\"} 30.003",
            "took_seconds_count{of=\"it\"} 4",
        ] {
            assert!(text.lines().any(|there| there == line), "{line} is missing in\n{text}");
        }
        assert_eq!(histogram.count(), 4);
    }
}
