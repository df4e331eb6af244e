/** What the server's API answers with. */

import type { Counts, Import, Outcome, Workspace } from '../session/types';

/** What somebody sees who may not import: an agent. */
export interface WorkspaceName {
  name: string;
  role: 'agent';
}

export type WorkspaceView = Workspace | WorkspaceName;

export type ImportStatus = 'processing' | 'completed' | 'failed' | 'expired';

/** A row of the history. */
export interface ImportView {
  id: number;
  created_at: string;
  finished_at: string | null;
  file_name: string;
  file_size: number;
  uploaded_by: string;
  status: ImportStatus;
  phase: 'uploading' | 'queued' | 'applying' | null;
  reason: string | null;
  rows: number;
  counts: Counts;
  to_apply: number;
  applied: number;
  tags: string[];
  results_until: string | null;
  bytes_received: number;
}

/** A row of the history, opened. */
export interface ImportDetails extends ImportView {
  import: Import;
  errors_by_code: Record<string, number>;
  file_tags: string[];
}

export interface ImportPage {
  imports: ImportView[];
  /** The cursor of the next page. */
  next: string | null;
}

/** What opens an import. */
export interface NewImport {
  file_name: string;
  file_size: number;
  file_digest: string;
  signature: string | null;
  rows: number;
  language: string;
  wire_version: number;
  import: Import;
}

/** The body of a refusal: RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail: string;
  [extra: string]: unknown;
}

export type { Counts, Outcome };
