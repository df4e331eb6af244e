ALTER TABLE imports ADD COLUMN created TEXT NOT NULL DEFAULT '[]'; -- as JSON: fields and options that its commit created
