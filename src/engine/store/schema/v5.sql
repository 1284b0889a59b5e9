-- One kind of row for every kind of job.
ALTER TABLE job ADD COLUMN kind TEXT NOT NULL DEFAULT 'import';
-- What has to be mended for a held job to go on; `held` says it in words.
ALTER TABLE job ADD COLUMN held_by TEXT;
UPDATE job SET held_by = 'subscription' WHERE state = 'held';
-- The content a preview read; NULL where it was not read yet.
ALTER TABLE job_file ADD COLUMN hash BLOB;

-- Re-indexing begun before it was a job.
INSERT INTO job (kind, title, state, listed, started_at)
SELECT 'reindex', 'Re-index with the new model', 'running', 1,
       CAST(unixepoch('subsec') * 1000000 AS INTEGER)
FROM meta WHERE key = 'next_model_id';
