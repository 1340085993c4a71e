//! Every medical institution of Japan with 80 answers each: scores, and percentiles by cohort.
//!
//! The rules of the model (`hakutaku_model::assessment::evaluate`) keep the whole derivation of one result and are not
//! made for this size. The tight loop below is the bench's own, for want of one in the product; a test holds it against
//! the model's rules, exactly, with no floating point.

use crate::Outcome;
use crate::installation::{Numbers, catalogue, hospital_form};
use crate::table::{Budget, Sample, Table};
use hakutaku_model::catalogue::Questionnaire;

const FACILITIES: usize = 229_484;
const TIMES: usize = 15;
const PREFECTURES: usize = 47;
const KINDS: usize = 4;
/// Stands for "not applicable" and "not answered" among levels 0 to 3.
const NOTHING: u8 = 255;

/// A score of the whole: the mean of the field scores, as a whole number of equal parts. Zero parts is zero, the most is
/// three times [`Form::whole`].
type Parts = u64;

/// The form as the loop needs it.
#[derive(Debug)]
struct Form {
    /// Questions in each field, in order.
    lengths: Vec<usize>,
    questions: usize,
    /// What a field's sum is multiplied by to be divisible by its count.
    by_count: Vec<Parts>,
    /// What the sum over the fields is multiplied by to be divisible by their number.
    by_fields: Vec<Parts>,
    /// The parts of a score of 1.
    #[cfg(test)]
    whole: Parts,
}

/// The least common multiple of 1 to `end`.
fn common_multiple(end: usize) -> Parts {
    fn divisor(a: Parts, b: Parts) -> Parts {
        if b == 0 { a } else { divisor(b, a % b) }
    }
    (1..=end).filter_map(|n| Parts::try_from(n).ok()).fold(1, |so_far, n| so_far / divisor(so_far, n) * n)
}

/// For a divisor: how many parts one has; nothing for zero.
fn shares(multiple: Parts, end: usize) -> Vec<Parts> {
    (0..=end).map(|n| Parts::try_from(n).ok().and_then(|n| multiple.checked_div(n)).unwrap_or(0)).collect()
}

impl Form {
    fn of(questionnaire: &Questionnaire) -> Self {
        let lengths: Vec<usize> = questionnaire.sections.iter().map(|section| section.questions.len()).collect();
        let longest = lengths.iter().copied().max().unwrap_or(1);
        let (counts, fields) = (common_multiple(longest), common_multiple(lengths.len()));
        Self {
            questions: lengths.iter().sum(),
            by_count: shares(counts, longest),
            by_fields: shares(fields, lengths.len()),
            lengths,
            #[cfg(test)]
            whole: counts * fields,
        }
    }

    fn score(&self, answers: &[u8]) -> Parts {
        let (mut rest, mut sum, mut scored) = (answers, 0, 0);
        for length in &self.lengths {
            let (field, after) = rest.split_at(*length);
            rest = after;
            let (mut levels, mut count) = (0_u32, 0_usize);
            for answer in field {
                let counts = *answer <= 3;
                levels += if counts { u32::from(*answer) } else { 0 };
                count += usize::from(counts);
            }
            sum += Parts::from(levels) * self.by_count[count];
            scored += usize::from(count > 0);
        }
        sum * self.by_fields[scored]
    }
}

/// Answers of made-up facilities, one row each, and the cohort (prefecture and kind) of each.
#[derive(Debug)]
struct Nation {
    answers: Vec<u8>,
    cohorts: Vec<u8>,
}

impl Nation {
    fn of(questionnaire: &Questionnaire, facilities: usize) -> Self {
        let mut numbers = Numbers::new(229_484);
        let position = |id: &str| questionnaire.questions().position(|question| question.id.as_str() == id);
        let conditions: Vec<_> = questionnaire
            .questions()
            .map(|question| {
                let condition = question.applies_if.as_ref()?;
                Some((position(condition.question.as_str())?, condition.min_level.map_or(0, u8::from)))
            })
            .collect();
        let mut answers = Vec::with_capacity(facilities * conditions.len());
        for _ in 0..facilities {
            let begin = answers.len();
            for condition in &conditions {
                let asked = condition.is_none_or(|(earlier, min): (usize, u8)| {
                    let earlier = answers[begin + earlier];
                    earlier != NOTHING && earlier >= min
                });
                let given = if numbers.below(25) == 0 { NOTHING } else { u8::from(numbers.level()) };
                answers.push(if asked { given } else { NOTHING });
            }
        }
        let cohort = |_| u8::try_from(numbers.below((PREFECTURES * KINDS) as u64)).unwrap_or(0);
        Self { answers, cohorts: (0..facilities).map(cohort).collect() }
    }
}

