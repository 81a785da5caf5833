//! Accounts, sessions, tokens, workspaces.

use model::Uuid;
use serde_json::json;
use store::{Account, AccountState, Control, Fault, Membership, Session, Token, WorkspaceEntry};

use crate::support::{Bench, NOW};

on_both!(
    an_address_has_one_account_whatever_its_case,
    a_session_counts_until_it_ends_or_is_revoked,
    a_token_opens_its_workspace_until_it_ends,
    a_setup_token_is_used_once,
    a_slug_is_one_workspace,
    memberships_can_be_changed_and_removed,
    a_setting_is_made_once,
    failures_are_counted_in_a_window,
);

async fn account(control: &Control) -> Account {
    let id = Uuid::now_v7();
    let account = Account {
        id,
        email: format!("Ada.{}@Example.org", id.simple()),
        password_hash: None,
        state: AccountState::Active,
        created_at: NOW,
    };
    control.add_account(&account).await.unwrap();
    account
}

async fn workspace(control: &Control) -> WorkspaceEntry {
    let id = Uuid::now_v7();
    let entry = WorkspaceEntry {
        id,
        slug: format!("w{}", id.simple()),
        name: "工作区".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        currency: "CNY".to_owned(),
        language: "zh-CN".to_owned(),
        created_at: NOW,
    };
    control.add_workspace(&entry).await.unwrap();
    entry
}

fn hash() -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..16].copy_from_slice(Uuid::now_v7().as_bytes());
    hash
}

async fn an_address_has_one_account_whatever_its_case(bench: Bench) {
    let control = bench.store.control();
    let account = account(control).await;
    let found = control.account_by_email(&account.email.to_uppercase()).await.unwrap();
    assert_eq!(found.as_ref(), Some(&account));
    assert_eq!(control.account(account.id).await.unwrap().as_ref(), Some(&account));
    let again =
        Account { id: Uuid::now_v7(), email: account.email.to_lowercase(), ..account.clone() };
    assert!(matches!(control.add_account(&again).await, Err(Fault::Taken)));
    assert!(control.set_password(account.id, "$argon2id$…").await.unwrap());
    let found = control.account(account.id).await.unwrap().unwrap();
    assert_eq!(found.password_hash.as_deref(), Some("$argon2id$…"));
    assert!(!control.set_password(Uuid::now_v7(), "x").await.unwrap());
    assert!(control.accounts().await.unwrap().contains(&found));
}

