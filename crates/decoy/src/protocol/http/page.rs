//! The pages themselves. Words and looks are ours; nothing a visitor sent is ever shown.

use super::reply::Reply;
use super::site::Front;
use crate::persona::Identity;

/// A sign-in page, after a failed try or before one.
pub(super) fn sign_in(identity: &Identity, front: &Front, failed: bool) -> Reply {
    let failed =
        if failed { "<p class=\"e\">IDまたはパスワードが正しくありません。</p>" } else { "" };
    let charset = if front.is_shift_jis { "Shift_JIS" } else { "UTF-8" };
    let Front { title, lead, user, password, user_word, colour, post, .. } = front;
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"{charset}\"><title>{title}</title>\n\
         <meta name=\"robots\" content=\"noindex\">\n<style>body{{font-family:sans-serif;background:#eef1f4;margin:0}}\
         header{{background:{colour};color:#fff;padding:14px 24px;font-size:18px}}main{{background:#fff;max-width:380px;\
         margin:48px auto;padding:24px 28px;border:1px solid #cdd5dc}}label{{display:block;margin:12px 0 4px}}\
         input{{width:100%;box-sizing:border-box;padding:7px}}button{{margin-top:18px;padding:8px 22px}}\
         .e{{color:#a1201c}}footer{{text-align:center;color:#78838c;font-size:12px}}</style></head>\n<body>\
         <header>{title}</header>\n<main><p>{lead}</p>{failed}\n\
         <form method=\"post\" action=\"{post}\" autocomplete=\"off\">\n\
         <label for=\"u\">{user_word}</label><input id=\"u\" name=\"{user}\" type=\"text\">\n\
         <label for=\"p\">パスワード</label><input id=\"p\" name=\"{password}\" type=\"password\">\n\
         <input type=\"hidden\" name=\"t\" value=\"{}\">\n<button type=\"submit\">ログイン</button></form></main>\n\
         <footer>{} / Ver. {}</footer></body></html>\n",
        random(identity, "token"),
        identity.host,
        version(identity),
    );
    let body = if front.is_shift_jis { encoding_rs::SHIFT_JIS.encode(&body).0.into_owned() } else { body.into_bytes() };
    Reply::new(200)
        .with("Content-Type", format!("text/html; charset={charset}"))
        .with("Cache-Control", "no-store")
        .with("Set-Cookie", format!("{}={}; Path=/; HttpOnly", front.cookie, random(identity, "cookie")))
        .with("X-Frame-Options", "SAMEORIGIN")
        .of(body)
}

/// The made-up product's version: the same on all pages of a machine.
fn version(identity: &Identity) -> String {
    let (major, minor) = (identity.number("version-major", 2, 7), identity.number("version-minor", 0, 9));
    format!("{major}.{minor}.{}", identity.number("version-build", 10, 480))
}

/// Fresh each time, as sessions are.
fn random(identity: &Identity, purpose: &str) -> String {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        bytes.copy_from_slice(&identity.derive(purpose)[..16]);
    }
    hex::encode(bytes)
}

/// The page of a web server on which nobody has put anything yet.
pub(super) fn standard(identity: &Identity) -> Reply {
    let body = if identity.os.is_windows() {
        "<!DOCTYPE html>\r\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>Web サーバー</title></head>\r\n\
         <body><h2>Web サーバーは動作しています</h2><p>このサイトには既定のドキュメントが構成されていません。</p></body></html>\r\n"
            .to_owned()
    } else {
        format!(
            "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\">\n<title>Server is running</title>\n\
             <style>body {{ width: 36em; margin: 2em auto; font-family: sans-serif; }}</style>\n</head>\n<body>\n\
             <h1>The web server is running</h1>\n<p>Nothing has been published on {} yet. \
             Put your files into the document root or configure a virtual host.</p>\n</body>\n</html>\n",
            identity.host
        )
    };
    still(identity, "text/html", body.into_bytes())
}

/// A file that does not change: with the date and tag it had when it was put there.
fn still(identity: &Identity, kind: &'static str, body: Vec<u8>) -> Reply {
    let seconds = identity.number("document-time", 1_577_836_800, 1_719_792_000);
    let time = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let time = time.unwrap_or(jiff::Timestamp::UNIX_EPOCH).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Reply::new(200)
        .with("Content-Type", kind)
        .with("Last-Modified", time)
        .with("ETag", format!("\"{seconds:x}-{:x}\"", body.len()))
        .with("Accept-Ranges", "bytes")
        .of(body)
}

