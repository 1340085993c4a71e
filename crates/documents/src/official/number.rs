//! Item numbers as forms print them: `①`, `(1)`, `（１）`, `⑴`, `1-①`, `２－③`, `2-(3)`, `1.`, `3`.

/// A number at the head of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// As printed, with plain digits and dashes: `2-③`.
    pub(super) printed: String,
    /// The part before the dash.
    pub(super) section: Option<u8>,
    /// What follows.
    pub(super) rest: String,
    /// Digits alone, perhaps with a point: may as well be the number of a section.
    pub(super) is_plain: bool,
}

/// Reads the number at the head of a text.
pub(super) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let mut chars: Vec<char> = text.chars().map(plain).collect();
    chars.retain(|c| *c != '\r');
    let (first, at) = part(&chars, 0)?;
    // A dash makes it section and item.
    if let (Some(section), Some('-')) = (first.digits, chars.get(at)) {
        let next = skip(&chars, at + 1);
        if let Some((item, after)) = part(&chars, next) {
            let after = if item.digits.is_some() { closed(&chars, after).unwrap_or(after) } else { after };
            if boundary(&chars, after, item.digits.is_some()) {
                let printed = format!("{section}-{}", item.printed);
                return Some(Number { printed, section: Some(section), rest: rest(&chars, after), is_plain: false });
            }
        }
        return None;
    }
    if first.digits.is_none() {
        return Some(Number { printed: first.printed, section: None, rest: rest(&chars, at), is_plain: false });
    }
    // Plain digits are a number when nothing follows, or a point, or a space: `3つの` is none.
    let after = closed(&chars, at).or_else(|| boundary(&chars, at, true).then_some(at))?;
    Some(Number { printed: first.printed, section: None, rest: rest(&chars, after), is_plain: true })
}

struct NumberPart {
    printed: String,
    /// The value, when it is plain digits.
    digits: Option<u8>,
}

/// One number: circled, in brackets, or one or two digits.
fn part(chars: &[char], at: usize) -> Option<(NumberPart, usize)> {
    let c = *chars.get(at)?;
    let sign = |printed: String| NumberPart { printed, digits: None };
    match c {
        '①'..='⑳' | '㉑'..='㉟' => Some((sign(c.to_string()), at + 1)),
        '⑴'..='⒇' => Some((sign(format!("({})", u32::from(c) - u32::from('⑴') + 1)), at + 1)),
        '(' => {
            let (value, after) = digits(chars, skip(chars, at + 1))?;
            let after = skip(chars, after);
            (chars.get(after) == Some(&')')).then(|| (sign(format!("({value})")), after + 1))
        }
        '0'..='9' => {
            let (value, after) = digits(chars, at)?;
            Some((NumberPart { printed: value.to_string(), digits: Some(value) }, after))
        }
        _ => None,
    }
}

/// One or two digits, and no more.
fn digits(chars: &[char], at: usize) -> Option<(u8, usize)> {
    let end = (at..chars.len()).find(|at| !chars[*at].is_ascii_digit()).unwrap_or(chars.len());
    let text: String = chars.get(at..end)?.iter().collect();
    if text.is_empty() || text.len() > 2 { None } else { text.parse().ok().map(|value| (value, end)) }
}

/// Behind the point that ends a number: `1.`, `1、`, `1)`.
fn closed(chars: &[char], at: usize) -> Option<usize> {
    let ends = matches!(chars.get(at), Some('.' | '、' | ')'));
    let digit = chars.get(at + 1).is_some_and(char::is_ascii_digit);
    (ends && !digit).then_some(at + 1)
}

/// Whether a number may end here.
fn boundary(chars: &[char], at: usize, after_digits: bool) -> bool {
    !after_digits || chars.get(at).is_none_or(|c| c.is_whitespace())
}

fn skip(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|at| !chars[*at].is_whitespace()).unwrap_or(chars.len())
}

fn rest(chars: &[char], at: usize) -> String {
    chars.get(at..).unwrap_or_default().iter().collect::<String>().trim().to_owned()
}

/// Full-width digits, brackets, points and the many dashes made plain; circled numbers stay.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '－' | '−' | '‐' | '‑' | '–' | '—' | 'ー' | '―' | '─' => '-',
        '（' => '(',
        '）' => ')',
        '．' => '.',
        '\u{3000}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_printed() {
        for (text, printed, section, rest) in [
            ("①", "①", None, ""),
            ("（１）責任者を決めている", "(1)", None, "責任者を決めている"),
            ("⑵　台帳", "(2)", None, "台帳"),
            ("1-①", "1-①", Some(1), ""),
            ("２－⑧　更新", "2-⑧", Some(2), "更新"),
            ("2ー（3）", "2-(3)", Some(2), ""),
            ("3-12", "3-12", Some(3), ""),
            ("３．体制", "3", None, "体制"),
            ("4", "4", None, ""),
            ("①機器の台帳", "①", None, "機器の台帳"),
        ] {
            let found = number(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.printed.as_str(), found.section, found.rest.as_str()),
                (printed, section, rest),
                "{text}"
            );
        }
    }

    #[test]
    fn what_only_begins_with_a_digit_is_none() {
        for text in ["", "3つの対策", "2026年度", "1.5倍", "令和8年", "24時間", "100", "医療機関", "-", "(再掲)"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
