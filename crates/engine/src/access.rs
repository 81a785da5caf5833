//! What an actor may do: the roles of a person, compiled against the catalogue.
//!
//! A grant is rows and fields together: a field is visible on a row only if one role grants both.
//! A name that may not be seen is a name that does not exist, in every place where a name can be
//! said: that is what [`Reader`] gives to the filter language and to queries.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use model::document::{Capability, EntityRights, FieldRight, Right, RoleDocument};
use model::field::Inverse;
use model::filter::{Bound, Everything, Filter, Names, Scope, bind};
use model::{Catalogue, Code, Entity, Error, Field, Result};
use store::TableName;

use crate::records::Projection;

/// What an actor may do in a workspace.
#[derive(Debug)]
pub struct Access {
    revision: i64,
    /// The day for which `today` in row rules was bound; `None` when it does not matter.
    day: Option<i32>,
    /// Whether a row rule mentions the time of day, so that this is good for one request only.
    momentary: bool,
    entities: HashMap<String, Arc<EntityAccess>>,
    capabilities: HashSet<Capability>,
    read_only: bool,
}

/// What an actor may do with the records of one entity.
#[derive(Debug)]
pub(crate) struct EntityAccess {
    pub(crate) entity: Arc<Entity>,
    table: TableName,
    grants: Vec<Grant>,
    /// The row rules of the grants with the right to read, in their order.
    readers: Vec<Bound>,
    projection: OnceLock<Arc<Projection>>,
    find: OnceLock<Arc<store::Find>>,
}

/// What one role grants on one entity.
#[derive(Debug, Clone)]
struct Grant {
    rights: Vec<Right>,
    rows: Bound,
    /// By the field's place in the entity.
    fields: Vec<FieldRight>,
}

impl Grant {
    fn has(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }
}

impl Access {
    /// Every right on everything, for the house itself.
    pub(crate) fn everything(catalogue: &Catalogue) -> Access {
        let entities = catalogue.entities().map(|entity| {
            let grant = Grant {
                rights: vec![Right::Read, Right::Create, Right::Update, Right::Delete],
                rows: Bound::True,
                fields: vec![FieldRight::Write; entity.fields.len()],
            };
            (entity.name.clone(), Arc::new(EntityAccess::new(entity, vec![grant])))
        });
        Access {
            revision: catalogue.revision,
            day: None,
            momentary: false,
            entities: entities.collect(),
            capabilities: Capability::ALL.into_iter().collect(),
            read_only: false,
        }
    }

    /// Every right that a person can have: read-only fields stay so, but for the roles of users.
    fn administrator(catalogue: &Catalogue) -> Access {
        let mut access = Access::everything(catalogue);
        for entity in access.entities.values_mut() {
            let fields = entity.entity.fields.iter().map(|field| match field.read_only {
                true if field.type_name != "roles" => FieldRight::Read,
                _ => FieldRight::Write,
            });
            let fields = fields.collect();
            let grant = Grant { fields, ..entity.grants[0].clone() };
            *entity = Arc::new(EntityAccess::new(&entity.entity, vec![grant]));
        }
        access
    }

    /// The sum of some roles. A role that is not there any more grants nothing.
    pub(crate) fn of_roles(catalogue: &Catalogue, names: &[String], scope: &Scope) -> Access {
        let roles: Vec<&Arc<RoleDocument>> =
            names.iter().filter_map(|name| catalogue.role(name)).collect();
        if roles.iter().any(|role| role.all) {
            return Access::administrator(catalogue);
        }
        let rules = || {
            let rights = roles.iter().flat_map(|role| role.entities.values());
            rights.filter_map(|rights| rights.rows.as_ref()).map(|rows| rows.to_string())
        };
        let mentions = |variable: &str| rules().any(|rule| rule.contains(variable));
        let mut entities: HashMap<String, Arc<EntityAccess>> = HashMap::new();
        for entity in catalogue.entities() {
            let named = roles.iter().filter_map(|role| role.entities.get(&entity.name));
            let grants: Vec<Grant> =
                named.map(|rights| grant(catalogue, entity, rights, scope)).collect();
            if !grants.is_empty() {
                let access = EntityAccess::new(entity, grants);
                entities.insert(entity.name.clone(), Arc::new(access));
            }
        }
        Access {
            revision: catalogue.revision,
            day: (mentions("today") || mentions("within")).then(|| scope.today()),
            momentary: mentions("now"),
            entities,
            capabilities: roles.iter().flat_map(|role| role.capabilities.iter().copied()).collect(),
            read_only: false,
        }
    }

    /// Whether it still says what it would say if it was made anew.
    pub(crate) fn is_good_for(&self, revision: i64, today: i32) -> bool {
        self.revision == revision && !self.momentary && self.day.is_none_or(|day| day == today)
    }

    /// The same without any right to write.
    pub(crate) fn read_only(&self) -> Access {
        Access {
            revision: self.revision,
            day: self.day,
            momentary: self.momentary,
            entities: self.entities.clone(),
            capabilities: self
                .capabilities
                .iter()
                .copied()
                .filter(|capability| *capability == Capability::Export)
                .collect(),
            read_only: true,
        }
    }

