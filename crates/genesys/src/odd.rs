//! Values that are not of the documented form. What can be read of such a record is read; the rest is left out and named, so
//! that one odd value does not cost a record, and one odd record not a page.

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Value, error::Category, value::RawValue};
use serde_path_to_error::{Path, Segment};

/// Most values of one record that are read around; a record with more of them is none that the vendor sends.
const MOST: usize = 256;

/// Where in a record a value could not be read, from the outside in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
}

/// How much is left out around a value that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// The value alone: what else its list or object holds is kept.
    TheValue,
    /// The whole member of the record: half a list would be taken for the list.
    TheMember,
}

impl Place {
    fn of(path: &Path) -> Option<Self> {
        let step = |segment: &Segment| match segment {
            Segment::Map { key } => Some(Step::Member(key.clone())),
            Segment::Seq { index } => Some(Step::Item(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let steps: Vec<Step> = path.iter().map_while(step).collect();
        (!steps.is_empty()).then_some(Self(steps))
    }

    /// Returns the name of the place, without the numbers of items: `participants[].sessions`.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.0 {
            match step {
                Step::Item(_) => name.push_str("[]"),
                Step::Member(member) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(&plain(member));
                }
            }
        }
        name
    }

    /// Returns which item of a list of the record it is in, and the name of the place within that.
    pub(crate) fn within(&self, list: &str) -> Option<(usize, String)> {
        match self.0.as_slice() {
            [Step::Member(member), Step::Item(index), rest @ ..] if member == list && !rest.is_empty() => {
                Some((*index, Self(rest.to_vec()).name()))
            }
            _ => None,
        }
    }

    /// Takes what is there out of a value.
    fn take_out(&self, value: &mut Value) -> bool {
        let Some((last, before)) = self.0.split_last() else { return false };
        let mut at = value;
        for step in before {
            let inner = match step {
                Step::Member(member) => at.get_mut(member.as_str()),
                Step::Item(index) => at.get_mut(*index),
            };
            let Some(inner) = inner else { return false };
            at = inner;
        }
        match (last, at) {
            (Step::Member(member), Value::Object(members)) => members.remove(member).is_some(),
            (Step::Item(index), Value::Array(items)) if *index < items.len() => {
                items.remove(*index);
                true
            }
            _ => false,
        }
    }
}

/// A member's name is the vendor's, and so may be anything: only what a name is made of is repeated.
fn plain(member: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    member.chars().filter(is_plain).take(64).collect()
}

/// Reads a record, around what cannot be read of it.
///
/// # Errors
/// It is not JSON, or nothing that could be left out makes it readable.
pub(crate) fn read<T: DeserializeOwned>(
    json: &[u8],
    around: Around,
) -> Result<(T, Vec<Place>), serde_json::Error> {
    match serde_json::from_slice(json) {
        Ok(record) => Ok((record, Vec::new())),
        Err(error) if error.classify() == Category::Data => {
            let (record, unread) = of_value(serde_json::from_slice(json)?, around)?;
            // Nothing had to be left out: then it names a member twice, and has no one meaning.
            if unread.is_empty() { Err(error) } else { Ok((record, unread)) }
        }
        Err(error) => Err(error),
    }
}

/// As [`read`], of a record that was parsed already.
///
/// # Errors
/// Nothing that could be left out makes it readable.
pub(crate) fn of_value<T: DeserializeOwned>(
    mut value: Value,
    around: Around,
) -> Result<(T, Vec<Place>), serde_json::Error> {
    let mut unread = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(record) => return Ok((record, unread)),
            Err(error) => error,
        };
        let place = Place::of(error.path()).map(|mut place| {
            if around == Around::TheMember {
                place.0.truncate(1);
            }
            place
        });
        match place.filter(|_| unread.len() < MOST) {
            Some(place) if place.take_out(&mut value) => unread.push(place),
            Some(_) | None => return Err(error.into_inner()),
        }
    }
}

/// A record that is an answer of its own, read around the values that cannot be read.
pub(crate) struct ReadAround<T> {
    pub(crate) record: T,
    pub(crate) unread: Vec<Place>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for ReadAround<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (record, unread) =
            of_value(Value::deserialize(deserializer)?, Around::TheValue).map_err(D::Error::custom)?;
        Ok(Self { record, unread })
    }
}

/// Reads an instant that nothing is decided by: one that is not of the documented form counts as not told, and does not cost
/// what it stands in.
///
/// # Errors
/// It is not JSON.
pub(crate) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().and_then(|text| text.parse().ok()))
}

/// Reads an instant that is absent also where the text is empty; any other that is not of the documented form is an error.
///
/// # Errors
/// It is no instant.
pub(crate) fn instant_unless_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

/// Reads a member of a page that nothing depends on: what is not of the documented form counts as not told.
pub(crate) fn told<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Record {
        id: String,
        at: Option<u64>,
        #[serde(default)]
        items: Vec<Item>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Item {
        n: u8,
        #[serde(default)]
        texts: Vec<String>,
    }

    fn names(places: &[Place]) -> Vec<String> {
        places.iter().map(Place::name).collect()
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_named() {
        let odd = json!({ "id": "a", "at": "", "items": [
            { "n": 1, "texts": null }, 7, { "n": 300 }, { "n": 2, "texts": ["x", 5, "y"] },
        ] });
        let (record, unread) = read::<Record>(odd.to_string().as_bytes(), Around::TheValue).unwrap();
        let item =
            |n, texts: &[&str]| Item { n, texts: texts.iter().map(|text| (*text).to_owned()).collect() };
        // An item without its number has nothing that could stand for it, so it is left out whole.
        assert_eq!(
            record,
            Record { id: "a".to_owned(), at: None, items: vec![item(1, &[]), item(2, &["x", "y"])] }
        );
        assert_eq!(
            names(&unread),
            ["at", "items[].texts", "items[]", "items[].n", "items[]", "items[].texts[]"]
        );
        assert_eq!(unread[5].within("items"), Some((1, "texts[]".to_owned())), "as they are counted now");
        assert_eq!(unread[2].within("items"), None);
    }

    #[test]
    fn a_member_that_is_odd_within_can_be_left_out_whole() {
        let odd = json!({ "id": "a", "items": [{ "n": 1 }, { "n": "one" }] });
        let (record, unread) = of_value::<Record>(odd, Around::TheMember).unwrap();
        assert_eq!(record, Record { id: "a".to_owned(), at: None, items: vec![] });
        assert_eq!(names(&unread), ["items"]);
    }

    #[test]
    fn what_has_nothing_to_stand_for_it_is_an_error() {
        for odd in ["7", "null", "[]", "{}", r#"{"id":5}"#] {
            assert!(read::<Record>(odd.as_bytes(), Around::TheValue).is_err(), "{odd}");
        }
        assert!(read::<Record>(br#"{"id":"#, Around::TheValue).is_err());
        assert!(read::<Record>(br#"{"id":"a","id":"b"}"#, Around::TheValue).is_err());
        let many = json!({ "id": "a", "items": vec![json!(null); MOST + 1] });
        assert!(of_value::<Record>(many, Around::TheValue).is_err());
    }

    #[test]
    fn a_place_repeats_no_more_than_a_name() {
        let place = Place(vec![Step::Member("a\u{1b}[31m b\n".to_owned()), Step::Item(3)]);
        assert_eq!(place.name(), "a31mb[]");
    }
}
