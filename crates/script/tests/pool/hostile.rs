//! Scripts that mean harm. Each ends in a clear fault, the host is unharmed and the next run is fine.

use crate::support::{pool, request, still_fine};
use proptest::prelude::*;
use script::{FaultKind, Limits, NoHost, Pool, Request, ScriptFault, limits};
use std::time::{Duration, Instant};

/// Script, and the kinds of fault it may end in.
const HOSTILE: &[(&str, &str, &[FaultKind])] = {
    use FaultKind::{Crashed, Deadline, Limit, Runtime, Syntax};
    &[
        (
            "pad with huge sizes",
            "let b = []; b.pad(9999, 1); let a = []; a.pad(1844674407370956, b);",
            &[Runtime],
        ),
        (
            "pad with huge sizes, twice",
            "let a = []; a.pad(6148914691236517206, [1, 2]);",
            &[Runtime],
        ),
        (
            "pad through a pointer",
            "let a = []; let f = Fn(\"pad\"); a.f(1844674407370956, 1); f.call(a, 9999999, 1);",
            &[Runtime],
        ),
        ("nested arrays", "let m = [1]; for i in 0..9000 { m = [m]; }", &[Limit, Deadline]),
        (
            "nested maps",
            "let m = #{}; for i in 0..200000 { let n = #{}; n[\"a\"] = m; m = n; }",
            &[Limit, Deadline, Crashed],
        ),
        (
            "nested in place",
            "let m = #{}; for i in 0..200000 { let n = #{}; n.a = m; m = n; } record.extra = m;",
            &[Limit, Deadline, Crashed, Runtime],
        ),
        (
            "a map of long texts",
            "let m = #{}; let s = \"x\"; for i in 0..15 { s += s; } for i in 0..20000 { m[\"k\" + i] = s + i; }",
            &[Limit, Deadline, Crashed],
        ),
        (
            "large arguments",
            "let a = []; for i in 0..1990 { a.push(i); } fn f(a) { 1 } for i in 0..100000 { f(a); }",
            &[Limit, Deadline],
        ),
        (
            "push and pop",
            "let a = []; for i in 0..1990 { a.push(i); } for i in 0..1000000 { a.push(1); a.pop(); }",
            &[Limit, Deadline],
        ),
        ("push without an end", "let a = []; loop { a.push(1); }", &[Limit]),
        ("sleep", "sleep(1)", &[Runtime]),
        ("sleep through a pointer", "Fn(\"sleep\").call(1)", &[Runtime]),
        ("text doubling", "let s = \"x\"; loop { s += s; }", &[Limit]),
        ("array doubling", "let a = [1]; loop { a += a; }", &[Limit]),
        (
            "map doubling",
            "let m = #{a: 1}; loop { m[\"k\" + m.len()] = m; }",
            &[Limit, Deadline, Crashed],
        ),
        ("recursion", "fn f(n) { f(n + 1) } f(0)", &[Limit]),
        ("mutual recursion", "fn f(n) { g(n) } fn g(n) { f(n) } f(0)", &[Limit]),
        ("recursion of closures", "let f = |g, n| g.call(g, n + 1); f.call(f, 0)", &[Limit]),
        ("blob", "blob(4000000000)", &[Runtime]),
        ("ranges", "let s = 0; for i in 0..9223372036854775807 { s += 1; }", &[Limit, Deadline]),
        ("range with a step of nothing", "for i in range(0, 10, 0) { }", &[Runtime, Limit]),
        ("shifts", "1 << 9223372036854775807; 1 >> -9223372036854775807; throw \"ok\"", &[Runtime]),
        ("the smallest integer", "let x = -9223372036854775807 - 1; x / -1", &[Runtime]),
        ("overflow", "9223372036854775807 + 1", &[Runtime]),
        ("division by zero", "1 / 0", &[Runtime]),
        ("decimal division by zero", "1.0 / 0.0", &[Runtime]),
        (
            "decimal powers",
            "let x = 1.000000001 ** 999999.5; x = 2.5 ** -999999.25; throw \"ok\"",
            &[Runtime, Deadline, Limit],
        ),
        (
            "slices",
            "let a = [1, 2, 3]; a.extract(-9223372036854775807, 9223372036854775807); a.splice(0, 9223372036854775807, [1]); a[9223372036854775807]",
            &[Runtime],
        ),
        (
            "text slices",
            "let s = \"abc\"; s.sub_string(9223372036854775807, 1); s.crop(-9223372036854775807, 5); s.chars(5, 9223372036854775807); throw \"ok\"",
            &[Runtime],
        ),
        (
            "deep JSON",
            "let s = \"[\"; for i in 0..14 { s += s; } parse_json(\"{\\\"a\\\":\" + s)",
            &[Runtime, Limit],
        ),
        ("endless loop", "loop { }", &[Limit, Deadline]),
        ("endless catching", "loop { try { throw 1; } catch { } }", &[Limit, Deadline]),
        (
            "catching the end",
            "try { loop { } } catch { } record.name = \"escaped\";",
            &[Limit, Deadline],
        ),
        (
            "sorting without an order",
            "let a = []; for i in 0..1500 { a.push(i); } a.sort(|x, y| random(-1, 1)); throw \"ok\"",
            &[Runtime, Limit, Deadline, Crashed],
        ),
        (
            "replacing nothing",
            "let s = \"x\"; for i in 0..17 { s += s; } s.replace(\"\", s); s",
            &[Limit, Deadline, Crashed, Runtime],
        ),
        (
            "splitting by nothing",
            "let s = \"x\"; for i in 0..17 { s += s; } s.split(\"\"); s.to_chars();",
            &[Limit, Deadline, Runtime],
        ),
        (
            "shared with itself",
            "let m = #{}; let f = || m; m.self = m; m.f = f; m.self.self = m; loop { m.self = m; }",
            &[Limit, Deadline, Runtime, Crashed],
        ),
        ("import", "import \"/etc/passwd\" as p;", &[Syntax]),
        ("eval", "eval(\"1\")", &[Syntax]),
        ("eval through a pointer", "Fn(\"eval\").call(\"1\")", &[Runtime, Syntax]),
        ("printing without an end", "loop { print(\"x\"); }", &[Limit, Deadline]),
        ("failing without an end", "loop { fail(\"x\"); }", &[Limit, Deadline]),
        ("asking without an end", "loop { try { get(\"a\", \"b\"); } catch { } }", &[Limit]),
        (
            "many variables",
            "let a0 = 1; loop { let b = 1; let c = 1; if b == 2 { break; } }",
            &[Limit, Deadline],
        ),
    ]
};

