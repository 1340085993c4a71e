//! Answers in the manner of the server software a machine pretends to run.

use super::head::Version;
use crate::persona::{Identity, Kind, Os};

/// Server software: what its header, its order of fields and its error pages look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocol) enum Software {
    /// nginx, with what follows its name in the header.
    Nginx(&'static str),
    /// The server of Windows.
    Iis,
    /// lighttpd with its version.
    Lighttpd(&'static str),
    /// A small server of devices: its whole header.
    Small(&'static str),
    /// The printing system's own server.
    Cups(&'static str),
}

impl Software {
    /// The one a machine runs.
    pub(in crate::protocol) fn of(identity: &Identity) -> Self {
        match identity.os {
            Os::Windows { .. } => Self::Iis,
            Os::Linux { ssh, .. } if ssh.contains("Ubuntu") => Self::Nginx("nginx/1.18.0 (Ubuntu)"),
            // Bullseye and bookworm.
            Os::Linux { ssh, .. } if ssh.contains("8.4p1") => Self::Nginx("nginx/1.18.0"),
            Os::Linux { .. } => Self::Nginx("nginx/1.22.1"),
            Os::Embedded => {
                let lighttpd = [Self::Lighttpd("1.4.53"), Self::Lighttpd("1.4.59"), Self::Lighttpd("1.4.64")];
                let camera = [Self::Small("Boa/0.94.14rc21"), Self::Small("thttpd/2.27 19Oct2015"), lighttpd[0]];
                let building = [Self::Small("GoAhead-Webs"), Self::Small("mini_httpd/1.30 26Oct2018"), lighttpd[1]];
                match identity.kind {
                    Kind::Camera => *identity.pick("http-software", &camera),
                    Kind::Building => *identity.pick("http-software", &building),
                    _ => *identity.pick("http-software", &lighttpd),
                }
            }
        }
    }

    /// The value of its `Server` field.
    pub(in crate::protocol) fn header(self) -> String {
        match self {
            Self::Nginx(name) | Self::Small(name) => name.to_owned(),
            Self::Iis => "Microsoft-IIS/10.0".to_owned(),
            Self::Lighttpd(version) => format!("lighttpd/{version}"),
            Self::Cups(version) => format!("CUPS/{version} IPP/2.1"),
        }
    }

    /// Its page for a status.
    pub(in crate::protocol) fn error(self, status: u16) -> Reply {
        let reason = self.reason(status);
        let body = match self {
            Self::Nginx(name) => {
                let title = match status {
                    401 => "401 Authorization Required".to_owned(),
                    302 => "302 Found".to_owned(),
                    _ => format!("{status} {reason}"),
                };
                nginx_page(&title, &title, "", name)
            }
            Self::Iis => format!(
                "<!DOCTYPE html>\r\n<html><head><title>{status} - {reason}</title></head>\r\n\
                 <body><h2>{status} - {reason}</h2></body></html>\r\n"
            ),
            Self::Lighttpd(_) => format!(
                "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
                 xml:lang=\"en\" lang=\"en\">\n <head>\n  <title>{status} {reason}</title>\n </head>\n <body>\n  \
                 <h1>{status} {reason}</h1>\n </body>\n</html>\n"
            ),
            Self::Small(_) | Self::Cups(_) => format!(
                "<HTML><HEAD><TITLE>{status} {reason}</TITLE></HEAD>\n<BODY><H1>{status} {reason}</H1>\n</BODY></HTML>\n"
            ),
        };
        Reply::new(status).with("Content-Type", "text/html").of(body.into_bytes())
    }

    /// What a TLS port says to somebody who speaks without TLS. Not all say anything.
    pub(super) fn plain_to_tls(self) -> Option<Reply> {
        let Self::Nginx(name) = self else { return None };
        let why = "<center>The plain HTTP request was sent to HTTPS port</center>\r\n";
        let title = "400 The plain HTTP request was sent to HTTPS port";
        let body = nginx_page(title, "400 Bad Request", why, name).into_bytes();
        Some(Reply::new(400).with("Content-Type", "text/html").of(body))
    }

    /// Which methods it names, if it answers OPTIONS.
    pub(super) fn methods(self) -> Option<&'static str> {
        match self {
            Self::Nginx(_) => None,
            Self::Iis => Some("OPTIONS, TRACE, GET, HEAD, POST"),
            Self::Lighttpd(_) | Self::Small(_) => Some("OPTIONS, GET, HEAD, POST"),
            Self::Cups(_) => Some("GET, HEAD, OPTIONS, POST"),
        }
    }

    /// Words of a status.
    fn reason(self, status: u16) -> &'static str {
        let is_nginx = matches!(self, Self::Nginx(_));
        match status {
            200 => "OK",
            302 if is_nginx => "Moved Temporarily",
            302 => "Found",
            304 => "Not Modified",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 if is_nginx => "Not Allowed",
            405 => "Method Not Allowed",
            414 if is_nginx => "Request-URI Too Large",
            414 => "URI Too Long",
            505 => "HTTP Version Not Supported",
            _ => "Error",
        }
    }

    /// An answer as bytes. The body is left out for HEAD, everything else for HTTP/0.9.
    pub(super) fn write(self, reply: &Reply, version: Version, is_head: bool, stays: bool) -> Vec<u8> {
        if version == Version::Old {
            return reply.body.clone();
        }
        // nginx and Windows answer as 1.1 whatever was asked.
        let own = match self {
            Self::Lighttpd(_) | Self::Cups(_) | Self::Small(_) if version == Version::Http10 => "1.0",
            _ => "1.1",
        };
        let status = reply.status;
        let mut out = format!("HTTP/{own} {status} {}\r\n", self.reason(status));
        // What Windows cannot read never reaches its web server.
        let is_of_driver = self == Self::Iis && status == 400;
        let name = if is_of_driver { "Microsoft-HTTPAPI/2.0".to_owned() } else { self.header() };
        let server = format!("Server: {name}\r\n");
        let powered = if is_of_driver { "" } else { "X-Powered-By: ASP.NET\r\n" };
        let date = format!("Date: {}\r\n", jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT"));
        let connection = format!("Connection: {}\r\n", if stays { "keep-alive" } else { "close" });
        let length = match status {
            304 => String::new(),
            _ => format!("Content-Length: {}\r\n", reply.body.len()),
        };
        let fields: String = reply.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        out.push_str(&match self {
            Self::Nginx(_) => format!("{server}{date}{fields}{length}{connection}"),
            Self::Iis => format!("{fields}{server}{powered}{date}{connection}{length}"),
            Self::Lighttpd(_) => format!("{fields}{length}{connection}{date}{server}"),
            Self::Small(_) => format!("{date}{server}{connection}{fields}{length}"),
            Self::Cups(_) => format!("{connection}{date}{server}{fields}{length}"),
        });
        out.push_str("\r\n");
        let mut out = out.into_bytes();
        if !is_head {
            out.extend_from_slice(&reply.body);
        }
        out
    }
}

fn nginx_page(title: &str, heading: &str, more: &str, name: &str) -> String {
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{heading}</h1></center>\r\n{more}\
         <hr><center>{name}</center>\r\n</body>\r\n</html>\r\n"
    )
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocol) struct Reply {
    pub(super) status: u16,
    fields: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// The connection ends after it.
    pub(super) closes: bool,
}

impl Reply {
    /// With a status.
    pub(in crate::protocol) fn new(status: u16) -> Self {
        Self { status, fields: Vec::new(), body: Vec::new(), closes: false }
    }

    /// With a header field.
    pub(in crate::protocol) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// With a body.
    pub(in crate::protocol) fn of(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Ends the connection.
    pub(in crate::protocol) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// The entity tag, if there is one.
    pub(super) fn tag(&self) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == "ETag").map(|(_, value)| &value[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_in_the_servers_manner() {
        let nginx = Software::Nginx("nginx/1.22.1");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let answer = text(nginx.write(&nginx.error(404), Version::Http10, false, false));
        assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\nServer: nginx/1.22.1\r\nDate: "), "{answer}");
        assert!(answer.contains(" GMT\r\n") && answer.contains("Connection: close\r\n"));
        let head = text(nginx.write(&nginx.error(404), Version::Http11, true, true));
        assert!(head.ends_with("\r\n\r\n") && !head.contains("<html>"));
        let old = text(nginx.write(&nginx.error(404), Version::Old, false, false));
        assert!(old.starts_with("<html>"));
        let small = Software::Lighttpd("1.4.59");
        assert!(text(small.write(&small.error(401), Version::Http10, false, false)).starts_with("HTTP/1.0 401 "));
    }
}
