//! A line of characters that shows how far something is off, for those who would rather look than read.

/// Characters from the middle to an end.
const REACH: usize = 12;

/// Marks on a line whose middle is no difference and whose ends are the bounds: each is a letter and its difference
/// as a part of its bound. `*` is where several meet; what is out of bounds stands outside.
pub(super) fn gauge(marks: &[(char, f64)]) -> String {
    let mut cells = ['·'; 2 * REACH + 1];
    cells[REACH] = '|';
    let (mut below, mut above) = (' ', ' ');
    for (letter, part) in marks {
        if part.abs() > 1.0 {
            *(if *part < 0.0 { &mut below } else { &mut above }) = *letter;
            continue;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place on a line of a few characters"
        )]
        let place = ((part + 1.0) * REACH as f64).round() as usize;
        let cell = &mut cells[place];
        *cell = if matches!(*cell, '·' | '|') { *letter } else { '*' };
    }
    format!("{below}[{}]{above}", cells.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_where_its_difference_is() {
        assert_eq!(gauge(&[]), " [············|············] ");
        assert_eq!(gauge(&[('a', 0.0), ('b', -1.0)]), " [b···········a············] ");
        assert_eq!(gauge(&[('a', 0.5), ('b', 0.5), ('c', 1.01)]), " [············|·····*······]c");
    }
}
