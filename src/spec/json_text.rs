//! From the text of a jsonb to values: what the server takes and this library does not has a place.

use serde_json::{Error, Value};

/// A JSON text that is not read.
#[derive(Debug)]
pub struct Refused {
    /// Where it stands, from the outside to the inside.
    pub place: Vec<Step>,
    /// What is wrong there.
    pub problem: &'static str,
    /// What would be right.
    pub hint: &'static str,
}

/// A step from a value to one in it.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// The value of a JSON text that the server has taken: only what is nested too deeply, or a
/// number too large, is refused.
pub fn parsed(text: &str) -> Result<Value, Refused> {
    serde_json::from_str(text).map_err(|error| refused(text, &error))
}

fn refused(text: &str, error: &Error) -> Refused {
    // The server writes it in one line.
    let place = place(text.as_bytes().get(..error.column()).unwrap_or_default());
    match error.to_string().starts_with("recursion limit") {
        true => Refused { place, problem: "it is nested too deeply", hint: "Nest less deeply." },
        false => Refused {
            place,
            problem: "a number is out of range",
            hint: "Numbers are whole, from -9223372036854775808 to 9223372036854775807.",
        },
    }
}

/// In what the end of a text stands that begins like a JSON text.
fn place(text: &[u8]) -> Vec<Step> {
    let mut open: Vec<Step> = Vec::new();
    let mut string = String::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let length = if *byte == b'"' { string_length(&text[at..]) } else { 1 };
        match (byte, open.last_mut()) {
            (b'"', _) => {
                let end = text.len().min(at + length);
                string = serde_json::from_slice(&text[at..end]).unwrap_or_default();
            }
            (b'{', _) => open.push(Step::Key(String::new())),
            (b'[', _) => open.push(Step::Index(0)),
            (b'}' | b']', _) => _ = open.pop(),
            (b':', Some(Step::Key(key))) => *key = std::mem::take(&mut string),
            (b',', Some(Step::Index(index))) => *index += 1,
            _ => {}
        }
        at += length;
    }
    open
}

/// The length of the string that a text begins with, its quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let closes = |byte: &u8| {
        let is_end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    };
    text[1..].iter().position(closes).map_or(text.len(), |end| end + 2)
}
