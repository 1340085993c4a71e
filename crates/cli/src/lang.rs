//! The language of the terminal.

use clap::ValueEnum;
use hakutaku_model::text::Lang;

/// A language on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArgument {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// The language asked for; else English where the locale says so, else Japanese.
pub(crate) fn chosen(argument: Option<LangArgument>) -> Lang {
    match argument {
        Some(LangArgument::Ja) => Lang::Ja,
        Some(LangArgument::En) => Lang::En,
        None => ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .and_then(|value| Lang::from_tag(&value))
            .unwrap_or_default(),
    }
}
