//! `tessera serve`: the server, from an empty folder to answering.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args as Arguments;
use engine::{Engine, accounts, workspaces};
use model::Language;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Outcome, app, house};
use crate::app::App;
use crate::config::{ListenArgs, StoreArgs, Switch, check_exposure};
use crate::listen::{self, Limits, Stop};
use crate::site::Site;
use crate::{admin, dispatch};

/// Connections of the admin listener: a scraper, a probe, a person.
const ADMIN_CONNECTIONS_MAX: usize = 16;

/// Serve the web app and the API
///
/// On a new database it prints a link by which the first account is made, good for an hour.
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    listen: ListenArgs,

    /// Make a workspace `demo` with the CRM in it when there is no workspace yet
    #[arg(long)]
    demo: bool,
}

/// Serves until a signal ends it.
pub async fn run(args: Args) -> Outcome {
    let listen = &args.listen;
    check_exposure(&listen.listen, listen.base_url.as_deref()).map_err(Failure::new)?;
    let site = Site::new(listen.base_url.as_deref(), listen.trusted_proxies.clone());
    let site = site.map_err(Failure::new)?;
    // Addresses first: when they are taken, nothing else should have begun.
    let listener = bind(listen.listen, "--listen")?;
    let admin = match listen.admin_listen {
        Switch::On(address) => Some(bind(address, "--admin-listen")?),
        Switch::Off => None,
    };
    let _hold = house::hold(&args.store)?;
    let engine = house::open(&args.store, listen.base_url.clone()).await?;
    engine.start_background();
    if args.demo {
        make_demo(&engine).await?;
    }
    let address = match site.origin() {
        Some(origin) => origin.to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let stop = Stop::default();
    stop_on_signals(&stop)?;
    let limits = Limits { connections_max: listen.connections_max, ..Limits::default() };
    let app = App::new(engine.clone(), site, stop.clone());
    welcome(&engine, &address).await?;
    tracing::info!(address, version = env!("CARGO_PKG_VERSION"), "serving");
    let admin = admin.map(|listener| tokio::spawn(serve_admin(listener, app.clone())));
    serve(listener, limits, app).await;
    if let Some(admin) = admin {
        let _ = admin.await;
    }
    engine.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    listen::bind(address)
        .map_err(|error| Failure::new(format!("{flag} {address} cannot be opened: {error}")))
}

async fn serve(listener: TcpListener, limits: Limits, app: Arc<App>) {
    let (stop, open) = (app.stop.clone(), app.metrics.connections.clone());
    let handler = move |peer, request| dispatch::answer(app.clone(), peer, request);
    listen::serve(listener, limits, stop, open, handler).await;
}

async fn serve_admin(listener: TcpListener, app: Arc<App>) {
    let limits = Limits { connections_max: ADMIN_CONNECTIONS_MAX, ..Limits::default() };
    let stop = app.stop.clone();
    let handler = move |_, request| admin::answer(app.clone(), request);
    listen::serve(listener, limits, stop, Arc::default(), handler).await;
}

/// SIGTERM and ctrl-C stop the server; a second one ends it at once.
fn stop_on_signals(stop: &Stop) -> Outcome {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tracing::info!("stopping");
        stop.begin();
        next().await;
        tracing::warn!("ended by a second signal");
        std::process::exit(130);
    });
    Ok(())
}

/// A first workspace to look around in.
async fn make_demo(engine: &Engine) -> Outcome {
    if !workspaces::list(engine).await?.is_empty() {
        return Ok(());
    }
    let new = workspaces::NewWorkspace {
        slug: "demo".to_owned(),
        name: "Demo".to_owned(),
        time_zone: "UTC".to_owned(),
        currency: "USD".to_owned(),
        language: Language::En,
    };
    let entry = workspaces::create(engine, &new, &app::shipped("base")?).await?;
    app::install(engine, &entry, &app::shipped("crm")?).await?;
    Ok(())
}

/// Tells where the server is and, while nobody has an account, how to make the first.
async fn welcome(engine: &Engine, address: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Tessera: {address}")?;
    if workspaces::list(engine).await?.is_empty() {
        writeln!(out, "There is no workspace yet: tessera workspace create --help")?;
    }
    if let Some(token) = accounts::begin_setup(engine).await? {
        writeln!(
            out,
            "\nMake the first account within an hour (请在一小时内创建首个账号):\n\
             {address}/setup#{}\n",
            token.expose()
        )?;
    }
    out.flush()?;
    Ok(())
}
