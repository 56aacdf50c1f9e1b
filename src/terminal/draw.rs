//! The game in text: at most 80 columns, colours only where they are wanted.

pub mod box_score;
pub mod card;
pub mod field;
pub mod play;
pub mod records;
pub mod status;
pub mod steps;
pub mod words;

/// Columns that suffice.
pub const COLUMNS: usize = 80;

/// Text cut into lines of at most [`COLUMNS`], those after the first indented by `indent`.
pub fn wrap(text: &str, indent: usize) -> Vec<String> {
    let body = text.trim_start_matches(' ');
    let mut width = text.len() - body.len();
    let mut lines = vec![" ".repeat(width)];
    let mut begins = true;
    for word in body.split(' ') {
        let length = word.chars().count();
        if !begins && width + 1 + length > COLUMNS {
            lines.push(" ".repeat(indent));
            width = indent;
            begins = true;
        }
        let line = lines.last_mut().expect("never empty");
        if !begins {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
        begins = false;
    }
    lines
}

/// Text cut to `width` columns, or filled up with spaces.
pub fn fit(text: &str, width: usize) -> String {
    let cut: String = text.chars().take(width).collect();
    format!("{cut:<width$}")
}

/// Rows as columns: the first row is the heading; numbers stand to the right.
pub fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let is_number =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "+-.%".contains(c));
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let right = |at: usize| {
        rows.iter().skip(1).filter_map(|row| row.get(at)).all(|cell| cell.is_empty() || is_number(cell))
    };
    let layout: Vec<_> =
        (0..count).map(|at| (width(at).unwrap_or_default(), rows.len() > 1 && right(at))).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&layout).map(|(cell, (width, right))| {
            if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_and_nothing_of_it_lost() {
        let text = "word ".repeat(60);
        let lines = wrap(text.trim(), 4);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= COLUMNS), "{lines:?}");
        assert!(lines[1..].iter().all(|line| line.starts_with("    word")), "{lines:?}");
        let words: usize = lines.iter().map(|line| line.split_whitespace().count()).sum();
        assert_eq!(words, 60);
        assert_eq!(wrap("  short line", 4), ["  short line"]);
    }

    #[test]
    fn columns_line_up() {
        let row = |cells: [&str; 2]| cells.map(String::from).to_vec();
        let lines = columns(&[row(["name", "hr"]), row(["Soto", "3"]), row(["Zimmerman", "12"])]);
        assert_eq!(lines, ["name       hr", "Soto        3", "Zimmerman  12"]);
    }
}
