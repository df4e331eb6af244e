import type { Issue } from '../session/types';
import texts from '../text/en.json';

const sentences: Record<string, unknown> = texts;

/** What is wrong, for the column `Error` of the file with the rows to correct. */
export function sentence(issue: Issue, header: string[]): string {
  const text = sentences[`issue.${issue.code}`];
  if (typeof text !== 'string') return issue.code;
  const parts: Record<string, string> = {
    value: issue.value,
    column: issue.column === null ? '' : (header[issue.column] ?? ''),
    ids: (issue.ids ?? []).join(', '),
    kept_row: String(issue.kept_row ?? ''),
  };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '');
}
