ALTER TABLE imports ADD COLUMN undo TEXT; -- the last undo as JSON: of what, how far, its counts
ALTER TABLE import_batches ADD COLUMN kept BLOB; -- what the last undo left alone, because it was changed since
