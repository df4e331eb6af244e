DROP INDEX imports_by_file;
DROP TABLE recipes;
