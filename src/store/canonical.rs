//! Canonical JSON: no spaces, the members of every object sorted by key. Equal values have equal text, which is what
//! the journal's hashes are made of.
//!
//! The text is written once, in the order in which types declare their fields, and then put in order where it
//! stands: no tree of values is built on the way of a command.

use serde::Serialize;
use serde_json::Value;
use std::ops::Range;

/// The canonical text of a value.
///
/// # Panics
/// Never in practice: what is written here has string keys and no failing serializer.
#[must_use]
pub fn canonical_json<T: Serialize + ?Sized>(value: &T) -> String {
    const WRITABLE: &str = "a value has string keys and no failing serializer";
    let written = serde_json::to_string(value).expect(WRITABLE);
    // A key with an escape: its text and its meaning are in different orders.
    in_order(&written, Author::Serde)
        .unwrap_or_else(|| sorted_tree(serde_json::to_value(value).expect(WRITABLE)).to_string())
}

/// The canonical text of JSON text, which a database may have put in another order, with spaces.
///
/// # Errors
/// Where it is not JSON.
pub fn canonical_text(text: &str) -> serde_json::Result<String> {
    match in_order(text, Author::Unknown) {
        Some(sorted) => Ok(sorted),
        None => serde_json::from_str(text).map(|value: Value| sorted_tree(value).to_string()),
    }
}

fn in_order(text: &str, author: Author) -> Option<String> {
    let sorted = Vec::with_capacity(text.len());
    let mut sorter = Sorter { text: text.as_bytes(), author, at: 0, depth: 0, sorted };
    sorter.value()?;
    sorter.skip_spaces();
    if sorter.at < text.len() {
        return None;
    }
    String::from_utf8(sorter.sorted).ok()
}

/// How deep a text may be nested that is put in order where it stands.
const DEPTH_MAX: u8 = 100;

/// Who wrote a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Author {
    /// `serde_json`, without spaces.
    Serde,
    /// Anybody: what can be written in several ways may be.
    Unknown,
}

/// Copies JSON text without its spaces, and puts the members of its objects in order.
struct Sorter<'a> {
    text: &'a [u8],
    author: Author,
    at: usize,
    depth: u8,
    sorted: Vec<u8>,
}

