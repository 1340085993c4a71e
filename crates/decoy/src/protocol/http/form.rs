//! User names and passwords in what a browser or a guessing tool sends. Pure functions over bytes; values stay bytes, so
//! that names in Shift_JIS or EUC-JP are not lost on the way.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Most fields looked at.
const FIELDS: usize = 100;

/// Forgiving: what a careless tool encodes is read too.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Name and value of fields.
pub(super) type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// Takes percent-encoding away (RFC 3986, 2.1; the URL standard's form encoding if `plus`). What is no valid sequence
/// stays as it is; `%uXXXX`, as old scripts write it, becomes its character.
pub(super) fn percent(bytes: &[u8], plus: bool) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                if let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) {
                    out.push((high * 16 + low) as u8);
                    at += 3;
                    continue;
                }
                let four = matches!(bytes.get(at + 1), Some(b'u' | b'U'))
                    .then(|| (2..6).try_fold(0, |sum, n| digit(at + n).map(|digit| sum * 16 + digit)))
                    .flatten()
                    .and_then(char::from_u32);
                if let Some(c) = four {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    at += 6;
                    continue;
                }
                out.push(b'%');
            }
            b'+' if plus => out.push(b' '),
            other => out.push(*other),
        }
        at += 1;
    }
    out
}

/// Fields of a query or of `application/x-www-form-urlencoded`.
pub(super) fn pairs(bytes: &[u8]) -> Fields {
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .take(FIELDS)
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default());
            (percent(name, true), percent(value.trim_ascii_end(), true))
        })
        .collect()
}

