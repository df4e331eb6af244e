-- Who looked up, imported and downloaded: numbers, never values.
CREATE TABLE audit (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  at BIGINT NOT NULL,
  who TEXT NOT NULL, -- the token's sub
  action TEXT NOT NULL, -- match, values, commit, results
  import_id BIGINT,
  things BIGINT NOT NULL -- fingerprints, contacts or rows
);
CREATE INDEX audit_of_workspace ON audit (workspace_id, at);
