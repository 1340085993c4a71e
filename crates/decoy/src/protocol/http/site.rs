//! Which pages a persona has.

use super::Door;
use super::integrated;
use super::judge::{Act, Request};
use super::page;
use super::reply::{Reply, Software};
use crate::persona::{Identity, Kind};
use crate::visit::Visit;

/// A sign-in page: its words and the names of its fields.
pub(super) struct Front {
    /// Where it is; `/` leads here.
    pub(super) start: &'static str,
    /// Where its form goes.
    pub(super) post: &'static str,
    /// Name of the field for the user.
    pub(super) user: &'static str,
    /// Name of the field for the password.
    pub(super) password: &'static str,
    /// Title of the page.
    pub(super) title: &'static str,
    /// One line under it.
    pub(super) lead: &'static str,
    /// What the user's name is called.
    pub(super) user_word: &'static str,
    /// Colour of the bar.
    pub(super) colour: &'static str,
    /// Name of the session's cookie.
    pub(super) cookie: &'static str,
    /// An old product: pages (and so forms) in Shift_JIS.
    pub(super) is_shift_jis: bool,
}

const VPN: Front = Front {
    start: "/portal/signin",
    post: "/portal/signin",
    user: "username",
    password: "password",
    title: "リモートアクセス接続 サインイン",
    lead: "院外から接続する方は、配布された利用者IDでサインインしてください。",
    user_word: "利用者ID",
    colour: "#1f4e79",
    cookie: "RAGSESSION",
    is_shift_jis: false,
};
const NAS: Front = Front {
    start: "/login.html",
    post: "/api/login",
    user: "user",
    password: "passwd",
    title: "ファイル共有 管理画面",
    lead: "共有フォルダの設定には管理者のアカウントが必要です。",
    user_word: "ユーザー名",
    colour: "#2b5d4b",
    cookie: "nas_sid",
    is_shift_jis: false,
};
const PRINTER: Front = Front {
    start: "/admin/login.html",
    post: "/admin/login",
    user: "id",
    password: "pwd",
    title: "プリンター設定 ログイン",
    lead: "ネットワークとセキュリティの設定は管理者モードで行います。",
    user_word: "管理者ID",
    colour: "#4a4a4a",
    cookie: "PSID",
    is_shift_jis: false,
};
const GATEWAY: Front = Front {
    start: "/console/login",
    post: "/console/j_security_check",
    user: "j_username",
    password: "j_password",
    title: "システム連携ゲートウェイ 管理コンソール",
    lead: "部門システム間の電文を管理します。",
    user_word: "ユーザーID",
    colour: "#5b3b77",
    cookie: "GWSESSIONID",
    is_shift_jis: false,
};
const PACS: Front = Front {
    start: "/viewer/login",
    post: "/viewer/login",
    user: "loginId",
    password: "loginPassword",
    title: "医用画像管理システム ログイン",
    lead: "画像の閲覧には職員IDが必要です。",
    user_word: "職員ID",
    colour: "#20304a",
    cookie: "ImgSession",
    is_shift_jis: false,
};
const BUILDING: Front = Front {
    start: "/login.htm",
    post: "/login.cgi",
    user: "userid",
    password: "passcode",
    title: "中央監視装置 ログイン",
    lead: "空調・電力・入退室の監視",
    user_word: "操作員ID",
    colour: "#7a4b14",
    cookie: "SID",
    is_shift_jis: true,
};
const MODALITY: Front = Front {
    start: "/service/login.htm",
    post: "/service/login",
    user: "user",
    password: "pass",
    title: "撮影装置 保守画面",
    lead: "保守担当者以外は使用しないでください。",
    user_word: "保守ID",
    colour: "#37474f",
    cookie: "svc",
    is_shift_jis: false,
};
const TELEPHONE: Front = Front {
    start: "/pbx/login",
    post: "/pbx/login",
    user: "account",
    password: "password",
    title: "構内電話 設定画面",
    lead: "内線と転送の設定",
    user_word: "アカウント",
    colour: "#12505b",
    cookie: "pbxsid",
    is_shift_jis: false,
};

