//! The organization's numbers and extensions, and who has them.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::Listing,
        telephony::{PooledNumber, pool_id},
    },
    world::{telephony::Pool, user::User},
};

pub(super) fn operations() -> Vec<Operation> {
    let extensions = "/api/v2/telephony/providers/edges/extensions";
    vec![
        Operation::get("/api/v2/telephony/providers/edges/dids", Need::Any(&["telephony:plugin:all"]), dids),
        Operation::get(extensions, Need::Any(&["telephony:extensionPool:view"]), self::extensions),
    ]
}

/// The largest page of numbers.
const LARGEST_PAGE: usize = 500;

fn dids(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let directory = &call.world.directory;
    let (number, owner) = (call.query.one("phoneNumber"), call.query.one("owner.id"));
    let (ids, pool) = (call.query.many("id"), call.query.one("didPool.id"));
    let own_pool = pool_id(directory, Pool::Dids);
    let fits = |held: &str, user: Option<&User>| {
        number.is_none_or(|wanted| held == wanted)
            && owner.is_none_or(|wanted| user.is_some_and(|user| user.id == wanted))
            && pool.is_none_or(|wanted| own_pool == wanted)
            && (ids.is_empty() || ids.contains(&Pool::Dids.id(&directory.organization.id, held).as_str()))
    };
    list(call, Pool::Dids, fits)
}

/// There is no filter by owner: the vendor has none.
fn extensions(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let number = call.query.one("number");
    list(call, Pool::Extensions, |held, _| number.is_none_or(|wanted| held == wanted))
}

fn list(call: &Call<'_>, pool: Pool, fits: impl Fn(&str, Option<&User>) -> bool) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    let directory = &call.world.directory;
    let mut numbers: Vec<(&str, Option<&User>)> =
        directory.numbers(pool).into_iter().filter(|(number, owner)| fits(number, *owner)).collect();
    if call.query.one("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        numbers.reverse();
    }
    Reply::ok(&Listing::of(page, &numbers, call.path, call.query, |(number, owner)| {
        PooledNumber::of(directory, pool, number, *owner)
    }))
}
