//! What was measured, as a table for people and as JSON for programs.

use std::fmt::Write;

use serde::Serialize;

use crate::client::Sample;

/// Everything that a run measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// On what.
    pub machine: String,
    /// Rates beside those of the bare server.
    pub rates: Vec<Rate>,
    /// Other figures.
    pub figures: Vec<Figure>,
}

/// A rate beside that of the bare server.
#[derive(Debug, Serialize)]
pub struct Rate {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Contacts.
    pub rows: u64,
    /// What was asked.
    pub measure: &'static str,
    /// Connections at the same time.
    pub connections: usize,
    /// What our server did.
    pub ours: Numbers,
    /// What the bare server did; none where there is nothing to compare.
    pub bare: Option<Numbers>,
    /// Ours to bare.
    pub ratio: Option<f64>,
    /// What the ratio is to reach.
    pub target: Option<f64>,
}

/// A sample in short.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// Requests per second.
    pub rate: f64,
    /// Median in milliseconds.
    pub p50: f64,
    /// 99th percentile in milliseconds.
    pub p99: f64,
}

impl Numbers {
    /// Of a sample.
    pub fn of(sample: &Sample) -> Numbers {
        Numbers { rate: sample.rate(), p50: sample.percentile(50), p99: sample.percentile(99) }
    }
}

/// A figure with a bound of its own.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// `sqlite`, `postgres`, or nothing where it does not matter.
    pub database: &'static str,
    /// Contacts.
    pub rows: u64,
    /// What it is.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What it is to reach.
    pub bound: Option<Bound>,
}

/// What a figure is to reach.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Bound::AtLeast(least) => value >= least,
            Bound::AtMost(most) => value <= most,
        }
    }

    fn says(self) -> String {
        match self {
            Bound::AtLeast(least) => format!(">= {}", number(least)),
            Bound::AtMost(most) => format!("<= {}", number(most)),
        }
    }
}

/// The head of the table of rates.
pub const RATES_HEAD: &str = "database       rows  measure    conn     ours/s    p50 ms    p99 ms  |     bare/s    p50 ms    p99 ms  |  ratio  target";

/// The head of the table of figures.
pub const FIGURES_HEAD: &str =
    "database       rows  figure                                 value            target";

impl Rate {
    /// A line of the table.
    pub fn line(&self) -> String {
        let mut line = format!(
            "{:<8} {:>10}  {:<9} {:>5} {:>10} {:>9.3} {:>9.3}  |",
            self.database,
            self.rows,
            self.measure,
            self.connections,
            number(self.ours.rate),
            self.ours.p50,
            self.ours.p99
        );
        if let Some(bare) = &self.bare {
            let _ =
                write!(line, " {:>10} {:>9.3} {:>9.3}  |", number(bare.rate), bare.p50, bare.p99);
        } else {
            let _ = write!(line, " {:>10} {:>9} {:>9}  |", "", "", "");
        }
        if let Some(ratio) = self.ratio {
            let _ = write!(line, " {:>5.0}%", ratio * 100.0);
        }
        if let (Some(ratio), Some(target)) = (self.ratio, self.target) {
            let verdict = if ratio >= target { "PASS" } else { "below" };
            let _ = write!(line, "  {:>4.0}%  {verdict}", target * 100.0);
        }
        line
    }
}

impl Figure {
    /// A line of the table.
    pub fn line(&self) -> String {
        let rows = if self.rows > 0 { self.rows.to_string() } else { String::new() };
        let mut line = format!(
            "{:<8} {rows:>10}  {:<34} {:>9} {:<7}",
            self.database,
            self.name,
            number(self.value),
            self.unit
        );
        if let Some(bound) = self.bound {
            let verdict = if bound.holds(self.value) { "PASS" } else { "below" };
            let _ = write!(line, " {:>9}  {verdict}", bound.says());
        }
        line
    }
}

/// A number as wide as it must be.
fn number(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        small if small < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Processor, number of cores, kernel.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |line| line.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{model}, {cores} cores, Linux {}", kernel.trim())
}
