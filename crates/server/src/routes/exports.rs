//! Exports of records as files.

use engine::Context;
use engine::exports::{self, Style};
use model::Result;

use super::imports::csv as file;
use crate::call::Call;
use crate::reply::Reply;

/// `GET /w/{ws}/exports/{view}?raw=`: the records of a view, or of an entity, as CSV.
pub async fn csv(call: Call, context: Context) -> Result<Reply> {
    let (what, style) = (call.segment("view"), Style { raw: call.flag("raw")? });
    let pieces = exports::csv(&context, what, style).await?;
    Ok(file(&format!("{what}.csv"), pieces))
}
