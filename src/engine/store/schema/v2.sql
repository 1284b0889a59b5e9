ALTER TABLE record ADD COLUMN custom TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_indexed_at ON record (indexed_at) WHERE removed IS NULL;

-- What listings read of the records in the catalogue, and only of those: derived, never asked for
-- anything that is not in the other tables.
CREATE TABLE shown (
    record   INTEGER PRIMARY KEY REFERENCES record (id),
    -- Sorts as people count: "2.jpg" before "10.jpg".
    name_key TEXT NOT NULL,
    -- The folder of the newest path, as text.
    folder   TEXT NOT NULL,
    -- Everything searched for text, case folded, a line each.
    text     TEXT NOT NULL
);
CREATE INDEX shown_name ON shown (name_key);
CREATE INDEX shown_folder ON shown (folder, name_key);
