//! What counts as text of a kind.

/// Whether `text` consists of lower-case hexadecimal digits only.
#[must_use]
pub fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
