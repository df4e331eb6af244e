import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { sampleCsv, save } from '../controllers/sample';
import { base } from '../styles/base';
import { issueSentence, refusalSentence } from '../text/sentences';
import type { FileFacts } from '../session/types';
import type { TextKey } from '../text/text';
import { define, WizardElement } from './element';
import './file-choices';
import * as icons from './icons';

/** Which file? A drop zone that is also a button; then what was found in the file. */
export class StepUpload extends WizardElement {
  static override styles = [
    base,
    css`
      :host { display: grid; gap: 16px; }
      .drop {
        display: grid; justify-items: center; gap: 6px; inline-size: 100%; padding: 56px 24px; border: 1.5px dashed var(--edge);
        border-radius: calc(var(--radius) + 4px); background: var(--raised); text-align: center; transition: background 120ms, border-color 120ms;
      }
      .drop:hover, .drop.over { border-color: var(--accent); background: var(--accent-tint); }
      .drop:focus-visible { border-radius: calc(var(--radius) + 4px); }
      .drop strong { font-weight: 600; font-size: 15px; }
      .badge { display: grid; place-items: center; inline-size: 48px; block-size: 48px; margin-block-end: 6px; border: 1px solid var(--border); border-radius: 12px; background: var(--surface); color: var(--accent); box-shadow: var(--shadow); }
      .privacy { display: flex; gap: 8px; color: var(--muted); font-size: 13px; max-inline-size: 80ch; }
      .privacy svg { margin-block-start: 2px; }
      .sample { font-size: 13px; }
      .card { border: 1px solid var(--border); border-radius: calc(var(--radius) + 2px); background: var(--surface); overflow: hidden; }
      .head { display: flex; flex-wrap: wrap; align-items: center; gap: 12px; padding: 14px 16px; }
      .head > svg { color: var(--accent); }
      .name { flex: 1; min-inline-size: 120px; font-weight: 600; overflow-wrap: anywhere; }
      .facts { display: flex; flex-wrap: wrap; gap: 12px 32px; padding: 0 16px 16px; }
      dt { color: var(--muted); font-size: 12px; line-height: 16px; }
      .preview { position: relative; overflow-x: auto; border-block-start: 1px solid var(--border); }
      .preview:focus-visible { box-shadow: inset 0 0 0 2px var(--accent); }
      table { border-collapse: collapse; font-size: 13px; min-inline-size: 100%; }
      th, td { max-inline-size: 220px; padding: 7px 12px; border-block-end: 1px solid var(--border); text-align: start; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      tr:last-child td { border: 0; }
      th { background: var(--raised); font-size: 12px; font-weight: 600; }
      td:first-child, th:first-child { color: var(--muted); text-align: end; font-weight: 400; }
      .bad { box-shadow: inset 0 -2px 0 var(--error); background: color-mix(in srgb, var(--error) 7%, var(--surface)); }
      .first { display: flex; gap: 8px; padding: 10px 16px; border-block-start: 1px solid var(--border); color: var(--muted); font-size: 13px; }
      .first svg { margin-block-start: 2px; color: var(--new); }
      .first.wrong svg { color: var(--error); }
      .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
      .reading { display: grid; gap: 10px; padding: 20px 16px; }
    `,
  ];

  @state() private over = false;
  @state() private several = false;
  @query('input') private input!: HTMLInputElement;

