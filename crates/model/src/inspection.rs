//! What an inspector will see missing.
