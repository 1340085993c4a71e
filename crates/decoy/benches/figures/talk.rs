//! Conversations with decoys, byte for byte, and how long they take: the same bytes go to the peer.

use crate::Outcome;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Nobody is waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One step of a conversation.
#[derive(Clone)]
pub(crate) enum Step {
    /// Until this has been said.
    Wait(&'static [u8]),
    /// Until anything has been said.
    Any,
    /// Says this.
    Say(Vec<u8>),
}

/// How a decoy is visited.
#[derive(Clone)]
pub(crate) enum Way {
    /// Over a connection.
    Tcp(Vec<Step>),
    /// Over a connection, with TLS after the first steps.
    Tls(Vec<Step>, Vec<Step>),
    /// One datagram, one answer.
    Udp(Vec<u8>),
    /// A connection that says something, closes its sending side and waits for the end.
    Leave(Vec<u8>),
}

/// Connects, with the patience set.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Does the steps.
pub(crate) fn act(stream: &mut (impl Read + Write), steps: &[Step]) -> io::Result<()> {
    let (mut all, mut from) = (Vec::new(), 0);
    for step in steps {
        let awaited: &[u8] = match step {
            Step::Say(bytes) => {
                stream.write_all(bytes)?;
                stream.flush()?;
                // Whatever is awaited after this comes after it.
                from = all.len();
                continue;
            }
            Step::Wait(awaited) => awaited,
            Step::Any => b"",
        };
        loop {
            if awaited.is_empty() && all.len() > from {
                from = all.len();
                break;
            }
            let found =
                all.get(from..).unwrap_or_default().windows(awaited.len().max(1)).position(|seen| seen == awaited);
            if let Some(at) = found {
                from += at + awaited.len();
                break;
            }
            let mut buffer = [0; 4096];
            match stream.read(&mut buffer)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => all.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            }
        }
    }
    Ok(())
}

/// Makes one visit; says how long it took.
pub(crate) fn visit(address: SocketAddr, way: &Way) -> io::Result<Duration> {
    let begun = Instant::now();
    match way {
        Way::Tcp(steps) => act(&mut connect(address)?, steps)?,
        Way::Tls(before, inside) => {
            let mut stream = connect(address)?;
            act(&mut stream, before)?;
            act(&mut tls(stream)?, inside)?;
        }
        Way::Udp(datagram) => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_read_timeout(Some(PATIENCE))?;
            socket.connect(address)?;
            socket.send(datagram)?;
            socket.recv(&mut [0; 4096])?;
        }
        Way::Leave(bytes) => {
            let mut stream = connect(address)?;
            stream.write_all(bytes)?;
            stream.shutdown(std::net::Shutdown::Write)?;
            io::copy(&mut stream, &mut io::sink())?;
        }
    }
    Ok(begun.elapsed())
}

/// A visitor who looks at no certificate.
#[derive(Debug)]
struct Trusting(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Goes on in TLS.
pub(crate) fn tls(stream: TcpStream) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from("decoy.example.jp").map_err(io::Error::other)?;
    let mut session = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let mut stream = stream;
    while session.is_handshaking() {
        session.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(session, stream))
}

fn say(bytes: impl Into<Vec<u8>>) -> Step {
    Step::Say(bytes.into())
}

