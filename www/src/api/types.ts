/** What the server's API takes and answers with, as its document says. */

import type * as api from './schema';

export type {
  Counts, Import, ImportDetails, ImportPage, ImportStatus, ImportView, NewImport, Undone, Workspace, WorkspaceName, WorkspaceView,
} from './schema';

/** A refusal (RFC 9457), or what takes its place where no answer came: then only these three are known. */
export type Problem = Pick<api.Problem, 'status' | 'code' | 'detail'> & { [extra: string]: unknown };
