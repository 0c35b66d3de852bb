//! The roster as a table of its own.

use super::{PersonVersion, Roster};
use crate::schema::Physical;
use crate::sheet::{Columns, Datum, Sheet};

const COLUMNS: Columns = &[
    ("organization", Physical::Text),
    ("user_id", Physical::Text),
    ("name", Physical::Text),
    ("email", Physical::Text),
    ("employee_id", Physical::Text),
    ("division_id", Physical::Text),
    ("manager_id", Physical::Text),
    ("state", Physical::Text),
    ("valid_from", Physical::Time),
    ("valid_to", Physical::Time),
];

impl Roster {
    /// Returns a table of versions of people, such as [`Roster::iter`] or [`Roster::versions`] give.
    #[must_use]
    pub fn sheet<'a>(versions: impl IntoIterator<Item = &'a PersonVersion>) -> Sheet {
        let mut sheet = Sheet::new(COLUMNS);
        for version in versions {
            let person = &version.person;
            let text = |text: &'a Option<String>| text.as_deref().map(Datum::Text);
            sheet.push(&[
                Some(Datum::Text(&version.organization)),
                Some(Datum::Text(&person.id)),
                text(&person.name),
                text(&person.email),
                text(&person.employee_id),
                text(&person.division_id),
                text(&person.manager_id),
                text(&person.state),
                Some(Datum::Time(version.valid_from)),
                version.valid_to.map(Datum::Time),
            ]);
        }
        sheet
    }
}
