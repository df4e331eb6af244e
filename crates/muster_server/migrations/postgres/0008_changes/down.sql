DROP TABLE changes;
ALTER TABLE workspaces DROP COLUMN last_change;
