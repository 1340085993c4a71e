//! What is to be filled within a text: `はい・いいえ`, `□はい　□いいえ`, `令和　年　月　日`, `（　/　）`.

use hakutaku_model::day::era_year;
use jiff::civil::Date;
use std::ops::Range;

/// Part of a text, in characters, and what takes its place.
pub(super) type Splice = (Range<usize>, String);

/// Words for yes and no, the longer ones first.
const WORDS: [(&str, &str); 6] =
    [("はい", "いいえ"), ("実施済", "未実施"), ("有", "無"), ("あり", "なし"), ("適", "否"), ("Yes", "No")];

/// A sign of an empty box.
pub(super) fn is_box(c: char) -> bool {
    matches!(c, '□' | '☐' | '▢' | '◻')
}

/// Signs that mean yes and no where a list offers nothing else.
const SIGNS: [(&str, &str); 5] = [("○", "×"), ("〇", "×"), ("✓", "×"), ("済", "未"), ("1", "0")];

/// The text without boxes, brackets, dots and spaces.
fn bare(text: &str) -> String {
    let skipped = |c: char| is_box(c) || c.is_whitespace() || "・/／|｜()（）[]［］、○〇".contains(c);
    text.chars().filter(|c| !skipped(*c)).collect()
}

/// The words for yes and no of a text that holds both and little else.
pub(super) fn both_words(text: &str) -> Option<(&'static str, &'static str)> {
    // The number of dots, brackets and blanks for a date does not matter; a sentence is no such text.
    if text.chars().count() > 40 {
        return None;
    }
    let bare: String = bare(text).chars().filter(|c| !"年月日令和平成R".contains(*c)).collect();
    WORDS.into_iter().find(|(yes, no)| bare == format!("{yes}{no}"))
}

/// Whether a text is the word for yes (`true`) or for no (`false`) alone.
pub(super) fn single_word(text: &str) -> Option<bool> {
    let bare = bare(text);
    WORDS.into_iter().find_map(|(yes, no)| match bare.as_str() {
        word if word == yes => Some(true),
        word if word == no => Some(false),
        _ => None,
    })
}

/// The values for yes and no among those of a list.
pub(super) fn yes_and_no(values: &[String]) -> Option<(String, String)> {
    let is = |value: &&String, word: &str| bare(value) == word || value.trim() == word;
    WORDS.into_iter().chain(SIGNS).find_map(|(yes, no)| {
        let yes = values.iter().find(|value| is(value, yes))?;
        let no = values.iter().find(|value| is(value, no))?;
        Some((yes.clone(), no.clone()))
    })
}

/// Marks a word: the box before it is ticked, or the sign goes before it.
pub(super) fn mark(text: &str, word: &str, sign: &str) -> Option<Splice> {
    let chars: Vec<char> = text.chars().collect();
    let wanted: Vec<char> = word.chars().collect();
    let at = (0..chars.len()).find(|at| chars[*at..].starts_with(&wanted))?;
    let before = (0..at).rev().find(|at| !chars[*at].is_whitespace());
    match before {
        Some(before) if is_box(chars[before]) => Some((before..before + 1, "☑".to_owned())),
        _ => Some((at..at, sign.to_owned())),
    }
}

/// Where in a text a date is to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blank {
    /// The blank of the year, with whether an era stands before it.
    year: Option<(Range<usize>, bool)>,
    month: Range<usize>,
    day: Range<usize>,
    /// The era's name, where it stands: it may have to be another one.
    era: Option<Range<usize>>,
}

/// Finds the blank of a date.
pub(super) fn blank(text: &str) -> Option<Blank> {
    let chars: Vec<char> = text.chars().collect();
    // The blank before a sign: spaces, underscores and the like up to anything else.
    let before = |at: usize, from: usize| {
        let is_blank = |c: char| c.is_whitespace() || matches!(c, '_' | '＿' | '.' | '…');
        let start = (from..at).rev().take_while(|at| is_blank(chars[*at])).last().unwrap_or(at);
        start..at
    };
    let find = |sign: char, from: usize| (from..chars.len()).find(|at| chars[*at] == sign);
    if let Some(month) = find('月', 0)
        && let Some(day) = find('日', month)
    {
        let year = find('年', 0).filter(|year| *year < month);
        let (month_blank, day_blank) = (before(month, year.map_or(0, |at| at + 1)), before(day, month + 1));
        // `目標日` is no blank: something must be left free.
        let free = |blank: &Range<usize>, from: usize| !blank.is_empty() && blank.start <= from.max(blank.start);
        if day_blank.start != month + 1 || !free(&day_blank, month + 1) || month_blank.is_empty() {
            return None;
        }
        let Some(year) = year else { return Some(Blank { year: None, month: month_blank, day: day_blank, era: None }) };
        if month_blank.start != year + 1 {
            return None;
        }
        let blank = before(year, 0);
        if blank.is_empty() {
            return None;
        }
        let head: String = chars[..blank.start].iter().collect();
        let era = ["令和", "平成"].into_iter().find(|era| head.ends_with(era)).map(|_| blank.start - 2..blank.start);
        let short = head.ends_with(['R', 'Ｒ']);
        return Some(Blank { year: Some((blank, era.is_some() || short)), month: month_blank, day: day_blank, era });
    }
    // `（　/　）`, `(  ／  ／  )`
    let open = (0..chars.len()).find(|at| matches!(chars[*at], '(' | '（'))?;
    let close = (open..chars.len()).find(|at| matches!(chars[*at], ')' | '）'))?;
    let slashes: Vec<usize> = (open..close).filter(|at| matches!(chars[*at], '/' | '／')).collect();
    let clear = |range: Range<usize>| chars[range.clone()].iter().all(|c| c.is_whitespace()).then_some(range);
    match slashes[..] {
        [slash] => {
            let (month, day) = (clear(open + 1..slash)?, clear(slash + 1..close)?);
            Some(Blank { year: None, month, day, era: None })
        }
        [first, second] => {
            let year = clear(open + 1..first)?;
            let (month, day) = (clear(first + 1..second)?, clear(second + 1..close)?);
            Some(Blank { year: Some((year, false)), month, day, era: None })
        }
        _ => None,
    }
}

