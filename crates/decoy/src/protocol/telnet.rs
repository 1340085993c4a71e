//! Telnet (RFC 854): a name and a password asked for, never right.

mod option;

use super::{Decoy, Serving};
use crate::persona::{Identity, Os};
use crate::visit::{Secret, Visit};
use crate::wire::{OPENING, Wire, recognise};
use hakutaku_model::touch::Kind;
use option::{Event, Options};
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest name or password taken; what is typed beyond it is dropped, as terminals do.
const LINE: usize = 512;
/// Names asked for without a password following: then the door closes too.
const PROMPTS: u32 = 40;

/// Telnet.
pub(super) struct Telnet;

impl Decoy for Telnet {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(converse(visit, wire))
    }
}

/// What a server says.
struct Words {
    /// Options it begins with.
    opening: &'static [u8],
    /// Further options, once the visitor has answered. Nothing: it does not wait.
    second: Option<&'static [u8]>,
    /// The numbers of all options it names.
    asked: &'static [u8],
    banner: String,
    login: String,
    password: &'static str,
    failure: &'static str,
    /// Said after the last try.
    last: &'static str,
    tries: u32,
}

impl Words {
    fn of(identity: &Identity) -> Self {
        match identity.os {
            Os::Linux { distribution, ssh, .. } => {
                let release = match (distribution, ssh) {
                    ("Ubuntu", _) => "Ubuntu 22.04.5 LTS",
                    (_, ssh) if ssh.contains("deb11") => "Debian GNU/Linux 11",
                    _ => "Debian GNU/Linux 12",
                };
                Self {
                    // DO TERMINAL-TYPE, TERMINAL-SPEED, X-DISPLAY-LOCATION, NEW-ENVIRON.
                    opening: b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27",
                    // WILL SUPPRESS-GO-AHEAD, DO NAWS, WILL STATUS, DO TOGGLE-FLOW-CONTROL, WILL ECHO.
                    second: Some(b"\xff\xfb\x03\xff\xfd\x1f\xff\xfb\x05\xff\xfd\x21\xff\xfb\x01"),
                    asked: &[24, 32, 35, 39, 3, 31, 5, 33, 1],
                    banner: format!("{release}\r\n"),
                    login: format!("{} login: ", identity.host),
                    password: "Password: ",
                    failure: "\r\nLogin incorrect\r\n",
                    last: "\r\nMaximum number of tries exceeded (5)\r\n",
                    tries: 5,
                }
            }
            Os::Windows { .. } => Self {
                // DO AUTHENTICATION, WILL ECHO, WILL SUPPRESS-GO-AHEAD, DO NEW-ENVIRON, DO NAWS, DO and WILL BINARY.
                opening: b"\xff\xfd\x25\xff\xfb\x01\xff\xfb\x03\xff\xfd\x27\xff\xfd\x1f\xff\xfd\x00\xff\xfb\x00",
                second: None,
                asked: &[37, 1, 3, 39, 31, 0],
                banner: "Welcome to Microsoft Telnet Service \r\n\n\r".to_owned(),
                login: "login: ".to_owned(),
                password: "password: ",
                failure: "\r\nLogon failure: unknown user name or bad password.\r\n\r\nLogin Failed\r\n\n\r",
                last: "",
                tries: 3,
            },
            Os::Embedded => Self {
                // DO ECHO, DO NAWS, WILL ECHO, WILL SUPPRESS-GO-AHEAD: BusyBox.
                opening: b"\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03",
                second: None,
                asked: &[1, 31, 3],
                banner: String::new(),
                login: format!("{} login: ", identity.host),
                password: "Password: ",
                failure: "\r\nLogin incorrect\r\n",
                last: "",
                tries: 3,
            },
        }
    }
}

struct Terminal {
    visit: Visit,
    wire: Wire,
    options: Options,
    after_return: bool,
    out: Vec<u8>,
}

impl Terminal {
    /// Says something, together with what else is said before the visitor is listened to again: as a terminal's line
    /// does, and as guessing programs expect that look for the prompt in what they receive at once.
    fn say(&mut self, words: &[u8]) {
        self.out.extend_from_slice(words);
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.out.is_empty() {
            let out = std::mem::take(&mut self.out);
            self.wire.write_all(&out).await?;
            self.wire.flush().await?;
        }
        Ok(())
    }

