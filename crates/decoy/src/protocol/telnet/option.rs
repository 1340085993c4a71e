//! Options of Telnet (RFC 854, 855): what is data and what is to be answered.

const SE: u8 = 240;
const AYT: u8 = 246;
const SB: u8 = 250;
const WILL: u8 = 251;
const WONT: u8 = 252;
const DO: u8 = 253;
const DONT: u8 = 254;
const IAC: u8 = 255;

/// TERMINAL-TYPE (RFC 1091).
const TERMINAL: u8 = 24;
/// NEW-ENVIRON (RFC 1572).
const ENVIRONMENT: u8 = 39;
/// Bytes of a subnegotiation that are kept.
const KEPT: usize = 200;
/// Answers to options in one visit: who negotiates without end gets none.
const ANSWERS: u32 = 100;

/// What a byte turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Nothing yet, or nothing that matters.
    Nothing,
    /// Typed.
    Data(u8),
    /// To be sent back.
    Answer(Vec<u8>),
    /// The visitor tells their terminal's name.
    Terminal(Vec<u8>),
    /// The visitor tells variables of their environment.
    Environment(Vec<u8>),
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Data,
    Command,
    Option(u8),
    Sub,
    SubCommand,
}

/// Takes a visitor's bytes apart.
#[derive(Debug, Default)]
pub(super) struct Options {
    state: State,
    sub: Vec<u8>,
    answers: u32,
    /// Any command was seen: this is Telnet.
    pub(super) is_telnet: bool,
    /// Options we said DO or WILL to ourselves; their confirmation is not answered.
    pub(super) asked: &'static [u8],
    /// Small servers answer nothing.
    is_silent: bool,
}

impl Options {
    pub(super) fn new(asked: &'static [u8], is_silent: bool) -> Self {
        Self { asked, is_silent, ..Self::default() }
    }

    /// Takes the next byte.
    pub(super) fn feed(&mut self, byte: u8) -> Event {
        match (self.state, byte) {
            (State::Data, IAC) => self.state = State::Command,
            (State::Data, byte) => return Event::Data(byte),
            (State::Command, IAC) => {
                self.state = State::Data;
                return Event::Data(IAC);
            }
            (State::Command, WILL..=DONT) => self.state = State::Option(byte),
            (State::Command, SB) => {
                self.sub.clear();
                self.state = State::Sub;
            }
            (State::Command, command) => {
                self.state = State::Data;
                // 236 (EOF) is the first command there is.
                self.is_telnet |= command >= 236;
                if command == AYT {
                    return self.answer(b"\r\n[Yes]\r\n".to_vec());
                }
            }
            (State::Option(verb), option) => {
                (self.state, self.is_telnet) = (State::Data, true);
                return self.option(verb, option);
            }
            (State::Sub, IAC) => self.state = State::SubCommand,
            (State::Sub, byte) => self.keep(byte),
            (State::SubCommand, SE) => {
                (self.state, self.is_telnet) = (State::Data, true);
                return self.told();
            }
            (State::SubCommand, byte) => {
                self.state = State::Sub;
                self.keep(byte);
            }
        }
        Event::Nothing
    }

    fn keep(&mut self, byte: u8) {
        if self.sub.len() < KEPT {
            self.sub.push(byte);
        }
    }

    fn answer(&mut self, bytes: Vec<u8>) -> Event {
        self.answers += 1;
        if self.is_silent || self.answers > ANSWERS { Event::Nothing } else { Event::Answer(bytes) }
    }

    fn option(&mut self, verb: u8, option: u8) -> Event {
        match verb {
            // Willing to tell: asked for it.
            WILL if matches!(option, TERMINAL | ENVIRONMENT) && self.asked.contains(&option) => {
                self.answer(vec![IAC, SB, option, 1, IAC, SE])
            }
            WILL | DO if self.asked.contains(&option) => Event::Nothing,
            WILL => self.answer(vec![IAC, DONT, option]),
            DO => self.answer(vec![IAC, WONT, option]),
            // Refusals are never answered: else two sides could go on for ever (RFC 854).
            WONT | DONT => Event::Nothing,
            _ => Event::Nothing,
        }
    }

    fn told(&mut self) -> Event {
        match self.sub.split_first_chunk() {
            // IS, and for variables INFO as well.
            Some(([TERMINAL, 0], name)) => Event::Terminal(name.to_vec()),
            Some(([ENVIRONMENT, 0 | 2], variables)) => Event::Environment(readable(variables)),
            _ => Event::Nothing,
        }
    }
}

/// `USER=root` from VAR `USER` VALUE `root` (RFC 1572, 2).
fn readable(variables: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in variables {
        match byte {
            0 | 3 if out.is_empty() => {}
            0 | 3 => out.push(b' '),
            1 => out.push(b'='),
            2 => {}
            other => out.push(*other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(bytes: &[u8]) -> Vec<Event> {
        let mut options = Options::new(&[1, 3, 24, 39], false);
        bytes.iter().map(|byte| options.feed(*byte)).filter(|event| *event != Event::Nothing).collect()
    }

    #[test]
    fn options_are_answered_once_and_refusals_never() {
        assert_eq!(events(&[IAC, DO, 6]), [Event::Answer(vec![IAC, WONT, 6])]);
        assert_eq!(events(&[IAC, WILL, 31]), [Event::Answer(vec![IAC, DONT, 31])]);
        assert_eq!(events(&[IAC, DO, 1, IAC, DONT, 7, IAC, WONT, 24]), []);
        assert_eq!(events(&[IAC, WILL, 24]), [Event::Answer(vec![IAC, SB, 24, 1, IAC, SE])]);
        assert_eq!(events(&[b'a', IAC, IAC, b'b']), [Event::Data(b'a'), Event::Data(IAC), Event::Data(b'b')]);
    }

    #[test]
    fn what_the_visitor_tells_is_kept() {
        assert_eq!(events(b"\xff\xfa\x18\x00xterm\xff\xf0"), [Event::Terminal(b"xterm".to_vec())]);
        assert_eq!(
            events(b"\xff\xfa\x27\x00\x00USER\x01-f root\x03X\x01y\xff\xf0"),
            [Event::Environment(b"USER=-f root X=y".to_vec())]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_keep_little_and_never_panic(bytes in prop::collection::vec(prop_oneof![Just(255u8), any::<u8>()], 0..400)) {
            let mut options = Options::new(&[1, 3], false);
            let mut answers = 0;
            for byte in &bytes {
                answers += usize::from(matches!(options.feed(*byte), Event::Answer(_)));
                prop_assert!(options.sub.len() <= KEPT);
            }
            prop_assert!(answers <= ANSWERS as usize);
        }
    }
}
