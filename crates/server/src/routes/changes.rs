//! The change log, for programs that follow what happens.

use engine::Context;
use engine::changes::{self, PAGE_DEFAULT};
use model::Result;

use crate::call::Call;
use crate::reply::{self, Reply};

/// `GET /w/{ws}/changes?since=&limit=`.
pub async fn since(call: Call, context: Context) -> Result<Reply> {
    let since = call.whole("since")?.unwrap_or(0);
    let limit = call.whole("limit")?.map_or(PAGE_DEFAULT, |limit| {
        // More than there is to have is as good as all of it; the engine knows its own maximum.
        u32::try_from(limit).unwrap_or(u32::MAX)
    });
    Ok(reply::ok(&changes::since(&context, since, limit).await?))
}
