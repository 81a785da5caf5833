//! The state of the request that a worker is running: the draft at hand, what the script reported so
//! far, and what it has spent.

use crate::dates::{Day, Moment};
use crate::explain::{Raised, Stop, stop, trouble};
use crate::fault::{Bilingual, FaultKind, ScriptFault};
use crate::limits;
use crate::protocol::{
    Context, Draft, FieldError, HostCall, LogLine, Refusal, Request, Rows, User,
};
use crate::random::Random;
use crate::record::{Record, Shape};
use crate::values;
use jiff::tz::TimeZone;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How a worker asks its host.
pub(crate) trait Asks {
    /// Sends the call and waits for the answer. Also tells how many bytes the answer had.
    fn ask(&mut self, call: &HostCall) -> io::Result<(Result<Rows, Refusal>, usize)>;
}

/// What the engine consults while a script runs, often: the clock, the step counter, the memory.
pub(crate) struct Meter {
    deadline: Cell<Option<Instant>>,
    operations: Cell<u64>,
    resident: Option<File>,
    page: u64,
}

impl Meter {
    /// A meter that reads the memory from `resident` (`/proc/self/statm`), if given.
    pub(crate) fn new(resident: Option<File>) -> Rc<Self> {
        let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        Rc::new(Self { deadline: Cell::new(None), operations: Cell::new(0), resident, page })
    }

    /// Called by the engine at every operation; tells when the script has to end.
    pub(crate) fn tick(&self, operations: u64) -> Option<Stop> {
        self.operations.set(operations);
        if operations & 255 != 0 {
            return None;
        }
        if self.is_late() {
            return Some(Stop::Deadline);
        }
        if operations & 1023 == 0 && self.resident_bytes() > limits::RESIDENT_BYTES_MAX {
            return Some(Stop::Memory);
        }
        None
    }

    fn is_late(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| Instant::now() > deadline)
    }

    /// Resident memory in bytes; 0 when it cannot be read.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let read = |file: &File| {
            let mut text = [0; 64];
            let length = file.read_at(&mut text, 0).ok()?;
            let text = std::str::from_utf8(&text[..length]).ok()?;
            text.split(' ').nth(1)?.parse::<u64>().ok()
        };
        self.resident.as_ref().and_then(read).map_or(0, |pages| pages.saturating_mul(self.page))
    }
}

/// What one draft has spent of the host's patience.
#[derive(Default)]
struct Fuel {
    calls: u32,
    rows: usize,
    bytes: usize,
}

struct Answered {
    shape: Rc<Shape>,
    rows: Rows,
}

/// The running request.
pub(crate) struct Run {
    pub shape: Rc<Shape>,
    pub now: Moment,
    pub today: Day,
    pub zone: TimeZone,
    pub user: User,
    pub record: Record,
    pub old: Option<Record>,
    pub errors: Vec<FieldError>,
    pub random: Random,
    pub log: Vec<LogLine>,
    log_bytes: usize,
    draft: u32,
    seed: u64,
    fuel: Fuel,
    answers: HashMap<String, Rc<Answered>>,
    remembered_bytes: usize,
    reads: usize,
}

/// Handle of the state that the functions of the script engine share. Empty between two requests.
#[derive(Clone)]
pub(crate) struct Shared {
    run: Rc<RefCell<Option<Run>>>,
    host: Rc<RefCell<Box<dyn Asks>>>,
    pub meter: Rc<Meter>,
}

impl Shared {
    /// State without a running request.
    pub(crate) fn new(host: Box<dyn Asks>, meter: Rc<Meter>) -> Self {
        Self { run: Rc::default(), host: Rc::new(RefCell::new(host)), meter }
    }

    /// Starts a request.
    pub(crate) fn begin(&self, request: &Request) -> Result<(), ScriptFault> {
        let run = Run::new(request)?;
        let deadline = Duration::from_millis(request.limits.deadline_ms);
        self.meter.deadline.set(Some(Instant::now() + deadline));
        *self.run.borrow_mut() = Some(run);
        Ok(())
    }

    /// Turns to the next draft of the request.
    pub(crate) fn next_draft(&self, at: usize, draft: Draft) {
        self.meter.operations.set(0);
        if let Some(run) = self.run.borrow_mut().as_mut() {
            run.next_draft(at, draft);
        }
    }

    /// Ends the request and gives back what was printed.
    pub(crate) fn end(&self) -> Vec<LogLine> {
        self.meter.deadline.set(None);
        self.run.borrow_mut().take().map(|run| run.log).unwrap_or_default()
    }

    /// Operations of the current draft so far.
    pub(crate) fn operations(&self) -> u64 {
        self.meter.operations.get()
    }

