//! Invented contacts: the same number always gives the same person, so that every process of a
//! run knows what is stored without asking.

use std::fmt::Write;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Option names of `segment` that the row rule lets see.
pub const SEGMENTS: [&str; 4] = ["vip", "gold", "silver", "bronze"];
/// The option that it hides; one contact in [`HIDDEN_EVERY`] has it, unless they are the agent's.
pub const HIDDEN_SEGMENT: &str = "new";
const HIDDEN_EVERY: u64 = 100;
/// One contact in so many belongs to the agent.
const OWN_EVERY: u64 = 10;
/// Contacts per account.
const CONTACTS_PER_ACCOUNT: u64 = 50;
/// 2025-01-01T00:00:00Z: ids are as old as that, in milliseconds.
const FIRST_MS: u64 = 1_735_689_600_000;

const FAMILY: [&str; 24] = [
    "Smith",
    "García",
    "Müller",
    "Rossi",
    "Novák",
    "Jensen",
    "Dubois",
    "Kowalski",
    "Silva",
    "Tanaka",
    "Okafor",
    "Haddad",
    "Andersson",
    "Ivanova",
    "O'Brien",
    "Papadopoulos",
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "赵",
    "黄",
];
const GIVEN: [&str; 16] = [
    "Ada", "Björn", "Chloé", "Dmitri", "Elif", "Farah", "Grace", "Hana", "Igor", "Jürgen", "Kofi",
    "Lucía", "Mateo", "Noor", "Olga", "Pedro",
];
const GIVEN_CHINESE: [&str; 12] =
    ["伟", "芳", "秀英", "敏", "静", "磊", "洋", "艳", "勇", "建国", "晓明", "丽娟"];
/// Where contacts live; the list measure asks for one of them.
pub const CITIES: [&str; 20] = [
    "Berlin", "Hamburg", "München", "Wien", "Zürich", "Paris", "Lyon", "Madrid", "Lisboa",
    "Milano", "Praha", "Warszawa", "London", "Dublin", "Austin", "上海", "北京", "深圳", "成都",
    "杭州",
];

/// A person. Everything but the id may be given to a new record too.
#[derive(Debug, Clone)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Unique address.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// One of [`CITIES`].
    pub city: &'static str,
    /// Name of the option.
    pub segment: &'static str,
    /// 0 to 999,999.
    pub score: u64,
    /// In cents.
    pub amount: u64,
    /// Days since 1970-01-01.
    pub birthday: i32,
    /// Whether they get letters.
    pub subscribed: bool,
    /// Whether the agent owns the record; nobody else does.
    pub own: bool,
    /// Number of the account.
    pub account: u64,
}

/// Scatters numbers (SplitMix64).
pub fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick<T: Copy>(list: &[T], dice: u64) -> T {
    list[(dice % list.len() as u64) as usize]
}

/// How many accounts there are for so many contacts.
pub fn accounts(contacts: u64) -> u64 {
    (contacts / CONTACTS_PER_ACCOUNT).max(1)
}

/// A person by their number; `contacts` is how many there are in all.
pub fn person(number: u64, contacts: u64) -> Person {
    let (one, two, three) = (scatter(number), scatter(!number), scatter(number ^ 0x5bd1_e995));
    let family = pick(&FAMILY, one);
    let name = match family.is_ascii() || family.chars().count() > 1 {
        true => format!("{} {family}", pick(&GIVEN, one >> 16)),
        false => format!("{family}{}", pick(&GIVEN_CHINESE, one >> 16)),
    };
    let phone = match three % 2 {
        0 => format!("+86 138 {:04} {:04}", (two >> 8) % 10_000, (two >> 24) % 10_000),
        _ => format!("+49 30 {:07}", (two >> 8) % 10_000_000),
    };
    let segment = match number % HIDDEN_EVERY == 7 {
        true => HIDDEN_SEGMENT,
        false => pick(&SEGMENTS, two),
    };
    Person {
        name,
        email: format!("p{number}@example.com"),
        phone,
        city: pick(&CITIES, one >> 32),
        segment,
        score: three % 1_000_000,
        amount: (three >> 20) % 5_000_000,
        birthday: (one >> 40) as i32 % 18_000,
        subscribed: two >> 63 == 1,
        own: number % OWN_EVERY == 3,
        account: (two >> 32) % accounts(contacts),
    }
}

/// Whether the agent may see the contact of a number.
pub fn is_visible(number: u64) -> bool {
    number % HIDDEN_EVERY != 7 || number % OWN_EVERY == 3
}

/// The id of the contact of a number.
pub fn contact_id(number: u64) -> Uuid {
    id(FIRST_MS + number, number)
}

/// The id of the account of a number.
pub fn account_id(number: u64) -> Uuid {
    id(FIRST_MS - 1 - number, !number)
}

/// The name of the account of a number.
pub fn account_name(number: u64) -> String {
    format!("Company {number:06} Ltd")
}

/// A UUID v7.
fn id(milliseconds: u64, seed: u64) -> Uuid {
    let (one, two) = (scatter(seed), scatter(seed ^ 0xa5a5));
    let high = milliseconds << 16 | 0x7000 | one & 0x0fff;
    let low = 0x8000_0000_0000_0000 | two >> 2;
    Uuid::from_u64_pair(high, low)
}

impl Person {
    /// The values of a record, as the API takes them.
    pub fn values(&self, me: Uuid) -> Map<String, Json> {
        let mut values = Map::new();
        let mut put = |name: &str, value: Json| values.insert(name.to_owned(), value);
        put("name", json!(self.name));
        put("email", json!(self.email));
        put("phone", json!(self.phone));
        put("city", json!(self.city));
        put("segment", json!(self.segment));
        put("score", json!(self.score));
        put("amount", json!(self.amount_text()));
        put("birthday", json!(model::time::format_date(self.birthday)));
        put("subscribed", json!(self.subscribed));
        if self.own {
            put("owner", json!(me));
        }
        put("account", json!(account_id(self.account)));
        values
    }

    fn amount_text(&self) -> String {
        format!("{}.{:02}", self.amount / 100, self.amount % 100)
    }

    /// A line of the file that is imported.
    pub fn line(&self, out: &mut String) {
        let day = model::time::format_date(self.birthday);
        let (account, amount) = (account_name(self.account), self.amount_text());
        // None of these hold a comma or a quote.
        let written = writeln!(
            out,
            "{},{},{},{},{},{},{amount},{day},{},{account}",
            self.name, self.email, self.phone, self.city, self.segment, self.score, self.subscribed
        );
        written.expect("writing to a string does not fail");
    }
}

/// The head of the file that is imported.
pub const COLUMNS: [&str; 10] = [
    "name",
    "email",
    "phone",
    "city",
    "segment",
    "score",
    "amount",
    "birthday",
    "subscribed",
    "account",
];
