//! Workspaces: making them, listing them.

use jiff::tz::TimeZone;
use model::{Code, Error, Fault, Language, Result, Uuid, name};

use crate::engine::Engine;
use crate::faults::from_store;
use crate::{automations, packages};

/// What a new workspace is made from.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its name in URLs; it never changes.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// Its ISO 4217 currency.
    pub currency: String,
    /// Its language, for people who have not chosen.
    pub language: Language,
}

/// Makes a workspace and installs the app `base` in it, from the files of that app's folder.
/// Errors: `name_taken`, `name_invalid`, and settings that are not right.
pub async fn create(
    engine: &Engine,
    new: &NewWorkspace,
    base: &[(String, Vec<u8>)],
) -> Result<store::WorkspaceEntry> {
    name::check_name(&new.slug, "slug")?;
    if TimeZone::get(&new.time_zone).is_err() {
        let fault = Fault::new("time_zone", Code::SettingInvalid);
        return Err(fault.with("reason", "no such time zone").into());
    }
    let currency = &new.currency;
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        let fault = Fault::new("currency", Code::SettingInvalid);
        return Err(fault.with("reason", "three capital letters, such as CNY").into());
    }
    let entry = store::WorkspaceEntry {
        id: Uuid::now_v7(),
        slug: new.slug.clone(),
        name: new.name.clone(),
        time_zone: new.time_zone.clone(),
        currency: new.currency.clone(),
        language: new.language.tag().to_owned(),
        created_at: engine.now(),
    };
    let control = engine.store().control();
    if control.workspace_by_slug(&new.slug).await.map_err(from_store)?.is_some() {
        return Err(taken(&new.slug));
    }
    // The tables come first: an entry without them would be listed and could not be opened.
    engine.store().create_workspace(entry.id).await.map_err(from_store)?;
    match control.add_workspace(&entry).await {
        Ok(()) => {}
        Err(store::Fault::Taken) => return Err(taken(&new.slug)),
        Err(other) => return Err(from_store(other)),
    }
    let context = engine.system_context(entry.id, "new workspace").await?;
    packages::install(&context, base).await?;
    automations::begin(context.workspace()).await?;
    engine.workspace_made();
    Ok(entry)
}

fn taken(slug: &str) -> Error {
    Fault::new("slug", Code::NameTaken).with("name", slug).into()
}

/// All workspaces.
pub async fn list(engine: &Engine) -> Result<Vec<store::WorkspaceEntry>> {
    engine.store().control().workspaces().await.map_err(from_store)
}
