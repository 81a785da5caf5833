//! Scripts as their authors write them.

use engine::{Context, scripts};
use model::Result;

use crate::call::Call;
use crate::reply::{self, Reply};

/// `POST /w/{ws}/scripts/check`.
pub async fn check(call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&scripts::check(&context, &call.json()?).await?))
}

/// `GET /w/{ws}/scripts/completions`.
pub async fn completions(_call: Call, context: Context) -> Result<Reply> {
    Ok(reply::ok(&scripts::completions(&context)?))
}
