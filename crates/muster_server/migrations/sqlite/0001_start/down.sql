DROP TABLE jobs;
DROP TABLE import_batches;
DROP TABLE imports;
DROP TABLE contact_tags;
DROP TABLE tags;
DROP TABLE contacts;
DROP TABLE fields;
DROP TABLE workspaces;