/// The 10th, 25th, 50th, 75th and 90th percentile of a cohort (nearest rank).
const PERCENTILES: [usize; 5] = [10, 25, 50, 75, 90];

/// Scores every facility and sorts each cohort for its percentiles.
fn score_all(form: &Form, nation: &Nation) -> Vec<[Parts; 5]> {
    by_cohort(&nation.cohorts, &scores(form, &nation.answers))
}

fn scores(form: &Form, answers: &[u8]) -> Vec<Parts> {
    answers.chunks_exact(form.questions).map(|row| form.score(row)).collect()
}

fn by_cohort(cohorts: &[u8], scores: &[Parts]) -> Vec<[Parts; 5]> {
    let mut sorted: Vec<Vec<Parts>> = vec![Vec::new(); PREFECTURES * KINDS];
    for (cohort, score) in cohorts.iter().zip(scores) {
        sorted[usize::from(*cohort)].push(*score);
    }
    sorted
        .iter_mut()
        .map(|scores| {
            scores.sort_unstable();
            PERCENTILES.map(|p| scores.get((scores.len() * p).div_ceil(100).max(1) - 1).copied().unwrap_or(0))
        })
        .collect()
}

/// The same with the scoring spread over all cores.
fn score_all_on_all_cores(form: &Form, nation: &Nation, cores: usize) -> Vec<[Parts; 5]> {
    let rows = nation.cohorts.len().div_ceil(cores).max(1) * form.questions;
    let parts: Vec<Vec<Parts>> = std::thread::scope(|scope| {
        let running: Vec<_> =
            nation.answers.chunks(rows).map(|answers| scope.spawn(move || scores(form, answers))).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    by_cohort(&nation.cohorts, &parts.concat())
}

pub(crate) fn run(table: &mut Table) -> Outcome {
    let catalogue = catalogue()?;
    let questionnaire = hospital_form(&catalogue)?;
    let form = Form::of(questionnaire);
    let mut growth = Vec::new();
    for facilities in [FACILITIES / 100, FACILITIES / 10, FACILITIES] {
        let nation = Nation::of(questionnaire, facilities);
        let sample = Sample::of(TIMES, || {
            std::hint::black_box(score_all(&form, &nation));
            Ok::<(), std::convert::Infallible>(())
        })?;
        let budget = if facilities == FACILITIES { Budget::Median(100) } else { Budget::None };
        table.sample("score all, percentiles by 188 cohorts, 1 core", &format!("{facilities} x 80"), &sample, budget);
        growth.push(sample);
    }
    if let [small, .., large] = growth.as_slice() {
        table.ratio("100 times the facilities", large, small);
    }
    let nation = Nation::of(questionnaire, FACILITIES);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sample = Sample::of(TIMES, || {
        std::hint::black_box(score_all_on_all_cores(&form, &nation, cores));
        Ok::<(), std::convert::Infallible>(())
    })?;
    let what = format!("score all, percentiles by 188 cohorts, {cores} cores");
    table.sample(&what, &format!("{FACILITIES} x 80"), &sample, Budget::Median(100));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::assessment::{Answer, Answers, evaluate};
    use hakutaku_model::score::Level;

    #[test]
    fn the_tight_loop_gives_exactly_what_the_rules_give() {
        let catalogue = catalogue().expect("the catalogue loads");
        let questionnaire = hospital_form(&catalogue).expect("there");
        let form = Form::of(questionnaire);
        let nation = Nation::of(questionnaire, 300);
        for row in nation.answers.chunks_exact(form.questions) {
            let answers: Answers = questionnaire
                .questions()
                .zip(row)
                .filter(|(_, answer)| **answer != NOTHING)
                .map(|(question, answer)| (question.id.clone(), Answer::level(Level::new(*answer).expect("0 to 3"))))
                .collect();
            let exact = evaluate(questionnaire, &answers).overall.expect("scored").ratio();
            let parts = i64::try_from(form.score(row)).expect("small");
            let whole = i64::try_from(form.whole).expect("small");
            assert_eq!(exact * whole, parts.into());
        }
    }

    #[test]
    fn all_cores_find_what_one_core_finds() {
        let catalogue = catalogue().expect("the catalogue loads");
        let questionnaire = hospital_form(&catalogue).expect("there");
        let form = Form::of(questionnaire);
        let nation = Nation::of(questionnaire, 1_001);
        assert_eq!(score_all(&form, &nation), score_all_on_all_cores(&form, &nation, 3));
    }
}
