ALTER TABLE jobs DROP COLUMN taken_over;
