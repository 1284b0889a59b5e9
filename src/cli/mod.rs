//! The command line: the window, headless verbs, the self-test.

mod arguments;
mod catalogue;
mod compare;
pub mod failed;
mod place;
mod print;
mod resolve;
mod restore;
pub mod session;
mod subscription;
mod trial;
mod window;

use std::process::ExitCode;

use clap::Parser;

pub use place::Place;

use crate::{exit::Exit, selftest};
use arguments::{Cli, Verb};

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
        Verb::Compare { left, right, json } => compare::compare(place, &left, &right, json),
        Verb::Search(args) => catalogue::search(place, args),
        Verb::List { json } => catalogue::list(place, json),
        Verb::Remove { what } => catalogue::remove(place, &what),
        Verb::Undo => catalogue::undo(place),
        Verb::Export {
            format,
            file,
            force,
        } => catalogue::export(place, format, file, force),
        Verb::Status { json } => catalogue::status(place, json),
        Verb::Verify => catalogue::verify(place),
        Verb::RestoreBackup { copy } => restore::run(place, copy),
        Verb::Reindex => catalogue::reindex(place),
        Verb::TryPicture { path } => Ok(trial::picture(&path)),
        Verb::TryModel { path } => trial::model(&path),
        Verb::Plans { json } => subscription::plans(json),
        Verb::Subscription(verb) => subscription::run(place, verb),
    })
}

/// Says why a verb ended without its result.
fn settle(done: Result<Exit, failed::Failed>) -> Exit {
    done.unwrap_or_else(|failed| {
        print::error(&failed.text);
        failed.exit
    })
}
