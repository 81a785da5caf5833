//! The automation that ships: a won opportunity is followed up once and told once, whichever node
//! does it, and one node notices what another writes.

use std::time::Duration;

use engine::Context;
use engine::changes::{self, FeedEvent};
use futures_util::StreamExt;
use serde_json::{Value as Json, json};
use tests::{House, Place, create, list, on_both, update};

async fn last_sequence(house: &House) -> i64 {
    let workspace = house.engine.store().workspace(house.workspace.id).await.unwrap();
    workspace.last_sequence().await.unwrap()
}

/// Reads what is told from a sequence on until something was told, or so long that something must
/// be wrong.
async fn until(context: &Context, from: i64, is_it: impl Fn(&FeedEvent, &Json) -> bool) {
    let mut feed = std::pin::pin!(changes::feed(context, Some(from)));
    let told = async {
        loop {
            let event = feed.next().await.expect("the feed goes on");
            let data: Json = serde_json::from_str(&event.data).unwrap();
            if is_it(&event, &data) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), told).await.expect("told in time");
}

async fn until_followed_up(context: &Context, from: i64) {
    until(context, from, |event, data| event.event == "change" && data["entity"] == "activity")
        .await;
}

/// Wins an opportunity and answers its id.
async fn win(context: &Context, name: &str) -> Json {
    let open = json!({"name": name, "stage": "engaging"});
    let opportunity = create(context, "opportunity", open).await;
    let won = json!({"stage": "won", "close_value": "100", "close_date": "2026-05-31"});
    update(context, "opportunity", &opportunity["id"], won).await.unwrap();
    opportunity["id"].clone()
}

/// The activities about an opportunity.
async fn activities(context: &Context, opportunity: &Json) -> Vec<Json> {
    let about = json!({"filter": {"field": "opportunity", "op": "eq", "value": opportunity}});
    list(context, "activity", about).await.unwrap()["records"].as_array().unwrap().clone()
}

on_both! {
    a_won_opportunity_is_followed_up_once_and_its_run_can_be_looked_at(house) {
        let admin = house.person("admin", &["admin"]).await;
        let from = last_sequence(&house).await;
        house.engine.start_background();
        let deal = win(&admin, "Big").await;
        until_followed_up(&admin, from).await;
        let found = activities(&admin, &deal).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["subject"], "赢单 Won: Big");
        // A stop waits for what has begun; what is left over is done after the next start.
        let house = house.restart().await;
        let admin = house.system().await;
        let runs = json!({"filter": {"field": "record", "op": "eq", "value": deal},
            "sort": ["-created_at"]});
        let runs = list(&admin, "automation_run", runs).await.unwrap();
        let run = &runs["records"][0];
        assert_eq!(runs["records"].as_array().unwrap().len(), 1);
        assert_eq!(run["automation"], "on_won");
        let steps = json!({"filter": {"field": "run", "op": "eq", "value": run["id"]},
            "sort": ["number"]});
        let steps = list(&admin, "automation_step", steps).await.unwrap();
        assert_eq!(steps["records"][0]["name"], "note");
        assert_eq!(steps["records"][0]["state"], "done");
    }

    two_nodes_do_it_once_and_notice_what_the_other_writes(house) {
        if house.place == Place::Sqlite {
            return;
        }
        let admin = house.person("admin", &["admin"]).await;
        let seller = house.person("sam", &["manager"]).await;
        let other = house.another_node().await;
        house.engine.start_background();
        other.start_background();
        let there = other.system_context(house.workspace.id, "test").await.unwrap();
        for number in 0..10 {
            let from = last_sequence(&house).await;
            let deal = win(if number % 2 == 0 { &admin } else { &there }, "Big").await;
            until_followed_up(&admin, from).await;
            assert_eq!(activities(&admin, &deal).await.len(), 1);
        }
        let runs = list(&admin, "automation_run", json!({"count": true})).await.unwrap();
        assert_eq!(runs["count"], 10);

        // A role that is taken away there ends here what it allowed.
        let from = last_sequence(&house).await;
        let user = seller.user_id().unwrap().to_string();
        let mine = std::pin::pin!(changes::feed(&seller, Some(from)));
        let mut mine = mine;
        let none = json!({"roles": []});
        engine::records::update(&there, "user", &user, none, None).await.unwrap();
        win(&there, "Not for them").await;
        let told = tokio::time::timeout(Duration::from_secs(60), mine.next()).await.unwrap();
        assert_eq!(told.unwrap().event, "catalogue");
        other.close().await;
        house.engine.close().await;
    }
}