impl Blank {
    /// Whether the form leaves the year out.
    pub(super) fn has_year(&self) -> bool {
        self.year.is_some()
    }

    /// The date in the blanks.
    pub(super) fn put(&self, date: Date) -> Vec<Splice> {
        let mut put = Vec::new();
        if let Some((range, in_era)) = &self.year {
            let era = era_year(date).filter(|_| *in_era);
            put.push((range.clone(), era.map_or(date.year(), |(_, year)| year).to_string()));
            if let (Some(range), Some((era, _))) = (&self.era, era) {
                put.push((range.clone(), era.to_owned()));
            }
        }
        put.push((self.month.clone(), date.month().to_string()));
        put.push((self.day.clone(), date.day().to_string()));
        put
    }
}

/// Applies splices to the runs of a text; each goes into the run it begins in, and keeps its look.
pub(super) fn splice(runs: &mut [(String, String)], mut splices: Vec<Splice>) {
    splices.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, new) in splices {
        let mut start = 0;
        let mut placed = false;
        for (_, words) in runs.iter_mut() {
            let chars: Vec<char> = words.chars().collect();
            let end = start + chars.len();
            let (from, to) = (range.start.clamp(start, end) - start, range.end.clamp(start, end) - start);
            // An insertion between two runs goes to the second, before the word it marks.
            let mine =
                !placed && range.start >= start && (range.start < end || (range.start == end && range.start == start));
            if mine || from < to {
                let middle = if mine { new.as_str() } else { "" };
                *words = chars[..from].iter().chain(&middle.chars().collect::<Vec<_>>()).chain(&chars[to..]).collect();
                placed |= mine;
            }
            start = end;
        }
        if !placed && let Some((_, words)) = runs.last_mut() {
            words.push_str(&new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn done(text: &str, splices: Vec<Splice>) -> String {
        let mut runs = vec![(String::new(), text.to_owned())];
        splice(&mut runs, splices);
        runs.remove(0).1
    }

    #[test]
    fn a_word_is_circled_or_its_box_ticked() {
        let marked = |text: &str, word: &str| done(text, vec![mark(text, word, "○").expect("there")]);
        assert_eq!(marked("はい・いいえ", "いいえ"), "はい・○いいえ");
        assert_eq!(marked("□はい　□いいえ", "はい"), "☑はい　□いいえ");
        assert_eq!(marked("□ はい □ いいえ", "いいえ"), "□ はい ☑ いいえ");
        assert_eq!(mark("有・無", "はい", "○"), None);
    }

    #[test]
    fn a_date_goes_into_its_blanks() {
        let day = date(2026, 11, 21);
        let put = |text: &str| blank(text).map(|blank| done(text, blank.put(day)));
        assert_eq!(put("令和　　年　　月　　日").as_deref(), Some("令和8年11月21日"));
        assert_eq!(put("記入日：令和  年  月  日（予定）").as_deref(), Some("記入日：令和8年11月21日（予定）"));
        assert_eq!(put("　　年　　月　　日").as_deref(), Some("2026年11月21日"));
        assert_eq!(put("はい・いいえ（　/　）").as_deref(), Some("はい・いいえ（11/21）"));
        assert_eq!(put("（　／　／　）").as_deref(), Some("（2026／11／21）"));
        assert_eq!(put("　月　日").as_deref(), Some("11月21日"));
        for no in ["目標日", "年月日", "確認日", "令和8年度", "はい・いいえ", "2026年5月1日", "（再掲）"]
        {
            assert_eq!(put(no), None, "{no}");
        }
    }

    #[test]
    fn words_of_yes_and_no_are_known_and_sentences_are_not() {
        assert_eq!(both_words("はい・いいえ"), Some(("はい", "いいえ")));
        assert_eq!(both_words("□はい　□いいえ（　/　）"), Some(("はい", "いいえ")));
        assert_eq!(both_words("「はい」又は「いいえ」に○をつけてください"), None);
        assert_eq!(single_word("□ いいえ"), Some(false));
        let list = |values: &[&str]| yes_and_no(&values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["はい", "いいえ"]), Some(("はい".into(), "いいえ".into())));
        assert_eq!(list(&["", "○", "×"]), Some(("○".into(), "×".into())));
        assert_eq!(list(&["内科", "外科"]), None);
    }

    #[test]
    fn a_splice_keeps_the_look_of_every_run() {
        let mut runs = vec![("<b/>".to_owned(), "はい".to_owned()), (String::new(), "・いいえ（　/　）".to_owned())];
        let text = "はい・いいえ（　/　）";
        let mut splices = blank(text).expect("a date").put(date(2026, 11, 21));
        splices.extend(mark(text, "いいえ", "○"));
        splice(&mut runs, splices);
        assert_eq!(runs, [("<b/>".to_owned(), "はい".to_owned()), (String::new(), "・○いいえ（11/21）".to_owned())]);
    }
}
