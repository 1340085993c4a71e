//! STIX patterns (STIX 2.1, section 9): those we write, and the simple ones we read.
//!
//! Read are comparisons for equality joined by OR, in one or more observations joined by OR: what threat feeds send. A pattern
//! with AND, FOLLOWEDBY, qualifiers or other operators says more than a list can, and is left to tools that match patterns.

use hakutaku_model::region::net::Prefix;
use hakutaku_model::region::notice::{Indicator, IndicatorKind};

/// Longest pattern that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// Most comparisons in one.
const MOST: usize = 2_000;

/// Why a pattern is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is no pattern.
    #[error("it is not a STIX pattern")]
    Broken,
    /// It says more than a list of things to look for.
    #[error("it says more than a list of things to look for")]
    Complex,
    /// It looks for things that are not noted here.
    #[error("it looks for things that are not noted here")]
    Foreign,
}

/// The pattern of an indicator; `None` when its value is none of its kind. Weaknesses are no pattern: they are objects.
#[must_use]
pub fn of(indicator: &Indicator) -> Option<String> {
    let value = refanged(&indicator.value);
    let quoted = |value: &str| format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    let plain = !value.is_empty() && value.chars().count() <= 2_000 && !value.chars().any(char::is_control);
    if !plain {
        return None;
    }
    match indicator.kind {
        IndicatorKind::Address => {
            let prefix: Prefix = value.parse().ok()?;
            let kind = if prefix.network().is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
            let text = prefix.to_string();
            let operator = if text.contains('/') { "ISSUBSET" } else { "=" };
            Some(format!("[{kind}:value {operator} {}]", quoted(&text)))
        }
        IndicatorKind::Domain => {
            is_domain(&value).then(|| format!("[domain-name:value = {}]", quoted(&value.to_lowercase())))
        }
        IndicatorKind::Url => url::Url::parse(&value).is_ok().then(|| format!("[url:value = {}]", quoted(&value))),
        IndicatorKind::FileHash => {
            let (name, value) = hash_name(&value)?;
            Some(format!("[file:hashes.{name} = {}]", quoted(&value)))
        }
        IndicatorKind::Sender => (value.contains('@') && !value.contains(char::is_whitespace))
            .then(|| format!("[email-message:from_ref.value = {}]", quoted(&value))),
        IndicatorKind::Weakness => None,
    }
}

/// The name of a hash function in STIX paths by the length of its value.
pub(crate) fn hash_name(value: &str) -> Option<(&'static str, String)> {
    let name = match value.len() {
        32 => "MD5",
        40 => "'SHA-1'",
        64 => "'SHA-256'",
        128 => "'SHA-512'",
        _ => return None,
    };
    value.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| (name, value.to_ascii_lowercase()))
}

/// Whether it can be the name of a machine or domain, international ones included.
pub(crate) fn is_domain(value: &str) -> bool {
    value.contains('.')
        && value.len() <= 253
        && value.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
                && !label.starts_with('-')
        })
}

/// Writing that keeps people from clicking (`hxxps://evil[.]example`) undone.
pub(crate) fn refanged(value: &str) -> String {
    let value = value.trim().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":").replace("[@]", "@");
    match value.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("hxxp") => format!("http{}", value.get(4..).unwrap_or_default()),
        _ => value,
    }
}

