//! The command line: the window, headless verbs, the self-test.

mod catalogue;
mod print;
pub mod session;
mod subscription;
mod window;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::{
    exit::Exit,
    selftest,
    worker::{Clock, StartedAt, SystemClock},
};

/// Finds pictures by picture, on your own computer. Without a verb it opens the window.
#[derive(Debug, Parser)]
#[command(name = "image-search", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    /// Check everything without a display or a network, in a temporary folder
    #[arg(long)]
    selftest: bool,
    /// With --selftest: print JSON
    #[arg(long, requires = "selftest")]
    json: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// Where things lie and what time it is.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// Folder of the catalogue
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Folder of the account, which knows whether the free month was used
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "IMAGE_SEARCH_CONFIG_DIR"
    )]
    pub config_dir: Option<PathBuf>,
    /// Start the clock at this instant, for tests (2026-11-16T00:00:00Z)
    #[arg(long, value_name = "RFC3339", global = true)]
    pub now: Option<Timestamp>,
    /// Use an ONNX image encoder of your own; its settings lie beside it
    #[arg(long, value_name = "FILE", global = true)]
    pub model: Option<PathBuf>,
}

impl Place {
    pub fn clock(&self) -> Arc<dyn Clock> {
        match self.now {
            Some(at) => Arc::new(StartedAt::new(at)),
            None => Arc::new(SystemClock),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Index files and folders
    Index {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Find the pictures most like one
    Search(SearchArgs),
    /// List what is indexed, the newest first
    List {
        #[arg(long)]
        json: bool,
    },
    /// Remove pictures by id or path; undo brings them back
    Remove {
        #[arg(required = true, value_name = "ID|PATH")]
        what: Vec<String>,
    },
    /// Take the latest removal or edit back
    Undo,
    /// Write the whole catalogue as a file, or to the terminal
    Export {
        format: Format,
        file: Option<PathBuf>,
    },
    /// What the catalogue holds and what the subscription allows
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Check the catalogue for damage
    Verify,
    /// Compute every descriptor anew, after a change of model
    Reindex,
    /// The price list
    Plans {
        #[arg(long)]
        json: bool,
    },
    /// The free month, purchases, changes and renewals
    #[command(subcommand)]
    Subscription(subscription::Verb),
}

#[derive(Debug, Args)]
struct SearchArgs {
    image: PathBuf,
    /// How many results
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    /// How many of the best results to skip
    #[arg(long, default_value_t = 0)]
    start: usize,
    /// Search for a part of the picture, in pixels
    #[arg(long, value_name = "X,Y,W,H", value_parser = catalogue::region)]
    region: Option<crate::domain::query::Region>,
    /// Leave out what is less alike than this, 0 to 1
    #[arg(long, value_name = "T", default_value_t = 0.0, value_parser = catalogue::share)]
    threshold: f32,
    /// For instance: category = 'shoes' AND int_attr1 >= 10
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Also look for the picture turned by 90, 180 and 270 degrees
    #[arg(long)]
    rotations: bool,
    /// At most one result of each product
    #[arg(long)]
    distinct_product: bool,
    /// Compare with every picture, and say what the graph had missed
    #[arg(long)]
    exact: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = crate::domain::plan::check() {
        eprintln!("{error}");
        return Exit::Failed.into();
    }
    let exit = match (cli.verb, cli.selftest) {
        (None, true) => selftest::run(cli.json),
        (None, false) => settle(window::open(&cli.place)),
        (Some(_), true) => {
            eprintln!("--selftest takes no verb.");
            Exit::Usage
        }
        (Some(verb), false) => headless(&cli.place, verb),
    };
    exit.into()
}

fn headless(place: &Place, verb: Verb) -> Exit {
    settle(match verb {
        Verb::Index { paths, json } => catalogue::index(place, paths, json),
        Verb::Search(args) => catalogue::search(place, args),
        Verb::List { json } => catalogue::list(place, json),
        Verb::Remove { what } => catalogue::remove(place, &what),
        Verb::Undo => catalogue::undo(place),
        Verb::Export { format, file } => catalogue::export(place, format, file),
        Verb::Status { json } => catalogue::status(place, json),
        Verb::Verify => catalogue::verify(place),
        Verb::Reindex => catalogue::reindex(place),
        Verb::Plans { json } => subscription::plans(json),
        Verb::Subscription(verb) => subscription::run(place, verb),
    })
}

/// Says why a verb ended without its result.
fn settle(done: Result<Exit, session::Failed>) -> Exit {
    done.unwrap_or_else(|failed| {
        eprintln!("{}", failed.text);
        failed.exit
    })
}
