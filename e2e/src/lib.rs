//! Browser tests of the whole program: a real Chromium before a real server. They are in `tests/it`.
