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
   * Milliseconds from the file to the read records, to the validated columns, and to the verdict; `ask` of it for
   * what the server is asked, which whoever has the contacts at hand does not need.
   */
  steps: { split: number; validate: number; ask: number; diff: number } | null;
  wasmBytes: number;
}
