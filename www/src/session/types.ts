/** What a session of the worker takes and gives: the only types the elements know of it. */

import type { Duplicates, Field, FieldType, Format, Identifier, Invalid, Policy, Purpose } from '../api/schema';

export type { Duplicates, Field, FieldType, Format, Identifier, Invalid, Policy, Purpose, Workspace } from '../api/schema';

export type Outcome = 'new' | 'updated' | 'unchanged' | 'skipped' | 'error';
export type Counts = Record<Outcome, number>;
export type Severity = 'info' | 'warning' | 'error' | 'refusal';

export interface Column {
  index: number;
  field: string;
  policy: Policy;
  invalid: Invalid;
  format: Format;
}

/** How a file is read: found from its content, or as a person chose. */
export interface FileChoice {
  encoding: string;
  delimiter: string;
  header_row: 'auto' | number;
}

/** The import as JSON: one description for page, server and tests. */
export interface Import {
  purpose: Purpose;
  identifiers: Identifier[];
  duplicates: Duplicates;
  default_country: string | null;
  tags: string[];
  fields: { key: string; name: string; type: FieldType; options: string[]; create: boolean; new_options: string[] }[];
  rules: Record<string, Field['rule']>;
  columns: Column[];
  /** What is done about many cells at once; what isn't there stays as it is, as with the next two. */
  repairs?: { code: string; column: number; kind: 'suggestion' | 'empty' | 'percent' }[];
  file?: FileChoice;
  edits?: { row: number; column: number; value: string }[];
  left_out?: number[];
}

/** What is known of a file once it was read. */
export interface FileFacts {
  name: string;
  bytes: number;
  rows: number;
  encoding: string;
  delimiter: string;
  header: string[];
  /** The header's row number; 0 where there is none. */
  header_row: number;
  /** Why a person should be asked whether it is the header: it holds a contact, or fewer cells than most rows. */
  header_doubt: 'contact' | 'narrow' | null;
  /** The first cells of the rows among which the header is. */
  head: { row: number; cells: string[] }[];
  /** The first rows as they were split, at most ten, for a look. */
  sample: { row: number; cells: string[] }[];
  /** Three distinct values a column, for Map. */
  samples: string[][];
  /** A field suggested for each column; confidence in percent. */
  suggestions: ({ field: string; reason: 'exact' | 'normalised' | 'synonym' | 'spelling' | 'content'; confidence: number } | null)[];
}

/** What is found in the first rows of a file by themselves, without the contacts. */
export interface Judged {
  rows: number;
  /** Rows with a mistake. */
  errors: number;
  /** The first of them, as many as are shown of a file. */
  views: RowView[];
}

/** The type of a custom field that would take a column as it is, and what speaks for it. */
export interface FieldGuess {
  type: FieldType;
  /** Of a list, the most frequent first. */
  options: string[];
  /** Values that were looked at, and those of them that are of the type. */
  values: number;
  fitting: number;
}

/** A file that is refused as a whole. `kind` says what a file that is no CSV is. */
export interface Refusal {
  code: 'file_empty' | 'file_too_large' | 'not_csv' | 'no_data_rows' | 'too_many_rows';
  kind: string | null;
}

/** What became of a mapped column. */
export interface ColumnFacts {
  index: number;
  field: string;
  filled: number;
  errors: number;
  warnings: number;
  format: Format;
  by_code: Record<string, number>;
}

export interface Issue {
  code: string;
  severity: Severity;
  column: number | null;
  value: string;
  suggestion: string | null;
  ids?: number[];
  kept_row?: number;
}

/** A row as the grid shows it. */
export interface RowView {
  row: number;
  outcome: Outcome;
  id: number | null;
  /** Text of every column of the file, trimmed. */
  cells: string[];
  /** By field key; only of new and updated rows. */
  changes: Record<string, { old: string | null; new: string | null }>;
  tags_added: string[];
  issues: Issue[];
}

export interface Verdict {
  counts: Counts;
  errors_by_code: Record<string, number>;
  warnings_by_code: Record<string, number>;
  /** Skipped rows by reason. */
  skipped_by_code: Record<string, number>;
  /** The same three by column, errors first. */
  totals: { code: string; severity: Severity; column: number | null; count: number }[];
  new_tags: string[];
  /** The step that can be taken back, and the one that can be made once more. */
  undo: Step | null;
  redo: Step | null;
  /** Bytes that looking up took: sent and received. */
  bytes_looked_up: { sent: number; received: number; fingerprints: number };
}

/** What was done in one step. */
export type Step =
  | { kind: 'edit'; row: number; column: number }
  | { kind: 'leave_out' | 'bring_back'; rows: number }
  | { kind: 'repair'; id: string; code: string; column: number | null; count: number }
  | { kind: 'configure'; settings: Setting[] };

export type Setting =
  | 'purpose' | 'identifiers' | 'duplicates' | 'default_country' | 'tags' | 'fields' | 'rules'
  | 'mapping' | 'policy' | 'invalid' | 'format' | 'repairs' | 'rows';

/** Cells or rows of which the same was found, and what can be done about all of them. */
export interface Offer {
  id: string;
  code: string;
  severity: Severity;
  /** None for whole records. */
  column: number | null;
  remedy: 'suggestion' | 'empty' | 'percent' | 'replace' | 'leave_out';
  /** Cells, or rows that would be left out. */
  count: number;
  /** Phone numbers: what would be put before all of them. */
  prefix: string | null;
  examples: { row: number; old: string; new: string }[];
}

/** What a person has to look at before the import is begun. */
export type Alarm =
  | { kind: 'shifted_column'; field: string; column: number; changed: number; matched: number }
  | { kind: 'too_many_new_tags'; tags: number; limit: number; column: number | null; row: number };

/** Rows that are looked for: all that is given has to fit. */
export interface Sought {
  outcome: Outcome | null;
  code: string | null;
  column: number | null;
  text: string;
}

/** By what a file is told again in its workspace, and by what files with the same header are; no signature without one. */
export interface Marks {
  file_digest: string;
  signature: string | null;
}

/** What the policies that a column can have would do to stored values. */
export interface Effects {
  index: number;
  field: string;
  policies: { policy: Policy; fills: number; replaces: number; clears: number }[];
}

/** What commit creates: names of tags and fields, and options by the key of their list. */
export interface Creations {
  tags: string[];
  fields: string[];
  options: [string, string][];
}

export type Progress =
  | { step: 'read'; bytes: number; of: number; rows: number }
  /** Answers of those that are expected, and fingerprints that were looked up. */
  | { step: 'look-up'; done: number; of: number; looked_up: number; to_look_up: number }
  | { step: 'upload'; bytes: number; of: number; batches: number; of_batches: number };

/** Why a session ended on its own: the worker is gone, and with it the session. */
export type Trap = { message: string };