    /// Whether nothing may be written, because a token says so.
    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Whether the actor has a capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// The capabilities, in a fixed order.
    pub fn capabilities(&self) -> Vec<Capability> {
        Capability::ALL.into_iter().filter(|capability| self.can(*capability)).collect()
    }

    /// Refuses who lacks a capability.
    pub fn require(&self, capability: Capability) -> Result<()> {
        match self.can(capability) {
            true => Ok(()),
            false if self.read_only => Err(Error::new(Code::TokenScope)),
            false => Err(Error::new(Code::CapabilityMissing).with("capability", capability.name())),
        }
    }

    /// An entity that may be read; one that may not does not exist.
    pub(crate) fn readable(&self, name: &str) -> Result<&Arc<EntityAccess>> {
        self.entities
            .get(name)
            .filter(|access| access.may(Right::Read))
            .ok_or_else(|| Error::new(Code::EntityUnknown).with("name", name))
    }

    /// An entity that may be written in a way. Who may not even read it learns nothing.
    pub(crate) fn writable(&self, name: &str, right: Right) -> Result<&Arc<EntityAccess>> {
        let access = self.readable(name)?;
        if self.read_only {
            return Err(Error::new(Code::TokenScope));
        }
        if access.entity.kernel || !access.may(right) {
            return Err(Error::new(Code::EntityForbidden)
                .with("right", right.name())
                .with("entity", name));
        }
        Ok(access)
    }

    /// Whether the actor may do something with records of an entity at all.
    pub fn may(&self, entity: &str, right: Right) -> bool {
        let writes = right != Right::Read;
        self.entities.get(entity).is_some_and(|access| {
            access.may(right) && !(writes && (self.read_only || access.entity.kernel))
        })
    }

    /// What the actor may do with a field, whatever the row.
    pub fn field_right(&self, entity: &str, field: &Field) -> FieldRight {
        let Some(access) = self.entities.get(entity) else { return FieldRight::Hidden };
        match access.best_right(field) {
            FieldRight::Write if self.read_only => FieldRight::Read,
            right => right,
        }
    }
}

/// Compiles what a role says of an entity. A row rule that does not bind grants no row: the
/// catalogue has checked it, so that it binds is only a question of time.
fn grant(
    catalogue: &Catalogue,
    entity: &Arc<Entity>,
    rights: &EntityRights,
    scope: &Scope,
) -> Grant {
    let rows = match &rights.rows {
        None => Bound::True,
        Some(rule) => Filter::parse(rule)
            .and_then(|filter| bind(&filter, entity, &Everything(catalogue), scope))
            .unwrap_or(Bound::False),
    };
    let writes = rights.rights.iter().any(|right| matches!(right, Right::Create | Right::Update));
    let inherited = if writes { FieldRight::Write } else { FieldRight::Read };
    let fields = entity.fields.iter().map(|field| match rights.fields.get(&field.name) {
        Some(right) if field.read_only => (*right).min(FieldRight::Read),
        Some(right) => *right,
        None if field.personal => FieldRight::Hidden,
        None if field.read_only => FieldRight::Read,
        None => inherited,
    });
    Grant { rights: rights.rights.clone(), rows, fields: fields.collect() }
}

impl EntityAccess {
    fn new(entity: &Arc<Entity>, grants: Vec<Grant>) -> EntityAccess {
        let (table, projection, find) =
            (crate::compile::table(entity), OnceLock::new(), OnceLock::new());
        let readers = grants.iter().filter(|grant| grant.has(Right::Read));
        let readers = readers.map(|grant| grant.rows.clone()).collect();
        EntityAccess { entity: entity.clone(), table, grants, readers, projection, find }
    }

    /// Where the records live.
    pub(crate) fn table(&self) -> TableName {
        self.table.clone()
    }

    /// All fields that may be seen; made once.
    pub(crate) fn projection(&self) -> Arc<Projection> {
        self.projection.get_or_init(|| Arc::new(Projection::all(self))).clone()
    }

    /// The question for one record with all fields that may be seen; made once.
    pub(crate) fn find(&self, store: &store::Workspace) -> Result<Arc<store::Find>> {
        if let Some(find) = self.find.get() {
            return Ok(find.clone());
        }
        let made = Arc::new(self.find_with(store, &self.projection())?);
        Ok(self.find.get_or_init(|| made).clone())
    }

    /// The question for one record with some fields.
    pub(crate) fn find_with(
        &self,
        store: &store::Workspace,
        projection: &Projection,
    ) -> Result<store::Find> {
        let rows = crate::compile::condition(&self.rows());
        let find = store.to_find(&self.table, &projection.columns, &projection.marks, &rows);
        find.map_err(crate::faults::from_store)
    }

    fn index(&self, field: &Field) -> Option<usize> {
        self.entity.fields.iter().position(|known| known.id == field.id)
    }

    fn may(&self, right: Right) -> bool {
        self.grants.iter().any(|grant| grant.has(right))
    }

