//! FTP (RFC 959, 2228, 2389) up to the sign-in that never succeeds.

use super::{Decoy, Serving};
use crate::persona::{Identity, Kind as PersonaKind, Os};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, line, recognise};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::AsyncWriteExt as _;

/// Longest command taken.
const LINE: usize = 4096;
/// Commands of one visit.
const COMMANDS: u32 = 200;

/// FTP.
pub(super) struct Ftp;

impl Decoy for Ftp {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(converse(visit, wire))
    }
}

/// Which server program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Vsftpd,
    Proftpd,
    Microsoft,
    Device,
}

/// A command and what stands after it.
#[derive(Debug, PartialEq, Eq)]
struct Command<'a> {
    verb: String,
    argument: &'a [u8],
}

/// Reads a command: three or four letters (RFC 959, 5.3), a space, the argument.
fn command(line: &[u8]) -> Option<Command<'_>> {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (verb, rest) = line.split_at_checked(end)?;
    let is_verb = (3..=4).contains(&verb.len()) && verb.iter().all(u8::is_ascii_alphabetic);
    let argument = rest.get(1..).unwrap_or_default();
    is_verb.then(|| Command { verb: String::from_utf8_lossy(verb).to_ascii_uppercase(), argument })
}

impl Program {
    fn of(identity: &Identity) -> Self {
        match (identity.kind, identity.os) {
            (_, Os::Windows { .. }) => Self::Microsoft,
            (_, Os::Embedded) => Self::Device,
            (PersonaKind::Nas, _) => Self::Proftpd,
            _ => Self::Vsftpd,
        }
    }

    fn greeting(self, identity: &Identity) -> String {
        let is_new = matches!(identity.os, Os::Linux { ssh, .. } if !ssh.contains("deb11"));
        match self {
            Self::Vsftpd if matches!(identity.os, Os::Linux { distribution: "Ubuntu", .. }) => {
                "220 (vsFTPd 3.0.5)".to_owned()
            }
            Self::Vsftpd => "220 (vsFTPd 3.0.3)".to_owned(),
            Self::Proftpd => {
                let version = if is_new { "1.3.8" } else { "1.3.7a" };
                let address = match identity.address {
                    std::net::IpAddr::V4(address) => format!("::ffff:{address}"),
                    std::net::IpAddr::V6(address) => address.to_string(),
                };
                format!("220 ProFTPD {version} Server ({}) [{address}]", identity.host)
            }
            Self::Microsoft => "220 Microsoft FTP Service".to_owned(),
            Self::Device => format!("220 {} FTP server ready.", identity.host),
        }
    }

    fn tries(self) -> u32 {
        match self {
            Self::Vsftpd | Self::Proftpd => 3,
            Self::Microsoft | Self::Device => 4,
        }
    }

    fn ask_password(self, user: &[u8]) -> Vec<u8> {
        match self {
            Self::Vsftpd => b"331 Please specify the password.".to_vec(),
            Self::Microsoft => b"331 Password required".to_vec(),
            Self::Proftpd | Self::Device => {
                // A name as long as the line or with control characters is not repeated.
                let user: Vec<u8> = user.iter().copied().filter(|byte| *byte >= 0x20).take(128).collect();
                [b"331 Password required for ", &user[..]].concat()
            }
        }
    }

    fn failure(self) -> &'static str {
        if self == Self::Microsoft { "530 User cannot log in." } else { "530 Login incorrect." }
    }

    /// The answer to anything that is not a name, a password or a farewell.
    fn other(self, verb: &str) -> &'static str {
        match (self, verb) {
            (Self::Vsftpd, "FEAT") => {
                "211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n211 End"
            }
            (Self::Vsftpd, "OPTS") => "200 Always in UTF8 mode.",
            (Self::Vsftpd, _) => "530 Please login with USER and PASS.",
            (Self::Proftpd, "FEAT") => {
                "211-Features:\r\n CLNT\r\n EPRT\r\n EPSV\r\n HOST\r\n LANG en-US*\r\n MDTM\r\n MFF modify;UNIX.group;UNIX.mode;\r\n MFMT\r\n MLST modify*;perm*;size*;type*;unique*;UNIX.group*;UNIX.groupname*;UNIX.mode*;UNIX.owner*;UNIX.ownername*;\r\n REST STREAM\r\n SITE COPY\r\n SITE MKDIR\r\n SITE RMDIR\r\n SITE SYMLINK\r\n SITE UTIME\r\n SIZE\r\n TVFS\r\n UTF8\r\n211 End"
            }
            (Self::Proftpd, "AUTH") => "500 AUTH not understood",
            (Self::Proftpd | Self::Device, "SYST") => "215 UNIX Type: L8",
            (Self::Proftpd | Self::Device, "NOOP") => "200 NOOP command successful",
            (Self::Proftpd, _) => "530 Please login with USER and PASS",
            (Self::Microsoft, "FEAT") => {
                "211-Extended features supported:\r\n LANG EN*\r\n UTF8\r\n AUTH TLS;TLS-C;SSL;TLS-P;\r\n PBSZ\r\n PROT C;P;\r\n CCC\r\n HOST\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n211 END"
            }
            (Self::Microsoft, "AUTH") => "534 Local policy on server does not allow TLS secure connections.",
            (Self::Microsoft, "SYST") => "215 Windows_NT",
            (Self::Microsoft, "OPTS") => "200 OPTS UTF8 command successful - UTF8 encoding now ON.",
            (Self::Microsoft, _) => "530 Please login with USER and PASS.",
            (Self::Device, "FEAT" | "AUTH" | "OPTS") => "500 Unknown command.",
            (Self::Device, _) => "530 Please login with USER and PASS.",
        }
    }

    fn unknown(self) -> &'static str {
        match self {
            Self::Vsftpd => "530 Please login with USER and PASS.",
            Self::Proftpd => "500 Invalid command: try being more creative",
            Self::Microsoft => "500 Command not understood.",
            Self::Device => "500 Unknown command.",
        }
    }
}

