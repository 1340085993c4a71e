//! One's own account: name, language, password, second factor, passkeys, API tokens.

mod api_tokens;
mod name;
mod passkeys;
mod password;
mod sessions;
mod show;
mod totp;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Action::OwnAccount, Scope::Own, show::show)
        .post("/account/name", Action::OwnAccount, Scope::Own, name::submit)
        .post("/account/password", Action::OwnAccount, Scope::Own, password::submit)
        .get("/account/totp", Action::OwnAccount, Scope::Own, totp::show)
        .post("/account/totp", Action::OwnAccount, Scope::Own, totp::submit)
        .post("/account/totp/remove", Action::OwnAccount, Scope::Own, totp::remove)
        .post("/account/passkeys/start", Action::OwnAccount, Scope::Own, passkeys::start)
        .post("/account/passkeys/finish", Action::OwnAccount, Scope::Own, passkeys::finish)
        .post("/account/passkeys/{passkey}/remove", Action::OwnAccount, Scope::Own, passkeys::remove)
        .post("/account/tokens", Action::OwnAccount, Scope::Own, api_tokens::add)
        .post("/account/tokens/{api_token}/withdraw", Action::OwnAccount, Scope::Own, api_tokens::withdraw)
        .post("/account/sign-out-elsewhere", Action::OwnAccount, Scope::Own, sessions::sign_out_elsewhere)
}
