-- Descriptors of another model in the making, beside those in use; all of one model.
CREATE TABLE vector_next (
    record INTEGER PRIMARY KEY,
    codes  BLOB NOT NULL
);
