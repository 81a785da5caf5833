//! `tessera workspace`: only the operator makes workspaces.

use clap::{Args, Subcommand};
use engine::workspaces::{self, NewWorkspace};
use model::Language;

use super::{Failure, Outcome, app, house};
use crate::config::StoreArgs;
use crate::shipped::Files;

/// Make and list workspaces
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace
    Create(Create),
    /// List the workspaces
    List(List),
}

/// Make a workspace
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    store: StoreArgs,

    /// Its name in addresses, as in /w/demo; it never changes
    slug: String,

    /// What people call it; the slug when it is not said
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Its time zone, as Asia/Shanghai
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,

    /// Its currency, as CNY
    #[arg(long, value_name = "CODE", default_value = "USD")]
    currency: String,

    /// Its language, en or zh-CN, for people who have not chosen
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: String,

    /// Apps to install besides base, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    apps: Vec<String>,
}

/// List the workspaces
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    store: StoreArgs,
}

/// Runs it.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Create(args) => create(args).await,
        Command::List(args) => {
            let engine = house::open(&args.store, None).await?;
            for entry in workspaces::list(&engine).await? {
                println!("{}\t{}\t{}", entry.slug, entry.id, entry.name);
            }
            engine.close().await;
            Ok(())
        }
    }
}

async fn create(args: Create) -> Outcome {
    let language = match args.language.as_str() {
        "en" => Language::En,
        "zh-CN" => Language::ZhCn,
        other => return Err(Failure::new(format!("“{other}” is no language: en or zh-CN"))),
    };
    let packages: Vec<Files> =
        args.apps.iter().map(|name| app::shipped(name)).collect::<Result<_, _>>()?;
    let engine = house::open(&args.store, None).await?;
    let new = NewWorkspace {
        name: args.name.unwrap_or_else(|| args.slug.clone()),
        slug: args.slug,
        time_zone: args.time_zone,
        currency: args.currency,
        language,
    };
    let entry = workspaces::create(&engine, &new, &app::base()?).await?;
    for files in &packages {
        app::install(&engine, &entry, files).await?;
    }
    println!("The workspace {} is there.", entry.slug);
    engine.close().await;
    Ok(())
}
