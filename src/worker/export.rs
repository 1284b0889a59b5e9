//! Catalogue, results and failures as files: written a part at a time, so that the worker goes on
//! answering, into a temporary file that takes its name only when it is whole.

use std::{
    collections::VecDeque,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use super::{
    command::{ExportFormat, RequestId, Target},
    deadline::Deadline,
    event::FailureKind,
    options::Options,
    shared::Shared,
};
use crate::{
    domain::{
        job::JobId,
        path::shown,
        query::{Answer, Hit},
        record::{Record, RecordId},
        verdict::Verdict,
    },
    engine::{
        files::{
            private,
            whole::{self, Access, WholeFile, WriteError},
        },
        ledger_copies::LedgerCopies,
        store::StoreError,
    },
};

/// Records written before other work gets a turn.
const AT_ONCE: usize = 500;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("{} is there already. Choose another name, or add --force to replace it.", shown(.0))]
    Exists(PathBuf),
    #[error("{} lies in a folder of the program's own. Choose another place.", shown(.0))]
    OwnFolder(PathBuf),
    #[error(
        "{} is no file, and nothing is written over it. Choose another name; without one, the export \
         goes to the terminal.", shown(.0)
    )]
    NoFile(PathBuf),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The desk of exports: catalogue exports run one after the other.
#[derive(Default)]
pub struct Exports {
    queue: VecDeque<Export>,
}

/// A catalogue export in progress.
struct Export {
    request: RequestId,
    to: Target,
    /// The last picture written; the next are those before it.
    before: Option<RecordId>,
    whole: bool,
    rows: u64,
    writer: RecordWriter,
}

enum RecordWriter {
    Csv(Box<csv::Writer<WholeFile>>),
    JsonLines(WholeFile),
}

impl RecordWriter {
    fn new(shared: &Shared, to: &Target, format: ExportFormat) -> Result<Self, ExportError> {
        let file = create(shared, to)?;
        Ok(match format {
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(file);
                let header = writer.write_record(RECORD_HEADER);
                header.map_err(|error| WriteError::new(&to.path, error.into()))?;
                Self::Csv(Box::new(writer))
            }
            ExportFormat::JsonLines => Self::JsonLines(file),
        })
    }

    fn write(&mut self, record: &Record) -> io::Result<()> {
        match self {
            Self::Csv(writer) => Ok(writer.write_record(record_row(record))?),
            Self::JsonLines(writer) => {
                serde_json::to_writer(&mut *writer, record)?;
                writer.write_all(b"\n")
            }
        }
    }

    fn finish(self, to: &Target) -> Result<(), ExportError> {
        let file = match self {
            Self::Csv(writer) => writer
                .into_inner()
                .map_err(|error| WriteError::new(&to.path, error.into_error()))?,
            Self::JsonLines(file) => file,
        };
        commit(file, to)
    }
}

const RECORD_HEADER: [&str; 21] = [
    "id",
    "hash",
    "product_id",
    "name",
    "category",
    "custom",
    "int_attr1",
    "int_attr2",
    "int_attr3",
    "int_attr4",
    "str_attr1",
    "str_attr2",
    "str_attr3",
    "str_attr4",
    "width",
    "height",
    "file_bytes",
    "format",
    "partial",
    "indexed_at",
    "paths",
];

fn record_row(record: &Record) -> Vec<String> {
    let fields = &record.fields;
    let mut row = vec![
        record.id.to_string(),
        record.hash.to_string(),
        cell(&fields.product_id),
        cell(&fields.name),
        cell(&fields.category),
        cell(&fields.custom),
    ];
    row.extend(
        fields
            .ints
            .iter()
            .map(|int| int.map_or_else(String::new, |int| int.to_string())),
    );
    row.extend(
        fields
            .strs
            .iter()
            .map(|text| cell(text.as_deref().unwrap_or_default())),
    );
    row.extend([
        record.width.to_string(),
        record.height.to_string(),
        record.file_bytes.to_string(),
        record.format.clone(),
        record.partial.to_string(),
        record.indexed_at.to_string(),
        paths(record),
    ]);
    row
}

/// A line each.
fn paths(record: &Record) -> String {
    let lines: Vec<_> = record
        .paths
        .iter()
        .map(|path| shown(path).to_string())
        .collect();
    cell(&lines.join("\n"))
}

