//! What the layout around every page needs.

pub use crate::shell::visit::{Place, Theme, Visit};

use crate::shell::assets;
use crate::shell::nav::{self, NavLink};
use crate::shell::problem::Problem;
use askama::Template;
use axum::response::Html;

/// A step of the way to this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub title: String,
}

/// The frame of a page: title, navigation, language, secrets of its forms.
#[derive(Debug, Clone)]
pub struct Page {
    /// Heading and window title.
    pub title: String,
    /// `ja` or `en`.
    pub lang: &'static str,
    /// `auto`, `light` or `dark`.
    pub theme: &'static str,
    /// The path of this page.
    pub path: String,
    /// For the hidden field `csrf` of every form, and the header `x-csrf-token` of every script.
    pub csrf: String,
    /// Who is signed in.
    pub person: Option<String>,
    /// The facility this page is about.
    pub place: Option<Place>,
    /// Other facilities to switch to.
    pub places: Vec<Place>,
    /// The capabilities within the facility, or of the installation.
    pub nav: Vec<NavLink>,
    /// The way here.
    pub crumbs: Vec<Crumb>,
    /// Said once after a change.
    pub notice: Option<String>,
    /// Whether this installation shows made-up data.
    pub demo: bool,
    /// Whether the visitor came by a link from outside the house: nothing of the house is to be reached from here.
    pub outside: bool,
    /// The incident under way at the facility: where it is, and its name.
    pub incident: Option<(String, String)>,
    /// The address this installation is known by, without a path: passkeys work there only.
    pub origin: String,
}

impl Page {
    /// The address of a file of `crates/web/static`.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// Adds a step to the way here.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, title: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { href: href.into(), title: title.into() });
        self
    }
}

impl Visit {
    /// The frame of a page with this heading.
    #[must_use]
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page {
            title: title.into(),
            lang: self.lang.tag(),
            theme: self.theme.key(),
            path: self.path.clone(),
            csrf: self.csrf.token(),
            person: self.person.as_ref().map(|person| person.display_name.clone()),
            place: self.place.clone(),
            places: self.places.clone(),
            nav: nav::links(self),
            crumbs: Vec::new(),
            notice: self.notice(),
            demo: self.demo,
            outside: false,
            incident: self.incident.clone(),
            origin: self.origin().to_owned(),
        }
    }
}

/// Renders a page.
///
/// # Errors
/// When the template fails, which is our fault.
pub fn html(template: &impl Template) -> Result<Html<String>, Problem> {
    Ok(Html(template.render()?))
}
