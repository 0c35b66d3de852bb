//! People whom somebody may have meant: for a misspelt address and for a part of a name. They are shown and never taken.

use std::collections::BTreeMap;

use genesys::{Error, Likeness, Reader};

use crate::Emeritus;
use crate::find::{Person, Who, person};

/// How many are shown.
const SHOWN: usize = 10;

/// How many words of a text are looked for.
const WORDS: usize = 3;

/// A shorter word is in everybody's name.
const SHORTEST: usize = 3;

/// How many letters of a misspelt word are taken to be right when nothing else is found.
const BEGINNING: usize = 2;

/// How much alike an address and a text have to be, from 0 to 1, when the text itself is nowhere.
const ALIKE: f64 = 0.8;

impl Emeritus {
    /// Returns people, in whatever state, of whom a text may be a misspelt address or a part of the name, the likeliest
    /// first.
    ///
    /// # Errors
    /// The vendor cannot be asked.
    pub async fn people_like(&self, text: &str) -> Result<Vec<Person>, Error> {
        people_like(&self.reader, text).await
    }
}

pub(crate) async fn people_like(reader: &Reader, text: &str) -> Result<Vec<Person>, Error> {
    let text = local_part(text);
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST)
        .take(WORDS)
        .collect();
    let mut found = BTreeMap::new();
    for word in &words {
        let hits = reader.users_like(word, Likeness::Contains).await?;
        found
            .extend(hits.iter().filter_map(|hit| person(hit).ok()).map(|person| (person.id.clone(), person)));
    }
    let is_misspelt = found.is_empty();
    if let (true, Some(word)) = (is_misspelt, words.first()) {
        let beginning: String = word.chars().take(BEGINNING).collect();
        let hits = reader.users_like(&beginning, Likeness::StartsWith).await?;
        found
            .extend(hits.iter().filter_map(|hit| person(hit).ok()).map(|person| (person.id.clone(), person)));
    }
    let mut ranked: Vec<_> = found.into_values().map(|person| (likeness(&text, &person), person)).collect();
    if is_misspelt {
        ranked.retain(|(alike, _)| *alike >= ALIKE);
    }
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked.truncate(SHOWN);
    Ok(ranked.into_iter().map(|(_, person)| person).collect())
}

fn local_part(text: &str) -> String {
    text.split('@').next().unwrap_or_default().trim().to_lowercase()
}

fn likeness(text: &str, person: &Person) -> f64 {
    let by_email = strsim::jaro_winkler(text, &local_part(&person.email));
    by_email.max(strsim::jaro_winkler(text, &person.name.to_lowercase()))
}

/// Returns what of a name that nobody has is worth looking for: of an id nothing is.
pub(crate) fn may_be_misspelt(who: &Who) -> Option<&str> {
    match who {
        Who::Email(email) => Some(email),
        Who::Id(_) | Who::External { .. } | Who::Employee(_) => None,
    }
}
