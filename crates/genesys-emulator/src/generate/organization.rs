//! The directory side: divisions, roles, queues, and the people in them.

use uuid::Uuid;

use super::draw::Draw;
use super::names;
use super::{Division, Grant, Named, Organization, Person, PersonState, Proficiency, Queue, Role};

/// What an id is of, so that objects of different kinds never share one.
#[derive(Clone, Copy)]
enum Kind {
    Organization = 1,
    Division,
    Role,
    Queue,
    Skill,
    Language,
    Group,
    Station,
    WrapUpCode,
    Flow,
    Person,
}

/// Makes an organization of `count` people.
///
/// The first person is an administrator (and the second, from ten people on); every twelfth is a supervisor, the
/// rest are agents. About one agent in twenty is inactive and one in forty deleted.
pub(crate) fn organization(seed: u64, count: usize) -> Organization {
    let divisions = divisions(seed, count);
    let home = divisions.first().map_or(Uuid::nil(), |division| division.id);
    let mut organization = Organization {
        id: id(seed, Kind::Organization, 0),
        name: "Example Contact Centre".to_owned(),
        roles: roles(seed),
        queues: queues(seed, count, &divisions),
        divisions,
        skills: named(seed, Kind::Skill, names::SKILLS),
        languages: named(seed, Kind::Language, names::LANGUAGES),
        groups: groups(seed, count),
        stations: Vec::new(),
        wrap_up_codes: named(seed, Kind::WrapUpCode, names::WRAP_UPS),
        flows: named(seed, Kind::Flow, names::FLOWS),
        people: Vec::with_capacity(count),
    };
    for index in 0..count {
        let person = person(seed, index, count, home, &organization);
        if let Some(station) = person.station {
            organization.stations.push(Named { id: station, name: format!("{} - softphone", person.name) });
        }
        organization.people.push(person);
    }
    organization
}

fn id(seed: u64, kind: Kind, index: usize) -> Uuid {
    Draw::new(seed, [kind as u64, index as u64, 0]).uuid()
}

fn named(seed: u64, kind: Kind, list: &[&str]) -> Vec<Named> {
    list.iter()
        .enumerate()
        .map(|(at, name)| Named { id: id(seed, kind, at), name: (*name).to_owned() })
        .collect()
}

fn divisions(seed: u64, count: usize) -> Vec<Division> {
    let many = if count < 10 { 1 } else { names::DIVISIONS.len() };
    let divisions = names::DIVISIONS.iter().take(many).enumerate();
    divisions
        .map(|(at, name)| Division {
            id: id(seed, Kind::Division, at),
            name: (*name).to_owned(),
            home: at == 0,
        })
        .collect()
}

fn roles(seed: u64) -> Vec<Role> {
    let roles: [(&str, &[&str]); 5] = [
        ("Master Admin", &["*:*:*"]),
        (
            "Supervisor",
            &[
                "directory:user:view",
                "routing:queue:*",
                "analytics:*:view",
                "conversation:*:*",
                "quality:*:view",
            ],
        ),
        ("Agent", &["conversation:communication:*", "routing:queue:view", "directory:user:view"]),
        ("employee", &["directory:user:view", "presence:*:*"]),
        ("Quality Evaluator", &["quality:*:*", "analytics:conversationDetail:view"]),
    ];
    let roles = roles.iter().enumerate();
    roles
        .map(|(at, (name, permissions))| Role {
            id: id(seed, Kind::Role, at),
            name: (*name).to_owned(),
            permissions: permissions.iter().map(|permission| (*permission).to_owned()).collect(),
        })
        .collect()
}

fn queues(seed: u64, count: usize, divisions: &[Division]) -> Vec<Queue> {
    let many = (3 + count / 25).min(names::QUEUES.len() * names::REGIONS.len());
    let all = names::REGIONS.iter().flat_map(|region| names::QUEUES.iter().map(move |queue| (queue, region)));
    all.take(many)
        .enumerate()
        .map(|(at, (queue, region))| {
            let mut draw = Draw::new(seed, [Kind::Queue as u64, at as u64, 1]);
            Queue {
                id: id(seed, Kind::Queue, at),
                name: format!("{queue}{region}"),
                division: draw.pick(divisions).map_or(Uuid::nil(), |division| division.id),
            }
        })
        .collect()
}

fn groups(seed: u64, count: usize) -> Vec<Named> {
    let many = (2 + count / 40).min(names::GROUPS.len() * names::REGIONS.len());
    let all = names::REGIONS.iter().flat_map(|region| names::GROUPS.iter().map(move |group| (group, region)));
    all.take(many)
        .enumerate()
        .map(|(at, (group, region))| Named {
            id: id(seed, Kind::Group, at),
            name: format!("{group}{region}"),
        })
        .collect()
}

