//! Who acts, in which workspace, at what time. No value of a context means "skip the checks".

use std::sync::Arc;

use jiff::tz::TimeZone;
use model::filter::Scope;
use model::{Catalogue, Language, Uuid};
use serde_json::{Value as Json, json};

use crate::access::Access;
use crate::engine::Engine;
use crate::workspace::{Snapshot, Workspace};

/// Somebody who has shown a good credential.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The account.
    pub account: Uuid,
    /// Its e-mail address.
    pub email: String,
    /// What was shown.
    pub credential: Credential,
}

/// What a principal has shown.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A session cookie.
    Session {
        /// SHA-256 of its value.
        hash: [u8; 32],
    },
    /// A bearer token.
    Token {
        /// The token's id.
        id: Uuid,
        /// What its owner calls it.
        name: String,
        /// The one workspace that it opens.
        workspace: Uuid,
        /// What it may do there.
        scope: TokenScope,
    },
}

/// What a token may do of what its owner may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenScope {
    /// It may only read.
    pub read_only: bool,
}

/// Who acts, as rights and the change log see it.
#[derive(Debug, Clone)]
pub enum Actor {
    /// A person.
    User {
        /// The record of entity `user`.
        id: Uuid,
        /// What people call them.
        name: String,
    },
    /// A program with a person's token.
    Token {
        /// The token's id.
        id: Uuid,
        /// What its owner calls it.
        name: String,
        /// The record of its owner.
        user: Uuid,
    },
    /// An automation.
    Automation {
        /// Its name.
        name: String,
    },
    /// The house itself, for a reason.
    System {
        /// Why.
        reason: &'static str,
    },
}

impl Actor {
    /// As the change log keeps it.
    pub fn to_json(&self) -> Json {
        match self {
            Actor::User { id, name } => json!({"kind": "user", "id": id, "name": name}),
            Actor::Token { id, name, user } => {
                json!({"kind": "token", "id": id, "name": name, "user": user})
            }
            Actor::Automation { name } => json!({"kind": "automation", "name": name}),
            Actor::System { reason } => json!({"kind": "system", "name": reason}),
        }
    }

    /// The record of the person, if one stands behind it.
    pub fn user(&self) -> Option<Uuid> {
        match self {
            Actor::User { id, .. } | Actor::Token { user: id, .. } => Some(*id),
            Actor::Automation { .. } | Actor::System { .. } => None,
        }
    }
}

/// What a request brings along.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// Its id, for logs and the change log.
    pub request_id: String,
    /// The language that the client asked for; a user's own setting goes before it.
    pub language: Option<Language>,
    /// Makes a repeated write harmless.
    pub idempotency: Option<IdempotencyKey>,
}

/// A key that a client gives to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's key.
    pub key: String,
    /// SHA-256 of the request.
    pub digest: [u8; 32],
}

/// Everything that a read or a write needs to know about its circumstances.
#[derive(Clone)]
pub struct Context {
    pub(crate) engine: Engine,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) access: Arc<Access>,
    pub(crate) actor: Actor,
    pub(crate) cause: Json,
    pub(crate) request: RequestInfo,
    pub(crate) language: Language,
    pub(crate) now: i64,
    /// How many automations caused each other up to this.
    pub(crate) depth: i64,
    /// Who came in with which credential; none for the house itself.
    pub(crate) caller: Option<Caller>,
}

/// A principal as far as it must be asked again whether it is still good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) account: Uuid,
    pub(crate) proof: Proof,
}

/// What a caller has shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof {
    /// A session, by the hash of its cookie.
    Session([u8; 32]),
    /// A token, by its id.
    Token(Uuid),
}

impl Caller {
    pub(crate) fn of(principal: &Principal) -> Caller {
        let proof = match &principal.credential {
            Credential::Session { hash } => Proof::Session(*hash),
            Credential::Token { id, .. } => Proof::Token(*id),
        };
        Caller { account: principal.account, proof }
    }
}

impl Context {
    /// The language to answer in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The record of the person who acts.
    pub fn user_id(&self) -> Option<Uuid> {
        self.actor.user()
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Where.
    pub fn workspace(&self) -> &Arc<Workspace> {
        &self.workspace
    }

    /// What was built there, as of this request.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.snapshot.catalogue
    }

    /// What the actor may do.
    pub fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// When, in milliseconds.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// What the request brought along.
    pub fn request(&self) -> &RequestInfo {
        &self.request
    }

    /// The zone of the workspace.
    pub fn zone(&self) -> &TimeZone {
        &self.workspace.zone
    }

    /// What variables of filters mean.
    pub(crate) fn scope(&self) -> Scope {
        Scope { me: self.user_id(), now: self.now, zone: self.workspace.zone.clone() }
    }

    /// The same context on the newest catalogue, after another node or request has published.
    pub(crate) async fn refreshed(&self) -> model::Result<Context> {
        let snapshot = self.workspace.reload().await?;
        self.on(snapshot, self.now).await
    }

    /// The same context at another time, on a catalogue, with the rights that the actor has then.
    pub(crate) async fn on(&self, snapshot: Arc<Snapshot>, now: i64) -> model::Result<Context> {
        let mut access = self.workspace.access_of(&snapshot, &self.actor, now).await?;
        if self.access.is_read_only() {
            access = Arc::new(access.read_only());
        }
        Ok(Context { snapshot, access, now, ..self.clone() })
    }
}
