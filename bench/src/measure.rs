//! What is measured: for each measure the requests to ours and to the bare server, which ask for
//! the same rows and get the same bytes.

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::bare::statements::deep_offset;
use crate::client::{Requests, get, send};
use crate::people::{CITIES, SEGMENTS, contact_id, is_visible, person, scatter};
use crate::seed::{SLUG, Seed};

/// A measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// One record by its id.
    Read,
    /// 50 records by a filter and a sort.
    List,
    /// The same with a link expanded.
    Expand,
    /// The first page of all records by name.
    First,
    /// The page beyond nine tenths of them, by cursor.
    Deep,
    /// How many records match a filter.
    Count,
    /// Number and sum by group.
    Aggregate,
    /// A new record.
    Create,
    /// A field of a record changed.
    Update,
    /// A new record that a script looks at.
    Hook,
}

impl Measure {
    /// All, in the order in which they are measured: what writes comes last.
    pub const ALL: [Measure; 10] = [
        Measure::Read,
        Measure::List,
        Measure::Expand,
        Measure::First,
        Measure::Deep,
        Measure::Count,
        Measure::Aggregate,
        Measure::Update,
        Measure::Create,
        Measure::Hook,
    ];

    /// Its name in flags and tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Read => "read",
            Measure::List => "list",
            Measure::Expand => "expand",
            Measure::First => "first",
            Measure::Deep => "deep",
            Measure::Count => "count",
            Measure::Aggregate => "aggregate",
            Measure::Create => "create",
            Measure::Update => "update",
            Measure::Hook => "hook",
        }
    }

    /// What part of the bare server's rate it is to reach.
    pub fn target(self) -> Option<f64> {
        match self {
            Measure::Read => Some(0.45),
            Measure::List | Measure::First | Measure::Deep => Some(0.60),
            Measure::Expand => Some(0.50),
            Measure::Create | Measure::Update => Some(0.40),
            Measure::Count | Measure::Aggregate | Measure::Hook => None,
        }
    }

    /// Whether the bare server answers it too.
    pub fn has_bare(self) -> bool {
        self != Measure::Hook
    }

    /// Whether both servers answer the same bytes, so that they can be compared.
    pub fn repeats(self) -> bool {
        !matches!(self, Measure::Create | Measure::Update | Measure::Hook)
    }
}

/// Makes requests to ours.
pub struct Ours<'a> {
    seed: &'a Seed,
    /// The cursor of the deep page, once it was asked for.
    pub cursor: String,
}

/// Numbers that no two requests of a run share.
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// Bodies made before measuring; each is sent with an address and a key of its own.
const BODIES: u64 = 512;

impl<'a> Ours<'a> {
    /// For seeded data.
    pub fn new(seed: &'a Seed) -> Ours<'a> {
        Ours { seed, cursor: String::new() }
    }

    fn token(&self) -> Option<&str> {
        Some(self.seed.token.as_str())
    }

    /// The request that answers the cursor of the deep page.
    pub fn deep_cursor(&self) -> Rc<[u8]> {
        let offset = deep_offset(self.seed.rows);
        get(&records("contact", &format!("?sort=name&limit=50&offset={offset}")), self.token())
    }

    /// A request that anybody gets an answer to who may read: the first that is sent.
    pub fn first_request(&self) -> Rc<[u8]> {
        let id = contact_id(visible(0, self.seed.rows));
        get(&records("contact", &format!("/{id}")), self.token())
    }

    /// The requests of a connection.
    pub fn requests(&self, measure: Measure, connection: usize) -> Requests {
        let city = json!({"field": "city", "op": "eq", "value": CITIES[0]});
        let list = format!("?filter={}&sort=-score&limit=50", encoded(&city.to_string()));
        match measure {
            Measure::Read => self.read(connection),
            Measure::List => repeat(get(&records("contact", &list), self.token())),
            Measure::Expand => {
                repeat(get(&records("contact", &format!("{list}&expand=account")), self.token()))
            }
            Measure::First => repeat(get(&records("contact", "?sort=name&limit=50"), self.token())),
            Measure::Deep => {
                let cursor = format!("?sort=name&limit=50&cursor={}", encoded(&self.cursor));
                repeat(get(&records("contact", &cursor), self.token()))
            }
            Measure::Count => self.aggregate(&json!({
                "filter": {"field": "segment", "op": "eq", "value": SEGMENTS[1]},
                "measures": [{"fn": "count"}],
            })),
            Measure::Aggregate => self.aggregate(&json!({
                "group": [{"field": "segment"}],
                "measures": [{"fn": "count"}, {"fn": "sum", "field": "amount"}],
                "sort": ["segment"],
            })),
            Measure::Create => self.create("contact", connection),
            Measure::Hook => self.create("lead", connection),
            Measure::Update => self.update(connection),
        }
    }

    fn read(&self, connection: usize) -> Requests {
        let request = get(&records("contact", "/{id}"), self.token());
        let at = request.windows(4).position(|four| four == b"{id}").unwrap_or_default();
        let mut numbers = numbers(connection, self.seed.rows);
        Box::new(move |out| {
            out.extend_from_slice(&request[..at]);
            push_id(contact_id(numbers()), out);
            out.extend_from_slice(&request[at + 4..]);
        })
    }

    fn aggregate(&self, body: &Json) -> Requests {
        let mut request = Vec::new();
        let head = self.head();
        let path = records("contact", "/aggregate");
        send("POST", &path, &head, &body.to_string(), &mut request);
        repeat(request.into())
    }

    fn head(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.seed.token)
    }

