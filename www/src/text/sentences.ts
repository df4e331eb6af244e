/** What codes say to a person: issues of rows, refusals of files, errors of the server. */

import type { Alarm, Issue, Refusal, Step, Workspace } from '../session/types';
import { ApiError } from '../api/client';
import type { Text, TextKey } from './text';

/** The sentence of a row's issue. `header` names the columns. */
export function issueSentence(text: Text, issue: Issue, header: string[]): string {
  const rejected = issue.code === 'duplicate_in_file' && issue.severity === 'error';
  const key = rejected ? 'issue.duplicate_in_file.rejected' : `issue.${issue.code}`;
  const sentence = text.find(key, {
    value: shorten(issue.value),
    column: issue.column === null ? '' : (header[issue.column] ?? ''),
    ids: text.list((issue.ids ?? []).map(String)),
    kept_row: issue.kept_row ?? 0,
  });
  return sentence ?? issue.code;
}

/** The short name of a code, for groups. */
export function groupName(text: Text, code: string): string {
  return text.find(`group.${code}`) ?? code;
}

/** What a person has to look at before Import. */
export function alarmSentence(text: Text, alarm: Alarm, workspace: Workspace): string {
  if (alarm.kind === 'too_many_new_tags') return text.say('alarm.too_many_new_tags', { n: alarm.tags, limit: alarm.limit, row: alarm.row });
  const field = workspace.fields.find(({ key }) => key === alarm.field)?.name ?? alarm.field;
  return text.say('alarm.shifted_column', { n: alarm.changed, of: alarm.matched, field });
}

/** What a step did, for whoever takes it back. */
export function stepSentence(text: Text, step: Step, header: string[]): string {
  switch (step.kind) {
    case 'edit': return text.say('step_done.edit', { row: step.row, column: header[step.column] ?? '' });
    case 'leave_out': case 'bring_back': return text.say(`step_done.${step.kind}`, { n: step.rows });
    case 'repair': return text.say('step_done.repair', { n: step.count, what: groupName(text, step.code) });
    case 'configure': return text.say('step_done.configure');
  }
}

/** What is wrong with a file that is refused as a whole, and what to do. */
export function refusalSentence(text: Text, refusal: Refusal, bytes: number, limits: Workspace['limits']): string {
  const values = {
    size: text.bytes(bytes),
    limit: refusal.code === 'too_many_rows' ? text.say('count.rows', { n: limits.max_rows }) : text.bytes(limits.max_bytes),
  };
  return text.find(`refusal.${refusal.code}.${refusal.kind}`, values) ?? text.say(`refusal.${refusal.code}`, values);
}

/** What to tell about an error, whatever it is. */
export function errorSentence(text: Text, error: unknown): string {
  return text.say(errorKey(text, error));
}

/** Codes that a person can do the same about. */
const ALIKE: Record<string, TextKey> = {
  batch_differs: 'error.batch_invalid', batches_missing: 'error.batch_invalid', digest_mismatch: 'error.batch_invalid', rows_mismatch: 'error.batch_invalid',
  idempotency_key_reused: 'error.batch_invalid', field_invalid: 'error.import_invalid', import_uploading: 'error.import_running',
  undo_running: 'error.import_running', import_committed: 'error.import_running', undo_invalid: 'error.fields_changed',
};

function errorKey(text: Text, error: unknown): TextKey {
  if (!(error instanceof ApiError)) {
    // What fetch throws without a connection.
    return error instanceof TypeError || !navigator.onLine ? 'error.offline' : 'error.unknown';
  }
  if (text.find(`error.${error.code}`)) return `error.${error.code}` as TextKey;
  const same = ALIKE[error.code];
  if (same) return same;
  switch (error.status) {
    case 408: return 'error.body_timeout';
    case 413: return 'error.too_large';
    case 0: return 'error.offline';
    case 401: return 'error.token';
    case 403: return 'error.forbidden';
    case 404: return 'error.not_found';
    case 410: return 'error.gone';
    case 429: return 'error.too_many_requests';
    default: return 'error.unknown';
  }
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
}