impl Sorter<'_> {
    /// Copies one value; none where the text is not to be put in order by its keys' text.
    fn value(&mut self) -> Option<()> {
        self.skip_spaces();
        match self.text.get(self.at)? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map(|_| ()),
            _ => self.scalar(),
        }
    }

    fn nested(&mut self, copy: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth <= DEPTH_MAX)?;
        copy(self)?;
        self.depth -= 1;
        Some(())
    }

    fn array(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.peek()? == b']' {
            return self.copy(1);
        }
        loop {
            self.value()?;
            let next = self.peek()?;
            self.copy(1)?;
            match next {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    fn object(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.peek()? == b'}' {
            return self.copy(1);
        }
        // Where each member stands in what is written, and its key in the text.
        let mut members: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let began = self.sorted.len();
        loop {
            self.peek().filter(|next| *next == b'"')?;
            let from = self.sorted.len();
            let key = self.string()?;
            if self.text[key.clone()].contains(&b'\\') {
                return None;
            }
            self.peek().filter(|next| *next == b':')?;
            self.copy(1)?;
            self.value()?;
            members.push((key, from..self.sorted.len()));
            let next = self.peek()?;
            self.at += 1;
            match next {
                b',' => self.sorted.push(b','),
                b'}' => break,
                _ => return None,
            }
        }
        if !members.is_sorted_by(|(one, _), (other, _)| self.text[one.clone()] < self.text[other.clone()]) {
            self.put_in_order(began, &mut members)?;
        }
        self.sorted.push(b'}');
        Some(())
    }

    /// Writes the members that stand from `began` on again, by their keys; none where a key is there twice.
    fn put_in_order(&mut self, began: usize, members: &mut [(Range<usize>, Range<usize>)]) -> Option<()> {
        members.sort_by(|(one, _), (other, _)| self.text[one.clone()].cmp(&self.text[other.clone()]));
        if members.windows(2).any(|two| self.text[two[0].0.clone()] == self.text[two[1].0.clone()]) {
            return None;
        }
        let unsorted = self.sorted.split_off(began);
        for (index, (_, member)) in members.iter().enumerate() {
            if index > 0 {
                self.sorted.push(b',');
            }
            self.sorted.extend_from_slice(&unsorted[member.start - began..member.end - began]);
        }
        Some(())
    }

    /// Copies a string; says where its characters stand in the text.
    fn string(&mut self) -> Option<Range<usize>> {
        let from = self.at + 1;
        let mut end = from;
        let mut is_plain = true;
        loop {
            match self.text.get(end)? {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    end += 2;
                }
                ..b' ' => return None,
                _ => end += 1,
            }
        }
        self.token(end + 1 - self.at, is_plain)?;
        Some(from..end)
    }

    /// Copies a number or a word.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.token(length, is_plain(&rest[..length]))
    }

    /// Copies what can be written in one way only; writes anything else as `serde_json` does.
    fn token(&mut self, length: usize, is_plain: bool) -> Option<()> {
        if is_plain || self.author == Author::Serde {
            return self.copy(length);
        }
        let token = self.text.get(self.at..self.at + length)?;
        let value: Value = serde_json::from_slice(token).ok()?;
        self.sorted.extend_from_slice(value.to_string().as_bytes());
        self.at += length;
        Some(())
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        self.skip_spaces();
        self.text.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn copy(&mut self, length: usize) -> Option<()> {
        self.sorted.extend_from_slice(self.text.get(self.at..self.at + length)?);
        self.at += length;
        Some(())
    }
}

/// Whether a word, or a whole number that has one text only.
fn is_plain(scalar: &[u8]) -> bool {
    const DIGITS_MAX: usize = 18;
    let digits = scalar.strip_prefix(b"-").unwrap_or(scalar);
    match scalar {
        b"0" | b"true" | b"false" | b"null" => true,
        _ => {
            let is_whole = digits.len() <= DIGITS_MAX && digits.iter().all(u8::is_ascii_digit);
            is_whole && digits.first().is_some_and(|first| *first != b'0')
        }
    }
}

/// The same value with the members of its objects sorted, also where a dependency has turned on serde_json's
/// `preserve_order` for all of us.
fn sorted_tree(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted_tree).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().map(|(key, member)| (key, sorted_tree(member))).collect())
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// A map in the order in which it was made.
    struct Unsorted(Vec<(String, Value)>);

    impl Serialize for Unsorted {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(key, member)| (key, member)))
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = Unsorted(vec![
            ("b".into(), json!([{"z": 1, "a": "x\"y,}]"}, {}, []])),
            ("a".into(), Value::Null),
            ("aa".into(), json!(-1.5)),
        ]);
        let text = canonical_json(&value);
        assert_eq!(text, r#"{"a":null,"aa":-1.5,"b":[{"a":"x\"y,}]","z":1},{},[]]}"#);
    }

    #[test]
    fn a_key_is_sorted_by_its_meaning_and_not_by_its_escapes() {
        // As text `\n` begins with a backslash, which comes after `A`; the line feed itself comes before it.
        let value = Unsorted(vec![("A".into(), json!(1)), ("\n".into(), json!(2))]);
        assert_eq!(canonical_json(&value), r#"{"\n":2,"A":1}"#);
    }

    proptest! {
        #[test]
        fn the_text_is_that_of_the_sorted_tree(value in values()) {
            prop_assert_eq!(canonical_json(&value), sorted_tree(value).to_string());
        }

        #[test]
        fn a_text_that_was_written_anew_has_the_canonical_text_of_its_value(value in values()) {
            let canonical = canonical_json(&value);
            prop_assert_eq!(canonical_text(&canonical).unwrap(), &*canonical);
            let spaced = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(canonical_text(&spaced).unwrap(), canonical);
        }

        #[test]
        fn what_is_no_json_has_no_canonical_text(text in r#"[\[\]{}:,"\\ 0-9a.ntrue-]{0,12}"#) {
            let value = serde_json::from_str::<Value>(&text);
            let expected = value.map(|value| sorted_tree(value).to_string()).ok();
            prop_assert_eq!(canonical_text(&text).ok(), expected);
        }

        #[test]
        fn the_order_in_which_members_come_makes_no_difference(
            members in prop::collection::btree_map("[a-z_]{0,6}", values(), 0..8).prop_map(Vec::from_iter).prop_shuffle()
        ) {
            let sorted = Value::Object(members.iter().cloned().collect());
            prop_assert_eq!(canonical_json(&Unsorted(members)), canonical_json(&sorted));
        }
    }
}
