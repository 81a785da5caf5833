//! The log as others read it: what of it they may see, now.

use std::pin::{Pin, pin};

use futures_util::{FutureExt, Stream, StreamExt};
use serde_json::{Value as Json, json};

use super::*;
use crate::testing::House;

async fn page(context: &Context, from: i64) -> (Vec<Json>, i64) {
    let page = since(context, from, PAGE_MAX).await.unwrap();
    (page["changes"].as_array().unwrap().clone(), page["next"].as_i64().unwrap())
}

async fn end(house: &House) -> i64 {
    house.workspace.store.last_sequence().await.unwrap()
}

async fn told(feed: &mut Pin<&mut impl Stream<Item = FeedEvent>>) -> (&'static str, Json) {
    let event = feed.next().await.unwrap();
    (event.event, serde_json::from_str(&event.data).unwrap())
}

#[tokio::test]
async fn a_reader_gets_the_changes_that_they_may_see_now() {
    let house = House::new().await;
    let (_, ada) = house.person("ada", &["all_but_cost"]).await;
    let (_, sam) = house.person("sam", &["own"]).await;
    let (_, nobody) = house.person("nobody", &[]).await;
    let from = end(&house).await;
    let mine = json!({"name": "Mine", "cost": 5, "owner": sam.user_id()});
    let mine = house.create("deal", mine).await;
    let other = house.create("deal", json!({"name": "Other", "cost": 7})).await;
    house.update("deal", other, json!({"cost": 8})).await;
    house.update("deal", other, json!({"cost": 9, "stage": "won"})).await;
    house.create("note", json!({"name": "a note"})).await;
    let system = house.system().await;
    crate::records::delete(&system, "deal", &other.to_string(), None).await.unwrap();

    let (all, next) = page(&ada, from).await;
    assert_eq!(next, end(&house).await);
    let operations: Vec<&Json> = all.iter().map(|change| &change["operation"]).collect();
    assert_eq!(operations, ["create", "create", "update", "delete"]);
    assert_eq!(all[0]["entity"], "deal");
    assert_eq!(all[0]["record"], json!(mine));
    assert_eq!(all[0]["after"]["name"], "Mine");
    assert_eq!(all[2]["after"], json!({"stage": "won"}));
    assert!(!json!(all).to_string().contains("cost"), "a hidden field is nowhere");
    assert_eq!(page(&ada, next).await, (Vec::new(), next));

    let (own, next) = page(&sam, from).await;
    assert_eq!(own.len(), 1, "not what they may not see, nor what is gone");
    assert_eq!((&own[0]["record"], &own[0]["after"]["cost"]), (&json!(mine), &json!(5)));
    assert_eq!(next, end(&house).await);
    house.update("deal", mine, json!({"owner": null})).await;
    assert_eq!(page(&sam, from).await.0, Vec::<Json>::new(), "what counts is what they see now");
    assert_eq!(page(&nobody, from).await.0, Vec::<Json>::new());

    let first = since(&ada, from, 1).await.unwrap();
    assert_eq!((first["changes"].as_array().unwrap().len(), &first["next"]), (1, &json!(from + 1)));
}

#[tokio::test]
async fn a_live_reader_is_told_of_changes_by_the_rights_of_the_moment() {
    let house = House::new().await;
    let (_, sam) = house.person("sam", &["own"]).await;
    let mine = house.create("deal", json!({"name": "Mine", "owner": sam.user_id()})).await;
    let mut feed = pin!(feed(&sam, None));
    assert!(feed.next().now_or_never().is_none(), "nothing has happened yet");

    house.create("deal", json!({"name": "Other"})).await;
    house.update("deal", mine, json!({"name": "Still mine"})).await;
    let (event, data) = told(&mut feed).await;
    assert_eq!(event, "change");
    let sequence = end(&house).await;
    assert_eq!(
        data,
        json!({"sequence": sequence, "entity": "deal", "record": mine,
        "operation": "update", "revision": 2})
    );

    // The role is taken away by somebody else; what comes after is judged without it.
    let user = sam.user_id().unwrap();
    house.update("user", user, json!({"roles": []})).await;
    house.update("deal", mine, json!({"name": "Not told"})).await;
    let (event, _) = told(&mut feed).await;
    assert_eq!(event, "catalogue", "their own rights may have changed");
    assert!(feed.next().now_or_never().is_none());
    house.update("user", user, json!({"roles": ["all_but_cost"]})).await;
    house.update("deal", mine, json!({"cost": 1})).await;
    house.update("deal", mine, json!({"name": "Told"})).await;
    assert_eq!(told(&mut feed).await.0, "catalogue");
    assert_eq!(told(&mut feed).await.1["entity"], "user");
    let (_, data) = told(&mut feed).await;
    assert_eq!((&data["sequence"], &data["revision"]), (&json!(end(&house).await), &json!(5)));
}