async fn a_session_counts_until_it_ends_or_is_revoked(bench: Bench) {
    let control = bench.store.control();
    let account = account(control).await;
    let session = Session {
        hash: hash(),
        account: account.id,
        user_agent: "Firefox".to_owned(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW + 1000,
    };
    control.add_session(&session).await.unwrap();
    let other = Session { hash: hash(), ..session.clone() };
    control.add_session(&other).await.unwrap();

    let found = control.session(&session.hash, NOW).await.unwrap();
    assert_eq!(found, Some((session.clone(), account.clone())));
    assert_eq!(control.session(&session.hash, NOW + 1000).await.unwrap(), None);
    assert!(control.touch_session(&session.hash, NOW + 5, NOW + 2000).await.unwrap());
    assert!(control.session(&session.hash, NOW + 1000).await.unwrap().is_some());
    assert_eq!(control.sessions(account.id).await.unwrap().len(), 2);

    control.revoke_sessions(account.id, Some(&session.hash)).await.unwrap();
    assert_eq!(control.session(&other.hash, NOW).await.unwrap(), None);
    control.set_account_state(account.id, AccountState::Disabled).await.unwrap();
    assert_eq!(control.session(&session.hash, NOW).await.unwrap(), None);
    control.set_account_state(account.id, AccountState::Active).await.unwrap();
    assert!(control.revoke_session(&session.hash).await.unwrap());
    assert!(!control.revoke_session(&session.hash).await.unwrap());
}

async fn a_token_opens_its_workspace_until_it_ends(bench: Bench) {
    let control = bench.store.control();
    let account = account(control).await;
    let workspace = workspace(control).await;
    let mut token = Token {
        id: Uuid::now_v7(),
        hash: hash(),
        name: "erp".to_owned(),
        account: account.id,
        workspace: workspace.id,
        scope: json!({"entities": ["person"]}),
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
    };
    control.add_token(&token).await.unwrap();
    assert_eq!(control.token(&token.hash, NOW).await.unwrap().as_ref(), Some(&token));
    assert!(control.touch_token(token.id, NOW + 1).await.unwrap());
    token.last_used_at = Some(NOW + 1);
    assert_eq!(control.tokens(account.id).await.unwrap(), [token.clone()]);
    assert!(!control.revoke_token(Uuid::now_v7(), token.id).await.unwrap());
    assert!(control.revoke_token(account.id, token.id).await.unwrap());
    assert_eq!(control.token(&token.hash, NOW).await.unwrap(), None);

    let ended = Token { id: Uuid::now_v7(), hash: hash(), expires_at: Some(NOW), ..token };
    control.add_token(&ended).await.unwrap();
    assert_eq!(control.token(&ended.hash, NOW).await.unwrap(), None);
    assert!(control.token(&ended.hash, NOW - 1).await.unwrap().is_some());
}

async fn a_setup_token_is_used_once(bench: Bench) {
    let control = bench.store.control();
    // Other tests share this control store, but only this one has setup tokens.
    let hash = hash();
    control.put_setup_token(&hash, NOW + 10).await.unwrap();
    assert!(!control.consume_setup_token(&hash, NOW + 10).await.unwrap());
    assert!(!control.consume_setup_token(&[1; 32], NOW).await.unwrap());
    assert!(control.consume_setup_token(&hash, NOW).await.unwrap());
    assert!(!control.consume_setup_token(&hash, NOW).await.unwrap());
}

async fn a_slug_is_one_workspace(bench: Bench) {
    let control = bench.store.control();
    let mut entry = workspace(control).await;
    let again = WorkspaceEntry { id: Uuid::now_v7(), ..entry.clone() };
    assert!(matches!(control.add_workspace(&again).await, Err(Fault::Taken)));
    entry.name = "Renamed".to_owned();
    assert!(control.update_workspace(&entry).await.unwrap());
    assert_eq!(control.workspace_by_slug(&entry.slug).await.unwrap().as_ref(), Some(&entry));
    assert_eq!(control.workspace(entry.id).await.unwrap().as_ref(), Some(&entry));
    assert!(control.workspaces().await.unwrap().contains(&entry));
    assert!(control.remove_workspace(entry.id).await.unwrap());
    assert_eq!(control.workspace(entry.id).await.unwrap(), None);
}

async fn memberships_can_be_changed_and_removed(bench: Bench) {
    let control = bench.store.control();
    let account = account(control).await;
    let entry = workspace(control).await;
    let mut membership =
        Membership { account: account.id, workspace: entry.id, user: Uuid::now_v7() };
    control.put_membership(&membership).await.unwrap();
    membership.user = Uuid::now_v7();
    control.put_membership(&membership).await.unwrap();
    let found = control.membership(account.id, entry.id).await.unwrap();
    assert_eq!(found, Some(membership));
    assert_eq!(control.members(entry.id).await.unwrap(), [membership]);
    assert_eq!(control.workspaces_of(account.id).await.unwrap(), std::slice::from_ref(&entry));
    assert!(control.remove_membership(account.id, entry.id).await.unwrap());
    assert!(!control.remove_membership(account.id, entry.id).await.unwrap());
}

async fn a_setting_is_made_once(bench: Bench) {
    let control = bench.store.control();
    let name = format!("key {}", Uuid::now_v7());
    assert_eq!(control.setting(&name).await.unwrap(), None);
    assert_eq!(control.setting_or(&name, b"first").await.unwrap(), b"first");
    assert_eq!(control.setting_or(&name, b"second").await.unwrap(), b"first");
    control.put_setting(&name, b"third").await.unwrap();
    assert_eq!(control.setting(&name).await.unwrap().as_deref(), Some(&b"third"[..]));
}

async fn failures_are_counted_in_a_window(bench: Bench) {
    let control = bench.store.control();
    let name = format!("login:{}", Uuid::now_v7());
    assert_eq!(control.count_failure(&name, NOW, 1000).await.unwrap().count, 1);
    let second = control.count_failure(&name, NOW + 500, 1000).await.unwrap();
    assert_eq!((second.count, second.since), (2, NOW));
    assert_eq!(control.failures(&name, NOW + 900, 1000).await.unwrap().count, 2);
    assert_eq!(control.failures(&name, NOW + 1001, 1000).await.unwrap().count, 0);
    let anew = control.count_failure(&name, NOW + 2000, 1000).await.unwrap();
    assert_eq!((anew.count, anew.since), (1, NOW + 2000));
    control.clear_failures(&name).await.unwrap();
    assert_eq!(control.failures(&name, NOW + 2000, 1000).await.unwrap().count, 0);
}
