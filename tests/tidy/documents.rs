//! The documents name files that exist: a walk through the code that leads nowhere is worse than none.

use super::Finding;
use std::path::Path;

/// Folders whose names start a path from the top of the repository.
const FOLDERS: &[&str] = &["src/", "tests/", "migrations/", "config/", "docs/", "benches/"];

/// Checks every path between backticks or in a link of these documents (path, text).
pub fn check(top: &Path, documents: &[(String, String)]) -> Vec<Finding> {
    documents.iter().flat_map(|(file, text)| check_document(top, file, text)).collect()
}

fn check_document(top: &Path, file: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let named = lines.flat_map(|(number, line)| {
        let words = line.split(['`', '(', ')', ' ', ',']);
        words.filter(|word| is_path(word)).map(move |word| (number, word))
    });
    let missing = named.filter(|(_, path)| !top.join(path).exists());
    let finding = |(line, path): (usize, &str)| Finding {
        file: file.to_owned(),
        line,
        rule: "documents",
        what: format!("`{path}` does not exist"),
        remedy: "name the file where it is now",
    };
    missing.map(finding).collect()
}

fn is_path(word: &str) -> bool {
    FOLDERS.iter().any(|folder| word.starts_with(folder) && word.len() > folder.len())
}

#[test]
fn a_file_that_is_not_there_is_found() {
    let text = "see `src/lib.rs` and\n`src/no_such.rs`, [x](docs/none.md)\nsrc/ alone is a word";
    let found = check(&super::top(), &[("README.md".to_owned(), text.to_owned())]);
    super::assert_found(&found, &[2, 2]);
}
