-- How the columns of a header are imported: a description without values of cells.
CREATE TABLE recipes (
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  signature TEXT NOT NULL, -- of the header, under the workspace's key
  recipe TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, signature)
);
-- A file that was imported before is told.
CREATE INDEX imports_by_file ON imports (workspace_id, file_digest, id);