    fn best_right(&self, field: &Field) -> FieldRight {
        let Some(index) = self.index(field) else { return FieldRight::Hidden };
        let rights = self.grants.iter().map(|grant| grant.fields[index]);
        rights.max().unwrap_or(FieldRight::Hidden)
    }

    /// The row rules of all grants with the right to read; a row that matches one is visible.
    pub(crate) fn visibility(&self) -> &[Bound] {
        &self.readers
    }

    /// Whether a row shows the field at a place, by which of the rules it matches.
    pub(crate) fn shows(&self, at: usize, matches: &mut dyn FnMut(&Bound) -> bool) -> bool {
        let readers = self.grants.iter().filter(|grant| grant.has(Right::Read));
        let mut granting =
            readers.zip(&self.readers).filter(|(grant, _)| grant.fields[at] > FieldRight::Hidden);
        granting.any(|(_, rule)| matches(rule))
    }

    /// The records that may be seen.
    pub(crate) fn rows(&self) -> Bound {
        self.rows_for(Right::Read)
    }

    /// The records with which something may be done.
    pub(crate) fn rows_for(&self, right: Right) -> Bound {
        let grants = self.grants.iter().filter(|grant| grant.has(right));
        Bound::any(grants.map(|grant| grant.rows.clone()).collect())
    }

    /// The records on which a field may be seen.
    pub(crate) fn rows_of_field(&self, field: &Field) -> Bound {
        let Some(index) = self.index(field) else { return Bound::False };
        let granting = self
            .grants
            .iter()
            .filter(|grant| grant.has(Right::Read) && grant.fields[index] > FieldRight::Hidden);
        Bound::any(granting.map(|grant| grant.rows.clone()).collect())
    }

    /// Whether a field may be seen on some record.
    pub(crate) fn sees(&self, field: &Field) -> bool {
        let Some(index) = self.index(field) else { return false };
        let mut readers = self.grants.iter().filter(|grant| grant.has(Right::Read));
        readers.any(|grant| grant.fields[index] > FieldRight::Hidden)
    }

    /// Whether a field may be seen on some visible record and not on another, so that each row
    /// must be asked.
    pub(crate) fn differs_by_row(&self, field: &Field) -> bool {
        let Some(index) = self.index(field) else { return false };
        let mut readers = self.grants.iter().filter(|grant| grant.has(Right::Read));
        readers.any(|grant| grant.fields[index] == FieldRight::Hidden)
    }

    /// The fields that may be seen, with their place in the entity.
    pub(crate) fn visible_fields(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.entity.fields.iter().filter(|field| self.sees(field))
    }

    /// The row rules of all grants with a right, each with the fields it lets write.
    pub(crate) fn write_grants(
        &self,
        right: Right,
    ) -> impl Iterator<Item = (&Bound, &[FieldRight])> {
        self.grants
            .iter()
            .filter(move |grant| grant.has(right))
            .map(|grant| (&grant.rows, grant.fields.as_slice()))
    }

    /// Whether a field may be written by some grant with a right.
    pub(crate) fn writes(&self, field: &Field, right: Right) -> bool {
        let Some(index) = self.index(field) else { return false };
        let mut grants = self.grants.iter().filter(|grant| grant.has(right));
        grants.any(|grant| grant.fields[index] == FieldRight::Write)
    }
}

/// The names that an actor can say. The only implementation of [`Names`] for what people ask.
pub(crate) struct Reader<'a> {
    pub(crate) access: &'a Access,
}

impl Reader<'_> {
    fn entity_access(&self, entity: &Entity) -> Option<&Arc<EntityAccess>> {
        self.access.readable(&entity.name).ok()
    }
}

impl Names for Reader<'_> {
    fn entity(&self, name: &str) -> Option<Arc<Entity>> {
        self.access.readable(name).ok().map(|access| access.entity.clone())
    }

    fn field(&self, entity: &Entity, name: &str) -> Option<Arc<Field>> {
        let access = self.entity_access(entity)?;
        let field = access.entity.field(name)?;
        access.sees(field).then(|| field.clone())
    }

    fn inverse(&self, entity: &Entity, name: &str) -> Option<Inverse> {
        let inverse = entity.inverse(name)?;
        let source = self.access.readable(&inverse.entity).ok()?;
        let link = source.entity.field(&inverse.field)?;
        source.sees(link).then(|| inverse.clone())
    }

    fn guard(&self, entity: &Entity, field: Option<&Field>) -> Bound {
        match (self.entity_access(entity), field) {
            (Some(access), None) => access.rows(),
            (Some(access), Some(field)) if access.differs_by_row(field) => {
                access.rows_of_field(field)
            }
            (Some(_), Some(_)) => Bound::True,
            (None, _) => Bound::False,
        }
    }
}

impl Reader<'_> {
    /// A field by its path of one name, or the fault that there is none.
    pub(crate) fn known_field(&self, entity: &Entity, name: &str, at: &str) -> Result<Arc<Field>> {
        self.field(entity, name)
            .ok_or_else(|| model::Fault::new(at, Code::FieldUnknown).with("field", name).into())
    }
}