/// What a command amounts to while nobody is signed in.
fn weight(verb: &str) -> Option<Kind> {
    match verb {
        "USER" | "PASS" | "QUIT" | "NOOP" => Some(Kind::Handshake),
        "FEAT" | "SYST" | "HELP" | "AUTH" | "OPTS" | "HOST" | "PBSZ" | "PROT" | "CLNT" | "STAT" | "LANG" | "ACCT"
        | "REIN" | "ADAT" | "TYPE" | "MODE" | "STRU" | "ALLO" | "ABOR" => Some(Kind::Probe),
        "CWD" | "CDUP" | "XCWD" | "PWD" | "XPWD" | "LIST" | "NLST" | "MLSD" | "MLST" | "RETR" | "SIZE" | "MDTM"
        | "PASV" | "EPSV" | "PORT" | "EPRT" | "REST" | "SMNT" => Some(Kind::Request),
        "STOR" | "STOU" | "APPE" | "DELE" | "RMD" | "XRMD" | "MKD" | "XMKD" | "RNFR" | "RNTO" | "SITE" => {
            Some(Kind::Write)
        }
        _ => None,
    }
}

async fn say(wire: &mut Wire, words: &[u8]) -> io::Result<()> {
    wire.write_all(&[words, b"\r\n"].concat()).await?;
    wire.flush().await
}

async fn converse(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let identity = visit.identity().clone();
    let program = Program::of(&identity);
    say(&mut wire, program.greeting(&identity).as_bytes()).await?;
    let mut user: Option<Vec<u8>> = None;
    let mut tries = 0;
    for turn in 0..COMMANDS {
        let typed = match line(&mut wire, LINE).await {
            Ok(Some(typed)) => typed,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return say(&mut wire, b"500 Input line too long.").await;
            }
            Err(error) => return Err(error),
        };
        if turn == 0 && recognise(&visit.seen().opening()).is_some_and(|name| name != "ftp") {
            return say(&mut wire, program.unknown().as_bytes()).await;
        }
        let Some(Command { verb, argument }) = command(&typed) else {
            say(&mut wire, program.unknown().as_bytes()).await?;
            continue;
        };
        match weight(&verb) {
            Some(kind) => visit.reached(kind),
            None => {
                say(&mut wire, program.unknown().as_bytes()).await?;
                continue;
            }
        }
        match verb.as_str() {
            "USER" => {
                visit.note("asked_as", argument);
                user = Some(argument.to_vec());
                say(&mut wire, &program.ask_password(argument)).await?;
            }
            "PASS" => {
                let Some(user) = user.take() else {
                    say(&mut wire, b"503 Login with USER first.").await?;
                    continue;
                };
                visit.sign_in(&user, Secret::Text(argument)).await?;
                say(&mut wire, program.failure().as_bytes()).await?;
                tries += 1;
                if tries >= program.tries() {
                    return Ok(());
                }
            }
            "QUIT" => return say(&mut wire, b"221 Goodbye.").await,
            "AUTH" => {
                visit.note("auth", argument);
                say(&mut wire, program.other("AUTH").as_bytes()).await?;
            }
            other => {
                visit.note("command", other.as_bytes());
                if !argument.is_empty() {
                    visit.note("path", argument);
                }
                say(&mut wire, program.other(other).as_bytes()).await?;
            }
        }
    }
    Ok(())
}

/// Entry of the fuzz target.
pub(super) fn fuzz(bytes: &[u8]) {
    if let Some(command) = command(bytes) {
        let _ = weight(&command.verb);
        let _ = Program::Proftpd.ask_password(command.argument);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_are_read() {
        let read = |line: &'static [u8]| command(line).map(|command| (command.verb, command.argument));
        assert_eq!(read(b"user admin"), Some(("USER".to_owned(), &b"admin"[..])));
        assert_eq!(read(b"PASS "), Some(("PASS".to_owned(), &b""[..])));
        assert_eq!(read(b"PASS a b"), Some(("PASS".to_owned(), &b"a b"[..])));
        assert_eq!(read(b"QUIT"), Some(("QUIT".to_owned(), &b""[..])));
        assert_eq!((read(b"\x01\x02\x03"), read(b""), read(b"ABCDE")), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            fuzz(&bytes);
        }
    }
}
