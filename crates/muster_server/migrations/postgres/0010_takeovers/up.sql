-- Whether the turn was taken from somebody who said nothing any more.
ALTER TABLE jobs ADD COLUMN taken_over BOOLEAN NOT NULL DEFAULT FALSE;