/// Protocols, a persona for each, and a visit that goes as far as a touch and its answer wherever the protocol answers.
pub(crate) fn doors() -> Outcome<Vec<(&'static str, &'static str, Way)>> {
    use Step::{Any, Wait};
    let page = || {
        vec![
            say(&b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46Z3Vlc3M=\r\n\r\n"[..]),
            Wait(b"HTTP/1.1 "),
        ]
    };
    let options = || {
        b"OPTIONS sip:100@pbx SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:100@pbx>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".to_vec()
    };
    Ok(vec![
        ("bacnet", "building", Way::Udp(b"\x81\x0a\0\x08\x01\x04\x10\x08".to_vec())),
        ("dicom", "pacs", Way::Tcp(vec![say(associate()?), Wait(b"\x02\0\0\0"), say(echo()), Any])),
        ("dns", "linux-server", Way::Udp(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x02jp\0\0\x01\0\x01".to_vec())),
        ("fhir", "linux-server", Way::Tcp(page())),
        (
            "ftp",
            "nas",
            Way::Tcp(vec![
                Wait(b"220"),
                say(&b"USER root\r\n"[..]),
                Wait(b"331"),
                say(&b"PASS x\r\n"[..]),
                Wait(b"530"),
            ]),
        ),
        (
            "hl7",
            "gateway",
            Way::Tcp(vec![
                say(&b"\x0bMSH|^~\\&|LAB|HOSP-B|GW|HOSP-A|20260401120000||ADT^A08|1|P|2.5\rPID|1||12345\r\x1c\r"[..]),
                Wait(b"MSA|"),
            ]),
        ),
        ("http", "nas", Way::Tcp(page())),
        ("https", "vpn", Way::Tls(vec![], page())),
        ("ipp", "printer", Way::Tcp(page())),
        ("jetdirect", "printer", Way::Tcp(vec![say(&b"@PJL INFO ID\r\n"[..]), Wait(b"@PJL")])),
        ("modbus", "building", Way::Tcp(vec![say(&b"\0\x07\0\0\0\x06\x01\x03\0\0\0\x01"[..]), Any])),
        ("mssql", "database", Way::Tcp(vec![say(prelogin()), Any, say(login7()), Any])),
        ("mysql", "linux-server", Way::Tcp(vec![Any, say(mysql_login(b"root")), Wait(b"denied")])),
        ("ntp", "linux-server", Way::Udp([&[0x23][..], &[0; 47]].concat())),
        (
            "postgresql",
            "linux-server",
            Way::Tcp(vec![
                say(&b"\0\0\0\x17\0\x03\0\0user\0postgres\0\0"[..]),
                Wait(b"R"),
                say(&b"p\0\0\0\x0asecret"[..]),
                Wait(b"FATAL"),
            ]),
        ),
        ("rdp", "windows-terminal", Way::Tls(vec![say(rdp_request()), Wait(b"\x02")], vec![])),
        ("sip", "telephone", Way::Udp(options())),
        ("sip-tcp", "telephone", Way::Tcp(vec![say(options()), Wait(b"SIP/2.0")])),
        ("smb", "windows-server", Way::Tcp(vec![say(smb_negotiate()), Wait(b"\xfeSMB")])),
        ("snmp", "linux-server", Way::Udp(snmp(b"public"))),
        ("ssh", "linux-server", Way::Tcp(ssh())),
        ("tcp", "linux-server", Way::Leave(b"hello".to_vec())),
        ("telnet", "printer", Way::Tcp(telnet(b"login: "))),
        ("tftp", "nas", Way::Udp(b"\0\x01startup-config\0octet\0".to_vec())),
        (
            "vnc",
            "windows-terminal",
            Way::Tcp(vec![
                Wait(b"RFB 003.008\n"),
                say(&b"RFB 003.008\n"[..]),
                Wait(b"\x02"),
                say(&b"\x02sixteen bytes..."[..]),
                Wait(b"\0\0\0\x01"),
            ]),
        ),
    ])
}

/// One guess at a Telnet door.
pub(crate) fn telnet(prompt: &'static [u8]) -> Vec<Step> {
    vec![Step::Wait(prompt), say(&b"root\r\n"[..]), Step::Wait(b"assword: "), say(&b"guess\r\n"[..]), Step::Any]
}

fn item(kind: u8, value: &[u8]) -> Outcome<Vec<u8>> {
    Ok([&[kind, 0][..], &u16::try_from(value.len())?.to_be_bytes(), value].concat())
}

/// DICOM PS3.8, 9.3.2: an association for verification.
fn associate() -> Outcome<Vec<u8>> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(format!("{:<16}{:<16}", "DCM4CHEE", "CT_ROOM1").bytes());
    body.extend([0; 32]);
    body.extend(item(0x10, b"1.2.840.10008.3.1.1.1")?);
    let context = [&[1, 0, 0, 0][..], &item(0x30, b"1.2.840.10008.1.1")?, &item(0x40, b"1.2.840.10008.1.2")?].concat();
    body.extend(item(0x20, &context)?);
    body.extend(item(0x50, &[item(0x51, &[0, 0, 0x40, 0])?, item(0x52, b"1.2.3.4")?].concat())?);
    Ok([&[1, 0][..], &u32::try_from(body.len())?.to_be_bytes(), &body].concat())
}

/// DICOM PS3.7, 9.3.5: C-ECHO-RQ.
fn echo() -> Vec<u8> {
    b"\x04\0\0\0\0\x4a\0\0\0\x46\x01\x03\0\0\0\0\x04\0\0\0\x38\0\0\0\0\0\x02\0\x12\0\0\x001.2.840.10008.1.1\0\0\0\0\x01\x02\0\0\0\x30\0\0\0\x10\x01\x02\0\0\0\x01\0\0\0\0\x08\x02\0\0\0\x01\x01".to_vec()
}

/// MS-TDS 2.2.6.5, no encryption wanted.
pub(crate) fn prelogin() -> Vec<u8> {
    b"\x12\x01\0\x1a\0\0\x01\0\0\0\x0b\0\x06\x01\0\x11\0\x01\xff\x0f\0\x07\xd0\0\0\x02".to_vec()
}

/// MS-TDS 2.2.6.4: `sa` with a password of one letter.
pub(crate) fn login7() -> Vec<u8> {
    let mut data = vec![0; 94];
    let mut put = |at: usize, bytes: &[u8]| data.splice(at..at + bytes.len(), bytes.iter().copied()).count();
    put(4, &0x7400_0004u32.to_le_bytes());
    put(40, &[94, 0, 2, 0]);
    put(44, &[98, 0, 1, 0]);
    data.extend(*b"s\0a\0");
    data.extend([b'x'.rotate_left(4) ^ 0xa5, 0xa5]);
    let length = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
    data.splice(0..4, length);
    [&[0x10, 1, 0, u8::try_from(data.len() + 8).unwrap_or(0), 0, 0, 1, 0][..], &data].concat()
}

/// Protocol 41, secure connection, named plugin.
pub(crate) fn mysql_login(user: &[u8]) -> Vec<u8> {
    let mut body = 0x0008_8200u32.to_le_bytes().to_vec();
    body.extend([0; 28]);
    body.extend([user, &[0, 20], &[7; 20], b"mysql_native_password\0"].concat());
    [&[u8::try_from(body.len()).unwrap_or(0), 0, 0, 1][..], &body].concat()
}

/// MS-RDPBCGR 2.2.1.1 with TLS and NLA wanted.
pub(crate) fn rdp_request() -> Vec<u8> {
    let body = [&b"\xe0\0\0\0\0\0Cookie: mstshash=admin\r\n"[..], &[1, 0, 8, 0, 3, 0, 0, 0]].concat();
    let length = u8::try_from(body.len()).unwrap_or(0);
    [&[3, 0, 0, length + 5, length][..], &body].concat()
}

fn smb_negotiate() -> Vec<u8> {
    let head = [&b"\xfeSMB\x40\0\x01\0\0\0\0\0\0\0\x01\0"[..], &[0; 48]].concat();
    let mut body = vec![36, 0, 1, 0, 1, 0];
    body.resize(36, 0);
    body.extend(0x210u16.to_le_bytes());
    [&[0, 0, 0, 102][..], &head, &body].concat()
}

/// SNMP version 1, get of sysDescr.
pub(crate) fn snmp(community: &[u8]) -> Vec<u8> {
    let length = u8::try_from(community.len()).unwrap_or(0);
    let question =
        b"\xa0\x19\x02\x01\x01\x02\x01\0\x02\x01\0\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0";
    [&[0x30, length + 32, 2, 1, 0, 4, length][..], community, question].concat()
}

fn ssh_packet(payload: &[u8]) -> Vec<u8> {
    let padding = 8 - (payload.len() + 5) % 8 + if (payload.len() + 5) % 8 > 4 { 8 } else { 0 };
    let length = u32::try_from(payload.len() + padding + 1).unwrap_or(0).to_be_bytes();
    [&length[..], &[u8::try_from(padding).unwrap_or(0)], payload, &vec![0; padding]].concat()
}

/// SSH up to the new keys. The public value is always the same, so that it costs the visitor nothing and the decoy a whole
/// key exchange with its signature.
pub(crate) fn ssh() -> Vec<Step> {
    let mut init = [&[20][..], &[7; 16]].concat();
    let (cipher, mac) = (&b"aes128-ctr"[..], &b"hmac-sha2-256"[..]);
    for list in [b"curve25519-sha256", &b"ssh-ed25519"[..], cipher, cipher, mac, mac, b"none", b"none", b"", b""] {
        init.extend(u32::try_from(list.len()).unwrap_or(0).to_be_bytes());
        init.extend(list);
    }
    init.extend([0; 5]);
    let mut public = vec![30, 0, 0, 0, 32, 9];
    public.resize(37, 0);
    let said = [&b"SSH-2.0-guess\r\n"[..], &ssh_packet(&init), &ssh_packet(&public)].concat();
    // NEWKEYS, not yet encrypted.
    vec![Step::Wait(b"SSH-2.0"), say(said), Step::Wait(b"\0\0\0\x0c\x0a\x15")]
}
