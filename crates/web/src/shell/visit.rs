//! One request: who asks, in which language, about which place.

use crate::AppState;
use crate::shell::csrf;
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{CookieJar, SameSite};
use hakutaku_model::access::{Action, Actor, Resource, allowed};
use hakutaku_model::id::{ApiTokenId, AssessmentId, FacilityId, QuestionId};
use hakutaku_model::person::Role;
use hakutaku_model::seat::{Door, Seat};
use hakutaku_model::sensor::Sensor;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor_request::Request;
use hakutaku_store::{Act, InvitationRow, PersonRow, SessionRow};
use std::net::IpAddr;

/// Whether an address is for programs: tokens count there, cookies and forms do not.
pub(crate) fn for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with(crate::taxii::BASE)
}

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The stable key of cookie, form and style sheet.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Self::key`]; anything else is "as the device says".
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        match key {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// A facility as the navigation shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: FacilityId,
    /// Its name.
    pub name: String,
}

/// A vendor's link in this browser.
#[derive(Debug, Clone)]
pub struct VendorLink {
    /// What is asked.
    pub request: Request,
    /// Whether it needs no PIN, or the right one was given in this browser.
    pub unlocked: bool,
    /// The token, to try a PIN with.
    pub(crate) token: String,
}

/// How long the cookie of language and colours is kept: a year.
const PREFERENCE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// One request by one visitor. Handlers take it as an argument; it exists only behind a registered route.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who acts in this request, with the rights checked for this route.
    pub actor: Actor,
    /// The account, when somebody is signed in completely.
    pub person: Option<PersonRow>,
    /// The session, also while its second factor is missing. `None` for API tokens and guests.
    pub session: Option<SessionRow>,
    /// Acting by an API token.
    pub api_token: Option<ApiTokenId>,
    /// The invitation the visitor came by, if any.
    pub invitation: Option<InvitationRow>,
    /// The vendor's link the visitor came by, if any, whatever its state.
    pub vendor: Option<VendorLink>,
    /// The decoy sensor that calls, if one does.
    pub sensor: Option<Sensor>,
    /// The seat the visitor took behind a door that is open, if any.
    pub seat: Option<(Seat, Door)>,
    /// Language of the answer.
    pub lang: Lang,
    /// Colours of the answer.
    pub theme: Theme,
    /// What is asked about, from the address.
    pub resource: Resource,
    /// The facility of [`Self::resource`].
    pub place: Option<Place>,
    /// The facilities this person has a role at (all, for administrators of the installation).
    pub places: Vec<Place>,
    /// The path asked for, without query.
    pub path: String,
    /// Whether this installation shows made-up data.
    pub demo: bool,
    /// The incident under way at [`Self::place`]: where it is, and its name.
    pub(crate) incident: Option<(String, String)>,
    /// Where the connection comes from, if known.
    pub(crate) peer: Option<IpAddr>,
    origin: String,
    pub(crate) csrf: csrf::Secret,
    pub(crate) session_token: Option<String>,
    new_visitor: Option<String>,
    notice: Option<&'static str>,
}

impl Visit {
    /// Finds out who asks: a session cookie, a bearer token, an invitation (in its cookie, or `invitation` from the
    /// address), or nobody.
    ///
    /// # Errors
    /// When the store fails. A token that is unknown or ended makes an anonymous visitor.
    pub(crate) async fn resolve(
        app: &AppState,
        headers: &HeaderMap,
        path: &str,
        invitation: Option<&str>,
    ) -> Result<Self, Problem> {
        let mut visit = Self::stranger(headers, path);
        visit.demo = app.demo;
        visit.origin = app.link("");
        let jar = CookieJar::from_headers(headers);
        let cookie = |name: &str| jar.get(&app.cookie_name(name)).map(|cookie| cookie.value().to_owned());
        let now = app.now();

        // Tokens open the API only: no page hands a session to a program.
        if let Some(token) = bearer(headers).filter(|_| for_programs(path)) {
            if token.starts_with(hakutaku_store::sensors::TOKEN_PREFIX) {
                visit.sensor = app.store.sensor_of_token(token).await?;
            } else if let Some(row) = app.store.api_token(token, now).await? {
                app.store.touch_api_token(row.id, now).await?;
                let person = app.store.person(row.person).await?;
                visit.api_token = Some(row.id);
                visit.enter(app, person, row.read_only).await?;
            }
            return Ok(visit);
        }

        if let Some(token) = cookie(SESSION)
            && let Some(session) = app.store.session(&token, now).await?
        {
            app.store.touch_session(&token, now).await?;
            visit.csrf = csrf::Secret::derive(session.csrf.as_bytes());
            if session.second_factor_done {
                let person = app.store.person(session.person).await?;
                visit.enter(app, person, false).await?;
            }
            visit.session = Some(session);
            visit.session_token = Some(token);
        }

        let invitation = invitation.map(str::to_owned).or_else(|| cookie(INVITATION));
        if let Some(token) = invitation
            && let Some(row) = app.store.invitation(&token, now).await?
        {
            if visit.session.is_none() {
                visit.csrf = csrf::Secret::derive(token.as_bytes());
            }
            visit.invitation = Some(row);
        }

        if let Some(token) = cookie(VENDOR)
            && let Some(request) = app.store.vendor_link(&token).await?
        {
            let unlocked = app.store.vendor_pass_holds(&token, cookie(VENDOR_PASS).as_deref()).await?;
            if visit.session.is_none() && visit.invitation.is_none() {
                visit.csrf = csrf::Secret::derive(token.as_bytes());
            }
            visit.vendor = Some(VendorLink { request, unlocked, token });
        }

        if let Some(token) = cookie(SEAT)
            && let Some(seat) = app.store.seat_of_token(&token, now).await?
        {
            if visit.session.is_none() && visit.invitation.is_none() && visit.vendor.is_none() {
                visit.csrf = csrf::Secret::derive(token.as_bytes());
            }
            visit.seat = Some(seat);
        }

        let known = visit.session.is_some() || visit.invitation.is_some() || visit.vendor.is_some();
        if !known && visit.seat.is_none() {
            let seed = cookie(VISITOR).filter(|seed| seed.len() == 64).unwrap_or_else(|| {
                let seed = super::random_token();
                visit.new_visitor = Some(seed.clone());
                seed
            });
            visit.csrf = csrf::Secret::derive(seed.as_bytes());
        }
        visit.notice = cookie(NOTICE).and_then(|shown| NOTICES.into_iter().find(|key| key.0 == shown)).map(|key| key.0);
        Ok(visit)
    }

    /// Somebody about whom nothing is known but the language and colours they prefer.
    pub(crate) fn stranger(headers: &HeaderMap, path: &str) -> Self {
        let jar = CookieJar::from_headers(headers);
        let lang =
            jar.get(LANGUAGE).and_then(|cookie| Lang::from_tag(cookie.value())).unwrap_or_else(|| accepted(headers));
        Self {
            actor: Actor::Anonymous,
            person: None,
            session: None,
            api_token: None,
            invitation: None,
            vendor: None,
            sensor: None,
            seat: None,
            lang,
            theme: Theme::from_key(jar.get(THEME).map_or("", |cookie| cookie.value())),
            resource: Resource::Installation,
            place: None,
            places: Vec::new(),
            path: path.to_owned(),
            demo: false,
            incident: None,
            peer: None,
            origin: String::new(),
            csrf: csrf::Secret::derive(&super::random::<32>()),
            session_token: None,
            new_visitor: None,
            notice: None,
        }
    }

    /// Acts as this person from here on.
    async fn enter(&mut self, app: &AppState, person: PersonRow, read_only: bool) -> Result<(), Problem> {
        if person.disabled {
            return Ok(());
        }
        let memberships = app.store.memberships_of(person.id).await?;
        let everywhere = memberships.iter().any(|(place, role)| place.is_none() && *role == Role::Administrator);
        let facilities = if everywhere {
            app.store.facilities().await?
        } else {
            let mut ids: Vec<FacilityId> = memberships.iter().filter_map(|(place, _)| *place).collect();
            ids.sort_unstable();
            ids.dedup();
            app.store.facilities_among(&ids).await?
        };
        self.places = facilities.into_iter().map(|row| Place { id: row.id, name: row.profile.name }).collect();
        self.lang = person.lang;
        self.actor = Actor::Person { id: person.id, memberships, read_only };
        self.person = Some(person);
        Ok(())
    }

    /// The guest of the invitation, to be tried where the person may not.
    pub(crate) fn guest(&self) -> Option<Actor> {
        self.invitation.as_ref().map(|row| Actor::Guest {
            invitation: row.id,
            facility: row.facility,
            assessment: row.assessment,
            questions: row.questions.clone(),
        })
    }

    /// The vendor of the link, with what it may answer; `None` without a link, or while its PIN is missing. A link
    /// that takes no answer any more still says so, unless it was withdrawn or closed.
    pub(crate) fn vendor_guest(&self) -> Option<(Actor, Resource)> {
        let link = self.vendor.as_ref()?;
        let request = &link.request;
        let ended = request.revoked_at.is_some() || (request.is_locked() && request.answered_at.is_none());
        (link.unlocked && !ended).then(|| {
            let actor = Actor::Vendor { request: request.id, facility: request.facility };
            (actor, Resource::VendorRequest(request.facility, request.id))
        })
    }

    /// The public address, without a path.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The words in the visitor's language.
    #[must_use]
    pub fn t(&self) -> Words {
        Words::new(self.lang)
    }

    /// The account of a signed-in person.
    ///
    /// # Errors
    /// Asks to sign in, if nobody is.
    pub fn person(&self) -> Result<&PersonRow, Problem> {
        self.person.as_ref().ok_or(Problem::SignInFirst(None))
    }

    /// The facility named in the address.
    ///
    /// # Errors
    /// 404 where the address names none.
    pub fn place(&self) -> Result<&Place, Problem> {
        self.place.as_ref().ok_or(Problem::NotFound)
    }

    /// The facility and assessment named in the address.
    ///
    /// # Errors
    /// 404 where the address names none.
    pub fn assessment(&self) -> Result<(FacilityId, AssessmentId), Problem> {
        match &self.resource {
            Resource::Assessment(facility, id) | Resource::Question(facility, id, _) => Ok((*facility, *id)),
            Resource::Installation | Resource::Facility(_) | Resource::VendorRequest(..) | Resource::Behind(..) => {
                Err(Problem::NotFound)
            }
        }
    }

    /// The question named in the address.
    ///
    /// # Errors
    /// 404 where the address names none.
    pub fn question(&self) -> Result<(FacilityId, AssessmentId, QuestionId), Problem> {
        match &self.resource {
            Resource::Question(facility, id, question) => Ok((*facility, *id, question.clone())),
            _ => Err(Problem::NotFound),
        }
    }

    /// Whether the visitor may also do this to what the address names: for showing or hiding a button.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        allowed(&self.actor, action, &self.resource)
    }

    /// Whether the visitor may do this at a facility.
    #[must_use]
    pub fn may_at(&self, action: Action, facility: FacilityId) -> bool {
        allowed(&self.actor, action, &Resource::Facility(facility))
    }

    /// The same request seen as one about a facility, for pages that come to it otherwise than by their address.
    pub fn enter_place(&mut self, id: FacilityId) {
        self.place = self.places.iter().find(|place| place.id == id).cloned();
        self.resource = Resource::Facility(id);
    }

    /// Who changes something now, for the log.
    #[must_use]
    pub fn act(&self, at: Ts) -> Act {
        match (&self.actor, self.api_token) {
            (Actor::Person { .. }, Some(token)) => Act::token(token, at),
            (Actor::Person { id, .. }, None) => Act::person(*id, at),
            (Actor::Guest { invitation, .. }, _) => Act::invitation(*invitation, at),
            (Actor::Vendor { request, .. }, _) => Act::vendor(*request, at),
            (Actor::Seated { seat, .. }, _) => Act::seat(*seat, at),
            (Actor::Sensor { sensor, .. }, _) => Act::sensor(*sensor, at),
            (Actor::Anonymous, _) => Act::system(at),
        }
    }

    /// After a change: to another page, which shows a short notice once.
    #[must_use]
    pub fn done(&self, app: &AppState, to: &str, notice: Key) -> Response {
        let cookie = app.cookie(NOTICE, notice.0, SameSite::Strict, Some(60));
        with_cookie(Redirect::to(to).into_response(), cookie)
    }

    /// Sets what a visitor's browser must remember, and forgets a notice that was shown.
    pub(crate) fn remember(&self, app: &AppState, headers: &mut HeaderMap) {
        if let Some(seed) = &self.new_visitor {
            headers.append(header::SET_COOKIE, app.cookie(VISITOR, seed, SameSite::Strict, None));
        }
    }

    /// After a page was shown: its notice need not be shown again.
    pub(crate) fn forget_notice(&self, app: &AppState, headers: &mut HeaderMap) {
        if self.notice.is_some() {
            headers.append(header::SET_COOKIE, app.cookie(NOTICE, "", SameSite::Strict, Some(0)));
        }
    }

    /// The notice to show, in words.
    pub(crate) fn notice(&self) -> Option<String> {
        self.notice.map(|key| self.t().m(key))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::internal("a handler outside the route table"))
    }
}

/// Cookie names, before the prefix that https allows.
pub(crate) const SESSION: &str = "session";
pub(crate) const INVITATION: &str = "invitation";
pub(crate) const VENDOR: &str = "vendor";
pub(crate) const VENDOR_PASS: &str = "vendor-pass";
pub(crate) const SEAT: &str = "seat";
pub(crate) const VISITOR: &str = "visitor";
const NOTICE: &str = "notice";
/// Language and colours are no secret and keep their plain name, so that they outlive a move to https.
const LANGUAGE: &str = "hakutaku-language";
const THEME: &str = "hakutaku-theme";

/// Notices that may be shown after a redirect; a cookie can name no other.
pub(crate) const NOTICES: [Key; 25] = [
    Key("notices-actions-made"),
    Key("notices-reported"),
    Key("region-notices-sent"),
    Key("notice-saved"),
    Key("notice-password-changed"),
    Key("notice-passkey-removed"),
    Key("notice-passkey-added"),
    Key("notice-totp-on"),
    Key("notice-totp-off"),
    Key("notice-token-withdrawn"),
    Key("notice-facility-created"),
    Key("notice-role-given"),
    Key("notice-role-taken"),
    Key("notice-person-barred"),
    Key("notice-person-let-in"),
    Key("notice-signed-out"),
    Key("notice-password-set"),
    Key("notice-signed-out-elsewhere"),
    Key("vform-saved"),
    Key("vendor-withdrawn"),
    Key("vendor-imported"),
    Key("vendor-question-saved"),
    Key("inc-notice-started"),
    Key("inc-notice-closed"),
    Key("inc-notice-taken-in"),
];

/// Adds a cookie to an answer.
#[must_use]
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The cookies that keep language and colours.
pub(crate) fn preference_cookie(app: &AppState, preference: Preference) -> HeaderValue {
    let (name, value) = match preference {
        Preference::Language(lang) => (LANGUAGE, lang.tag()),
        Preference::Theme(theme) => (THEME, theme.key()),
    };
    app.plain_cookie(name, value, SameSite::Lax, Some(PREFERENCE_SECONDS))
}

/// What a visitor can set without an account.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Preference {
    Language(Lang),
    Theme(Theme),
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The first language of `Accept-Language` that we speak. Browsers list them by preference.
fn accepted(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.split(',').find_map(|entry| Lang::from_tag(entry.split(';').next().unwrap_or(entry))))
        .unwrap_or_default()
}

/// Whether a path leads back into this site: for "back to where you were".
#[must_use]
pub fn is_local_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_known_language_is_spoken() {
        let speaks = |list: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(list));
            accepted(&headers)
        };
        assert_eq!(speaks("fr, en-GB;q=0.8, ja;q=0.5"), Lang::En);
        assert_eq!(speaks("ja-JP"), Lang::Ja);
        assert_eq!(speaks("fr"), Lang::Ja);
    }

    #[test]
    fn back_leads_into_this_site_only() {
        assert!(is_local_path("/facilities/1"));
        assert!(
            !is_local_path("//example.com")
                && !is_local_path("https://example.com")
                && !is_local_path("/\\example.com")
        );
    }
}
