//! The person who asks: what they may do here, and their own settings.

use model::document::{FieldRight, Right};
use model::{Code, Error, Fault, Language, Result};
use serde_json::{Map, Value as Json, json};

use crate::context::{Actor, Context};
use crate::records;
use crate::workspace::USER;

/// Answers who asks, where, and what they may do: entities that they may read, with their rights
/// and the fields that they may see.
pub async fn me(context: &Context) -> Result<Json> {
    let access = context.access();
    let mut entities = Map::new();
    for entity in context.catalogue().entities() {
        if !access.may(&entity.name, Right::Read) {
            continue;
        }
        let mut fields = Map::new();
        for field in &entity.fields {
            let right = match access.field_right(&entity.name, field) {
                FieldRight::Hidden => continue,
                FieldRight::Write if !field.built_in => "write",
                _ => "read",
            };
            fields.insert(field.name.clone(), json!(right));
        }
        let may = |right| access.may(&entity.name, right);
        entities.insert(
            entity.name.clone(),
            json!({"read": true, "create": may(Right::Create), "update": may(Right::Update),
                "delete": may(Right::Delete), "fields": fields}),
        );
    }
    let workspace = context.workspace();
    let capabilities: Vec<&str> =
        access.capabilities().into_iter().map(|capability| capability.name()).collect();
    Ok(json!({
        "user": user(context).await?,
        "capabilities": capabilities,
        "workspace": {
            "slug": workspace.slug, "name": workspace.name, "time_zone": workspace.time_zone,
            "currency": workspace.currency, "language": workspace.language.tag(),
        },
        "entities": entities,
    }))
}

async fn user(context: &Context) -> Result<Json> {
    let Some(id) = context.user_id() else { return Ok(Json::Null) };
    let everything = context.engine.unattended_access(context);
    let query = model::query::Query::default();
    let (body, revision) = records::get(&everything, USER, &id.to_string(), &query).await?;
    let record: Json = serde_json::from_slice(&body).map_err(Error::internal)?;
    let locale = record["locale"].as_str().and_then(Language::from_tag);
    Ok(json!({"id": id, "revision": revision, "name": record["name"], "email": record["email"],
        "locale": locale.map(Language::tag), "roles": record["roles"]}))
}

/// Changes one's own settings: `{"locale": "en" | "zh-CN" | null}` and `{"name": …}`. Everybody
/// may do this with their own record, whatever their roles say of users.
pub async fn set_me(context: &Context, body: Json) -> Result<Json> {
    let mut values = Map::new();
    let object = body.as_object().cloned().unwrap_or_default();
    for (key, value) in object {
        let value = match (key.as_str(), value.as_str()) {
            ("locale", Some(tag)) => match Language::from_tag(tag) {
                Some(Language::En) => json!("en"),
                Some(Language::ZhCn) => json!("zh_cn"),
                None => {
                    let fault =
                        Fault::new("locale", Code::ValueType).with("expected", "a language");
                    return Err(fault.expected(["en", "zh-CN"].as_slice()).into());
                }
            },
            ("locale", None) if value.is_null() => Json::Null,
            ("name", Some(_)) => value,
            _ => return Err(Fault::new(key.as_str(), Code::KeyUnknown).with("key", key).into()),
        };
        values.insert(key, value);
    }
    let Some(id) = context.user_id() else { return Err(Error::new(Code::Forbidden)) };
    if matches!(context.actor(), Actor::Token { .. }) && context.access().is_read_only() {
        return Err(Error::new(Code::TokenScope));
    }
    let own = context.engine.unattended_access(context);
    records::update(&own, USER, &id.to_string(), Json::Object(values), None).await?;
    user(&own).await
}
