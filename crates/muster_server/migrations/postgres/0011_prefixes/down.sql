DROP INDEX contacts_by_id;
CREATE INDEX contacts_by_id ON contacts (workspace_id, id_print);
DROP INDEX contacts_by_phone;
CREATE INDEX contacts_by_phone ON contacts (workspace_id, phone_print) WHERE phone_print IS NOT NULL;
DROP INDEX contacts_by_email;
CREATE INDEX contacts_by_email ON contacts (workspace_id, email_print) WHERE email_print IS NOT NULL;
