//! What refusals look like, as their readers see them.

use super::*;
use http_body_util::BodyExt;
use model::Label;

async fn show(reply: Reply) -> String {
    let head: Vec<String> = reply
        .headers()
        .iter()
        .map(|(name, line)| format!("{name}: {}", line.to_str().unwrap()))
        .collect();
    let status = reply.status();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    let body: Json = serde_json::from_slice(&body).unwrap();
    format!("{status}\n{}\n{}", head.join("\n"), serde_json::to_string_pretty(&body).unwrap())
}

#[tokio::test]
async fn a_refused_record_names_each_field_with_what_would_be_right() {
    let label = Label::new("Amount", "金额");
    let error = Error::faults(vec![
        Fault::new("amount", Code::NumberTooSmall).with_label("field", &label).with("min", "0"),
        Fault::new("stage", Code::OptionUnknown)
            .with_label("field", &Label::new("Stage", "阶段"))
            .with("value", "wonn")
            .expected(["open", "won"].as_slice()),
    ]);
    insta::assert_snapshot!("refused_en", show(problem(&error, Language::En, "r1")).await);
    insta::assert_snapshot!("refused_zh", show(problem(&error, Language::ZhCn, "r1")).await);
}

#[tokio::test]
async fn a_stale_record_brings_both_versions() {
    let details = json!({"base": {"amount": "1"}, "yours": {"amount": "2"},
        "theirs": {"amount": "3"}, "current_revision": 7, "status": 200});
    let error = Error::new(Code::RecordStale).details(details);
    insta::assert_snapshot!("stale", show(problem(&error, Language::En, "r1")).await);
}

#[tokio::test]
async fn a_cause_is_never_shown() {
    let error = Error::internal("select secret from /etc/tessera");
    let shown = show(problem(&error, Language::En, "r1")).await;
    assert!(!shown.contains("secret"), "{shown}");
    insta::assert_snapshot!("internal", shown);
}

#[tokio::test]
async fn who_must_wait_is_told_how_long() {
    let error = Error::new(Code::LoginThrottled).with("seconds", 90);
    let error = error.details(json!({"retry_after": 90}));
    insta::assert_snapshot!("throttled", show(problem(&error, Language::En, "r1")).await);
    let busy = problem(&Error::new(Code::Busy), Language::En, "r1");
    assert_eq!(busy.headers()[RETRY_AFTER], "1");
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_how_programs_do_it() {
    let error = Error::new(Code::Unauthenticated);
    insta::assert_snapshot!("unauthenticated", show(problem(&error, Language::ZhCn, "r1")).await);
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let reply = method_unknown("GET, HEAD, PATCH", Language::En, "r1");
    insta::assert_snapshot!("method", show(reply).await);
}

#[test]
fn every_code_has_its_status() {
    let mut lines: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("{} {}", status(*code).as_u16(), code.as_str()))
        .collect();
    lines.sort();
    insta::assert_snapshot!("statuses", lines.join("\n"));
}

#[test]
fn only_faults_of_ours_are_internal() {
    for code in Code::ALL {
        let status = status(*code).as_u16();
        assert!((400..500).contains(&status) || [500, 503].contains(&status), "{}", code.as_str());
        assert_eq!(status == 500, *code == Code::Internal, "{}", code.as_str());
    }
}
