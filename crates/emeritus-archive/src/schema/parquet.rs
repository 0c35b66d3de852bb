//! The layout as a Parquet schema, and as the schema in a Delta table's metadata.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Value, json};

use super::{Kind, Layout, OTHER_FIELDS, ObjectType, Physical, RECORD_SHA256, vendor};

impl Layout {
    /// The schema of a file.
    pub(crate) fn parquet(&self) -> TypePtr {
        let mut fields = members(&vendor::CONVERSATION);
        fields.push(primitive(RECORD_SHA256, Physical::Hash, Repetition::REQUIRED));
        group("conversation", fields, None, Repetition::REQUIRED)
    }

    /// The `schemaString` of the table.
    pub(crate) fn delta(&self) -> Value {
        let partitions = ["organization", "month"].map(|name| delta_field(name, &json!("string"), true));
        let mut fields = partitions.to_vec();
        fields.extend(delta_members(&vendor::CONVERSATION));
        fields.push(delta_field(RECORD_SHA256, &json!("binary"), false));
        json!({"type": "struct", "fields": fields})
    }
}

fn members(object: &'static ObjectType) -> Vec<TypePtr> {
    let mut fields: Vec<TypePtr> = object
        .fields
        .iter()
        .map(|field| {
            let single = |physical| primitive(field.name, physical, Repetition::OPTIONAL);
            match field.kind {
                Kind::Text | Kind::Json => single(Physical::Text),
                Kind::Uuid => single(Physical::Uuid),
                Kind::Time => single(Physical::Time),
                Kind::Flag => single(Physical::Flag),
                Kind::Integer => single(Physical::Integer),
                Kind::Real => single(Physical::Real),
                Kind::Texts => list(field.name, primitive("element", Physical::Text, Repetition::REQUIRED)),
                Kind::Integers => {
                    list(field.name, primitive("element", Physical::Integer, Repetition::REQUIRED))
                }
                Kind::Object(inner) => group(field.name, members(inner), None, Repetition::OPTIONAL),
                Kind::Objects(inner) => {
                    list(field.name, group("element", members(inner), None, Repetition::REQUIRED))
                }
            }
        })
        .collect();
    fields.push(primitive(OTHER_FIELDS, Physical::Text, Repetition::OPTIONAL));
    fields
}

fn list(name: &str, element: TypePtr) -> TypePtr {
    let repeated = group("list", vec![element], None, Repetition::REPEATED);
    group(name, vec![repeated], Some(LogicalType::List), Repetition::OPTIONAL)
}

fn group(name: &str, fields: Vec<TypePtr>, logical: Option<LogicalType>, repetition: Repetition) -> TypePtr {
    let group = Type::group_type_builder(name)
        .with_fields(fields)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build();
    Arc::new(group.expect("a group's name and fields are valid whatever they are"))
}

/// A column of a file.
pub(crate) fn primitive(name: &str, physical: Physical, repetition: Repetition) -> TypePtr {
    let (kind, logical) = match physical {
        Physical::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Physical::Time => {
            let logical = LogicalType::timestamp(true, TimeUnit::MILLIS);
            (PhysicalType::INT64, Some(logical))
        }
        Physical::Flag => (PhysicalType::BOOLEAN, None),
        Physical::Integer => (PhysicalType::INT64, None),
        Physical::Real => (PhysicalType::DOUBLE, None),
        Physical::Hash | Physical::Uuid => (PhysicalType::BYTE_ARRAY, None),
    };
    let column = Type::primitive_type_builder(name, kind)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build();
    Arc::new(column.expect("each logical type above fits its physical type"))
}

fn delta_members(object: &'static ObjectType) -> Vec<Value> {
    let list = |element: Value| json!({"type": "array", "elementType": element, "containsNull": false});
    let mut fields: Vec<Value> = object
        .fields
        .iter()
        .map(|field| {
            let kind = match field.kind {
                Kind::Text | Kind::Json => json!("string"),
                Kind::Uuid => json!("binary"),
                Kind::Time => json!("timestamp"),
                Kind::Flag => json!("boolean"),
                Kind::Integer => json!("long"),
                Kind::Real => json!("double"),
                Kind::Texts => list(json!("string")),
                Kind::Integers => list(json!("long")),
                Kind::Object(inner) => json!({"type": "struct", "fields": delta_members(inner)}),
                Kind::Objects(inner) => list(json!({"type": "struct", "fields": delta_members(inner)})),
            };
            delta_field(field.name, &kind, true)
        })
        .collect();
    fields.push(delta_field(OTHER_FIELDS, &json!("string"), true));
    fields
}

/// A column of a table.
pub(crate) fn delta_field(name: &str, kind: &Value, nullable: bool) -> Value {
    json!({"name": name, "type": kind, "nullable": nullable, "metadata": {}})
}
