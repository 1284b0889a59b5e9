-- Names this catalogue among those of the account.
INSERT INTO meta VALUES ('catalogue_id', lower(hex(randomblob(16))));

-- See store/checksum.rs.
ALTER TABLE record      ADD COLUMN checksum INTEGER;
ALTER TABLE vector      ADD COLUMN checksum INTEGER;
ALTER TABLE path        ADD COLUMN checksum INTEGER;
ALTER TABLE account     ADD COLUMN checksum INTEGER;
ALTER TABLE upload      ADD COLUMN checksum INTEGER;
ALTER TABLE upload_day  ADD COLUMN checksum INTEGER;
ALTER TABLE call_total  ADD COLUMN checksum INTEGER;
ALTER TABLE undo_fields ADD COLUMN checksum INTEGER;
ALTER TABLE undo_path   ADD COLUMN checksum INTEGER;
