//! The rules against the specification they were written from.

mod tables;