/// The fault that a script ended in, whether of the request or of its one draft.
async fn fault_of(pool: &Pool, request: &Request) -> Option<ScriptFault> {
    match pool.run(request, &NoHost).await {
        Ok(reply) => reply.drafts.into_iter().find_map(|outcome| outcome.fault),
        Err(fault) => Some(fault),
    }
}

#[tokio::test]
async fn every_hostile_script_ends_in_a_clear_fault_and_the_next_run_is_fine() {
    let pool = pool(1);
    let mut wrong = Vec::new();
    for (name, source, kinds) in HOSTILE {
        let mut request = request(source);
        if kinds.contains(&FaultKind::Deadline) {
            request.limits = Limits::of_hook(1);
        }
        let start = Instant::now();
        match fault_of(&pool, &request).await {
            Some(fault) if kinds.contains(&fault.kind) && !fault.message.zh.is_empty() => {}
            other => wrong.push(format!("{name}: {other:?}")),
        }
        if start.elapsed() > Duration::from_secs(5) {
            wrong.push(format!("{name} took {:?}", start.elapsed()));
        }
        still_fine(&pool).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn source_texts_that_are_bombs_for_the_parser_end_in_time() {
    let pool = pool(1);
    let bombs = [
        "(".repeat(60_000),
        "[".repeat(60_000),
        "#{a:".repeat(15_000),
        format!("1{}", "+1".repeat(30_000)),
        format!("let x = 1{};", "-(1".repeat(20_000)),
        "if true {".repeat(7_000),
        "!".repeat(60_000),
        "|a|".repeat(20_000),
        format!("\"{}\"", "${`".repeat(20_000)),
        "fn f() {}".repeat(7_000),
        "/*".repeat(30_000),
        "a.".repeat(30_000),
        "switch 1 { 1 => ".repeat(4_000),
    ];
    for bomb in bombs {
        let start = Instant::now();
        // Some are harmless scripts after all; what counts is that an answer comes, and soon.
        let fault = fault_of(&pool, &request(&bomb)).await;
        assert!(start.elapsed() < Duration::from_secs(5), "{}", &bomb[..20]);
        assert!(fault.is_none_or(|fault| fault.kind != FaultKind::Unavailable));
        still_fine(&pool).await;
    }
}

/// One of some texts.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn size() -> impl Strategy<Value = String> + Clone {
    let extremes =
        one_of(&["-1", "0", "9223372036854775807", "-9223372036854775807", "1844674407370956"]);
    prop_oneof![extremes, (1..3_000_u32).prop_map(|n| n.to_string())]
}

fn value() -> impl Strategy<Value = String> + Clone {
    one_of(&[
        "a", "m", "s", "d", "f", "record", "()", "[a, a]", "#{x: m}", "s + s", "a + a", "today()",
        "d * d",
    ])
}

fn target() -> impl Strategy<Value = String> + Clone {
    one_of(&["a", "m", "s", "d", "record", "day"])
}

fn method() -> impl Strategy<Value = String> {
    one_of(&[
        "pad",
        "insert",
        "truncate",
        "splice",
        "extract",
        "chop",
        "push",
        "append",
        "sub_string",
        "crop",
        "replace",
        "split",
        "round",
        "bits",
        "get",
        "set",
        "mixin",
        "zip",
        "sleep",
        "drain",
        "retain",
        "sort",
        "dedup",
        "reduce",
        "to_json",
        "add_days",
        "add_months",
        "chars",
        "remove",
        "fill_with",
        "to_blob",
        "parse_json",
        "call",
        "map",
    ])
}

/// Pieces that are put together at random, all of them abuse of a few declared variables.
fn statement() -> impl Strategy<Value = String> {
    let call = (target(), method(), value(), size(), value()).prop_map(
        |(target, method, first, size, second)| {
            format!(
                "try {{ {target}.{method}({first}); }} catch {{ }}
                 try {{ {target}.{method}({size}, {second}); }} catch {{ }}
                 try {{ {target}.{method}({size}, {size}); }} catch {{ }}"
            )
        },
    );
    let set = (target(), value(), size()).prop_map(|(target, value, size)| {
        format!(
            "try {{ {target}[\"k\" + {size}] = {value}; }} catch {{ }}
             try {{ {target}[{size}] = {value}; }} catch {{ }}"
        )
    });
    let grow = (target(), value()).prop_map(|(target, value)| {
        format!("for i in 0..500 {{ try {{ {target} += {value}; }} catch {{ }} }}")
    });
    let nest = value().prop_map(|value| {
        format!("for i in 0..5000 {{ let n = #{{}}; n.k = m; n[\"j\" + i] = {value}; m = n; }}")
    });
    let store = Just("record.extra = [a, m]; record.name = s; record.amount = d;".to_owned());
    let deep = size().prop_map(|size| format!("fn_deep({size});"));
    prop_oneof![4 => call, 3 => set, 2 => grow, 1 => nest, 1 => store, 1 => deep]
}

fn hostile_script() -> impl Strategy<Value = String> {
    (prop::collection::vec(statement(), 1..8), any::<bool>()).prop_map(|(body, repeat)| {
        let body = body.join("\n");
        let body = if repeat { format!("loop {{ {body} }}") } else { body };
        format!(
            "fn fn_deep(n) {{ if n > 0 {{ fn_deep(n - 1) }} }}\n\
             let a = [1, 2, 3]; let m = #{{ x: 1 }}; let s = \"text\"; let d = 1.5;\n\
             let f = |x| x; let day = today();\n{body}"
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 50, ..ProptestConfig::default() })]

    /// Whatever a script does, the host gets an answer in time and the pool goes on.
    #[test]
    fn generated_hostile_scripts_never_harm_the_host(sources in prop::collection::vec(hostile_script(), 1..4)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let pool = pool(1);
            for source in &sources {
                let mut request = request(source);
                request.limits = Limits { operations: 100_000, deadline_ms: 60 };
                let start = Instant::now();
                let result = pool.run(&request, &NoHost).await;
                if let Err(fault) = &result {
                    prop_assert!(
                        !matches!(fault.kind, FaultKind::Unavailable | FaultKind::Busy | FaultKind::Request),
                        "{fault}"
                    );
                }
                prop_assert!(start.elapsed() < Duration::from_secs(5));
            }
            still_fine(&pool).await;
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_source_text_beyond_the_limit_is_refused() {
    let fault = fault_of(&pool(1), &request(&" ".repeat(limits::SOURCE_BYTES_MAX + 1))).await;
    assert_eq!(fault.map(|fault| fault.kind), Some(FaultKind::Limit));
}
