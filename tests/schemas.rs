//! The served documents, and a real host held against them: what it answers, what it sends, what it takes.

mod document;
mod examples;
mod house;
mod obeyed;
mod random;
mod requests;
mod served;
