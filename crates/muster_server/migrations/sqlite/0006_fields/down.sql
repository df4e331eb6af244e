ALTER TABLE imports DROP COLUMN created;