/// A text as a cell of a table: spreadsheets take one that begins like a formula for one, and run
/// it, unless an apostrophe stands before it. A number is left alone, and a text that has such an
/// apostrophe already gets another, so that it can be taken back.
///
/// <https://owasp.org/www-community/attacks/CSV_Injection>
fn cell(text: &str) -> String {
    let begins_a_formula = text
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = text.parse().is_ok_and(f64::is_finite);
    match begins_a_formula && !is_number {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

impl Exports {
    pub fn catalogue(
        &mut self,
        shared: &Shared,
        request: RequestId,
        to: Target,
        format: ExportFormat,
    ) {
        match Export::begin(shared, request, to, format) {
            Ok(export) => self.queue.push_back(export),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    /// Writes a part of the first export.
    pub fn tick(&mut self, shared: &Shared, now: Instant) -> Deadline {
        let Some(export) = self.queue.front_mut() else {
            return Deadline::NEVER;
        };
        let written = export.write_part(shared);
        if (written.is_err() || export.whole)
            && let Some(export) = self.queue.pop_front()
        {
            let request = export.request;
            match written.and_then(|()| export.finish()) {
                Ok((to, rows)) => shared.out.exported(request, to, rows),
                Err(error) => shared.out.failed(request, FailureKind::System, error),
            }
        }
        match self.queue.is_empty() {
            true => Deadline::NEVER,
            false => Deadline::at_once(now),
        }
    }

    /// The results of a search.
    pub fn answer(&self, shared: &Shared, request: RequestId, answer: &Answer, to: Target) {
        let rows = answer.hits.len() as u64;
        match write_whole(shared, &to, |out| write_answer(out, answer)) {
            Ok(()) => shared.out.exported(request, to.path, rows),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn failures(&self, shared: &Shared, request: RequestId, job: JobId, to: Target) {
        let failures = match shared.catalogue.store().failures(job, usize::MAX) {
            Ok(failures) => failures,
            Err(error) => return shared.out.failed(request, FailureKind::System, error),
        };
        let written = write_whole(shared, &to, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(["path", "reason"])?;
            for failure in &failures {
                csv.write_record([
                    cell(&shown(&failure.path).to_string()),
                    cell(&failure.reason),
                ])?;
            }
            csv.flush()
        });
        let rows = failures.len() as u64;
        match written {
            Ok(()) => shared.out.exported(request, to.path, rows),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }
}

impl Export {
    fn begin(
        shared: &Shared,
        request: RequestId,
        to: Target,
        format: ExportFormat,
    ) -> Result<Self, ExportError> {
        let writer = RecordWriter::new(shared, &to, format)?;
        Ok(Self {
            request,
            to,
            before: None,
            whole: false,
            rows: 0,
            writer,
        })
    }

    fn write_part(&mut self, shared: &Shared) -> Result<(), ExportError> {
        let page = shared.catalogue.store().page(self.before, AT_ONCE)?;
        self.whole = page.is_empty();
        for record in page {
            self.before = Some(record.id);
            self.writer
                .write(&record)
                .map_err(|source| WriteError::new(&self.to.path, source))?;
            self.rows += 1;
        }
        Ok(())
    }

    /// The file and its rows.
    fn finish(self) -> Result<(PathBuf, u64), ExportError> {
        self.writer.finish(&self.to)?;
        Ok((self.to.path, self.rows))
    }
}

fn write_answer(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "rank",
        "score",
        "verdict",
        "unproven_because",
        "changes",
        "id",
        "name",
        "category",
        "product_id",
        "paths",
    ])?;
    for hit in &answer.hits {
        let record = &hit.record;
        csv.write_record([
            hit.rank.to_string(),
            format!("{:.4}", hit.score()),
            hit.verdict.id().to_owned(),
            hit.evidence
                .unproven_because()
                .unwrap_or_default()
                .to_owned(),
            changes(hit),
            record.id.to_string(),
            cell(&record.fields.name),
            cell(&record.fields.category),
            cell(&record.fields.product_id),
            paths(record),
        ])?;
    }
    csv.flush()
}

/// What was changed in a proven copy.
fn changes(hit: &Hit) -> String {
    let proof = hit.evidence.trial.proof();
    let proof = proof.filter(|_| hit.verdict == Verdict::EditedCopy);
    let changes = proof.map_or(&[][..], |proof| &proof.changes);
    changes
        .iter()
        .map(|change| change.id())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes a file of the user's that is either whole or not there.
///
/// # Errors
///
/// [`ExportError::Write`] where the folder or the disk refuses.
pub fn write_whole(
    shared: &Shared,
    to: &Target,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), ExportError> {
    let mut file = create(shared, to)?;
    write(&mut file).map_err(|source| WriteError::new(&to.path, source))?;
    commit(file, to)
}

fn create(shared: &Shared, to: &Target) -> Result<WholeFile, ExportError> {
    // A link to the folder is the folder.
    let folder = whole::folder_of(&to.path).canonicalize();
    if folder.is_ok_and(|folder| is_own(&folder, &to.path, shared.options)) {
        return Err(ExportError::OwnFolder(to.path.clone()));
    }
    // What a link leads to is looked at: /dev/stdout is one.
    if to.path.metadata().is_ok_and(|there| !there.is_file()) {
        return Err(ExportError::NoFile(to.path.clone()));
    }
    if !to.replace && to.path.symlink_metadata().is_ok() {
        return Err(ExportError::Exists(to.path.clone()));
    }
    Ok(WholeFile::create(&to.path, Access::Usual)?)
}

/// Whether this is a place of the program's own: anywhere with the catalogue, and where the account
/// keeps its files.
fn is_own(folder: &Path, file: &Path, options: &Options) -> bool {
    let is_within = |own: &Path| own.canonicalize().is_ok_and(|own| folder.starts_with(own));
    let config = options.config_dir.canonicalize();
    let is_account_file = config.is_ok_and(|config| folder == config)
        && private::CONFIG_FILES
            .iter()
            .any(|name| file.ends_with(name));
    is_within(&options.data_dir)
        || is_within(&LedgerCopies::folder_in(&options.config_dir))
        || is_account_file
}

fn commit(file: WholeFile, to: &Target) -> Result<(), ExportError> {
    if to.replace {
        return Ok(file.commit()?);
    }
    match file.commit_new() {
        Err(error) if error.source.kind() == io::ErrorKind::AlreadyExists => {
            Err(ExportError::Exists(to.path.clone()))
        }
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_defused_and_a_number_is_not() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("'=1", "''=1"),
            ("-5", "-5"),
            ("+1.5", "+1.5"),
            ("-inf", "'-inf"),
            ("shoes", "shoes"),
            ("'quoted'", "'quoted'"),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