    /// Does something with the running request.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Run) -> T) -> Raised<T> {
        match self.run.borrow_mut().as_mut() {
            Some(run) => Ok(act(run)),
            // Only constant folding could call a function outside of a run, and it calls none.
            None => Err(stop(Stop::HostGone)),
        }
    }

    /// Asks the host, or remembers what it said to the same question in this request.
    pub(crate) fn ask(&self, call: &HostCall) -> Raised<Vec<Record>> {
        self.with(Run::count_call)??;
        let question = serde_json::to_string(call).map_err(|_| stop(Stop::HostGone))?;
        let known = self.with(|run| run.answers.get(&question).cloned())?;
        let answered = match known {
            Some(answered) => answered,
            None => self.ask_host(call, question)?,
        };
        self.with(|run| run.count_rows(answered.rows.rows.len()))??;
        if self.meter.is_late() {
            return Err(stop(Stop::Deadline));
        }
        let record = |row: &crate::protocol::Row| {
            Record::read_only(answered.shape.clone(), row.values.clone())
        };
        Ok(answered.rows.rows.iter().map(record).collect())
    }

    fn ask_host(&self, call: &HostCall, question: String) -> Raised<Rc<Answered>> {
        let answer = self.host.borrow_mut().ask(call);
        let (answer, bytes) = answer.map_err(|_| stop(Stop::HostGone))?;
        let rows = answer.map_err(|refusal| trouble(refusal.message.en, refusal.message.zh))?;
        let shape = Shape::new(call.entity(), rows.fields.clone());
        self.with(|run| run.remember(question, Answered { shape, rows }, bytes))?
    }
}

impl Run {
    fn new(request: &Request) -> Result<Self, ScriptFault> {
        let shape = Shape::of(&request.entity);
        let Context { now_ms, today, seed, user, time_zone } = &request.context;
        let wrong = |what: &str| {
            let text = format!("The request has no valid {what}.");
            ScriptFault::new(FaultKind::Request, &request.script.name, Bilingual::same(text))
        };
        Ok(Self {
            record: Record::draft(shape.clone(), serde_json::Map::new()),
            shape,
            now: Moment::of_millisecond(*now_ms).ok_or_else(|| wrong("time"))?,
            today: Day::parse(today).ok_or_else(|| wrong("day"))?,
            zone: TimeZone::get(time_zone).map_err(|_| wrong("time zone"))?,
            user: user.clone(),
            old: None,
            errors: Vec::new(),
            random: Random::new(*seed, 0),
            log: Vec::new(),
            log_bytes: 0,
            draft: 0,
            seed: *seed,
            fuel: Fuel::default(),
            answers: HashMap::new(),
            remembered_bytes: 0,
            reads: 0,
        })
    }

    fn next_draft(&mut self, at: usize, draft: Draft) {
        self.draft = u32::try_from(at).unwrap_or(u32::MAX);
        self.record = Record::draft(self.shape.clone(), draft.new);
        self.old = draft.old.map(|old| Record::read_only(self.shape.clone(), old));
        self.errors = Vec::new();
        self.random = Random::new(self.seed, self.draft);
        self.fuel = Fuel::default();
    }

    /// Notes a line of `print` or `debug`, up to the limits.
    pub(crate) fn print(&mut self, text: &str, line: Option<u32>) {
        if self.log.len() >= limits::LOG_LINES_MAX || self.log_bytes >= limits::LOG_BYTES_MAX {
            return;
        }
        let text = values::cut(text, limits::LOG_BYTES_MAX - self.log_bytes);
        self.log_bytes += text.len() + 16;
        self.log.push(LogLine { draft: self.draft, line, text });
    }

    fn count_call(&mut self) -> Raised<()> {
        self.fuel.calls += 1;
        if self.fuel.calls > limits::CALLS_PER_DRAFT_MAX {
            return Err(stop(Stop::Calls));
        }
        Ok(())
    }

    fn count_rows(&mut self, rows: usize) -> Raised<()> {
        self.fuel.rows = self.fuel.rows.saturating_add(rows);
        let max = usize::try_from(limits::ROWS_PER_DRAFT_MAX).unwrap_or(usize::MAX);
        if self.fuel.rows > max { Err(stop(Stop::Rows)) } else { Ok(()) }
    }

    fn remember(
        &mut self,
        question: String,
        answer: Answered,
        bytes: usize,
    ) -> Raised<Rc<Answered>> {
        self.fuel.bytes = self.fuel.bytes.saturating_add(bytes);
        if self.fuel.bytes > limits::ANSWER_BYTES_MAX {
            return Err(stop(Stop::AnswerBytes));
        }
        self.reads = self.reads.saturating_add(answer.rows.rows.len().max(1));
        if self.reads > limits::READS_MAX {
            return Err(stop(Stop::Reads));
        }
        let answer = Rc::new(answer);
        if self.remembered_bytes + bytes <= limits::REMEMBERED_BYTES_MAX {
            self.remembered_bytes += bytes;
            self.answers.insert(question, answer.clone());
        }
        Ok(answer)
    }
}
