//! The arguments of the command line, as they are parsed.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{place::Place, subscription};
use crate::domain::query::Region;

/// Finds pictures by picture, on your own computer. Without a verb it opens the window.
#[derive(Debug, Parser)]
#[command(name = "image-search", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    /// Check everything without a display or a network, in a temporary folder
    #[arg(long)]
    pub selftest: bool,
    /// With --selftest: print JSON
    #[arg(long, requires = "selftest")]
    pub json: bool,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Index files and folders
    Index {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Find the pictures most like one
    Search(SearchArgs),
    /// Say what two pictures are to each other: files, or pictures of the catalogue by id or path
    Compare {
        #[arg(value_name = "A")]
        left: OsString,
        #[arg(value_name = "B")]
        right: OsString,
        #[arg(long)]
        json: bool,
    },
    /// List what is indexed, the newest first
    List {
        #[arg(long)]
        json: bool,
    },
    /// Remove pictures by id or path; undo brings them back
    Remove {
        #[arg(required = true, value_name = "ID|PATH")]
        what: Vec<OsString>,
    },
    /// Take the latest removal or edit back
    Undo,
    /// Write the whole catalogue as a file, or to the terminal
    Export {
        format: Format,
        file: Option<PathBuf>,
        /// Replace a file of that name
        #[arg(long)]
        force: bool,
    },
    /// What the catalogue holds and what the subscription allows
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Check the catalogue for damage
    Verify,
    /// Put a backup in place of a damaged or lost catalogue, which is kept beside it
    RestoreBackup {
        /// A backup, or its name in the catalogue's folder [default: the newest sound one]
        copy: Option<PathBuf>,
    },
    /// Compute every descriptor again, after a change of model
    Reindex,
    /// Read one picture in a process of its own, for an import that ended on it
    #[command(hide = true)]
    TryPicture { path: PathBuf },
    /// Open a model in a process of its own, before it is used
    #[command(hide = true)]
    TryModel { path: PathBuf },
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
pub struct SearchArgs {
    pub image: PathBuf,
    /// How many results
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub top: u16,
    /// How many of the best results to skip
    #[arg(long, default_value_t = 0)]
    pub start: usize,
    /// Search for a part of the picture, in pixels
    #[arg(long, value_name = "X,Y,W,H", value_parser = region)]
    pub region: Option<Region>,
    /// Leave out what is less alike than this, 0 to 1
    #[arg(long, value_name = "T", default_value_t = 0.0, value_parser = share)]
    pub threshold: f32,
    /// For instance: category = 'shoes' AND int_attr1 >= 10
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Also look for the picture turned by 90, 180 and 270 degrees
    #[arg(long)]
    pub rotations: bool,
    /// At most one result of each product
    #[arg(long)]
    pub distinct_product: bool,
    /// Compare with every picture, and say what the graph had missed
    #[arg(long)]
    pub exact: bool,
    /// Ask for the whole picture alone: no crops of it, and no proof of copies
    #[arg(long)]
    pub quick: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    Csv,
    Jsonl,
}

/// `X,Y,W,H` in pixels.
fn region(text: &str) -> Result<Region, String> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    match numbers.as_deref() {
        Ok([x, y, width, height]) if *width > 0 && *height > 0 => Ok(Region {
            x: *x,
            y: *y,
            width: *width,
            height: *height,
        }),
        _ => Err("give four whole numbers: left, top, width and height in pixels".to_owned()),
    }
}

/// A share from 0 to 1.
fn share(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a number from 0 to 1".to_owned()),
    }
}