/// The indicators of a pattern.
///
/// # Errors
/// When it is broken, says more than a list, or is about other things.
pub fn read(pattern: &str) -> Result<Vec<Indicator>, PatternError> {
    if pattern.len() > LONGEST {
        return Err(PatternError::Complex);
    }
    let tokens = tokens(pattern)?;
    let mut at = Tokens { all: &tokens, next: 0 };
    let mut out = Vec::new();
    let mut foreign = 0_usize;
    loop {
        at.expect(&Token::Open)?;
        loop {
            match at.comparison()? {
                found if found.is_empty() => foreign += 1,
                found => out.extend(found),
            }
            if out.len() + foreign > MOST {
                return Err(PatternError::Complex);
            }
            match at.take() {
                Some(Token::Close) => break,
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("OR") => {}
                Some(Token::Word(_)) => return Err(PatternError::Complex),
                _ => return Err(PatternError::Broken),
            }
        }
        match at.take() {
            None => break,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("OR") => {}
            Some(Token::Word(_)) => return Err(PatternError::Complex),
            Some(_) => return Err(PatternError::Broken),
        }
    }
    out.dedup();
    match (out.is_empty(), foreign) {
        (true, _) => Err(PatternError::Foreign),
        // Half of an alternative is not what it says.
        (false, 1..) => Err(PatternError::Complex),
        (false, 0) => Ok(out),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    LeftParen,
    RightParen,
    Comma,
    Equals,
    Operator,
    Word(String),
    Literal(String),
}

fn tokens(pattern: &str) -> Result<Vec<Token>, PatternError> {
    let mut out = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(match c {
            _ if c.is_whitespace() => continue,
            '[' => Token::Open,
            ']' => Token::Close,
            '(' => Token::LeftParen,
            ')' => Token::RightParen,
            ',' => Token::Comma,
            '=' => Token::Equals,
            '!' | '<' | '>' => Token::Operator,
            '\'' => Token::Literal(literal(&mut rest)?),
            _ => {
                // A path may hold quoted keys: file:hashes.'SHA-256'.
                let mut word = c.to_string();
                while let Some(next) = rest.peek().copied() {
                    if next == '\'' {
                        rest.next();
                        word.push_str(&literal(&mut rest)?);
                    } else if next.is_whitespace() || "[](),=!<>".contains(next) {
                        break;
                    } else {
                        word.push(next);
                        rest.next();
                    }
                }
                Token::Word(word)
            }
        });
    }
    Ok(out)
}

fn literal(rest: &mut impl Iterator<Item = char>) -> Result<String, PatternError> {
    let mut out = String::new();
    loop {
        match rest.next() {
            Some('\\') => out.push(rest.next().ok_or(PatternError::Broken)?),
            Some('\'') => return Ok(out),
            Some(c) => out.push(c),
            None => return Err(PatternError::Broken),
        }
    }
}

struct Tokens<'t> {
    all: &'t [Token],
    next: usize,
}

impl Tokens<'_> {
    fn take(&mut self) -> Option<Token> {
        let token = self.all.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), PatternError> {
        match self.take() {
            Some(token) if token == *wanted => Ok(()),
            // Observations in parentheses, comparisons in parentheses.
            Some(Token::LeftParen) => Err(PatternError::Complex),
            _ => Err(PatternError::Broken),
        }
    }

    /// One comparison; empty when it is about something that is not noted here.
    fn comparison(&mut self) -> Result<Vec<Indicator>, PatternError> {
        let path = match self.take() {
            Some(Token::Word(path)) if path.eq_ignore_ascii_case("NOT") || path.eq_ignore_ascii_case("EXISTS") => {
                return Err(PatternError::Complex);
            }
            Some(Token::Word(path)) => path,
            Some(Token::LeftParen) => return Err(PatternError::Complex),
            _ => return Err(PatternError::Broken),
        };
        let values = match self.take() {
            Some(Token::Equals) => vec![self.value()?],
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("ISSUBSET") => vec![self.value()?],
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => self.set()?,
            Some(Token::Word(_) | Token::Operator) => return Err(PatternError::Complex),
            _ => return Err(PatternError::Broken),
        };
        Ok(values.iter().filter_map(|value| indicator(&path, value)).collect())
    }

    fn value(&mut self) -> Result<String, PatternError> {
        match self.take() {
            Some(Token::Literal(value) | Token::Word(value)) => Ok(value),
            _ => Err(PatternError::Broken),
        }
    }

    fn set(&mut self) -> Result<Vec<String>, PatternError> {
        self.expect(&Token::LeftParen).map_err(|_| PatternError::Broken)?;
        let mut out = vec![self.value()?];
        loop {
            match self.take() {
                Some(Token::Comma) => out.push(self.value()?),
                Some(Token::RightParen) => return Ok(out),
                _ => return Err(PatternError::Broken),
            }
        }
    }
}