  constructor() {
    super();
    this.addEventListener('dragover', (event) => this.drag(event, true));
    this.addEventListener('dragleave', (event) => this.drag(event, false));
    this.addEventListener('drop', (event) => this.drop(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('paste', this.paste);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('paste', this.paste);
  }

  /** Opens the browser's file picker. */
  choose(): void {
    this.input.value = '';
    this.input.click();
  }

  override render() {
    const { text, wizard } = this;
    return html`
      <input type="file" hidden accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values" @change=${() => this.take(this.input.files)} />
      ${this.kept()}
      ${this.refusal()}
      ${wizard.facts || wizard.busy === 'read' ? this.file() : this.zone()}
      <p class="privacy">${icons.lock()}<span>${text.say('upload.privacy')}</span></p>
      ${wizard.facts || wizard.busy === 'read'
        ? nothing
        : html`<p class="sample"><span class="muted">${text.say('upload.sample.lead', { workspace: wizard.workspace.name })}</span>
            <button class="link" @click=${() => save(sampleCsv(wizard.workspace), text.say('upload.sample.name'))}>${text.say('upload.sample')}</button></p>`}
    `;
  }

  private zone(): TemplateResult {
    const { text, wizard } = this;
    const { max_bytes, max_rows } = wizard.workspace.limits;
    return html`<button class="drop ${this.over ? 'over' : ''}" @click=${() => this.choose()}>
      <span class="badge">${icons.upload(22)}</span>
      <strong>${text.say(this.over ? 'upload.drop.over' : 'upload.drop')}</strong>
      <span class="muted">${text.say('upload.paste')}</span>
      <span class="muted number">${text.say('upload.limits', { size: text.bytes(max_bytes), rows: text.say('count.rows', { n: max_rows }) })}</span>
    </button>`;
  }

  /** Work that was left, and choices that came back. */
  private kept(): TemplateResult | typeof nothing {
    const { text, wizard } = this;
    const { restored, left, facts } = wizard;
    const over = html`<button class="button small" @click=${() => void wizard.startOver()}>${text.say('kept.over')}</button>`;
    if (restored && facts) {
      const work = 'step' in restored ? restored : undefined;
      const step = work && work.step !== 'upload' && work.step !== 'import' ? work.step : undefined;
      const corrections = work ? (work.description.edits?.length ?? 0) + (work.description.left_out?.length ?? 0) + (work.description.repairs?.length ?? 0) : 0;
      const sentence = work ? text.say('kept.restored', { when: text.ago(work.at), corrections: text.say('kept.corrections', { n: corrections }) })
        : restored.at ? text.say('kept.same', { when: text.ago(restored.at) }) : text.say('kept.recipe');
      return html`<div class="notice" role="status">${icons.check()}<div><p>${sentence}</p>
        <div class="actions">
          ${step ? html`<button class="button small" @click=${() => void (step !== 'review' ? wizard.go(step) : wizard.needs.length ? wizard.go('map') : wizard.check())}>${text.say('kept.on', { step: text.say(`step.${step}`) })}</button>` : nothing}
          ${over}
        </div></div></div>`;
    }
    if (!left || facts || wizard.file) return nothing;
    return html`<div class="notice" role="status">${icons.clock()}<div><p>${text.say('kept.left', { name: left.name, when: text.ago(left.at) })}</p>
      <div class="actions">${over}</div></div></div>`;
  }

  private refusal(): TemplateResult | typeof nothing {
    const { text, wizard } = this;
    if (this.several) return html`<div class="notice warning" role="alert">${icons.warn()}<div>${text.say('upload.several')}</div></div>`;
    if (!wizard.refusal || !wizard.file) return nothing;
    return html`<div class="notice error" role="alert">${icons.warn()}<div>
      <h3 class="clip">${text.say('upload.refused')}: ${wizard.file.name}</h3>
      <p>${refusalSentence(text, wizard.refusal, wizard.file.size, wizard.workspace.limits)}</p>
    </div></div>`;
  }

  private file(): TemplateResult {
    const { text, wizard } = this;
    const { facts, file, first } = wizard;
    const shown = (wizard.busy === 'read' && first?.facts) || facts;
    if (!facts) {
      const progress = wizard.progress?.step === 'read' ? wizard.progress : undefined;
      return html`<div class="card"><div class="reading" role="status">
        <strong class="clip">${text.say('upload.reading', { name: file?.name ?? '' })}</strong>
        <progress aria-label=${text.say('upload.reading', { name: file?.name ?? '' })} max=${progress?.of ?? 1} value=${progress?.bytes ?? 0}></progress>
        <span class="muted number">${progress
          ? text.say('upload.reading.rows', { rows: text.say('count.rows', { n: progress.rows }), size: text.bytes(progress.bytes), of: text.bytes(progress.of) })
          : '\u00a0'}</span>
      </div>${shown ? this.preview(shown) : nothing}</div>`;
    }
    const list: [TextKey, string][] = [
      ['upload.fact.rows', text.number(facts.rows)],
      ['upload.fact.columns', text.number(facts.header.length)],
      ['upload.fact.size', text.bytes(facts.bytes)],
    ];
    return html`<div class="card ${this.over ? 'over' : ''}">
      <div class="head">${icons.file(20)}<span class="name">${facts.name}</span>
        <button class="button small" @click=${() => this.choose()}>${text.say('upload.another')}</button></div>
      <dl class="facts">${list.map(([name, value]) => html`<div><dt>${text.say(name)}</dt><dd class="number">${value}</dd></div>`)}</dl>
      <muster-file-choices .text=${text} .wizard=${wizard}></muster-file-choices>
      ${this.preview(shown ?? facts)}
    </div>`;
  }

  /** The first rows, and at the first look what is wrong with them. */
  private preview(facts: FileFacts): TemplateResult {
    const { text, wizard } = this;
    const judged = wizard.first?.judged;
    const issues = new Map(judged?.views.map((view) => [view.row, view.issues.filter(({ severity }) => severity === 'error')]));
    const cell = (row: number, index: number, value: string) => {
      const wrong = issues.get(row)?.find(({ column }) => column === index);
      const why = wrong && issueSentence(text, wrong, facts.header);
      return html`<td class=${why ? 'bad' : ''} title=${why ?? nothing}><bdi>${value}</bdi>${why ? html`<span class="hide"> ${why}</span>` : nothing}</td>`;
    };
    return html`<div class="preview" tabindex="0" role="region" aria-label=${text.say('upload.preview')}>
        <table>
          <thead><tr><th scope="col">${text.say('upload.preview.row')}</th>${facts.header.map((name) => html`<th scope="col" title=${name}>${name}</th>`)}</tr></thead>
          <tbody>${facts.sample.slice(0, 5).map(
            ({ row, cells }) => html`<tr><td class="number">${row}</td>${facts.header.map((_, index) => cell(row, index, cells[index] ?? ''))}</tr>`,
          )}</tbody>
        </table>
      </div>
      ${judged
        ? html`<p class="first number ${judged.errors ? 'wrong' : 'fine'}" role="status">${judged.errors ? icons.warn() : icons.check()}
            <span>${text.say(judged.errors ? 'upload.first.wrong' : 'upload.first.fine', { n: judged.rows, errors: judged.errors })}</span></p>`
        : nothing}`;
  }

  private drag(event: DragEvent, over: boolean): void {
    event.preventDefault();
    this.over = over;
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    this.take(event.dataTransfer?.files);
  }

  /** Cells that were copied in a spreadsheet are a file like any other: tabs between them, quotes around what needs them. */
  private readonly paste = (event: ClipboardEvent) => {
    const [first] = event.composedPath();
    if (first instanceof HTMLInputElement || first instanceof HTMLTextAreaElement || !this.checkVisibility()) return;
    const { files } = event.clipboardData ?? {};
    if (files?.length) return this.take(files);
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    void this.wizard.read(new File([text], this.text.say('upload.pasted.name'), { type: 'text/tab-separated-values' }));
  };

  private take(files: FileList | null | undefined): void {
    this.several = (files?.length ?? 0) > 1;
    const file = files?.[0];
    if (file && !this.several) void this.wizard.read(file);
  }
}

define('muster-step-upload', StepUpload);