/// Fields of a JSON object, one level of objects within it included.
fn json(bytes: &[u8]) -> Fields {
    fn gather(value: &serde_json::Value, out: &mut Fields, depth: u8) {
        let Some(object) = value.as_object() else { return };
        for (name, value) in object {
            if out.len() >= FIELDS {
                return;
            }
            match value {
                serde_json::Value::String(text) => out.push((name.clone().into_bytes(), text.clone().into_bytes())),
                serde_json::Value::Number(number) => {
                    out.push((name.clone().into_bytes(), number.to_string().into_bytes()));
                }
                inner if depth > 0 => gather(inner, out, depth - 1),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    if let Ok(value) = serde_json::from_slice(bytes) {
        gather(&value, &mut out, 1);
    }
    out
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    if what.is_empty() { None } else { bytes.windows(what.len()).position(|window| window == what) }
}

/// Fields of `multipart/form-data` (RFC 7578).
fn multipart(boundary: &[u8], mut bytes: &[u8]) -> Fields {
    let mut out = Vec::new();
    let delimiter = [b"--", boundary].concat();
    while out.len() < FIELDS
        && let Some(start) = find(bytes, &delimiter)
    {
        bytes = bytes.get(start + delimiter.len()..).unwrap_or_default();
        let part = bytes.get(..find(bytes, &delimiter).unwrap_or(bytes.len())).unwrap_or_default();
        let Some(blank) = find(part, b"\r\n\r\n") else { continue };
        let (head, content) = part.split_at(blank);
        let Some(name) = find(head, b"name=\"").and_then(|at| head.get(at + 6..)) else { continue };
        let name = name.get(..name.iter().position(|byte| *byte == b'"').unwrap_or(name.len())).unwrap_or_default();
        let content = content.get(4..).unwrap_or_default();
        out.push((name.to_vec(), content.strip_suffix(b"\r\n").unwrap_or(content).to_vec()));
    }
    out
}

/// Texts of XML elements by their local names, as SOAP and its security headers have them.
fn xml(bytes: &[u8]) -> Fields {
    let mut out = Vec::new();
    for part in bytes.split(|byte| *byte == b'<').skip(1) {
        let Some(end) = part.iter().position(|byte| *byte == b'>') else { continue };
        let (tag, text) = part.split_at(end);
        let name = tag.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let text = text.get(1..).unwrap_or_default().trim_ascii();
        if !name.starts_with(b"/") && !text.is_empty() && out.len() < FIELDS {
            out.push((local.to_vec(), text.to_vec()));
        }
    }
    out
}

/// The fields of a body, by its type; an unknown or wrong type is read as a form, as tools often forget to say.
pub(super) fn fields(content_type: &[u8], body: &[u8]) -> Fields {
    let lower = content_type.to_ascii_lowercase();
    if lower.starts_with(b"multipart/")
        && let Some(at) = find(&lower, b"boundary=")
    {
        let boundary = content_type.get(at + 9..).unwrap_or_default();
        let end = boundary.iter().position(|byte| *byte == b';').unwrap_or(boundary.len());
        let boundary = boundary.get(..end).unwrap_or_default().trim_ascii();
        return multipart(
            boundary.strip_prefix(b"\"").unwrap_or(boundary).strip_suffix(b"\"").unwrap_or(boundary),
            body,
        );
    }
    if body.trim_ascii_start().starts_with(b"{") {
        let fields = json(body);
        if !fields.is_empty() {
            return fields;
        }
    }
    if body.trim_ascii_start().starts_with(b"<") { xml(body) } else { pairs(body) }
}

/// Names of the field for the user, the surest first.
const USERS: [&str; 26] = [
    "username",
    "user",
    "userid",
    "loginid",
    "loginname",
    "login",
    "uname",
    "usr",
    "uid",
    "jusername",
    "account",
    "accountname",
    "email",
    "mail",
    "log",
    "id",
    "name",
    "usernm",
    "userno",
    "staffid",
    "empno",
    "shainno",
    "realmuser",
    "principal",
    "u",
    "code",
];
/// Names of the field for the password, the surest first.
const PASSWORDS: [&str; 18] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "passwrd",
    "loginpassword",
    "userpassword",
    "jpassword",
    "userpw",
    "psw",
    "pw",
    "passcode",
    "pin",
    "secret",
    "credential",
    "ansho",
    "p",
    "passphrase",
];

/// User and password among fields. The user may be missing (devices that have only a password); the password may not.
pub(super) fn credentials(fields: &Fields) -> Option<(Vec<u8>, Vec<u8>)> {
    let plain: Vec<(String, &[u8])> = fields
        .iter()
        .map(|(name, value)| {
            let name = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
            (name.map(|byte| char::from(byte.to_ascii_lowercase())).collect(), &value[..])
        })
        .collect();
    let exact = |names: &[&str]| names.iter().find_map(|known| plain.iter().position(|(name, _)| name == known));
    let part = |words: &[&str], not: Option<usize>| {
        plain
            .iter()
            .enumerate()
            .position(|(at, (name, _))| Some(at) != not && words.iter().any(|word| name.contains(word)))
    };
    let password = exact(&PASSWORDS).or_else(|| part(&["passw", "pwd", "passcode"], None))?;
    let user = exact(&USERS).or_else(|| part(&["user", "login", "account", "mail"], Some(password)));
    // A single letter is a password only beside a user.
    if user.is_none() && plain.get(password).is_some_and(|(name, _)| name == "p") {
        return None;
    }
    let value = |at: usize| plain.get(at).map(|(_, value)| value.to_vec()).unwrap_or_default();
    Some((user.map(value).unwrap_or_default(), value(password)))
}

/// What an `Authorization` field tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Authorization {
    /// User and password (RFC 7617), or a bearer token without user (RFC 6750).
    Clear(&'static str, Vec<u8>, Vec<u8>),
    /// An answer to a challenge (RFC 7616).
    Response(&'static str, Vec<u8>),
    /// A scheme that begins with an exchange, or one we do not know.
    Other(Vec<u8>),
}

/// Reads an `Authorization` field. What cannot be decoded is still a try.
pub(super) fn authorization(value: &[u8]) -> Authorization {
    let at = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(at);
    let rest = rest.trim_ascii();
    match &scheme.to_ascii_lowercase()[..] {
        b"basic" => {
            let Ok(clear) = BASE64.decode(rest) else {
                return Authorization::Clear("basic", Vec::new(), rest.to_vec());
            };
            let at = clear.iter().position(|byte| *byte == b':').unwrap_or(clear.len());
            let (user, password) = clear.split_at(at);
            Authorization::Clear("basic", user.to_vec(), password.get(1..).unwrap_or_default().to_vec())
        }
        b"bearer" => Authorization::Clear("bearer", Vec::new(), rest.to_vec()),
        b"digest" => {
            let user = find(rest, b"username=\"").and_then(|at| rest.get(at + 10..)).unwrap_or_default();
            let end = user.iter().position(|byte| *byte == b'"').unwrap_or(user.len());
            Authorization::Response("digest", user.get(..end).unwrap_or_default().to_vec())
        }
        _ => Authorization::Other(scheme.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(body: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        credentials(&fields(b"", body))
    }

    fn pair(user: &str, password: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((user.as_bytes().to_vec(), password.as_bytes().to_vec()))
    }

    #[test]
    fn sign_in_fields_are_found_by_their_names() {
        for body in [
            "username=a&password=b",
            "lang=ja&j_username=a&j_password=b",
            "log=a&pwd=b&wp-submit=Log+In",
            "ctl00%24txtUserName=a&ctl00%24txtPassword=b",
            "loginId=a&loginPassword=b",
            r#"{"username":"a","password":"b"}"#,
            r#"{"auth":{"user":"a","passwd":"b"}}"#,
        ] {
            assert_eq!(found(body.as_bytes()), pair("a", "b"), "{body}");
        }
        assert_eq!(found(b"pin=1234"), pair("", "1234"));
        assert_eq!(found(b"search=x"), None);
        assert_eq!((found(b"p=1&page=2"), found(b"u=a&p=b")), (None, pair("a", "b")));
        let soap = "<e><wsse:Username>a</wsse:Username><wsse:Password Type=\"x\">b</wsse:Password></e>";
        assert_eq!(found(soap.as_bytes()), pair("a", "b"));
        let body = b"--B\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\na\r\n--B\r\nContent-Disposition: form-data; name=\"pass\"\r\n\r\nb\r\n--B--\r\n";
        assert_eq!(credentials(&fields(b"multipart/form-data; boundary=B", body)), pair("a", "b"));
        assert_eq!(credentials(&fields(b"multipart/form-data; boundary=\"B\"", body)), pair("a", "b"));
    }

    #[test]
    fn wrong_percent_sequences_lose_nothing() {
        assert_eq!(percent(b"%41%4%zz%+%u7BA1%u%", true), "A%4%zz% 管%u%".as_bytes());
        assert_eq!(
            found(b"user=%8A%C7%97%9D%8E%D2&pass=%"),
            Some((b"\x8a\xc7\x97\x9d\x8e\xd2".to_vec(), b"%".to_vec()))
        );
        // "テスト" in Shift_JIS, its ASCII halves unencoded as browsers leave them.
        assert_eq!(found(b"user=%83e%83X%83g&pass=x").map(|found| found.0), Some(b"\x83e\x83X\x83g".to_vec()));
    }

    #[test]
    fn authorizations_are_read() {
        assert_eq!(
            authorization(b"Basic YWRtaW46c2VjcmV0"),
            Authorization::Clear("basic", b"admin".to_vec(), b"secret".to_vec())
        );
        assert_eq!(authorization(b"basic YWRtaW4"), Authorization::Clear("basic", b"admin".to_vec(), Vec::new()));
        assert_eq!(authorization(b"Basic !!"), Authorization::Clear("basic", Vec::new(), b"!!".to_vec()));
        assert_eq!(
            authorization(b"Digest username=\"x\", realm=\"y\""),
            Authorization::Response("digest", b"x".to_vec())
        );
        assert_eq!(authorization(b"NTLM abc"), Authorization::Other(b"NTLM".to_vec()));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = credentials(&fields(&kind, &bytes));
            let _ = credentials(&fields(b"multipart/form-data; boundary=-", &bytes));
            let _ = authorization(&bytes);
        }
    }
}