    fn create(&self, entity: &str, connection: usize) -> Requests {
        let (rows, me) = (self.seed.rows, self.seed.me);
        let head = format!("{}Idempotency-Key: {KEY}\r\n", self.head());
        let bodies = (0..BODIES).map(|number| {
            let number = visible(number + connection as u64 * BODIES, 1 << 40);
            let mut values = person(number, rows).values(me);
            values.insert("email".to_owned(), json!(format!("{KEY}@example.com")));
            let mut request = Vec::new();
            let body = Json::Object(values).to_string();
            send("POST", &records(entity, ""), &head, &body, &mut request);
            request
        });
        numbered(bodies.collect())
    }

    fn update(&self, connection: usize) -> Requests {
        let mut numbers = numbers(connection, self.seed.rows);
        let head = format!("{}Idempotency-Key: {KEY}\r\n", self.head());
        let mut request = Vec::new();
        let body = json!({"score": 100_000}).to_string();
        send(
            "PATCH",
            &records("contact", &format!("/{}", Uuid::nil())),
            &head,
            &body,
            &mut request,
        );
        let nil = Uuid::nil().to_string();
        let id_at = find(&request, nil.as_bytes());
        let score_at = find(&request, b"100000");
        let mut numbered = numbered(vec![request]);
        Box::new(move |out| {
            numbered(out);
            let number = numbers();
            let mut id = Vec::with_capacity(36);
            push_id(contact_id(number), &mut id);
            out[id_at..id_at + 36].copy_from_slice(&id);
            let score = 100_000 + scatter(SERIAL.load(Ordering::Relaxed)) % 900_000;
            out[score_at..score_at + 6].copy_from_slice(score.to_string().as_bytes());
        })
    }
}

/// The requests of a connection to the bare server.
pub fn bare(measure: Measure, connection: usize, seed: &Seed) -> Requests {
    let rows = seed.rows;
    match measure {
        Measure::Read => {
            let mut numbers = numbers(connection, rows);
            Box::new(move |out| {
                out.extend_from_slice(b"GET /read/");
                push_id(contact_id(numbers()), out);
                out.extend_from_slice(b" HTTP/1.1\r\nHost: localhost\r\n\r\n");
            })
        }
        Measure::Create | Measure::Hook => {
            let mut request = Vec::new();
            let body = Json::Object(person(scatter(1), rows).values(seed.me)).to_string();
            send("POST", "/create", "", &body, &mut request);
            repeat(request.into())
        }
        Measure::Update => {
            let mut numbers = numbers(connection, rows);
            Box::new(move |out| {
                let score = 100_000 + scatter(SERIAL.fetch_add(1, Ordering::Relaxed)) % 900_000;
                out.extend_from_slice(b"POST /update/");
                push_id(contact_id(numbers()), out);
                let rest = format!(
                    "/{score} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16\r\n\r\n\
                     {{\"score\":{score}}}"
                );
                out.extend_from_slice(rest.as_bytes());
            })
        }
        asks => repeat(get(&format!("/{}", asks.name()), None)),
    }
}

fn records(entity: &str, rest: &str) -> String {
    format!("/api/v1/w/{SLUG}/records/{entity}{rest}")
}

/// The same request again and again.
fn repeat(request: Rc<[u8]>) -> Requests {
    Box::new(move |out| out.extend_from_slice(&request))
}

/// What stands for a number in prepared requests; it starts with a letter, as addresses do.
const KEY: &str = "c00000000000";

/// Prepared requests in turn, with a new number at every place of [`KEY`].
fn numbered(requests: Vec<Vec<u8>>) -> Requests {
    let places = |request: &Vec<u8>| -> Vec<usize> {
        let found = request.windows(KEY.len()).enumerate();
        found.filter(|(_, text)| *text == KEY.as_bytes()).map(|(at, _)| at).collect()
    };
    let requests: Vec<(Vec<usize>, Vec<u8>)> =
        requests.into_iter().map(|request| (places(&request), request)).collect();
    Box::new(move |out| {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let (places, request) = &requests[(serial % requests.len() as u64) as usize];
        let key = format!("c{serial:011}");
        out.extend_from_slice(request);
        for place in places {
            out[*place..place + KEY.len()].copy_from_slice(key.as_bytes());
        }
    })
}

fn find(text: &[u8], part: &[u8]) -> usize {
    text.windows(part.len()).position(|window| window == part).unwrap_or_default()
}

/// Numbers of contacts that the agent may see, in no order.
fn numbers(connection: usize, rows: u64) -> impl FnMut() -> u64 {
    let mut count = (connection as u64) << 40;
    move || {
        count += 1;
        visible(count, rows)
    }
}

fn visible(dice: u64, rows: u64) -> u64 {
    let number = scatter(dice) % rows;
    if is_visible(number) { number } else { number - 1 }
}

fn push_id(id: Uuid, out: &mut Vec<u8>) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
}

/// Percent-encoded for a query.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prepared_request_gets_a_number_of_its_own() {
        let mut requests = numbered(vec![format!("a {KEY} b {KEY}").into_bytes()]);
        let (mut one, mut two) = (Vec::new(), Vec::new());
        requests(&mut one);
        requests(&mut two);
        assert_ne!(one, two);
        assert_eq!(one[2..14], one[17..29]);
        assert_eq!(one.len(), two.len());
    }

    #[test]
    fn only_visible_contacts_are_asked_for() {
        assert!((0..10_000).all(|dice| is_visible(visible(dice, 1_000))));
    }
}
