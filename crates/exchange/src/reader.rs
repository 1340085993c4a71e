//! Who reads what leaves, and who sends it.

use crate::ids;
use hakutaku_model::region::notice::Tlp;
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;

/// Who will read it. Decides which labels may be in it, and how much it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reader {
    /// Anybody.
    Public,
    /// Other centres and the community.
    Community,
    /// A member of the region: an organisation, not one named person.
    Member,
    /// The centre itself.
    Centre,
}

impl Reader {
    /// The narrowest label this reader may have. TLP:RED is for named people and goes to no machine but the centre's own.
    #[must_use]
    pub fn ceiling(self) -> Tlp {
        match self {
            Self::Public => Tlp::Clear,
            Self::Community => Tlp::Green,
            Self::Member => Tlp::AmberStrict,
            Self::Centre => Tlp::Red,
        }
    }

    /// Whether members, inside addresses and user names may be in it, and times to the second.
    #[must_use]
    pub fn sees_members(self) -> bool {
        self == Self::Centre
    }

    /// Lets a label through.
    ///
    /// # Errors
    /// When the reader may not have what carries it.
    pub fn admit(self, label: Tlp) -> Result<(), NotForThem> {
        if label.fits_into(self.ceiling()) { Ok(()) } else { Err(NotForThem { label, ceiling: self.ceiling() }) }
    }

    /// An instant as this reader may know it: whole hours for all but the centre.
    #[must_use]
    pub fn coarse(self, at: Ts) -> Ts {
        const HOUR: i64 = 3_600_000_000;
        if self.sees_members() { at } else { Ts::from_micros(at.micros().div_euclid(HOUR) * HOUR) }
    }
}

/// A label forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is {} and may not leave to readers of at most {}", label.label(), ceiling.label())]
pub struct NotForThem {
    /// The label it carries.
    pub label: Tlp,
    /// The narrowest these readers may have.
    pub ceiling: Tlp,
}

impl NotForThem {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let (label, ceiling) = (self.label.label(), self.ceiling.label());
        Text::new(
            format!("{label}なので、この相手（{ceiling}まで）には出せません。"),
            format!("It is {label} and may not go to these readers, who may have {ceiling} at most."),
        )
    }
}

/// The centre that sends. Its ids follow from its key: the same centre gives the same thing the same id for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    /// What never changes about it: the id of the installation, else its address.
    pub key: String,
    /// Its name, as others see it.
    pub name: String,
    /// Since when it exists under this name.
    pub since: Ts,
}

impl Centre {
    /// The id of something of this centre, in the form `<kind>--<uuid>`.
    #[must_use]
    pub fn id(&self, kind: &str, of: &[&str]) -> String {
        let mut parts = vec![kind, &self.key];
        parts.extend(of);
        format!("{kind}--{}", ids::own(&parts))
    }
}
