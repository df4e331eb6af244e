-- What happened to contacts, for whoever follows: a row per step, which is a batch that was applied or taken back, or
-- an edit. Steps are counted under the workspace's lock, so that they are seen in their order and without gaps.
ALTER TABLE workspaces ADD COLUMN last_change BIGINT NOT NULL DEFAULT 0;
CREATE TABLE changes (
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  step BIGINT NOT NULL,
  at BIGINT NOT NULL,
  import_id BIGINT, -- whose doing it is, none for an edit
  number INTEGER, -- the batch that was applied: its outcome says what changed
  contact_id BIGINT, -- the only contact that an edit is about
  body BYTEA, -- what changed, where no outcome says it
  PRIMARY KEY (workspace_id, step)
);
CREATE INDEX changes_by_time ON changes (at);
CREATE INDEX changes_of_contact ON changes (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
