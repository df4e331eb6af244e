/** What page and worker say to each other. */

import type { ImportView } from '../api/types';
import type { Failure } from '../session/errors';
import type { Words } from '../text/text';
import type {
  Alarm, ColumnFacts, Creations, Effects, FileChoice, FieldGuess, FileFacts, Import, Judged, Marks, Offer, Outcome, Progress, RowView, Sought, Verdict, Workspace,
} from '../session/types';

/** The calls of a session, as the worker answers them. */
export interface Calls {
  open(endpoint: string, workspace: Workspace): void;
  glance(file: File, choice?: FileChoice): FileFacts | null;
  judge(description: Import): Judged;
  read(file: File, choice?: FileChoice): FileFacts;
  configure(description: Import): ColumnFacts[];
  compare(): Verdict;
  bytesToSend(): number;
  rows(filter: Outcome | null, offset: number, count: number): { total: number; rows: RowView[] };
  find(sought: Sought): Uint32Array;
  rowsAt(filter: Outcome | null, positions: Uint32Array): RowView[];
  edit(row: number, column: number, value: string | null): Verdict | null;
  leaveOut(rows: number[], isOut: boolean): Verdict | null;
  repair(id: string): Verdict | null;
  undo(): Verdict | null;
  redo(): Verdict | null;
  repairs(): Offer[];
  alarms(): Alarm[];
  effects(): Effects[];
  creations(): Creations;
  columns(): ColumnFacts[];
  description(): Import | null;
  marks(): Marks;
  guess(column: number): FieldGuess | null;
  phoneCountries(column: number): [country: string, numbers: number][];
  errorRows(words: Words): Blob;
  start(fileName: string, language: string): ImportView;
  cancel(): void;
}

export type Name = keyof Calls;

export type ToWorker =
  | { [N in Name]: { id: number; call: N; args: Parameters<Calls[N]> } }[Name]
  | { token: string }
  | { noToken: string };

export type ToPage =
  | { id: number; value: unknown }
  | { id: number; failure: Failure }
  | { progress: Progress }
  | { wantToken: true }
  | { trap: string };
