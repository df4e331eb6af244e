/** What stands in a cell of the grid. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Issue, Outcome, RowView } from '../session/types';
import { issueSentence } from '../text/sentences';
import type { Text } from '../text/text';
import * as icons from './icons';

export interface GridColumn {
  kind: 'row' | 'why' | 'field' | 'tags';
  name: string;
  /** The column of the file, when it is called otherwise. */
  from?: string;
  width: number;
  /** How large a part of the space that is left it takes. */
  grows?: number;
  /** Of `field`: the column's index and its field. */
  index?: number;
  field?: string;
  /** Shown where there is room for little. */
  matters?: boolean;
}

export interface Cell {
  /** A text by itself, or more than that. */
  content: TemplateResult | string;
  /** Its style: `bad` and `odd` are cells with an error or a warning. */
  state: '' | 'bad' | 'odd' | 'same';
  /** The element whose text explains it. */
  describedBy?: string | undefined;
  title?: string | undefined;
}

export function cell(text: Text, view: RowView, column: GridColumn, header: string[], why: string): Cell {
  switch (column.kind) {
    case 'row': return number(text, view);
    case 'why': return reason(text, view, header, why);
    case 'tags': return tags(view);
    case 'field': return value(text, view, column, why);
  }
}

function number(text: Text, { row, outcome }: RowView): Cell {
  return {
    content: html`<span class=${outcome}>${icons.outcome(outcome, 14)}</span><span class="hide">${text.say(`outcome.one.${outcome}`)}</span>${text.number(row)}`,
    state: '',
  };
}

function reason(text: Text, view: RowView, header: string[], id: string): Cell {
  const issues = weightiest(view.issues);
  const [first] = issues;
  if (!first) return { content: '', state: '' };
  const sentences = issues.map((issue) => issueSentence(text, issue, header));
  return {
    // The span says all of them to whoever can't see the cell; what doesn't fit is in its title.
    content: html`<span class=${first.severity}>${first.severity === 'info' ? icons.info(14) : icons.warn(14)}</span>
      <span class="value" id=${id}>${sentences.join(' ')}</span>
      ${sentences.length > 1 ? html`<span class="more number" aria-hidden="true">${text.say('review.more', { n: sentences.length - 1 })}</span>` : nothing}`,
    state: '',
    title: sentences.join('\n'),
  };
}

function value(text: Text, view: RowView, { index = 0, field = '' }: GridColumn, why: string): Cell {
  const issue = weightiest(view.issues.filter((issue) => issue.column === index))[0];
  const flagged = issue?.severity === 'error' ? 'bad' : issue?.severity === 'warning' ? 'odd' : '';
  const describedBy = flagged ? why : undefined;
  const change = view.changes[field];
  const written = view.cells[index] ?? '';
  if (!change) {
    const state = flagged || (view.outcome === 'updated' ? 'same' : '');
    return { content: written, state, describedBy, title: written };
  }
  const { old } = change;
  const next = change.new;
  if (old === null) return { content: view.outcome === 'new' ? (next ?? '') : added(text, next ?? ''), state: flagged, describedBy, title: next ?? '' };
  return {
    content: html`<del class="value"><span class="hide">${text.say('review.old')} </span>${old}</del>${icons.arrowSmall()}${next === null
      ? html`<ins class="value cleared">${text.say('review.cleared')}</ins>`
      : added(text, next)}`,
    state: flagged,
    describedBy,
    title: `${old} → ${next ?? text.say('review.cleared')}`,
  };
}

function added(text: Text, value: string): TemplateResult {
  return html`<ins class="value"><span class="hide">${text.say('review.new')} </span>${value}</ins>`;
}

function tags({ tags_added }: RowView): Cell {
  return { content: tags_added.length ? html`${tags_added.map((tag) => html`<span class="tag clip">${tag}</span>`)}` : '', state: '', title: tags_added.join(', ') };
}

/** Whether the person left the row out. */
export function isLeftOut({ issues }: RowView): boolean {
  return issues.some(({ code }) => code === 'left_out');
}

const WEIGHT: Record<Issue['severity'], number> = { refusal: 0, error: 1, info: 2, warning: 3 };

function weightiest(issues: Issue[]): Issue[] {
  return [...issues].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

export const OUTCOMES: Outcome[] = ['new', 'updated', 'unchanged', 'skipped', 'error'];