#[tokio::test]
async fn a_live_reader_is_told_of_publications_and_reads_on_where_they_stopped() {
    let house = House::new().await;
    let (_, ada) = house.person("ada", &["all_but_cost"]).await;
    let from = end(&house).await;
    let deal = house.create("deal", json!({"name": "One"})).await;
    let view = json!({"format": 1, "name": "deal.all", "label": {"en": "All"}, "entity": "deal",
        "type": "grid", "columns": [{"field": "name"}]});
    house.put("view", view).await;
    house.update("deal", deal, json!({"name": "Two"})).await;

    let mut feed = pin!(feed(&ada, Some(from)));
    assert_eq!(told(&mut feed).await.1["operation"], "create");
    let revision = house.workspace.snapshot().catalogue.revision;
    assert_eq!(told(&mut feed).await, ("catalogue", json!({"revision": revision})));
    assert_eq!(told(&mut feed).await.1["operation"], "update");
    assert!(feed.next().now_or_never().is_none());
}

#[tokio::test]
async fn a_reader_who_cannot_be_told_everything_is_told_to_read_anew() {
    let house = House::new().await;
    let (_, ada) = house.person("ada", &["all_but_cost"]).await;
    let end = end(&house).await;
    let mut ahead = pin!(feed(&ada, Some(end + 1)));
    let event = ahead.next().await.unwrap();
    assert_eq!((event.id, event.event), (end, "reset"));
    house.create("deal", json!({"name": "One"})).await;
    assert_eq!(told(&mut ahead).await.0, "change");
}

#[tokio::test(start_paused = true)]
async fn a_feed_ends_with_the_membership_the_session_and_the_engine() {
    let house = House::new().await;
    let control = house.engine.store().control().clone();
    let (principal, ada) = house.person("ada", &["all_but_cost"]).await;
    let mut first = pin!(feed(&ada, None));
    assert!(first.next().now_or_never().is_none());
    control.remove_membership(principal.account, house.workspace.id).await.unwrap();
    assert_eq!(first.next().await, None);

    let (principal, sam) = house.person("sam", &["all_but_cost"]).await;
    let mut second = pin!(feed(&sam, None));
    assert!(second.next().now_or_never().is_none());
    let crate::context::Credential::Session { hash } = principal.credential else { panic!() };
    control.revoke_session(&hash).await.unwrap();
    assert_eq!(second.next().await, None);

    let (_, kim) = house.person("kim", &["all_but_cost"]).await;
    let mut third = pin!(feed(&kim, None));
    assert!(third.next().now_or_never().is_none());
    house.engine.close().await;
    assert_eq!(third.next().await, None);
}

#[tokio::test]
async fn what_another_node_writes_is_noticed() {
    let house = House::new().await;
    let (_, ada) = house.person("ada", &["all_but_cost"]).await;
    let user = ada.user_id().unwrap();
    let workspace = &house.workspace;
    let mut place = None;
    catch_up(workspace, &mut place).await.unwrap();
    let access = async || {
        let snapshot = workspace.snapshot();
        workspace.access_of(&snapshot, ada.actor(), ada.now()).await.unwrap()
    };
    assert!(access().await.readable("deal").is_ok());

    // Written past this node's engine, as another node's writes are.
    let head = workspace.store.head().await.unwrap();
    let people = workspace.snapshot().catalogue.entity(USER).unwrap().clone();
    let roles = compile::column(people.field("roles").unwrap());
    let mut commit = store::Commit::new(head.catalogue_revision, ada.now(), json!({}), json!({}));
    commit.rows.push(store::RowWrite::Update {
        table: compile::table(&people),
        id: user,
        revision: 1,
        values: vec![(roles, Value::Json(json!([])))],
    });
    commit.changes.push(store::Change {
        entity: people.id.clone(),
        record: user,
        operation: Operation::Update,
        before: json!({}),
        after: json!({}),
    });
    workspace.store.commit(commit).await.unwrap();
    assert!(access().await.readable("deal").is_ok(), "nobody has told this node yet");
    catch_up(workspace, &mut place).await.unwrap();
    assert!(access().await.readable("deal").is_err());
    assert_eq!(place, Some(end(&house).await));
}
