//! A run: prepares data, starts both servers, asks them in turn, prints as it goes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;

use crate::client::{Connection, Requests, Sample, load};
use crate::data::Database;
use crate::extras;
use crate::measure::{self, Measure, Ours};
use crate::process::Server;
use crate::report::{Bound, FIGURES_HEAD, Figure, Numbers, RATES_HEAD, Rate, Report, machine};
use crate::seed::Seed;
use crate::{Failure, Location};

/// What to measure and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Databases
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub database: Vec<String>,

    /// Numbers of contacts
    #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
    pub rows: Vec<u64>,

    /// Numbers of connections
    #[arg(long, value_delimiter = ',', default_value = "1,32")]
    pub connections: Vec<usize>,

    /// Only these: read list expand first deep count aggregate update create hook import start
    /// memory web
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,

    /// Seconds for each server and number of connections
    #[arg(long, default_value_t = 3.0)]
    pub seconds: f64,

    /// Seconds before each of them that do not count
    #[arg(long, default_value_t = 0.5)]
    pub warm_up: f64,

    /// Turns in which the two servers share these seconds
    #[arg(long, default_value_t = 2)]
    pub rounds: u32,

    /// Rows of the file that is imported
    #[arg(long, default_value_t = 100_000)]
    pub import_rows: u64,

    /// Threads that read SQLite in the bare server; 0 reads on the threads of its runtime
    #[arg(long, default_value_t = 2)]
    pub bare_readers: usize,

    /// The program to measure
    #[arg(long, default_value = "target/release/tessera")]
    pub program: PathBuf,

    /// Where seeded data and results are kept
    #[arg(long, default_value = "target/bench")]
    pub folder: PathBuf,

    /// A PostgreSQL that is there already
    #[arg(long, env = "TESSERA_TEST_POSTGRES")]
    pub postgres: Option<String>,
}

impl Options {
    /// Whether something is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Measures and prints.
pub async fn run(options: &Options) -> Result<(), Failure> {
    std::fs::create_dir_all(&options.folder)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let mut report = Report {
        time: since.as_millis() as u64,
        machine: machine(),
        rates: Vec::new(),
        figures: Vec::new(),
    };
    println!("{}\n\n{RATES_HEAD}", report.machine);
    let folder = std::path::absolute(&options.folder)?;
    let cluster = Cluster::of(options, &folder)?;
    for name in &options.database {
        let database = match (name.as_str(), &cluster) {
            ("sqlite", _) => Database::Sqlite(folder.clone()),
            ("postgres", Some(cluster)) => Database::Postgres(cluster.url.clone()),
            _ => return Err(format!("unknown database {name}").into()),
        };
        for rows in &options.rows {
            let mut bench = Bench::start(options, &database, *rows).await?;
            bench.measure(&mut report).await?;
            bench.finish().await?;
        }
    }
    if options.wants("web") {
        report.figures.extend(extras::web(Path::new("web/dist"))?);
    }
    println!("\n{FIGURES_HEAD}");
    for figure in &report.figures {
        println!("{}", figure.line());
    }
    let latest = folder.join("latest.json");
    std::fs::write(&latest, serde_json::to_string_pretty(&report)?)?;
    println!("\nwritten to {}", options.folder.join("latest.json").display());
    Ok(())
}

/// The PostgreSQL of a run: one that is there, or one of our own that keeps its data.
struct Cluster {
    url: String,
    own: Option<PathBuf>,
}

impl Cluster {
    fn of(options: &Options, folder: &Path) -> Result<Option<Cluster>, Failure> {
        if !options.database.iter().any(|name| name == "postgres") {
            return Ok(None);
        }
        if let Some(url) = &options.postgres {
            return Ok(Some(Cluster { url: url.clone(), own: None }));
        }
        let directory = folder.join("postgres");
        let started = Command::new("scripts/postgres")
            .env("TESSERA_POSTGRES_DIRECTORY", &directory)
            .output()?;
        if !started.status.success() {
            return Err(String::from_utf8_lossy(&started.stderr).into_owned().into());
        }
        let url = String::from_utf8(started.stdout)?.trim().to_owned();
        Ok(Some(Cluster { url, own: Some(directory) }))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(directory) = &self.own {
            let stopped = Command::new("scripts/postgres")
                .env("TESSERA_POSTGRES_DIRECTORY", directory)
                .arg("stop")
                .status();
            if !stopped.is_ok_and(|status| status.success()) {
                eprintln!("the PostgreSQL in {} still runs", directory.display());
            }
        }
    }
}

/// Both servers on copies of the same data.
pub struct Bench<'a> {
    options: &'a Options,
    database: &'a Database,
    seed: Seed,
    ours: Server,
    ours_at: Location,
    bare: Server,
    bare_at: Location,
    /// Milliseconds from the start of ours to its first answer.
    start: Option<f64>,
}