/// What a person at a position in the list does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Post {
    Administrator,
    Supervisor,
    Agent,
}

impl Post {
    fn at(index: usize, count: usize) -> Self {
        match index {
            0 => Self::Administrator,
            1 if count >= 10 => Self::Administrator,
            _ if index % 12 == 2 => Self::Supervisor,
            _ => Self::Agent,
        }
    }
}

fn person(seed: u64, index: usize, count: usize, home: Uuid, organization: &Organization) -> Person {
    let mut draw = Draw::new(seed, [Kind::Person as u64, index as u64, 1]);
    let post = Post::at(index, count);
    let first = draw.pick(names::FIRST).copied().unwrap_or_default();
    let last = draw.pick(names::LAST).copied().unwrap_or_default();
    let department = draw.pick(names::DEPARTMENTS).copied().unwrap_or_default();
    let state = state(index, post);
    let hired_days_ago = u32::try_from(draw.between(400, 2200)).unwrap_or(400);
    let left_days_ago =
        (state != PersonState::Active).then(|| u32::try_from(draw.between(20, 380)).unwrap_or(20));
    let own_division = draw.pick(&organization.divisions).map_or(home, |division| division.id);
    let division = if state == PersonState::Deleted { home } else { own_division };
    Person {
        id: id(seed, Kind::Person, index),
        name: format!("{first} {last}"),
        email: format!("{}.{}.{index}@example.test", first.to_lowercase(), last.to_lowercase()),
        title: match post {
            Post::Administrator => "Platform Administrator".to_owned(),
            Post::Supervisor => "Team Lead".to_owned(),
            Post::Agent => "Customer Agent".to_owned(),
        },
        department: department.to_owned(),
        manager: manager(seed, index, post),
        division,
        state,
        employee_id: format!("E{:06}", 100_000 + index),
        external_id: format!("hr-{:06}", 700_000 + index),
        extension: format!("{}", 2000 + index),
        hired_days_ago,
        left_days_ago,
        queues: some(&mut draw, &organization.queues, post, |queue| queue.id),
        skills: proficiencies(&mut draw, &organization.skills, post, 4),
        languages: proficiencies(&mut draw, &organization.languages, post, 2),
        groups: some(&mut draw, &organization.groups, post, |group| group.id),
        station: (post == Post::Agent && state == PersonState::Active && draw.chance(800))
            .then(|| id(seed, Kind::Station, index)),
        roles: grants(post, state, division, home, &organization.roles),
    }
}

fn state(index: usize, post: Post) -> PersonState {
    match post {
        Post::Administrator | Post::Supervisor => PersonState::Active,
        Post::Agent if index % 23 == 17 => PersonState::Inactive,
        Post::Agent if index % 37 == 29 => PersonState::Deleted,
        Post::Agent => PersonState::Active,
    }
}

/// Agents report to the supervisor before them, everybody else to the first administrator.
fn manager(seed: u64, index: usize, post: Post) -> Option<Uuid> {
    match post {
        _ if index == 0 => None,
        Post::Administrator | Post::Supervisor => Some(id(seed, Kind::Person, 0)),
        Post::Agent if index < 2 => Some(id(seed, Kind::Person, 0)),
        Post::Agent => Some(id(seed, Kind::Person, (index - 2) / 12 * 12 + 2)),
    }
}

fn some<T>(draw: &mut Draw, from: &[T], post: Post, pick: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    if post == Post::Administrator {
        return Vec::new();
    }
    let start = draw.index(from.len());
    let many = usize::try_from(draw.between(1, 3)).unwrap_or(1).min(from.len());
    from.iter().cycle().skip(start).take(many).map(pick).collect()
}

fn proficiencies(draw: &mut Draw, from: &[Named], post: Post, at_most: u64) -> Vec<Proficiency> {
    if post != Post::Agent {
        return Vec::new();
    }
    let start = draw.index(from.len());
    let many = usize::try_from(draw.between(1, at_most)).unwrap_or(1).min(from.len());
    let chosen = from.iter().cycle().skip(start).take(many);
    chosen
        .map(|named| Proficiency { id: named.id, level: u8::try_from(draw.between(1, 5)).unwrap_or(1) })
        .collect()
}

fn grants(post: Post, state: PersonState, division: Uuid, home: Uuid, roles: &[Role]) -> Vec<Grant> {
    if state != PersonState::Active {
        return Vec::new();
    }
    let own = match post {
        Post::Administrator => "Master Admin",
        Post::Supervisor => "Supervisor",
        Post::Agent => "Agent",
    };
    let held = roles.iter().filter(|role| role.name == own || role.name == "employee");
    held.map(|role| Grant { role: role.id, division: if role.name == own { division } else { home } })
        .collect()
}