/// What a printer shows to everybody.
pub(super) fn printer(identity: &Identity) -> Reply {
    let level = |purpose| identity.number(purpose, 4, 96);
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"UTF-8\"><title>{host} - 状態</title>\n\
         <style>body{{font-family:sans-serif;margin:24px}}td,th{{padding:4px 14px;border:1px solid #bbb}}</style></head>\n\
         <body><h1>{host}</h1><p>状態: 印刷できます</p>\n<table><tr><th>トナー ブラック</th><td>{}%</td></tr>\
         <tr><th>トナー シアン</th><td>{}%</td></tr><tr><th>トナー マゼンタ</th><td>{}%</td></tr>\
         <tr><th>トナー イエロー</th><td>{}%</td></tr><tr><th>総印刷枚数</th><td>{}</td></tr>\
         <tr><th>ファームウェア</th><td>{}</td></tr></table>\n<p><a href=\"/admin/\">管理者設定</a></p></body></html>\n",
        level("toner-k"),
        level("toner-c"),
        level("toner-m"),
        level("toner-y"),
        identity.number("pages", 3_000, 180_000),
        version(identity),
        host = identity.host,
    );
    Reply::new(200).with("Content-Type", "text/html; charset=UTF-8").of(body.into_bytes())
}

/// The icon: a pattern of the machine's own, 16 by 16 in two colours (ICO with a 1-bit bitmap).
pub(super) fn icon(identity: &Identity) -> Reply {
    let seed = identity.derive("icon");
    let mut out = Vec::with_capacity(198);
    // ICONDIR and its one entry: 16 by 16, 2 colours, 176 bytes from offset 22.
    out.extend_from_slice(&[0, 0, 1, 0, 1, 0, 16, 16, 2, 0, 1, 0, 1, 0, 176, 0, 0, 0, 22, 0, 0, 0]);
    // BITMAPINFOHEADER: twice the height, because the mask follows the picture.
    out.extend_from_slice(&[40, 0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 1, 0, 1, 0]);
    out.extend_from_slice(&[0; 24]);
    let [red, green, blue, ..] = seed;
    out.extend_from_slice(&[255, 255, 255, 0, blue / 2, green / 2, red / 2, 0]);
    for row in seed.iter().skip(3).take(16) {
        // The same from left and from right.
        out.extend_from_slice(&[*row, row.reverse_bits(), 0, 0]);
    }
    out.extend_from_slice(&[0; 64]);
    still(identity, "image/x-icon", out)
}

/// What a token answers: something harmless of the kind its name promises.
pub(super) fn token(path: &str) -> Reply {
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    match &end[..] {
        "png" | "jpg" | "jpeg" | "gif" | "" => Reply::new(200).with("Content-Type", "image/gif").of(PIXEL.to_vec()),
        "txt" | "csv" | "log" | "ini" | "conf" | "rdp" => {
            Reply::new(200).with("Content-Type", "text/plain; charset=UTF-8").of("作成中\n".into())
        }
        // An archive with nothing in it: an end record alone (APPNOTE 4.3.16).
        "zip" => {
            let mut empty = b"PK\x05\x06".to_vec();
            empty.resize(22, 0);
            Reply::new(200).with("Content-Type", "application/zip").of(empty)
        }
        "html" | "htm" => Reply::new(200)
            .with("Content-Type", "text/html; charset=UTF-8")
            .of("<!DOCTYPE html><html lang=\"ja\"><title>準備中</title><p>準備中です。</p></html>\n".into()),
        _ => Reply::new(200).with("Content-Type", "application/octet-stream").of(vec![0; 16]),
    }
}

/// One transparent point (GIF 89a).
const PIXEL: [u8; 43] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21, 0xf9, 4, 1, 0, 0, 0,
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::Kind;
    use crate::protocol::http::site::front;
    use std::net::IpAddr;

    #[test]
    fn every_persona_has_an_icon_and_its_form_has_fields_that_are_found() {
        for kind in Kind::ALL {
            let identity = Identity::new(&[7; 32], kind, IpAddr::from([10, 0, 0, 9]));
            assert!(format!("{:?}", icon(&identity)).contains("image/x-icon"));
            if let Some(front) = front(kind) {
                let body = format!("t=1&{}=a&{}=b", front.user, front.password);
                let found = super::super::form::credentials(&super::super::form::fields(b"", body.as_bytes()));
                assert_eq!(found, Some((b"a".to_vec(), b"b".to_vec())), "{}", kind.key());
            }
        }
    }
}
