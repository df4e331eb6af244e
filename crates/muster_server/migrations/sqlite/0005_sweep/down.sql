DROP INDEX imports_uploading;
DROP INDEX imports_ended;
