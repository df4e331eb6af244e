/** What stands in a cell of the grid. */

import type { Issue, Outcome, RowView } from '../session/types';
import { issueSentence } from '../text/sentences';
import type { Text } from '../text/text';
import * as icons from './icons';
import { Icon, type Piece } from './rich';

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
  content: string | Piece[];
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

const ARROW = new Icon('arrow', icons.arrowSmall);
const INFO = new Icon('info', () => icons.info(14));
const WARN = new Icon('warn', () => icons.warn(14));
const OUTCOME: Record<Outcome, Icon> = {
  new: marked('new'), updated: marked('updated'), unchanged: marked('unchanged'), skipped: marked('skipped'), error: marked('error'),
};

function marked(outcome: Outcome): Icon {
  return new Icon(outcome, () => icons.outcome(outcome, 14));
}

/** With a button for the mouse; with the keys it is Delete. */
function number(text: Text, view: RowView): Cell {
  const { row, outcome } = view;
  const out = isLeftOut(view);
  const say = text.say(out ? 'review.bring_back' : 'review.leave_out', { row });
  return {
    content: [
      { as: 'span', look: outcome, icon: OUTCOME[outcome] },
      { as: 'span', look: 'hide', text: text.say(`outcome.one.${outcome}`) },
      { text: text.number(row) },
      { as: 'button', look: 'icon-button aside', text: out ? '↺' : '×', attributes: { tabindex: '-1', 'aria-label': say, title: say } },
    ],
    state: '',
  };
}

function reason(text: Text, view: RowView, header: string[], id: string): Cell {
  const issues = weightiest(view.issues);
  const [first] = issues;
  if (!first) return { content: '', state: '' };
  const sentences = issues.map((issue) => issueSentence(text, issue, header));
  const content: Piece[] = [
    { as: 'span', look: first.severity, icon: first.severity === 'info' ? INFO : WARN },
    // It says all of them to whoever can't see the cell; what doesn't fit is in its title.
    { as: 'span', look: 'value', text: sentences.join(' '), attributes: { id } },
  ];
  if (sentences.length > 1) content.push({ as: 'span', look: 'more number', text: text.say('review.more', { n: sentences.length - 1 }), attributes: { 'aria-hidden': 'true' } });
  return { content, state: '', title: sentences.join('\n') };
}

function value(text: Text, view: RowView, { index = 0, field = '' }: GridColumn, why: string): Cell {
  const issue = view.issues.length ? weightiest(view.issues.filter((issue) => issue.column === index))[0] : undefined;
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
  if (old === null) return { content: view.outcome === 'new' ? (next ?? '') : [added(text, next ?? '')], state: flagged, describedBy, title: next ?? '' };
  return {
    content: [
      { as: 'del', look: 'value', aside: `${text.say('review.old')} `, text: old },
      { icon: ARROW },
      next === null ? { as: 'ins', look: 'value cleared', text: text.say('review.cleared') } : added(text, next),
    ],
    state: flagged,
    describedBy,
    title: `${old} → ${next ?? text.say('review.cleared')}`,
  };
}

function added(text: Text, value: string): Piece {
  return { as: 'ins', look: 'value', aside: `${text.say('review.new')} `, text: value };
}

function tags({ tags_added }: RowView): Cell {
  return { content: tags_added.length ? tags_added.map((tag) => ({ as: 'span', look: 'tag clip', text: tag })) : '', state: '', title: tags_added.join(', ') };
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
