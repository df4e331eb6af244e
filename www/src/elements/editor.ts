import { html, nothing, type TemplateResult } from 'lit';
import type { RowView } from '../session/types';
import type { Text } from '../text/text';
import type { GridColumn } from './cells';

/** The field in which a cell is corrected. `done` gets what was typed, or nothing when it is not to be taken. */
export function editor(
  text: Text,
  view: RowView,
  { index = 0, name }: GridColumn,
  describedBy: string | undefined,
  done: (value: string | undefined, move?: 'down' | 'forward') => void,
): TemplateResult {
  const typed = (event: Event) => (event.target as HTMLInputElement).value;
  const keydown = (event: KeyboardEvent) => {
    // Keys of the grid and of the wizard mean something else here.
    event.stopPropagation();
    const move = { Enter: 'down', Tab: 'forward' }[event.key] as 'down' | 'forward' | undefined;
    if (event.key === 'Escape') done(undefined);
    else if (move && !event.shiftKey && !event.isComposing) done(typed(event), move);
    else return;
    event.preventDefault();
  };
  const suggestion = view.issues.find((issue) => issue.column === index && issue.suggestion !== null)?.suggestion;
  return html`<input class="editor" type="text" autocomplete="off" spellcheck="false" dir="auto" aria-label=${text.say('review.edit', { column: name, row: view.row })}
      aria-describedby=${describedBy ?? nothing} .value=${suggestion ?? view.cells[index] ?? ''} @keydown=${keydown} @mousedown=${(event: Event) => event.stopPropagation()}
      @blur=${(event: Event) => done(typed(event))} />`;
}
