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
    let mut sorter = Sorter { text: written.as_bytes(), at: 0, sorted: Vec::with_capacity(written.len()) };
    let in_order = sorter.value().filter(|()| sorter.at == written.len());
    match in_order.and_then(|()| String::from_utf8(sorter.sorted).ok()) {
        Some(sorted) => sorted,
        // A key with an escape: its text and its meaning are in different orders.
        None => sorted_tree(serde_json::to_value(value).expect(WRITABLE)).to_string(),
    }
}

/// Copies JSON text as `serde_json` writes it, without spaces, and puts the members of its objects in order.
struct Sorter<'a> {
    text: &'a [u8],
    at: usize,
    sorted: Vec<u8>,
}

impl Sorter<'_> {
    /// Copies one value; none where the text is not to be put in order by its keys' text.
    fn value(&mut self) -> Option<()> {
        match self.text.get(self.at)? {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => self.string().map(|_| ()),
            _ => self.scalar(),
        }
    }

    fn array(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.text.get(self.at) == Some(&b']') {
            return self.copy(1);
        }
        loop {
            self.value()?;
            let ends = *self.text.get(self.at)? == b']';
            self.copy(1)?;
            if ends {
                return Some(());
            }
        }
    }

    fn object(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.text.get(self.at) == Some(&b'}') {
            return self.copy(1);
        }
        // Where each member stands in what is written, and its key in the text.
        let mut members: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let began = self.sorted.len();
        loop {
            let from = self.sorted.len();
            let key = self.string()?;
            if self.text[key.clone()].contains(&b'\\') {
                return None;
            }
            self.copy(1)?; // the colon
            self.value()?;
            members.push((key, from..self.sorted.len()));
            let ends = *self.text.get(self.at)? == b'}';
            self.at += 1;
            if ends {
                break;
            }
            self.sorted.push(b',');
        }
        if !members.is_sorted_by(|(one, _), (other, _)| self.text[one.clone()] <= self.text[other.clone()]) {
            self.put_in_order(began, &mut members);
        }
        self.sorted.push(b'}');
        Some(())
    }

    /// Writes the members that stand from `began` on again, by their keys.
    fn put_in_order(&mut self, began: usize, members: &mut [(Range<usize>, Range<usize>)]) {
        members.sort_by(|(one, _), (other, _)| self.text[one.clone()].cmp(&self.text[other.clone()]));
        let unsorted = self.sorted.split_off(began);
        for (index, (_, member)) in members.iter().enumerate() {
            if index > 0 {
                self.sorted.push(b',');
            }
            self.sorted.extend_from_slice(&unsorted[member.start - began..member.end - began]);
        }
    }

    /// Copies a string; says where its characters stand in the text.
    fn string(&mut self) -> Option<Range<usize>> {
        let from = self.at + 1;
        let mut end = from;
        loop {
            match self.text.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.copy(end + 1 - self.at)?;
        Some(from..end)
    }

    /// Copies a number or a word.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let length = rest.iter().position(|byte| matches!(byte, b',' | b']' | b'}')).unwrap_or(rest.len());
        self.copy(length)
    }

    fn copy(&mut self, length: usize) -> Option<()> {
        self.sorted.extend_from_slice(self.text.get(self.at..self.at + length)?);
        self.at += length;
        Some(())
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
        fn the_order_in_which_members_come_makes_no_difference(
            members in prop::collection::btree_map("[a-z_]{0,6}", values(), 0..8).prop_map(Vec::from_iter).prop_shuffle()
        ) {
            let sorted = Value::Object(members.iter().cloned().collect());
            prop_assert_eq!(canonical_json(&Unsorted(members)), canonical_json(&sorted));
        }
    }
}
