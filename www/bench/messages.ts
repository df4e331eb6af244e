/** What the benchmark's page and worker say to each other. */

import type { Counts, Import, Workspace } from '../src/session/types';

/** What the server would have said, fetched before anything is measured. */
export interface Known {
  workspace: Workspace;
  import: Import;
  matches: Uint8Array[];
  values: Uint8Array[];
}

export type Order =
  | { known: Known }
  | { file: File; verdict: boolean }
  /** A column of phone numbers to be checked, as a file. */
  | { phones: File };

export interface Done {
  rows: number;
  counts: Counts | null;
  /**
   * Milliseconds from the file to the read records, to the validated columns, to all requests (rows are held against
   * the first answers to know what else to ask), and to the verdict.
   */
  steps: { split: number; validate: number; ask: number; diff: number } | null;
  wasmBytes: number;
}
