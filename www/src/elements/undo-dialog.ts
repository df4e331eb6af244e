import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ImportDetails } from '../api/client';
import { FULL_NAME } from '../controllers/description';
import { base } from '../styles/base';
import { define, MusterElement } from './element';

/** What is taken back, and what that does, before it is done. */
export class UndoDialog extends MusterElement {
  static override styles = [
    base,
    css`
      dialog { inline-size: min(480px, calc(100vw - 32px)); padding: 24px; border: 0; border-radius: 12px; background: var(--surface); color: var(--text); box-shadow: var(--shadow-float); }
      dialog::backdrop { background: rgb(10 12 16 / 45%); }
      h2 { margin-block-end: 8px; font-size: 16px; line-height: 24px; overflow-wrap: anywhere; }
      .choices { display: grid; gap: 8px; margin-block: 12px; }
      label { display: flex; gap: 10px; cursor: pointer; }
      .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 6px 16px; padding-inline-start: 26px; }
      .does { padding: 10px 12px; border-radius: var(--radius); background: var(--raised); }
      .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; margin-block-start: 16px; }
    `,
  ];

  @property({ attribute: false }) details!: ImportDetails;
  @property({ attribute: false }) nameOf!: (field: string) => string;
  @state() private chosen: Set<string> | undefined;

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render() {
    const { text, details, chosen } = this;
    const none = chosen?.size === 0;
    return html`<dialog aria-labelledby="title" aria-describedby="does" @close=${() => this.dispatchEvent(new CustomEvent('close'))}>
      <h2 id="title">${text.say('undo.title', { name: details.file_name })}</h2>
      <fieldset class="choices">
        <legend class="hide">${text.say('undo.what')}</legend>
        ${this.choice(text.say('undo.all'), !chosen, () => (this.chosen = undefined))}
        ${details.counts.updated ? this.choice(text.say('undo.fields'), Boolean(chosen), () => (this.chosen = new Set())) : nothing}
        ${chosen ? html`<div class="fields">${this.fields().map((field) => this.field(field, chosen))}</div>` : nothing}
      </fieldset>
      <p class="does number" id="does" role="status">${this.does()}</p>
      <p class="actions">
        <button class="button" autofocus @click=${() => this.close()}>${text.say('undo.keep')}</button>
        <button class="button danger" ?disabled=${none} @click=${() => this.close(chosen ? [...chosen] : null)}>${text.say('undo.do')}</button>
      </p>
    </dialog>`;
  }

  private choice(label: string, checked: boolean, choose: () => void): TemplateResult {
    return html`<label><input type="radio" name="what" .checked=${checked} @change=${choose} />${label}</label>`;
  }

  private field(field: string, chosen: Set<string>): TemplateResult {
    const change = (event: Event) => {
      const next = new Set(chosen);
      if ((event.target as HTMLInputElement).checked) next.add(field);
      else next.delete(field);
      this.chosen = next;
    };
    return html`<label><input type="checkbox" .checked=${chosen.has(field)} @change=${change} />${this.nameOf(field)}</label>`;
  }

  /** The fields that the import may have written; a full name is two. */
  private fields(): string[] {
    const { columns } = this.details.import;
    const written = columns.flatMap(({ field }) => (field === FULL_NAME ? ['first_name', 'last_name'] : field === 'contact_id' ? [] : [field]));
    return [...new Set([...written, ...(this.details.tags.length ? ['tags'] : [])])];
  }

  private does(): string {
    const { text, details, chosen } = this;
    const { counts } = details;
    if (chosen) return chosen.size ? text.say('undo.does.fields', { n: counts.updated, fields: text.list([...chosen].map(this.nameOf)) }) : text.say('undo.does.none');
    const parts = [
      ...(counts.updated ? [text.say('undo.does.updated', { n: counts.updated })] : []),
      ...(counts.new ? [text.say('undo.does.new', { n: counts.new })] : []),
      text.say('undo.does.rest'),
    ];
    return parts.join(' ');
  }

  private close(fields?: string[] | null): void {
    if (fields !== undefined) this.dispatchEvent(new CustomEvent('undo', { detail: fields }));
    this.renderRoot.querySelector('dialog')?.close();
  }
}

define('muster-undo-dialog', UndoDialog);
