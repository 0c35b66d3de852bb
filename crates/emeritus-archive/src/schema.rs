//! What of a conversation's record has a column of its own, and where in the nested table it stands.
//!
//! `vendor` names every field that the vendor documents. From it [`LAYOUT`] derives, once, the columns with their
//! levels in Parquet's sense: how many optional and repeated ancestors a value has. Each object has one column
//! more, [`OTHER_FIELDS`], for members that are not in `vendor` or not of the form it says.

mod layout;
mod parquet;
pub(crate) mod vendor;

use std::sync::LazyLock;

pub(crate) use self::parquet::{delta_field, primitive};
pub use layout::Physical;
pub(crate) use layout::{Layout, Node, Place, Slot};

/// Version of the tables' columns, written in every manifest. Version 2 added `subjects` and `already_there` to
/// `batches`; they are empty in older rows. Version 3 added all of a user's queues, media and the like to
/// `participations`, and leaves empty there what version 2 wrote as zero though nobody knew it.
pub const SCHEMA_VERSION: u32 = 3;

/// The column of an object's members that have no column of their own, as a JSON object.
pub(crate) const OTHER_FIELDS: &str = "otherFields";

/// The column of the SHA-256 of a record's canonical form.
pub(crate) const RECORD_SHA256: &str = "recordSha256";

/// The columns of the conversation table.
pub(crate) static LAYOUT: LazyLock<Layout> = LazyLock::new(|| Layout::of(&vendor::CONVERSATION));

/// A group of columns that may identify people outside the organization, or quote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Participant attributes: whatever flows and scripts have put there.
    Attributes,
    /// Addresses: telephone numbers, e-mail addresses and the like, ANI and DNIS among them.
    Addresses,
    /// Names of people outside the organization.
    Names,
    /// Free text: subjects, wrap-up notes, values of segment properties.
    Notes,
}

/// An object type of the vendor's record.
#[derive(Debug)]
pub(crate) struct ObjectType {
    /// In order of name.
    pub(crate) fields: &'static [Field],
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) withheld: Withheld,
}

/// When a member is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Withheld {
    /// Never: it is an id, an instant, a figure.
    Never,
    /// Where it quotes an address, unless addresses are on: a word of the vendor's, a name that the organization gave.
    Quoting,
    /// As `Quoting`; and where it is more than a word, unless notes are on: what a machine or a person says of this
    /// one conversation.
    Saying,
    /// Unless the group is on, whatever it holds.
    Without(Privacy),
    /// It is somebody's name or address, and of which group its content says; where that does not, it is of this one.
    Of(Privacy),
    /// The name of a participant: whose it is says the purpose.
    NameOfParticipant,
}

impl Withheld {
    /// Whether it is somebody's name, address or text: nothing that says who did what.
    pub(crate) const fn is_of_somebody(self) -> bool {
        matches!(self, Self::Saying | Self::Without(_) | Self::Of(_) | Self::NameOfParticipant)
    }
}

/// The form of a member.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// A UUID in lower case, as its sixteen bytes.
    Uuid,
    /// `YYYY-MM-DDThh:mm:ss.mmmZ`.
    Time,
    Flag,
    Integer,
    Real,
    /// Any JSON, as text.
    Json,
    Texts,
    Integers,
    Object(&'static ObjectType),
    Objects(&'static ObjectType),
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        let is_text = matches!(kind, Kind::Text | Kind::Texts | Kind::Uuid);
        let withheld = if is_text && !is_id(name) { Withheld::Quoting } else { Withheld::Never };
        Self { name, kind, withheld }
    }

    const fn withheld(self, withheld: Withheld) -> Self {
        Self { withheld, ..self }
    }

    const fn in_group(self, group: Privacy) -> Self {
        self.withheld(Withheld::Without(group))
    }

    const fn of(self, group: Privacy) -> Self {
        self.withheld(Withheld::Of(group))
    }
}

/// Whether a member is called as ids are.
const fn is_id(name: &str) -> bool {
    matches!(name.as_bytes(), [.., b'I', b'd'] | [.., b'I', b'd', b's'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order(object: &ObjectType) {
        assert!(object.fields.is_sorted_by(|a, b| a.name.as_bytes() < b.name.as_bytes()));
        for field in object.fields {
            if let Kind::Object(inner) | Kind::Objects(inner) = field.kind {
                in_order(inner);
            }
        }
    }

    #[test]
    fn fields_stand_in_order_of_name() {
        in_order(&vendor::CONVERSATION);
    }

    #[test]
    fn the_parquet_schema_has_the_columns_of_the_layout_with_their_levels() {
        let schema = LAYOUT.parquet();
        let descriptor = ::parquet::schema::types::SchemaDescriptor::new(schema);
        assert_eq!(descriptor.num_columns(), LAYOUT.columns.len());
        for (column, expected) in descriptor.columns().iter().zip(&LAYOUT.columns) {
            let shape = &LAYOUT.shapes[expected.shape];
            assert_eq!((column.max_def_level(), column.max_rep_level()), (expected.max_def, shape.rep));
            // A row group in the making holds both in a byte.
            assert!(expected.max_def < 16 && shape.rep < 16);
        }
    }
}
