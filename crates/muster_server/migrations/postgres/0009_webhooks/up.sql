-- What the operator's addresses are to be told: written with what it tells of, deleted when all have taken it.
CREATE TABLE webhook_outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
  at BIGINT NOT NULL,
  body TEXT NOT NULL, -- as it is sent
  taken TEXT NOT NULL DEFAULT '[]', -- digests of the addresses that have taken it
  attempts INTEGER NOT NULL DEFAULT 0,
  leased_until BIGINT NOT NULL DEFAULT 0,
  not_before BIGINT NOT NULL DEFAULT 0 -- an attempt failed: the next one waits
);
CREATE INDEX webhook_outbox_due ON webhook_outbox (not_before, id);
CREATE INDEX webhook_outbox_by_time ON webhook_outbox (at);
