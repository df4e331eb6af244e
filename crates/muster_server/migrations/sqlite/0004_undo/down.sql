ALTER TABLE import_batches DROP COLUMN kept;
ALTER TABLE imports DROP COLUMN undo;