/// The sign-in page of a persona, if it has one.
pub(super) fn front(kind: Kind) -> Option<&'static Front> {
    match kind {
        Kind::Vpn => Some(&VPN),
        Kind::Nas => Some(&NAS),
        Kind::Printer => Some(&PRINTER),
        Kind::Gateway => Some(&GATEWAY),
        Kind::Pacs => Some(&PACS),
        Kind::Building => Some(&BUILDING),
        Kind::Modality => Some(&MODALITY),
        Kind::Telephone => Some(&TELEPHONE),
        Kind::Camera | Kind::LinuxServer | Kind::WindowsServer | Kind::WindowsTerminal | Kind::Database => None,
    }
}

/// The pages of the persona of whoever is visited.
pub(super) struct Site;

impl Door for Site {
    fn is_integrated(&self) -> bool {
        true
    }

    fn answer(&self, visit: &Visit, request: &Request, act: &Act) -> Reply {
        let identity = visit.identity();
        let software = Software::of(identity);
        let front = front(identity.kind);
        let path = request.path();
        match act {
            Act::Token(_) => page::token(&path),
            Act::SignIn { scheme: "form" | "query", .. } => match front {
                Some(front) if path == front.post || path == front.start => page::sign_in(identity, front, true),
                _ => not_posted(software, &path),
            },
            Act::SignIn { .. } | Act::Request("authorization") => challenge(identity, software),
            Act::Request("traversal" | "inclusion") => software.error(if front.is_some() { 404 } else { 400 }),
            Act::Look | Act::Request(_) | Act::Write(_) => match &request.head.method[..] {
                b"GET" | b"HEAD" => look(identity, software, &path),
                b"OPTIONS" => match software.methods() {
                    Some(methods) => Reply::new(200).with("Allow", methods),
                    None => software.error(405),
                },
                b"POST" => match front {
                    Some(front) if path == front.post => page::sign_in(identity, front, true),
                    _ => not_posted(software, &path),
                },
                b"CONNECT" => software.error(400).closing(),
                _ => software.error(405),
            },
        }
    }
}

/// Form data where no form is.
fn not_posted(software: Software, path: &str) -> Reply {
    match software {
        Software::Nginx(_) | Software::Iis if path == "/" => software.error(405),
        _ => software.error(404),
    }
}

fn challenge(identity: &Identity, software: Software) -> Reply {
    if software == Software::Iis {
        return integrated::challenge(identity, software);
    }
    let realm = match identity.kind {
        Kind::LinuxServer => "Restricted".to_owned(),
        _ => identity.host.clone(),
    };
    software.error(401).with("WWW-Authenticate", format!("Basic realm=\"{realm}\""))
}

/// Whether a path is a folder or in it; Windows does not look at the case.
fn is_below(path: &str, folder: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn look(identity: &Identity, software: Software, path: &str) -> Reply {
    let front = front(identity.kind);
    let is_camera = identity.kind == Kind::Camera;
    match path {
        "/favicon.ico" if front.is_some() || is_camera => page::icon(identity),
        "/" | "/index.html" | "/index.htm" => match front {
            Some(_) if identity.kind == Kind::Printer => page::printer(identity),
            Some(front) if matches!(identity.kind, Kind::Nas | Kind::Building) => page::sign_in(identity, front, false),
            Some(front) => software.error(302).with("Location", front.start),
            None if is_camera => challenge(identity, software),
            None => page::standard(identity),
        },
        _ if is_camera => challenge(identity, software),
        // Where a server of Windows gives out certificates: a favourite of those who relay sign-ins.
        _ if software == Software::Iis && front.is_none() && is_below(path, "/certsrv") => {
            challenge(identity, software)
        }
        "/admin" | "/admin/" => match front {
            Some(front) if identity.kind == Kind::Printer => software.error(302).with("Location", front.start),
            Some(_) => software.error(404),
            None => challenge(identity, software),
        },
        "/images/" | "/uploads/" | "/static/" | "/css/" | "/js/" | "/aspnet_client/" => software.error(403),
        _ => match front {
            Some(front) if path == front.start || path == front.post => page::sign_in(identity, front, false),
            _ => software.error(404),
        },
    }
}
