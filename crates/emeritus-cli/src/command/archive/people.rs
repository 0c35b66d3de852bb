//! Who is archived: those named on the command line, the rows of a list, everybody whom a run retired; each once. A row
//! that names nobody is told with why, and does not stop the others.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use emeritus::id::UserId;
use emeritus::people::{LONGEST_LIST, ListError, PeopleList, PersonRow, RowProblem};
use emeritus::text::Text;
use emeritus::{FindError, Person, Who};
use genesys::Disposition;
use serde::Serialize;

use crate::args::FeedArgs;
use crate::connect::Session;
use crate::error::Failure;
use crate::exit_code::ExitCode;

/// Who is named, before anybody was asked who they are.
pub(super) struct Named {
    typed: Vec<Who>,
    rows: Vec<PersonRow>,
    heading: Option<Text>,
    all_retired: bool,
}

/// Whom the vendor knows of those, and what became of the others.
#[derive(Debug, Default)]
pub(in crate::command) struct Known {
    pub(super) people: Vec<Person>,
    /// Retired people whom the vendor does not know any more.
    pub(super) unknown: Vec<UserId>,
    /// Rows, and retired people, that could not be made anybody of.
    pub(super) left: Vec<Left>,
    /// Rows that name somebody again.
    pub(super) again: Vec<Again>,
}

/// What names nobody who can be archived.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Left {
    /// The line of the list; `None` for somebody whom a run retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    pub(super) value: Text,
    pub(super) why: String,
    pub(super) next: String,
}

/// A row that names somebody who was named before: they are archived once.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Again {
    pub(super) line: u64,
    pub(super) value: Text,
    pub(super) why: String,
}

/// Reads who is named, without asking anybody.
pub(super) fn named(args: &FeedArgs) -> Result<Named, Failure> {
    let typed = args.person.iter().map(|text| crate::command::person(text)).collect::<Result<_, _>>()?;
    let list = args.people.as_deref().map(list).transpose()?;
    let (rows, heading) = list.map_or_else(Default::default, |list| (list.rows, list.heading));
    Ok(Named { typed, rows, heading, all_retired: args.all_retired })
}

fn list(path: &Path) -> Result<PeopleList, Failure> {
    let context = format!("could not read the list {}", path.display());
    let unread = |error: std::io::Error| Failure::new(ExitCode::Usage, error).context(context.clone());
    let mut bytes = Vec::new();
    // One byte more than a list may have: the reader says that it is too long.
    let most = u64::try_from(LONGEST_LIST).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(unread)?.take(most).read_to_end(&mut bytes).map_err(unread)?;
    PeopleList::parse(&bytes).map_err(|error| {
        let hint = match error {
            ListError::TooLong { .. } | ListError::TooMany => "cut it into several lists",
            ListError::NotText => "in a spreadsheet: save as CSV (UTF-8), with one column of names",
            ListError::Empty => {
                "one person a line: an e-mail address, a user id, `external:AUTHORITY:KEY` or `employee:ID`"
            }
        };
        Failure::new(ExitCode::Usage, error).context(context).hint(hint)
    })
}

/// Asks the vendor who they are. Somebody named on the command line who cannot be found ends it, as a typing error
/// would: nothing was done yet. Nobody else does.
pub(super) async fn known(session: &Session, named: Named) -> Result<Known, Failure> {
    let mut known = Known::default();
    let mut met: BTreeMap<UserId, String> = BTreeMap::new();
    for who in &named.typed {
        let person = session.emeritus.find(who).await?;
        if met.insert(person.id.clone(), "the command line".to_owned()).is_none() {
            known.people.push(person);
        }
    }
    for PersonRow { line, value, who } in named.rows {
        let who = match who {
            Ok(who) => who,
            Err(RowProblem::Duplicate { line: first }) => {
                known.again.push(Again { line, value, why: format!("named on line {first} already") });
                continue;
            }
            Err(problem) => {
                let (why, next) = of_row(&problem, named.heading.as_ref());
                known.left.push(Left { line: Some(line), value, why, next });
                continue;
            }
        };
        match found(session, &who).await? {
            Ok(person) => match met.get(&person.id) {
                Some(place) => {
                    let why = format!("the same person as on {place}");
                    known.again.push(Again { line, value, why });
                }
                None => {
                    met.insert(person.id.clone(), format!("line {line}"));
                    known.people.push(person);
                }
            },
            Err((why, next)) => known.left.push(Left { line: Some(line), value, why, next }),
        }
    }
    if named.all_retired {
        let retired = session.emeritus.retired_people().await?;
        known.retired(session, retired.into_iter().filter(|id| !met.contains_key(id))).await?;
    }
    Ok(known)
}

impl Known {
    /// Adds people whom runs retired.
    pub(super) async fn retired(
        &mut self,
        session: &Session,
        retired: impl Iterator<Item = UserId>,
    ) -> Result<(), Failure> {
        for id in retired {
            match session.emeritus.find(&Who::Id(id.clone())).await {
                Ok(person) => self.people.push(person),
                // One whom the vendor does not know any more does not stop the others.
                Err(FindError::Nobody { .. }) => self.unknown.push(id),
                Err(error) => {
                    let (why, next) = of_search(error)?;
                    self.left.push(Left { line: None, value: id.as_str().into(), why, next });
                }
            }
        }
        Ok(())
    }

    /// Returns whether everybody who was named is somebody.
    pub(super) fn is_everybody(&self) -> bool {
        self.unknown.is_empty() && self.left.is_empty()
    }
}

/// Why something names nobody, and what to do.
type Verdict = (String, String);

async fn found(session: &Session, who: &Who) -> Result<Result<Person, Verdict>, Failure> {
    match session.emeritus.find(who).await {
        Ok(person) => Ok(Ok(person)),
        Err(error) => of_search(error).map(Err),
    }
}

/// What a search came to that concerns this person alone; what concerns the vendor would meet everybody.
fn of_search(error: FindError) -> Result<Verdict, Failure> {
    let next = match &error {
        FindError::Nobody { .. } => "look at the spelling; people in every state were looked at",
        FindError::Several { .. } => "name the one you mean by user id",
        FindError::Malformed { .. } => "look at the record at the vendor",
        FindError::Vendor { source, .. }
            if matches!(source.disposition(), Disposition::Refused | Disposition::BadAnswer) =>
        {
            let why = format!("{error}: {source}");
            return Ok((why, "name the person by user id, or look at the record at the vendor".to_owned()));
        }
        FindError::Vendor { .. } => return Err(error.into()),
    };
    Ok((error.to_string(), next.to_owned()))
}

fn of_row(problem: &RowProblem, heading: Option<&Text>) -> Verdict {
    let names = "an e-mail address, a user id, `external:AUTHORITY:KEY` or `employee:ID`";
    match problem {
        RowProblem::NotAName(name) if name.text.is_empty() => {
            let column = heading.map_or_else(String::new, |heading| format!(" in the column `{heading}`"));
            (format!("nothing stands{column}"), format!("put there {names}, or take the row out"))
        }
        RowProblem::NotAName(_) => ("it names nobody".to_owned(), format!("give {names}")),
        RowProblem::NotUtf8 => ("it is not UTF-8".to_owned(), "save the list as UTF-8".to_owned()),
        RowProblem::Duplicate { line } => {
            (format!("named on line {line} already"), "take the row out".to_owned())
        }
    }
}
