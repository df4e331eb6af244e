CREATE TABLE workspaces (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL UNIQUE, -- the token's claim
  name TEXT NOT NULL,
  fingerprint_key BLOB NOT NULL
);

CREATE TABLE fields (
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  rule TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, key)
) WITHOUT ROWID;

-- An empty text is no value. The columns *_by say which import created the contact, and which one wrote the identifier
-- that it has now: against its own rows an import does what was previewed.
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  version INTEGER NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  country TEXT NOT NULL,
  language TEXT NOT NULL,
  custom TEXT NOT NULL, -- a JSON object of texts
  id_print BIGINT NOT NULL,
  phone_print BIGINT,
  email_print BIGINT,
  created_by BIGINT,
  phone_by BIGINT,
  email_by BIGINT
);
CREATE INDEX contacts_of_workspace ON contacts (workspace_id, id);
CREATE INDEX contacts_by_id ON contacts (workspace_id, id_print);
CREATE INDEX contacts_by_phone ON contacts (workspace_id, phone_print) WHERE phone_print IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (workspace_id, email_print) WHERE email_print IS NOT NULL;

CREATE TABLE tags (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  name TEXT NOT NULL,
  folded TEXT NOT NULL, -- equal for names that differ in case only
  created_by BIGINT -- the import
);
CREATE UNIQUE INDEX tags_by_name ON tags (workspace_id, folded);

CREATE TABLE contact_tags (
  workspace_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  tag_id BIGINT NOT NULL REFERENCES tags (id),
  PRIMARY KEY (workspace_id, contact_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX contact_tags_by_tag ON contact_tags (workspace_id, tag_id);

CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  state TEXT NOT NULL, -- uploading, queued, applying, completed, failed
  reason TEXT, -- why it failed
  idempotency_key TEXT,
  request_digest BLOB NOT NULL,
  file_name TEXT NOT NULL,
  file_size BIGINT NOT NULL,
  file_digest TEXT NOT NULL,
  signature TEXT,
  language TEXT NOT NULL,
  description TEXT NOT NULL, -- the import as JSON
  uploaded_by TEXT NOT NULL,
  uploaded_by_id TEXT NOT NULL,
  created_at BIGINT NOT NULL, -- milliseconds, as all times
  received_at BIGINT NOT NULL, -- the last batch
  finished_at BIGINT,
  row_count BIGINT NOT NULL,
  batch_count INTEGER, -- set by commit, as the next
  commit_digest TEXT,
  to_apply BIGINT NOT NULL DEFAULT 0,
  applied BIGINT NOT NULL DEFAULT 0,
  new_count BIGINT NOT NULL DEFAULT 0,
  updated_count BIGINT NOT NULL DEFAULT 0,
  unchanged_count BIGINT NOT NULL DEFAULT 0,
  skipped_count BIGINT NOT NULL DEFAULT 0,
  error_count BIGINT NOT NULL DEFAULT 0,
  bytes_received BIGINT NOT NULL DEFAULT 0,
  errors_by_code TEXT NOT NULL DEFAULT '{}',
  file_tags TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX imports_of_workspace ON imports (workspace_id, id);
CREATE UNIQUE INDEX imports_by_key ON imports (workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- The outcome is the journal, too: what every row became, with the old values of what it changed.
CREATE TABLE import_batches (
  workspace_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  digest BLOB NOT NULL,
  payload BLOB NOT NULL,
  first_row BIGINT NOT NULL,
  last_row BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  to_apply BIGINT NOT NULL,
  outcome BLOB, -- there once the batch was applied
  PRIMARY KEY (workspace_id, import_id, number)
);

-- A committed import that has not ended. Attempts are those on its next batch.
CREATE TABLE jobs (
  workspace_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  next_batch INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  queued_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, import_id)
) WITHOUT ROWID;
