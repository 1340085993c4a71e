//! 地域: the centre that watches over its members.

pub(crate) mod behalf;
