//! An open workspace: its newest catalogue, and who its people are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use jiff::tz::TimeZone;
use model::document::{DocumentKind, ScriptDocument};
use model::filter::Scope;
use model::{Catalogue, Code, Error, Language, Result, Uuid, Value, time};

use crate::access::Access;
use crate::background::Signal;
use crate::context::Actor;
use crate::engine::lock;
use crate::faults::from_store;

/// The entity that people are records of.
pub(crate) const USER: &str = "user";

/// An open workspace.
pub struct Workspace {
    /// Its id, which names its files and schemas.
    pub id: Uuid,
    /// Its name in URLs.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Its time zone.
    pub zone: TimeZone,
    /// The IANA name of the zone.
    pub time_zone: String,
    /// Its language, for people who have not chosen.
    pub language: Language,
    /// Its ISO 4217 currency.
    pub currency: String,
    pub(crate) store: Arc<store::Workspace>,
    control: store::Control,
    snapshot: ArcSwap<Snapshot>,
    people: Mutex<People>,
    /// Told when there is work that the change log does not show.
    pub(crate) work: Signal,
}

/// What was built, compiled for running.
pub struct Snapshot {
    /// The documents.
    pub catalogue: Arc<Catalogue>,
    /// The scripts that run before a record is saved, by entity, in order.
    pub(crate) hooks: HashMap<String, Vec<Arc<ScriptDocument>>>,
}

/// What is known of people without asking the store again.
#[derive(Default)]
struct People {
    /// Grows whenever they are forgotten.
    generation: u64,
    user_of: HashMap<Uuid, Uuid>,
    persons: HashMap<Uuid, Arc<Person>>,
    access: HashMap<Uuid, Arc<Access>>,
}

/// A person as rights see them.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) language: Option<Language>,
    pub(crate) roles: Vec<String>,
}

impl Snapshot {
    fn new(catalogue: Catalogue) -> Snapshot {
        let mut hooks: HashMap<String, Vec<Arc<ScriptDocument>>> = HashMap::new();
        for script in catalogue.scripts().iter().filter(|script| script.enabled) {
            hooks.entry(script.entity.clone()).or_default().push(script.clone());
        }
        Snapshot { catalogue: Arc::new(catalogue), hooks }
    }
}

impl Workspace {
    pub(crate) async fn open(
        store: &store::Store,
        entry: &store::WorkspaceEntry,
    ) -> Result<Arc<Workspace>> {
        let opened = store.workspace(entry.id).await.map_err(from_store)?;
        let snapshot = Arc::new(read_snapshot(&opened).await?);
        let zone = TimeZone::get(&entry.time_zone).map_err(Error::internal)?;
        Ok(Arc::new(Workspace {
            id: entry.id,
            slug: entry.slug.clone(),
            name: entry.name.clone(),
            zone,
            time_zone: entry.time_zone.clone(),
            language: Language::from_tag(&entry.language).unwrap_or_default(),
            currency: entry.currency.clone(),
            store: opened,
            control: store.control().clone(),
            snapshot: ArcSwap::new(snapshot),
            people: Mutex::default(),
            work: Signal::default(),
        }))
    }

    /// The store of its records.
    pub fn store(&self) -> &Arc<store::Workspace> {
        &self.store
    }

    /// The newest catalogue that this node knows.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Reads the catalogue anew and makes it the newest.
    pub(crate) async fn reload(&self) -> Result<Arc<Snapshot>> {
        let fresh = Arc::new(read_snapshot(&self.store).await?);
        // An older read may arrive late; a newer catalogue is never replaced by it.
        self.snapshot.rcu(|current| match current.catalogue.revision > fresh.catalogue.revision {
            true => current.clone(),
            false => fresh.clone(),
        });
        lock(&self.people).access.clear();
        Ok(self.snapshot())
    }

    /// The catalogue that is published now, read anew only when it has moved on.
    pub(crate) async fn current(&self) -> Result<Arc<Snapshot>> {
        let head = self.store.head().await.map_err(from_store)?;
        let known = self.snapshot();
        match known.catalogue.revision < head.catalogue_revision {
            true => self.reload().await,
            false => Ok(known),
        }
    }

    /// Forgets what is known of people, after a record of one has changed.
    pub(crate) fn forget_people(&self) {
        let mut people = lock(&self.people);
        // What was asked before this is not kept when its answer comes.
        let generation = people.generation + 1;
        *people = People { generation, ..People::default() };
    }

