-- Instants are microseconds since 1970 (UTC) unless the name says otherwise.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    -- Without a type, so that no text is taken for a number.
    value
) WITHOUT ROWID;
INSERT INTO meta VALUES ('stored', 0), ('sequence', 0);

CREATE TABLE record (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The undo entry that would bring it back; NULL while it is in the catalogue.
    removed    INTEGER,
    indexed_at INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    product_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    category   TEXT NOT NULL,
    int_attr1  INTEGER,
    int_attr2  INTEGER,
    int_attr3  INTEGER,
    int_attr4  INTEGER,
    str_attr1  TEXT,
    str_attr2  TEXT,
    str_attr3  TEXT,
    str_attr4  TEXT,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    file_bytes INTEGER NOT NULL,
    format     TEXT NOT NULL
);
CREATE UNIQUE INDEX record_hash ON record (hash) WHERE removed IS NULL;
CREATE INDEX record_removed ON record (removed) WHERE removed IS NOT NULL;
CREATE INDEX record_category ON record (category) WHERE removed IS NULL;

-- One i8 a dimension, then the scale as little-endian f32.
CREATE TABLE vector (
    record INTEGER PRIMARY KEY REFERENCES record (id),
    codes  BLOB NOT NULL
);

CREATE TABLE path (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    record      INTEGER NOT NULL REFERENCES record (id),
    -- 1 while its record is removed: another record may then hold the same path.
    hidden      INTEGER NOT NULL DEFAULT 0,
    seen_at     INTEGER NOT NULL,
    len         INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    raw         BLOB NOT NULL
);
CREATE UNIQUE INDEX path_raw ON path (raw) WHERE hidden = 0;
CREATE INDEX path_record ON path (record, seen_at);

CREATE TABLE job (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL,
    held       TEXT,
    -- 1 once every file is listed.
    listed     INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    total      INTEGER NOT NULL DEFAULT 0,
    indexed    INTEGER NOT NULL DEFAULT 0,
    unchanged  INTEGER NOT NULL DEFAULT 0,
    failed     INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE job_root (
    job INTEGER NOT NULL REFERENCES job (id),
    raw BLOB NOT NULL
);
CREATE TABLE job_file (
    item        INTEGER PRIMARY KEY AUTOINCREMENT,
    job         INTEGER NOT NULL REFERENCES job (id),
    -- 0 pending, 1 done (while the listing goes on), 2 failed, 3 refused.
    state       INTEGER NOT NULL,
    len         INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    raw         BLOB NOT NULL,
    reason      TEXT
);
CREATE UNIQUE INDEX job_file_raw ON job_file (job, raw);
CREATE INDEX job_file_state ON job_file (job, state, item);

CREATE TABLE ledger (
    number INTEGER PRIMARY KEY,
    body   TEXT NOT NULL
);
CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'an order is never changed'); END;
CREATE TRIGGER ledger_grows BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'an order is never removed'); END;
CREATE TABLE account (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE upload (
    at    INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);
CREATE TABLE upload_day (
    day   TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE call (
    kind  TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, at_ms)
) WITHOUT ROWID;
CREATE TABLE call_total (
    kind  TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE message (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    severity TEXT NOT NULL,
    text     TEXT NOT NULL,
    job      INTEGER
);

CREATE TABLE undo (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL,
    label TEXT NOT NULL
);
-- The fields as they were before an edit, as JSON.
CREATE TABLE undo_fields (
    undo   INTEGER NOT NULL REFERENCES undo (id) ON DELETE CASCADE,
    record INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (undo, record)
) WITHOUT ROWID;
-- A path as it was before it moved.
CREATE TABLE undo_path (
    undo        INTEGER NOT NULL REFERENCES undo (id) ON DELETE CASCADE,
    path        INTEGER NOT NULL,
    raw         BLOB NOT NULL,
    len         INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    PRIMARY KEY (undo, path)
) WITHOUT ROWID;
