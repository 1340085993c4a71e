//! The API as programs see it. Every answer in these tests is held against its description in `openapi.json`.

mod actions;
mod answering;
mod checklists;
mod description;
mod facilities;
mod files;
mod ledger;
mod plan;
mod program;
mod registers;
mod shapes;
mod tokens;
mod training;
