//! A submitted form: what was typed stays typed, and what is wrong is said beside the field.

use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use hakutaku_model::text::Text;
use std::collections::BTreeMap;

/// Values and faults by field name. An empty one shows an empty form.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    /// In the order they were found, which is that of the fields.
    faults: Vec<(&'static str, Said)>,
}

/// What is said about a field.
#[derive(Debug, Clone)]
enum Said {
    Word(Key),
    Sentence(Text),
}

impl Said {
    fn words(&self, t: &Words) -> String {
        match self {
            Self::Word(key) => t.k(*key),
            Self::Sentence(text) => t.text(text).to_owned(),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state).await.map_err(|_| Problem::unprocessable(Key("problem-422")))?;
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(&body) {
            form.values.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(form)
    }
}

impl Form {
    /// A form filled with what is known already.
    #[must_use]
    pub fn of<'v>(values: impl IntoIterator<Item = (&'v str, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.values.entry(name.to_owned()).or_default().push(value);
        }
        form
    }

    /// Ticks one box of a group.
    pub fn tick(&mut self, name: &str, value: &str) {
        self.values.entry(name.to_owned()).or_default().push(value.to_owned());
    }

    /// What stands in a field; empty if nothing.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// All ticked values of a group of boxes.
    #[must_use]
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the form had a field of this name at all, filled or not.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a box or an option is chosen.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).iter().any(|chosen| chosen == value)
    }

    /// Says what is wrong with a field. The first fault stays.
    pub fn fault(&mut self, name: &'static str, key: Key) {
        self.say(name, Said::Word(key));
    }

    /// The same with a sentence of the rules.
    pub fn fault_said(&mut self, name: &'static str, sentence: Text) {
        self.say(name, Said::Sentence(sentence));
    }

    fn say(&mut self, name: &'static str, said: Said) {
        if !self.faults.iter().any(|(known, _)| *known == name) {
            self.faults.push((name, said));
        }
    }

    /// What is wrong with a field, in words.
    #[must_use]
    pub fn wrong(&self, t: &Words, name: &str) -> Option<String> {
        self.faults.iter().find(|(known, _)| *known == name).map(|(_, said)| said.words(t))
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    /// Everything that is wrong: field and sentence, for the summary above the form.
    #[must_use]
    pub fn all_wrong(&self, t: &Words) -> Vec<(&'static str, String)> {
        self.faults.iter().map(|(name, said)| (*name, said.words(t))).collect()
    }

    /// Never sends a secret back to the page.
    pub fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// A field that must be filled, at most `longest` characters, without control characters.
    pub fn line(&mut self, name: &'static str, longest: usize) -> String {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            self.fault(name, Key("form-empty"));
        } else if text.chars().count() > longest {
            self.fault(name, Key("form-too-long"));
        } else if text.chars().any(char::is_control) {
            self.fault(name, Key("form-control-characters"));
        }
        text
    }

    /// A whole number within bounds; full-width digits are understood.
    pub fn number(&mut self, name: &'static str, least: u32, most: u32) -> u32 {
        let digits: String = ascii_digits(self.value(name).trim());
        match digits.parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.fault(name, Key("form-number"));
                least
            }
        }
    }

    /// One of a fixed set.
    pub fn choice<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let chosen = read(self.value(name));
        if chosen.is_none() {
            self.fault(name, Key("form-choose"));
        }
        chosen
    }
}

/// Full-width digits and points as people type them in Japanese, made plain.
#[must_use]
pub fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '．' | '。' => '.',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_digits_are_a_number() {
        let mut form = Form::of([("beds", "２４０".to_owned())]);
        assert_eq!(form.number("beds", 0, 5000), 240);
        assert!(form.is_right());
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
        let mut form = Form::of([("name", "長".repeat(121)), ("beds", "many".to_owned())]);
        form.line("name", 120);
        form.number("beds", 0, 5000);
        assert_eq!(form.wrong(&Words::default(), "name"), Some(Words::default().m("form-too-long")));
        assert_eq!(form.value("beds"), "many");
        assert_eq!(form.all_wrong(&Words::default()).len(), 2);
    }
}
