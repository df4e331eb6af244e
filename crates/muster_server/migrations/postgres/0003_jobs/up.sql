-- A job is done a batch a turn. A turn has a lease by the database's clock; whoever takes it raises the fence, and what
-- an older fence wants to write is refused.
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'apply'; -- apply, undo
ALTER TABLE jobs ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE; -- by an operator
ALTER TABLE jobs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN leased_by TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN leased_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0; -- an attempt failed: the next one waits
ALTER TABLE jobs ADD COLUMN turn_at BIGINT NOT NULL DEFAULT 0; -- the last turn: the next one is whose was longest ago
-- What the rows count as when the batch is never applied: so an import ends without its batches being read.
ALTER TABLE import_batches ADD COLUMN planned TEXT NOT NULL DEFAULT '{}';