impl<'a> Bench<'a> {
    async fn start(
        options: &'a Options,
        database: &'a Database,
        rows: u64,
    ) -> Result<Bench<'a>, Failure> {
        let seed = database.seeded(rows).await?;
        let (ours_at, bare_at) =
            (database.copy(rows, "ours").await?, database.copy(rows, "bare").await?);
        let first = Ours::new(&seed).first_request();
        let mut start = None;
        if options.wants("start") {
            start = Some(extras::start(&options.program, &ours_at, &first).await?);
        }
        let mut ours = Server::ours(&options.program, &ours_at)?;
        ours.ready(&first).await?;
        let text = serde_json::to_string(&seed)?;
        let mut bare = Server::bare(&bare_at, &text, options.bare_readers)?;
        let mut first = Vec::new();
        measure::bare(Measure::Read, 0, &seed)(&mut first);
        bare.ready(&first).await?;
        Ok(Bench { options, database, seed, ours, ours_at, bare, bare_at, start })
    }

    async fn finish(self) -> Result<(), Failure> {
        self.ours.stop()?;
        drop(self.bare);
        self.database.discard(&self.ours_at).await?;
        self.database.discard(&self.bare_at).await
    }

    async fn measure(&mut self, report: &mut Report) -> Result<(), Failure> {
        if let Some(milliseconds) = self.start {
            let bound = Some(Bound::AtMost(300.0));
            self.figure(report, "start to first answer", milliseconds, "ms", bound);
        }
        if self.options.wants("memory") {
            let memory = extras::idle(&self.ours, &self.seed).await?;
            let bound = Some(Bound::AtMost(80.0));
            self.figure(report, "idle memory with workers", memory, "MiB", bound);
        }
        self.rates(report).await?;
        if self.options.wants("import") {
            for (entity, name, bound) in self.imports() {
                let rows = self.options.import_rows;
                let import = extras::import(&self.ours, &self.seed, entity, rows).await?;
                self.figure(report, name, import.rate, "rows/s", Some(bound));
                self.figure(report, "  peak memory by then", import.peak, "MiB", None);
            }
        }
        Ok(())
    }

    /// Entity, name of the figure, rows/s to reach.
    fn imports(&self) -> [(&'static str, &'static str, Bound); 2] {
        let plain = match self.database {
            Database::Sqlite(_) => 25_000.0,
            Database::Postgres(_) => 12_000.0,
        };
        [
            ("contact", "import", Bound::AtLeast(plain)),
            ("lead", "import with a hook", Bound::AtLeast(5_000.0)),
        ]
    }

    fn figure(
        &self,
        report: &mut Report,
        name: &str,
        value: f64,
        unit: &'static str,
        bound: Option<Bound>,
    ) {
        let (database, rows) = (self.database.name(), self.seed.rows);
        let name = name.to_owned();
        report.figures.push(Figure { database, rows, name, value, unit, bound });
    }

    async fn rates(&mut self, report: &mut Report) -> Result<(), Failure> {
        let seed = self.seed.clone();
        let mut ours = Ours::new(&seed);
        let wanted = Measure::ALL.into_iter().filter(|measure| self.options.wants(measure.name()));
        let mut first_is_ours = true;
        for measure in wanted {
            if measure == Measure::Deep {
                ours.cursor = self.cursor(&ours).await?;
            }
            if measure.repeats() {
                self.compare(&ours, measure).await?;
            }
            for connections in &self.options.connections {
                let (one, two) = self.both(&ours, measure, *connections, first_is_ours).await?;
                first_is_ours = !first_is_ours;
                let rate = self.rate(measure, *connections, &one, two.as_ref());
                println!("{}", rate.line());
                self.also(report, &rate);
                report.rates.push(rate);
            }
        }
        Ok(())
    }

    fn rate(
        &self,
        measure: Measure,
        connections: usize,
        ours: &Sample,
        bare: Option<&Sample>,
    ) -> Rate {
        Rate {
            database: self.database.name(),
            rows: self.seed.rows,
            measure: measure.name(),
            connections,
            ours: Numbers::of(ours),
            bare: bare.map(Numbers::of),
            ratio: bare.map(|bare| ours.rate() / bare.rate()),
            target: measure.target(),
        }
    }

    /// Figures that come of two rates.
    fn also(&self, report: &mut Report, rate: &Rate) {
        let same = |measure: &str| {
            let mut earlier = report.rates.iter().rev();
            let found = earlier.find(|of| {
                of.measure == measure
                    && of.connections == rate.connections
                    && (of.database, of.rows) == (rate.database, rate.rows)
            });
            found.map(|of| of.ours.clone())
        };
        let named = |name: &str| format!("{name}, {} conn", rate.connections);
        match rate.measure {
            "deep" => {
                let Some(first) = same("first") else { return };
                let part = rate.ours.rate / first.rate * 100.0;
                let bound = Some(Bound::AtLeast(90.0));
                self.figure(report, &named("deep page, of the first"), part, "%", bound);
            }
            "hook" => {
                let Some(create) = same("create") else { return };
                let part = rate.ours.rate / create.rate * 100.0;
                self.figure(
                    report,
                    &named("create with hook, of without"),
                    part,
                    "%",
                    Some(Bound::AtLeast(50.0)),
                );
                let added = rate.ours.p50 - create.p50;
                let bound = (rate.connections == 1).then_some(Bound::AtMost(1.0));
                self.figure(report, &named("hook adds at the median"), added, "ms", bound);
            }
            _ => {}
        }
    }

    /// Measures both in turns.
    async fn both(
        &self,
        ours: &Ours<'_>,
        measure: Measure,
        connections: usize,
        first_is_ours: bool,
    ) -> Result<(Sample, Option<Sample>), Failure> {
        let rounds = self.options.rounds.max(1);
        let seconds = Duration::from_secs_f64(self.options.seconds / f64::from(rounds));
        let warm_up = Duration::from_secs_f64(self.options.warm_up);
        let (mut one, mut two) = (Sample::default(), measure.has_bare().then(Sample::default));
        for turn in 0..rounds * 2 {
            // Ours, bare, bare, ours: what drifts drifts for both.
            let is_ours = (turn % 4 == 0 || turn % 4 == 3) == first_is_ours;
            let connections = 0..connections;
            if is_ours {
                let all = connections.map(|number| ours.requests(measure, number)).collect();
                one.add(load(self.ours.address, all, warm_up, seconds).await?);
            } else if let Some(two) = &mut two {
                let all = connections.map(|number| measure::bare(measure, number, &self.seed));
                two.add(load(self.bare.address, all.collect(), warm_up, seconds).await?);
            }
        }
        Ok((one, two))
    }

    async fn cursor(&self, ours: &Ours<'_>) -> Result<String, Failure> {
        let mut connection = Connection::open(self.ours.address).await?;
        let (_, body) = connection.ask(&ours.deep_cursor()).await?;
        let page: serde_json::Value = serde_json::from_slice(body)?;
        let cursor = page["next_cursor"].as_str();
        Ok(cursor.ok_or_else(|| format!("no cursor in {page}"))?.to_owned())
    }

    /// Makes sure that both answer the same, but for the cursor.
    async fn compare(&self, ours: &Ours<'_>, measure: Measure) -> Result<(), Failure> {
        let one = answer(self.ours.address, ours.requests(measure, 0)).await?;
        let two = answer(self.bare.address, measure::bare(measure, 0, &self.seed)).await?;
        if without_cursor(&one) != without_cursor(&two) {
            let name = measure.name();
            return Err(format!("the servers differ on {name}:\n  {one}\n  {two}").into());
        }
        Ok(())
    }
}

async fn answer(address: std::net::SocketAddr, mut requests: Requests) -> Result<String, Failure> {
    let mut request = Vec::new();
    requests(&mut request);
    let mut connection = Connection::open(address).await?;
    let (status, body) = connection.ask(&request).await?;
    Ok(format!("{status} {}", String::from_utf8_lossy(body)))
}

fn without_cursor(answer: &str) -> (&str, &str) {
    const MARK: &str = "\"next_cursor\":\"";
    match answer.split_once(MARK) {
        Some((before, after)) => (before, after.split_once('"').map_or("", |(_, rest)| rest)),
        None => (answer, ""),
    }
}