    /// Keeps something of people, unless they were forgotten since it was asked for.
    fn keep(&self, generation: u64, keep: impl FnOnce(&mut People)) {
        let mut people = lock(&self.people);
        if people.generation == generation {
            keep(&mut people);
        }
    }

    /// The record of the person behind an account; `None` when the account does not belong here.
    pub(crate) async fn user_of(&self, account: Uuid) -> Result<Option<Uuid>> {
        let generation = {
            let people = lock(&self.people);
            if let Some(user) = people.user_of.get(&account) {
                return Ok(Some(*user));
            }
            people.generation
        };
        let membership = self.control.membership(account, self.id).await.map_err(from_store)?;
        let Some(membership) = membership else { return Ok(None) };
        self.keep(generation, |people| {
            people.user_of.insert(account, membership.user);
        });
        Ok(Some(membership.user))
    }

    /// A person by their record.
    pub(crate) async fn person(&self, snapshot: &Snapshot, user: Uuid) -> Result<Arc<Person>> {
        let generation = {
            let people = lock(&self.people);
            if let Some(person) = people.persons.get(&user) {
                return Ok(person.clone());
            }
            people.generation
        };
        let person = Arc::new(self.read_person(snapshot, user).await?);
        self.keep(generation, |people| {
            people.persons.insert(user, person.clone());
        });
        Ok(person)
    }

    async fn read_person(&self, snapshot: &Snapshot, user: Uuid) -> Result<Person> {
        let unknown = || Error::new(Code::WorkspaceUnknown);
        let entity = snapshot.catalogue.entity(USER).ok_or_else(unknown)?;
        let named = |name: &str| entity.field(name).cloned();
        let fields: Vec<_> = ["name", "locale", "roles"].into_iter().filter_map(named).collect();
        let columns: Vec<_> = fields.iter().map(|field| crate::compile::column(field)).collect();
        let table = crate::compile::table(entity);
        let row = self.store.get(&table, &columns, user).await.map_err(from_store)?;
        // A deactivated person's record may be gone; then the account does not belong here.
        let row = row.ok_or_else(unknown)?;
        let mut person = Person { name: String::new(), language: None, roles: Vec::new() };
        for (field, value) in fields.iter().zip(&row) {
            match (field.name.as_str(), value) {
                ("name", value) => person.name = field.text(value, Language::En),
                ("locale", value) => {
                    person.language = field.show(value).as_str().and_then(Language::from_tag);
                }
                (_, Value::Json(names)) => {
                    let names = names.as_array().into_iter().flatten();
                    person.roles = names.filter_map(|n| n.as_str().map(str::to_owned)).collect();
                }
                _ => {}
            }
        }
        Ok(person)
    }

    /// What an actor may do, by the roles that they have now.
    pub(crate) async fn access_of(
        &self,
        snapshot: &Arc<Snapshot>,
        actor: &Actor,
        now: i64,
    ) -> Result<Arc<Access>> {
        let catalogue = &snapshot.catalogue;
        let Some(user) = actor.user() else {
            return Ok(Arc::new(Access::everything(catalogue)));
        };
        let today = time::day_of(now, &self.zone);
        let generation = {
            let people = lock(&self.people);
            if let Some(access) = people.access.get(&user)
                && access.is_good_for(catalogue.revision, today)
            {
                return Ok(access.clone());
            }
            people.generation
        };
        let person = self.person(snapshot, user).await?;
        let scope = Scope { me: Some(user), now, zone: self.zone.clone() };
        let access = Arc::new(Access::of_roles(catalogue, &person.roles, &scope));
        self.keep(generation, |people| {
            people.access.insert(user, access.clone());
        });
        Ok(access)
    }
}

async fn read_snapshot(store: &store::Workspace) -> Result<Snapshot> {
    let (head, stored) = store.documents().await.map_err(from_store)?;
    let documents = stored.into_iter().filter_map(|document| {
        let kind = DocumentKind::from_name(&document.kind)?;
        Some(model::document::Document { kind, name: document.name, body: document.body })
    });
    let catalogue = Catalogue::compile(head.catalogue_revision, documents.collect());
    let catalogue = catalogue.map_err(|faults| Error::internal(Error::faults(faults)))?;
    Ok(Snapshot::new(catalogue))
}