fn indicator(path: &str, value: &str) -> Option<Indicator> {
    let kind = match path.to_ascii_lowercase().as_str() {
        "ipv4-addr:value" | "ipv6-addr:value" => IndicatorKind::Address,
        "domain-name:value" => IndicatorKind::Domain,
        "url:value" => IndicatorKind::Url,
        "email-addr:value" | "email-message:from_ref.value" | "email-message:sender_ref.value" => IndicatorKind::Sender,
        path if path.starts_with("file:hashes.") => IndicatorKind::FileHash,
        _ => return None,
    };
    let value = crate::json::plain(value, 2_000);
    let fits = match kind {
        IndicatorKind::Address => value.parse::<Prefix>().is_ok(),
        IndicatorKind::FileHash => hash_name(&value).is_some(),
        IndicatorKind::Sender => value.contains('@'),
        _ => !value.is_empty(),
    };
    fits.then_some(Indicator { kind, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(kind: IndicatorKind, value: &str) -> Indicator {
        Indicator { kind, value: value.into() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (indicator, pattern) in [
            (one(IndicatorKind::Address, "203.0.113.9"), "[ipv4-addr:value = '203.0.113.9']"),
            (one(IndicatorKind::Address, "203.0.113.0/24"), "[ipv4-addr:value ISSUBSET '203.0.113.0/24']"),
            (one(IndicatorKind::Address, "2001:db8::1"), "[ipv6-addr:value = '2001:db8::1']"),
            (one(IndicatorKind::Domain, "evil.example"), "[domain-name:value = 'evil.example']"),
            (one(IndicatorKind::Url, "https://evil.example/a'b\\c"), "[url:value = 'https://evil.example/a\\'b\\\\c']"),
            (one(IndicatorKind::Sender, "boss@evil.example"), "[email-message:from_ref.value = 'boss@evil.example']"),
        ] {
            assert_eq!(of(&indicator).as_deref(), Some(pattern));
            assert_eq!(read(pattern), Ok(vec![indicator]));
        }
        let hash = one(IndicatorKind::FileHash, &"a1".repeat(32));
        let pattern = of(&hash).expect("a hash");
        assert_eq!(pattern, format!("[file:hashes.'SHA-256' = '{}']", "a1".repeat(32)));
        assert_eq!(read(&pattern), Ok(vec![hash]));
    }

    #[test]
    fn defanged_values_are_written_whole_and_nonsense_not_at_all() {
        assert_eq!(
            of(&one(IndicatorKind::Domain, "evil[.]example")).as_deref(),
            Some("[domain-name:value = 'evil.example']")
        );
        assert_eq!(
            of(&one(IndicatorKind::Url, "hxxp://x.example/")).as_deref(),
            Some("[url:value = 'http://x.example/']")
        );
        for (kind, value) in [
            (IndicatorKind::Address, "999.1.1.1"),
            (IndicatorKind::FileHash, "abc"),
            (IndicatorKind::Domain, "no domain"),
            (IndicatorKind::Sender, "somebody"),
            (IndicatorKind::Url, ""),
        ] {
            assert_eq!(of(&one(kind, value)), None, "{value}");
        }
    }

    #[test]
    fn alternatives_are_lists_and_everything_else_is_not() {
        let two = read("[ipv4-addr:value = '198.51.100.21' OR domain-name:value = 'c2-1.example.net']").expect("two");
        assert_eq!(two.len(), 2);
        assert_eq!(
            read("[ipv4-addr:value IN ('198.51.100.1','198.51.100.2')] OR [url:value='http://a.example/']")
                .map(|all| all.len()),
            Ok(3)
        );
        for complex in [
            "[ipv4-addr:value = '198.51.100.1' AND network-traffic:dst_port = 22]",
            "[ipv4-addr:value = '198.51.100.1'] FOLLOWEDBY [url:value = 'http://a.example/']",
            "[url:value LIKE '%x%']",
            "[url:value != 'http://a.example/']",
            "([url:value = 'http://a.example/'])",
            "[NOT url:value = 'http://a.example/']",
            "[url:value = 'http://a.example/' OR process:name = 'x']",
            "[ipv4-addr:value = '198.51.100.1'] WITHIN 5 MINUTES",
        ] {
            assert_eq!(read(complex), Err(PatternError::Complex), "{complex}");
        }
        assert_eq!(read("[process:name = 'x']"), Err(PatternError::Foreign));
        for broken in [
            "",
            "[",
            "[]",
            "[url:value = 'x",
            "[url:value 'x']",
            "url:value = 'x'",
            "[url:value = 'x'] [",
            "[url:value IN ('a' 'b')]",
        ] {
            assert_eq!(read(broken), Err(PatternError::Broken), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}", near in "[\\[\\]()='\\\\ORANDIN,:a-z0-9. ]{0,80}") {
            let _ = read(&text);
            let _ = read(&near);
            let _ = of(&one(IndicatorKind::Url, &text));
        }

        #[test]
        fn any_value_comes_back_from_its_pattern(value in "[a-z0-9'\\\\]{1,40}") {
            let url = one(IndicatorKind::Url, &format!("http://evil.example/{value}"));
            let pattern = of(&url).expect("a URL");
            prop_assert_eq!(read(&pattern), Ok(vec![url]));
        }
    }
}
