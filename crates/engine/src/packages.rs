//! Apps as packages: folders of plain data that become documents.

use model::changeset::Changeset;
use model::document::Capability;
use model::{Code, Label, Result, package};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::documents::publish;

/// The app that every workspace has.
pub(crate) const BASE: &str = "base";

/// Installs the files of one app folder, or brings an installed app up to date, as one revision.
/// Paths are relative to the folder. Errors: `package_invalid` and faults with the path of the
/// file; nothing changes then.
pub async fn install(context: &Context, files: &[(String, Vec<u8>)]) -> Result<Json> {
    context.access().require(Capability::Build)?;
    let context = context.refreshed().await?;
    let package = package::read(files)?;
    let revision = context.catalogue().revision;
    let changeset = Changeset::of_documents(revision, package.documents);
    let summary =
        Label::new(&format!("App {} installed", package.app), &format!("安装应用 {}", package.app));
    match publish(&context, &changeset, Some(package.app), Some(summary), false).await {
        // An app that is as it should be already needs no revision.
        Err(error) if error.code == Code::ChangeEmpty => {
            Ok(json!({"revision": revision, "steps": []}))
        }
        answer => answer,
    }
}
