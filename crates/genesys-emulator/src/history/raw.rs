//! JSON that is changed in one place and stays what it was everywhere else: names keep their order, and numbers the digits
//! in which they came. Reading a fraction and writing it again may change its last digit.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap as _, SerializeSeq as _},
};
use serde_json::value::RawValue;

/// A value of which only the parts that hold others are taken apart.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    /// Fields in the order in which they came.
    Object(Vec<(String, Self)>),
    /// Items.
    List(Vec<Self>),
    /// Text, a number, a truth value or null, as it was written.
    Scalar(Box<RawValue>),
}

impl Raw {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// When it is not JSON.
    pub(crate) fn read(text: &[u8]) -> Result<Self, serde_json::Error> {
        let whole: &RawValue = serde_json::from_slice(text)?;
        Self::of(whole)
    }

    fn of(value: &RawValue) -> Result<Self, serde_json::Error> {
        match value.get().as_bytes().first() {
            Some(b'{') => {
                let Fields(fields) = serde_json::from_str(value.get())?;
                let read = fields.into_iter().map(|(name, value)| Ok((name, Self::of(value)?)));
                read.collect::<Result<_, _>>().map(Self::Object)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(value.get())?;
                items.into_iter().map(Self::of).collect::<Result<_, _>>().map(Self::List)
            }
            _ => Ok(Self::Scalar(value.to_owned())),
        }
    }

    /// A text.
    pub(crate) fn text(text: &str) -> Self {
        // JSON has a form for every text.
        serde_json::value::to_raw_value(text).map_or(Self::List(Vec::new()), Self::Scalar)
    }

    /// Writes it as JSON.
    pub(crate) fn written(&self) -> Vec<u8> {
        // Everything in it was read from JSON, or written to it.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The field of an object; of several of one name the last, as other readers have it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter_mut().rev().find(|(held, _)| held == name).map(|(_, value)| value)
    }

    /// Items of the list under `name`, none when there is no such list.
    pub(crate) fn items_mut(&mut self, name: &str) -> &mut [Self] {
        match self.get_mut(name) {
            Some(Self::List(items)) => items,
            Some(Self::Object(_) | Self::Scalar(_)) | None => &mut [],
        }
    }

    /// Values of the fields of an object, none of anything else.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        let fields = if let Self::Object(fields) = self { fields.as_mut_slice() } else { &mut [] };
        fields.iter_mut().map(|(_, value)| value)
    }

    /// Sets a field of an object, at its place where it is there already.
    pub(crate) fn set(&mut self, name: &str, value: Self) {
        if let Some(field) = self.get_mut(name) {
            *field = value;
        } else if let Self::Object(fields) = self {
            fields.push((name.to_owned(), value));
        }
    }

    /// Takes a field of an object out.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Self::Object(fields) = self {
            fields.retain(|(held, _)| held != name);
        }
    }

    /// What the text says, if it is one.
    pub(crate) fn as_text(&self) -> Option<String> {
        let Self::Scalar(value) = self else { return None };
        serde_json::from_str(value.get()).ok()
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Scalar(value) => value.serialize(serializer),
        }
    }
}

/// The fields of an object, in their order and each as its text.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(InOrder).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_written_as_it_came() {
        let text = r#"{"z":0.30000000000000004,"a":[1.50,-0.0,1e400,123456789012345678901234567890,{"ü":"\u00e9"}],"n":null,"b":true}"#;
        assert_eq!(String::from_utf8(Raw::read(text.as_bytes()).unwrap().written()).unwrap(), text);
    }

    #[test]
    fn what_is_changed_keeps_its_place() {
        let mut raw = Raw::read(br#" { "b" : 2.50, "a": "x", "l": [ {"s":"y"}, 3 ] } "#).unwrap();
        raw.set("a", Raw::text("new \"one\""));
        raw.set("c", Raw::text("added"));
        raw.items_mut("l")[0].set("s", Raw::text("z"));
        assert_eq!(raw.get("a").and_then(Raw::as_text).as_deref(), Some("new \"one\""));
        raw.remove("b");
        let written = String::from_utf8(raw.written()).unwrap();
        assert_eq!(written, r#"{"a":"new \"one\"","l":[{"s":"z"},3],"c":"added"}"#);
    }
}
