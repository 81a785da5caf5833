//! The worker process: confines itself, reports to the host, then runs one request after the other.
//! It knows nothing but what the host sends and can reach nothing but the host.

use crate::confine;
use crate::explain;
use crate::fault::{FaultKind, ScriptFault};
use crate::frame;
use crate::limits;
use crate::protocol::{FromWorker, Hello, HostCall, PROTOCOL, Refusal, Request, Rows, ToWorker};
use crate::run::{Asks, Meter};
use crate::sandbox::Sandbox;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::rc::Rc;

/// The whole life of a worker process: `tessera script-worker` is this and nothing else. Frames come
/// on standard input and go to standard output. Ends when the host closes its side.
pub fn worker_main() -> ! {
    // A panic is reported to the host as a fault; its text may hold customer data.
    std::panic::set_hook(Box::new(|_| {}));
    let thread = confine_and_spawn();
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => exit(0),
        _ => exit(1),
    }
}

/// Scripts run on a thread of their own, because its stack is larger than the main thread's.
fn confine_and_spawn() -> io::Result<std::thread::JoinHandle<io::Result<()>>> {
    // Opened before the file system closes; an open file stays readable.
    let resident = File::open("/proc/self/statm").ok();
    let confinement = confine::confine();
    std::thread::Builder::new().stack_size(limits::STACK_BYTES).spawn(move || {
        let pipe = Pipe::open()?;
        match confinement {
            Ok(confinement) => {
                let sandbox = Sandbox::new(Box::new(pipe.clone()), Meter::new(resident));
                let profile = sandbox.profile();
                pipe.send(&FromWorker::Hello(Hello { protocol: PROTOCOL, confinement, profile }))?;
                serve(&pipe, sandbox)
            }
            Err(what) => pipe.send(&FromWorker::Unfit(what)),
        }
    })
}

fn serve(pipe: &Pipe, mut sandbox: Sandbox) -> io::Result<()> {
    while let Some(message) = pipe.receive()? {
        match message {
            ToWorker::Run(request) => {
                let (answer, broken) = run(&mut sandbox, *request);
                pipe.send(&answer)?;
                if broken {
                    return Ok(());
                }
            }
            ToWorker::Check(request) => {
                pipe.send(&FromWorker::Checked(sandbox.check(&request)))?;
            }
            ToWorker::Answer(_) => {
                return Err(io::Error::other("an answer to no question"));
            }
        }
    }
    Ok(())
}

/// Runs a request. Also tells whether the sandbox is broken, which it is after a panic.
fn run(sandbox: &mut Sandbox, request: Request) -> (FromWorker, bool) {
    let script = request.script.name.clone();
    match catch_unwind(AssertUnwindSafe(|| sandbox.run(request))) {
        Ok(Ok(done)) => (FromWorker::Done(done), false),
        Ok(Err(fault)) => {
            // Memory that a script has just filled shrinks slowly; a new worker starts empty.
            let tired = fault.kind == FaultKind::Limit || sandbox.is_tired();
            (FromWorker::Failed { fault, tired }, false)
        }
        Err(_) => {
            let fault = ScriptFault::new(FaultKind::Crashed, script, explain::crashed());
            (FromWorker::Failed { fault, tired: true }, true)
        }
    }
}

/// Both directions of the connection to the host.
#[derive(Clone)]
struct Pipe {
    input: Rc<RefCell<BufReader<File>>>,
    output: Rc<RefCell<File>>,
}

impl Pipe {
    fn open() -> io::Result<Self> {
        let file = |fd: OwnedFd| File::from(fd);
        let input = file(io::stdin().as_fd().try_clone_to_owned()?);
        let output = file(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self {
            input: Rc::new(RefCell::new(BufReader::with_capacity(64 * 1024, input))),
            output: Rc::new(RefCell::new(output)),
        })
    }

    fn send(&self, message: &FromWorker) -> io::Result<()> {
        frame::write(&mut *self.output.borrow_mut(), message)
    }

    fn receive(&self) -> io::Result<Option<ToWorker>> {
        match frame::read(&mut *self.input.borrow_mut())? {
            Some(body) => Ok(Some(frame::decode(&body)?)),
            None => Ok(None),
        }
    }
}

impl Asks for Pipe {
    fn ask(&mut self, call: &HostCall) -> io::Result<(Result<Rows, Refusal>, usize)> {
        self.send(&FromWorker::Call(call.clone()))?;
        let body =
            frame::read(&mut *self.input.borrow_mut())?.ok_or(io::ErrorKind::UnexpectedEof)?;
        match frame::decode(&body)? {
            ToWorker::Answer(answer) => Ok((answer, body.len())),
            _ => Err(io::Error::other("a question was not answered")),
        }
    }
}
