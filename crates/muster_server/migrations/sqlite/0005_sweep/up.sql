-- What the sweeper looks for: ends that were long ago, uploads that were given up.
CREATE INDEX imports_ended ON imports (finished_at) WHERE state IN ('completed', 'failed');
CREATE INDEX imports_uploading ON imports (created_at) WHERE state = 'uploading';
