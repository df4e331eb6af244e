import { css, html, nothing, type TemplateResult } from 'lit';
import type { FileFacts } from '../session/types';
import { base } from '../styles/base';
import type { TextKey } from '../text/text';
import { define, WizardElement } from './element';
import * as icons from './icons';

const DELIMITERS: Record<string, TextKey> = { ',': 'delimiter.comma', ';': 'delimiter.semicolon', '\t': 'delimiter.tab', '|': 'delimiter.pipe' };

/** By name of the WHATWG; the most usual first. */
const ENCODINGS = [
  'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'windows-1255',
  'windows-1256', 'windows-1257', 'windows-1258', 'windows-874', 'shift_jis', 'euc-jp', 'iso-2022-jp', 'gb18030', 'gbk', 'big5', 'euc-kr',
  'koi8-r', 'koi8-u', 'ibm866', 'macintosh', 'x-mac-cyrillic', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6',
  'iso-8859-7', 'iso-8859-8', 'iso-8859-8-i', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16',
] as const;

/** How the file is read: what was found, to be changed. */
export class FileChoices extends WizardElement {
  static override styles = [
    base,
    css`
      :host { display: grid; gap: 12px; padding: 0 16px 16px; }
      .choices { display: flex; flex-wrap: wrap; gap: 12px 20px; }
      .choices label { display: grid; gap: 2px; flex: 1 1 180px; max-inline-size: 300px; }
      .choices span { color: var(--muted); font-size: 12px; line-height: 16px; }
      .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
    `,
  ];

  override render() {
    const { text, wizard } = this;
    const { facts } = wizard;
    if (!facts) return nothing;
    const doubt = facts.header_doubt ?? (wizard.choice.header_row === 'auto' && isMostlyEmpty(facts) ? 'narrow' : undefined);
    const delimiters = [...new Set([...Object.keys(DELIMITERS), facts.delimiter])];
    return html`
      ${doubt ? this.doubt(facts, doubt) : nothing}
      <div class="choices">
        ${this.select('upload.fact.encoding', ENCODINGS.map((name) => [name, text.say(`encoding.${name}`)]), facts.encoding, (encoding) => wizard.reread({ encoding }))}
        ${this.select(
          'upload.fact.delimiter',
          delimiters.map((delimiter) => [delimiter, text.say(DELIMITERS[delimiter] ?? 'delimiter.other', { delimiter })]),
          facts.delimiter,
          // Only a file's own first line can name another one.
          (delimiter) => wizard.reread({ delimiter: delimiter in DELIMITERS ? delimiter : 'auto' }),
        )}
        ${this.select('upload.fact.header', this.headers(facts), String(facts.header_row), (row) => wizard.reread({ header_row: Number(row) }))}
      </div>
    `;
  }

  private select(name: TextKey, options: [value: string, label: string][], chosen: string, choose: (value: string) => Promise<void>): TemplateResult {
    const change = (event: Event) => void choose((event.target as HTMLSelectElement).value);
    return html`<label><span>${this.text.say(name)}</span>
      <select ?disabled=${this.wizard.busy === 'read'} @change=${change}>
        ${options.map(([value, label]) => html`<option .value=${value} .selected=${value === chosen}>${label}</option>`)}
      </select></label>`;
  }

  private headers({ head }: FileFacts): [string, string][] {
    const rows = head.map(({ row, cells }): [string, string] => {
      const shown = cells.map((cell) => cell.trim()).filter(Boolean).join(', ');
      return [String(row), this.text.say('upload.header.row', { row, cells: shown.length > 60 ? `${shown.slice(0, 59)}…` : shown })];
    });
    return [...rows, ['0', this.text.say('upload.header.none')]];
  }

  private doubt(facts: FileFacts, doubt: 'contact' | 'narrow'): TemplateResult {
    const { text, wizard } = this;
    const choose = (row: number) => () => void wizard.reread({ header_row: row });
    const fuller = doubt === 'narrow' ? below(facts) : undefined;
    return html`<div class="notice warning" role="status">${icons.warn()}<div>
      ${text.say(`upload.doubt.${doubt}`, { row: facts.header_row })}
      <div class="actions">
        ${fuller ? html`<button class="button small" @click=${choose(fuller)}>${text.say('upload.doubt.header', { row: fuller })}</button>` : nothing}
        <button class="button small" @click=${choose(facts.header_row)}>${text.say('upload.doubt.header', { row: facts.header_row })}</button>
        <button class="button small" @click=${choose(0)}>${text.say('upload.doubt.none')}</button>
      </div>
    </div></div>`;
  }
}

/** Whether what is taken for the header may be a title: most of its first cells are empty. */
function isMostlyEmpty({ head, header_row }: FileFacts): boolean {
  const cells = head.find(({ row }) => row === header_row)?.cells;
  return cells !== undefined && filled(cells) * 2 < cells.length;
}

/** The first row below with more in it: the header, if there is a title above. */
function below({ head, header_row }: FileFacts): number | undefined {
  const now = filled(head.find(({ row }) => row === header_row)?.cells ?? []);
  return head.find(({ row, cells }) => row > header_row && filled(cells) > now)?.row;
}

function filled(cells: string[]): number {
  return cells.filter((cell) => cell.trim()).length;
}

define('muster-file-choices', FileChoices);