    /// One event; nothing if the visitor left.
    async fn event(&mut self) -> io::Result<Option<Event>> {
        self.flush().await?;
        let mut byte = [0];
        if self.wire.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        let [byte] = byte;
        let event = self.options.feed(byte);
        if self.options.is_telnet {
            self.visit.reached(Kind::Handshake);
        }
        match &event {
            Event::Answer(answer) => self.out.extend_from_slice(answer),
            Event::Terminal(name) => self.visit.note("terminal", name),
            Event::Environment(variables) => self.visit.note("environment", variables),
            Event::Data(_) | Event::Nothing => {}
        }
        Ok(Some(event))
    }

    /// What is typed up to the end of the line: CR LF, CR NUL, CR or LF alone. Nothing if the visitor left.
    async fn line(&mut self, echo: bool) -> io::Result<Option<Vec<u8>>> {
        let mut typed = Vec::new();
        loop {
            let Some(event) = self.event().await? else { return Ok(None) };
            let Event::Data(byte) = event else { continue };
            if std::mem::take(&mut self.after_return) && matches!(byte, b'\n' | 0) {
                continue;
            }
            match byte {
                b'\r' | b'\n' => {
                    self.after_return = byte == b'\r';
                    if echo {
                        self.say(b"\r\n");
                    }
                    return Ok(Some(typed));
                }
                0x08 | 0x7f => {
                    let rubbed: &[u8] = if typed.pop().is_some() && echo { b"\x08 \x08" } else { b"" };
                    self.say(rubbed);
                }
                byte if typed.len() < LINE => {
                    typed.push(byte);
                    if echo {
                        self.say(&[byte]);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a first line is something that nobody types as a name.
fn is_foreign(line: &[u8], opening: &[u8]) -> bool {
    let foreign = recognise(opening).is_some_and(|name| name != "telnet");
    let binary = line.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | 0x1b)) || opening.contains(&0);
    foreign || binary
}

async fn converse(visit: Visit, wire: Wire) -> io::Result<()> {
    let words = Words::of(&visit.identity().clone());
    let options = Options::new(words.asked, visit.identity().os == Os::Embedded);
    let mut terminal = Terminal { visit: visit.clone(), wire, options, after_return: false, out: Vec::new() };
    terminal.say(words.opening);
    if let Some(second) = words.second {
        // The real one says nothing more before it is answered.
        terminal.flush().await?;
        if terminal.wire.peek(1).await?.is_empty() {
            return Ok(());
        }
        terminal.say(second);
    }
    terminal.say(words.banner.as_bytes());
    let (mut tries, mut prompts) = (0, 0);
    loop {
        prompts += 1;
        if prompts > PROMPTS {
            return Ok(());
        }
        terminal.say(words.login.as_bytes());
        let Some(user) = terminal.line(true).await? else { return Ok(()) };
        if prompts == 1 && !terminal.options.is_telnet && is_foreign(&user, &visit.seen().opening()) {
            return Ok(());
        }
        visit.reached(Kind::Handshake);
        if user.is_empty() {
            continue;
        }
        visit.note("asked_as", &user);
        terminal.say(words.password.as_bytes());
        let Some(password) = terminal.line(false).await? else { return Ok(()) };
        visit.sign_in(&user, Secret::Text(&password)).await?;
        tries += 1;
        terminal.say(words.failure.as_bytes());
        if tries >= words.tries {
            terminal.say(words.last.as_bytes());
            return terminal.flush().await;
        }
    }
}

/// Entry of the fuzz target.
pub(super) fn fuzz(bytes: &[u8]) {
    let mut options = Options::new(&[1, 3, 24, 39], false);
    let typed: Vec<u8> = bytes
        .iter()
        .filter_map(|byte| match options.feed(*byte) {
            Event::Data(byte) => Some(byte),
            _ => None,
        })
        .collect();
    let _ = is_foreign(&typed, bytes.get(..OPENING).unwrap_or(bytes));
}
