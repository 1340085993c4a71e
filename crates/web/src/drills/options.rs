//! What was agreed when a drill was made, beside the scenario: kept in the room's setup under `options`.

use hakutaku_model::exercise::{DrillSetup, OBSERVER, Scenario};
use hakutaku_model::id::RoomId;
use hakutaku_model::record::Register;
use hakutaku_model::room::Room;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The speeds offered. The clock itself goes faster; people do not.
pub(crate) const SPEEDS: [u32; 6] = [1, 2, 5, 10, 15, 20];

/// Day, speed and roles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct DrillOptions {
    /// When it is to be held.
    #[serde(default)]
    pub(crate) day: Option<Date>,
    /// How fast the clock starts.
    #[serde(default)]
    pub(crate) speed: u32,
    /// The roles somebody plays; none: all.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
}

impl DrillOptions {
    /// Of a room; one made without them has none.
    pub(crate) fn of(room: &Room) -> Self {
        room.setup.get("options").cloned().and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }

    /// The roles to choose from at the door, in the scenario's order, the observer last: id and title.
    pub(crate) fn roles_of<'s>(&self, scenario: &'s Scenario) -> Vec<&'s hakutaku_model::exercise::scenario::Role> {
        scenario.roles.iter().filter(|role| self.roles.is_empty() || self.roles.contains(&role.id)).collect()
    }

    /// Whether somebody may sit in this role.
    pub(crate) fn has_role(&self, scenario: &Scenario, role: &str) -> bool {
        role == OBSERVER || self.roles_of(scenario).iter().any(|known| known.id == role)
    }
}

/// The setup of a room: the model's, with the options beside it.
pub(crate) fn setup_value(setup: &DrillSetup, options: &DrillOptions) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(setup)?;
    if let Value::Object(members) = &mut value {
        members.insert("options".to_owned(), serde_json::to_value(options)?);
    }
    Ok(value)
}

/// That a facility takes part in a drill another one conducts. KIND `drill-part`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DrillPart {
    /// The drill.
    pub(crate) room: RoomId,
    /// What it is called.
    pub(crate) title: String,
}

impl Register for DrillPart {
    const KIND: &'static str = "drill-part";

    fn label(&self) -> String {
        self.title.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.room.to_string())
    }
}
