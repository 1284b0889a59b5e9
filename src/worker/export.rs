//! Catalogue, results and failures as files: written a part at a time, so that the worker goes on
//! answering, into a temporary file that takes its name only when it is whole.

use std::{
    collections::VecDeque,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use super::{
    command::{ExportFormat, RequestId},
    deadline::Deadline,
    event::{Event, FailureKind},
    shared::Shared,
};
use crate::{
    domain::{
        catalogue::ListRequest,
        job::JobId,
        query::{Answer, Cut},
        record::{Record, RecordId},
    },
    engine::{
        catalogue::QueryVectors,
        files::whole::{self, WholeFile, WriteError},
        store::StoreError,
    },
};

/// Records written before other work gets a turn.
const AT_ONCE: usize = 500;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
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
    to: PathBuf,
    ids: VecDeque<RecordId>,
    rows: u64,
    writer: RecordWriter,
}

enum RecordWriter {
    Csv(Box<csv::Writer<WholeFile>>),
    JsonLines(WholeFile),
}

impl RecordWriter {
    fn new(to: &Path, format: ExportFormat) -> Result<Self, WriteError> {
        let file = WholeFile::create(to)?;
        Ok(match format {
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(file);
                let header = writer.write_record(RECORD_HEADER);
                header.map_err(|error| WriteError::new(to, error.into()))?;
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

    fn finish(self, to: &Path) -> Result<(), WriteError> {
        let file = match self {
            Self::Csv(writer) => writer
                .into_inner()
                .map_err(|error| WriteError::new(to, error.into_error()))?,
            Self::JsonLines(file) => file,
        };
        file.commit()
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
        fields.product_id.clone(),
        fields.name.clone(),
        fields.category.clone(),
        fields.custom.clone(),
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
            .map(|text| text.clone().unwrap_or_default()),
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
    record
        .paths
        .iter()
        .map(|path| path.to_string_lossy())
        .collect::<Vec<_>>()
        .join("\n")
}

impl Exports {
    pub fn catalogue(
        &mut self,
        shared: &Shared,
        request: RequestId,
        to: PathBuf,
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
        if (written.is_err() || export.ids.is_empty())
            && let Some(export) = self.queue.pop_front()
        {
            let request = export.request;
            match written.and_then(|()| export.finish()) {
                Ok((to, rows)) => shared.out.send(Event::Exported { request, to, rows }),
                Err(error) => shared.out.failed(request, FailureKind::System, error),
            }
        }
        match self.queue.is_empty() {
            true => Deadline::NEVER,
            false => Deadline::at_once(now),
        }
    }

    /// A part of an answer whose vectors are known.
    pub fn answer(
        &self,
        shared: &Shared,
        request: RequestId,
        vectors: &QueryVectors,
        cut: &Cut,
        to: PathBuf,
    ) {
        let answer = match shared.catalogue.search(vectors, cut) {
            Ok(answer) => answer,
            Err(error) => return shared.out.failed(request, FailureKind::System, error),
        };
        let rows = answer.hits.len() as u64;
        match write_whole(&to, |out| write_answer(out, &answer)) {
            Ok(()) => shared.out.send(Event::Exported { request, to, rows }),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn failures(&self, shared: &Shared, request: RequestId, job: JobId, to: PathBuf) {
        let failures = match shared.catalogue.store().failures(job, usize::MAX) {
            Ok(failures) => failures,
            Err(error) => return shared.out.failed(request, FailureKind::System, error),
        };
        let written = write_whole(&to, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(["path", "reason"])?;
            for failure in &failures {
                csv.write_record([&*failure.path.to_string_lossy(), &failure.reason])?;
            }
            csv.flush()
        });
        let rows = failures.len() as u64;
        match written {
            Ok(()) => shared.out.send(Event::Exported { request, to, rows }),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }
}

impl Export {
    fn begin(
        shared: &Shared,
        request: RequestId,
        to: PathBuf,
        format: ExportFormat,
    ) -> Result<Self, ExportError> {
        let listing = shared.catalogue.store().listing(&ListRequest::default())?;
        let writer = RecordWriter::new(&to, format)?;
        Ok(Self {
            request,
            to,
            ids: listing.ids.into(),
            rows: 0,
            writer,
        })
    }

    fn write_part(&mut self, shared: &Shared) -> Result<(), ExportError> {
        let ids: Vec<RecordId> = self.ids.drain(..AT_ONCE.min(self.ids.len())).collect();
        for record in shared.catalogue.store().records(&ids)? {
            self.writer
                .write(&record)
                .map_err(|source| WriteError::new(&self.to, source))?;
            self.rows += 1;
        }
        Ok(())
    }

    /// The file and its rows.
    fn finish(self) -> Result<(PathBuf, u64), ExportError> {
        self.writer.finish(&self.to)?;
        Ok((self.to, self.rows))
    }
}

fn write_answer(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "rank",
        "score",
        "verdict",
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
            record.id.to_string(),
            record.fields.name.clone(),
            record.fields.category.clone(),
            record.fields.product_id.clone(),
            paths(record),
        ])?;
    }
    csv.flush()
}

/// Writes a file that is either whole or not there.
///
/// # Errors
///
/// [`ExportError::Write`] where the folder or the disk refuses.
pub fn write_whole(
    to: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), ExportError> {
    Ok(whole::write_with(to, write)?)
}
