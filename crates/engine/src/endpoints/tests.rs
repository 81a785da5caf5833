//! Endpoints: who may set them, which addresses are taken, and that secrets are shown once.

use super::*;
use crate::testing::House;

#[tokio::test]
async fn a_secret_is_shown_when_it_is_made_and_never_again() {
    let house = House::new().await;
    let (_, admin) = house.person("ada", &["admin"]).await;
    let asked = json!({"name": "erp", "url": " https://erp.example.com/hook "});
    let made = put(&admin, &asked).await.unwrap();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    assert_eq!(made["url"], "https://erp.example.com/hook");
    let all = list(&admin).await.unwrap();
    assert_eq!(all["endpoints"][0]["name"], "erp");
    assert!(!all.to_string().contains("whsec_") && !all.to_string().contains("secret"));

    let moved = json!({"name": "erp", "url": "https://new.example.com/hook"});
    let moved = put(&admin, &moved).await.unwrap();
    assert!(moved.get("secret").is_none(), "the secret stays with the endpoint");
    let stored = house.workspace.store.endpoint("erp").await.unwrap().unwrap();
    assert_eq!(
        (stored.url.as_str(), stored.secret),
        ("https://new.example.com/hook", secret.clone().into_bytes())
    );
    let rotated = json!({"name": "erp", "url": stored.url, "rotate_secret": true});
    let rotated = put(&admin, &rotated).await.unwrap();
    assert_ne!(rotated["secret"], json!(secret));

    remove(&admin, "erp").await.unwrap();
    assert_eq!(remove(&admin, "erp").await.unwrap_err().code, Code::EndpointUnknown);
    assert_eq!(list(&admin).await.unwrap()["endpoints"], json!([]));
}

#[tokio::test]
async fn an_address_that_may_not_be_called_is_refused_with_the_reason() {
    let house = House::that_may_call("http://127.0.0.1:9000").await;
    let (_, admin) = house.person("ada", &["admin"]).await;
    for url in [
        "http://erp.example.com",
        "https://127.0.0.1/x",
        "https://10.0.0.1",
        "nonsense",
        "https://user:pass@erp.example.com",
        "http://127.0.0.1:9001",
        "",
    ] {
        let refused = put(&admin, &json!({"name": "erp", "url": url})).await.unwrap_err();
        assert_eq!(refused.faults[0].code, Code::EndpointRefused, "{url}");
        assert_eq!(refused.faults[0].path, "url");
        assert_eq!(refused.kind(), model::Kind::Refused);
        for language in [model::Language::En, model::Language::ZhCn] {
            assert!(!refused.faults[0].message(language).contains('{'));
        }
    }
    put(&admin, &json!({"name": "erp", "url": "http://127.0.0.1:9000/x"})).await.unwrap();
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused_with_its_path() {
    let house = House::new().await;
    let (_, admin) = house.person("ada", &["admin"]).await;
    let url = "https://erp.example.com";
    for (asked, path) in [
        (json!([]), ""),
        (json!({"url": url}), "name"),
        (json!({"name": "erp"}), "url"),
        (json!({"name": "No Name", "url": url}), "name"),
        (json!({"name": "erp", "url": url, "secret": "whsec_x"}), "secret"),
        (json!({"name": "erp", "url": url, "rotate_secret": "yes"}), "rotate_secret"),
        (json!({"name": "erp", "url": format!("{url}/{}", "x".repeat(3_000))}), "url"),
    ] {
        let refused = put(&admin, &asked).await.unwrap_err();
        assert_eq!(refused.faults[0].path, path, "{asked}");
    }
    assert_eq!(list(&admin).await.unwrap()["endpoints"], json!([]));
}

#[tokio::test]
async fn only_builders_see_and_set_endpoints() {
    let house = House::new().await;
    let (_, seller) = house.person("sam", &["own"]).await;
    let asked = json!({"name": "erp", "url": "https://erp.example.com"});
    assert_eq!(put(&seller, &asked).await.unwrap_err().code, Code::CapabilityMissing);
    assert_eq!(list(&seller).await.unwrap_err().code, Code::CapabilityMissing);
    assert_eq!(remove(&seller, "erp").await.unwrap_err().code, Code::CapabilityMissing);
}
