//! How fast the rules join touches: [`Memory::observe`], in the centre's one correlator.

use crate::Outcome;
use crate::lines::{Numbers, touch};
use crate::table::{Budget, Sample, Table};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::region::correlate::{Arrival, Facts, Memory, Rules, What};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Kind, Touch, TouchId};
use std::net::IpAddr;
use std::time::{Duration, Instant};

const FACILITIES: u64 = 700;
const SENSORS: u64 = 2_000;
const TOUCHES: u64 = 100_000;
/// No stream is followed longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// 21 November 2026, nine in the morning in Japan.
const BEGIN: i64 = 1_795_219_200_000_000;

pub(crate) fn run(table: &mut Table) -> Outcome {
    let catalogue = hakutaku_catalog::embedded()?;
    let rules = &catalogue.region.rules;
    // A quiet day: everybody sees a little of everything, all day long.
    let day = 24 * 60 * 60 * 1_000_000 / i64::try_from(TOUCHES)?;
    measure(table, rules, "a day of all kinds of visitors", &stream(day, &|_, _, _| ()));
    // Guessed passwords at one house, as fast as they come.
    let guessing = |number: u64, touch: &mut Touch, numbers: &mut Numbers| {
        touch.kind = Kind::SignIn;
        touch.source_ip = IpAddr::from([203, 0, 113, 5]);
        touch.user = Some("admin".to_owned());
        touch.secret_hash = Some(format!("{:032x}", number % 50_000 + numbers.below(2)));
    };
    measure(table, rules, "one visitor guesses passwords everywhere", &stream(10_000, &guessing));
    // A worm: hundreds of sources inside, the same steps at all houses.
    let worm = |_: u64, touch: &mut Touch, numbers: &mut Numbers| {
        touch.source_ip = IpAddr::from([10, 1, 0, u8::try_from(numbers.below(200)).unwrap_or(0)]);
        touch.protocol = ["smb", "rdp", "ssh", "http"][usize::try_from(numbers.below(4)).unwrap_or(0)].to_owned();
    };
    measure(table, rules, "two hundred sources inside each house", &stream(2_000, &worm));
    Ok(())
}

type Change<'a> = &'a dyn Fn(u64, &mut Touch, &mut Numbers);

/// Touches of all sensors in turn, so many microseconds apart.
fn stream(apart: i64, change: Change<'_>) -> Vec<Arrival> {
    let mut numbers = Numbers::new(17);
    (0..TOUCHES)
        .map(|at| {
            let sensor = numbers.below(SENSORS);
            let id = TouchId { sensor: SensorId(uuid::Uuid::from_u128(u128::from(sensor) + 1)), number: at + 1 };
            let time = Ts::from_micros(BEGIN + i64::try_from(at).unwrap_or(0) * apart);
            let mut touch = touch(id, time, &mut numbers);
            change(at, &mut touch, &mut numbers);
            let facility = FacilityId(uuid::Uuid::from_u128(u128::from(sensor % FACILITIES) + 1));
            Arrival { facility, at: time, clock_ahead: 0, what: What::Touch(touch) }
        })
        .collect()
}

fn measure(table: &mut Table, rules: &Rules, what: &str, arrivals: &[Arrival]) {
    for at_once in [1, 500] {
        let (mut memory, facts) = (Memory::default(), Facts::default());
        let (mut took, mut done, mut changes) = (Vec::new(), 0, 0);
        let begun = Instant::now();
        for some in arrivals.chunks(at_once) {
            let one = Instant::now();
            changes += memory.observe_all(rules, some.iter().map(|arrival| (arrival, &facts))).len();
            took.push(one.elapsed());
            done += some.len();
            if begun.elapsed() > PATIENCE {
                break;
            }
        }
        let all = begun.elapsed();
        let (groups, spans) = memory.size();
        table.sample(&format!("join: {what}"), &format!("{at_once} at once"), &Sample::from(took), Budget::None);
        #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
        let rate = done as f64 / all.as_secs_f64();
        table.note(&format!(
            "{rate:.0} touches/s (budget 20,000/s: {:.2}x); {done} touches, {changes} changes of cases, {groups} groups, {spans} spans",
            rate / 20_000.0
        ));
    }
}
