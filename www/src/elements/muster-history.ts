import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ImportDetails, ImportView } from '../api/client';
import { isProcessing, type History } from '../controllers/history';
import { sampleCsv, save } from '../controllers/sample';
import { Follow } from '../controllers/store';
import type { Identifier, Workspace } from '../session/types';
import { base } from '../styles/base';
import { errorSentence, groupName } from '../text/sentences';
import { define, MusterElement } from './element';
import * as icons from './icons';
import { historyStyles } from './history.styles';

/** The landing view: every import of the workspace, and the way to the next one. */
export class MusterHistory extends MusterElement {
  static override styles = [base, historyStyles];
  @property({ attribute: false }) history!: History;
  @property({ attribute: false }) workspace!: Workspace;

  constructor() {
    super();
    new Follow(this, () => this.history);
  }

  /** Where the focus goes when the wizard is left. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.button.primary')?.focus();
  }

  override render() {
    const { text } = this;
    return html`
      <header part="header">
        <div>
          <h2>${text.say('history.title')}</h2>
          <p class="muted">${text.say('history.lead')}</p>
        </div>
        <button class="button primary" part="button button-primary" @click=${this.begin}>${icons.upload()}${text.say('history.start')}</button>
      </header>
      ${this.body()}
    `;
  }

  private body(): TemplateResult {
    const { text, history } = this;
    if (!history.imports) {
      if (!history.error) {
        return html`<div class="center" role="status"><div class="later"><span class="spinner"></span>${text.say('history.loading')}</div></div>`;
      }
      return html`<div class="notice error" role="alert">${icons.warn()}<div>
        <h3>${text.say('history.failed.title')}</h3><p>${errorSentence(text, history.error)}</p>
        <button class="button small" part="button" @click=${() => void history.load()}>${text.say('action.retry')}</button></div></div>`;
    }
    return html`
      ${history.error
        ? html`<div class="notice warning" role="status">${icons.warn()}<div>${text.say('history.stale', { reason: errorSentence(text, history.error) })}</div>
            <button class="button small" part="button" @click=${() => void history.load()}>${text.say('action.retry')}</button></div>`
        : nothing}
      ${history.imports.length ? this.table(history.imports) : this.empty()}
    `;
  }

  private empty(): TemplateResult {
    const { text } = this;
    const points = ['history.empty.point.check', 'history.empty.point.preview', 'history.empty.point.private'] as const;
    return html`<section class="empty">
      <span class="badge">${icons.people(28)}</span>
      <h3>${text.say('history.empty.title')}</h3>
      <p class="muted">${text.say('history.empty.lead')}</p>
      <ul>${points.map((point) => html`<li>${icons.check()}${text.say(point)}</li>`)}</ul>
      <p class="actions">
        <button class="button primary" part="button button-primary" @click=${this.begin}>${icons.upload()}${text.say('history.start')}</button>
        <button class="button" part="button" @click=${this.sample}>${icons.download()}${text.say('history.sample')}</button>
      </p>
    </section>`;
  }

  private table(imports: ImportView[]): TemplateResult {
    const { text, history } = this;
    return html`
      <div class="frame" part="table">
        <table>
          <caption class="hide">${text.say('history.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">${text.say('history.column.date')}</th>
              <th scope="col">${text.say('history.column.file')}</th>
              <th scope="col">${text.say('history.column.user')}</th>
              <th scope="col" class="end">${text.say('history.column.new')}</th>
              <th scope="col" class="end">${text.say('history.column.updated')}</th>
              <th scope="col" class="end">${text.say('history.column.errors')}</th>
              <th scope="col">${text.say('history.column.tags')}</th>
              <th scope="col">${text.say('history.column.status')}</th>
            </tr>
          </thead>
          <tbody>${imports.map((view) => this.row(view))}</tbody>
        </table>
      </div>
      ${history.next
        ? html`<p class="more"><button class="button small" part="button" ?disabled=${history.loadingMore} @click=${() => void history.more()}>${text.say('history.more')}</button></p>`
        : nothing}
    `;
  }

  private row(view: ImportView): TemplateResult {
    const { text, history } = this;
    const open = history.open.has(view.id);
    const none = html`<span class="muted">—</span>`;
    return html`
      <tr class="row" data-id=${view.id} @click=${(event: Event) => this.rowClick(event, view.id)}>
        <td>
          <button class="opener" aria-expanded=${open} aria-controls="details-${view.id}" aria-label=${text.say('history.open', { file: view.file_name })}
            @click=${() => void history.toggle(view.id)}>${icons.chevron()}</button>
          <time datetime=${view.created_at} title=${text.exactly(view.created_at)}>${text.when(view.created_at)}</time>
        </td>
        <td class="file" title=${view.file_name}>${view.file_name}</td>
        <td>${view.uploaded_by}</td>
        <td class="end number">${text.number(view.counts.new)}</td>
        <td class="end number">${text.number(view.counts.updated)}</td>
        <td class="end number ${view.counts.error ? 'errors' : ''}">${text.number(view.counts.error)}</td>
        <td class="tags">${view.tags.length ? view.tags.map((tag) => html`<span class="tag">${tag}</span> `) : none}</td>
        <td class="state">${this.status(view)}</td>
      </tr>
      ${open
        ? html`<tr class="details" id="details-${view.id}"><td colspan="8">${this.details(view, history.details.get(view.id))}</td></tr>`
        : nothing}
    `;
  }

  private status(view: ImportView): TemplateResult {
    const { text } = this;
    if (isProcessing(view)) {
      const uploading = view.phase === 'uploading';
      const share = view.to_apply ? view.applied / view.to_apply : 0;
      const note = uploading ? text.say('status.uploading')
        : view.phase === 'queued' ? text.say('status.queued')
        : text.say('status.applied', { applied: view.applied, of: view.to_apply });
      return html`<span class="status processing"><span class="spinner"></span>${text.say('status.processing')}
        ${uploading ? nothing : html`<span class="number">${text.percent(share)}</span>`}</span>
        <small class="muted number note">${note}</small>`;
    }
    const icon = { completed: icons.check, failed: icons.warn, expired: icons.clock }[view.status as 'completed' | 'failed' | 'expired'];
    return html`<span class="status ${view.status}">${icon()}${text.say(`status.${view.status}`)}</span>`;
  }

  private details(view: ImportView, details: ImportDetails | undefined): TemplateResult {
    const { text } = this;
    if (!details) {
      return html`<div class="later muted loading" role="status"><span class="spinner"></span>${text.say('details.loading')}</div>`;
    }
    const identifiers = details.import.identifiers ?? [];
    const facts: [string, string][] = [
      [text.say('details.purpose'), text.say(`purpose.${details.import.purpose}`)],
      [text.say('details.identifiers'), identifiers.length ? identifiers.map((key) => this.fieldName(key)).join(' → ') : text.say('details.identifiers.none')],
      [text.say('details.mapping'), text.list(details.import.columns.map(({ field }) => this.fieldName(field)))],
      [text.say('details.rows'), text.number(view.rows)],
      [text.say('details.unchanged'), text.number(view.counts.unchanged)],
      [text.say('details.skipped'), text.number(view.counts.skipped)],
      [text.say('details.size'), text.bytes(view.file_size)],
      [text.say('details.sent'), text.bytes(view.bytes_received)],
      [text.say('details.user'), view.uploaded_by],
    ];
    if (view.finished_at) {
      facts.push([text.say('details.duration'), text.duration(Date.parse(view.finished_at) - Date.parse(view.created_at))]);
    }
    if (details.file_tags.length) facts.push([text.say('details.file_tags'), text.list(details.file_tags)]);
    if (view.reason) facts.push([text.say('details.reason'), groupName(text, view.reason)]);
    return html`<div class="open">
      <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="number">${value}</dd></div>`)}</dl>
      <div class="side">
        <h3>${text.say('details.errors')}</h3>
        ${this.errors(details)}
        ${this.results(view)}
      </div>
    </div>`;
  }

  private errors({ errors_by_code }: ImportDetails): TemplateResult {
    const { text } = this;
    const codes = Object.entries(errors_by_code).sort((a, b) => b[1] - a[1]);
    if (!codes.length) return html`<p class="muted">${text.say('details.errors.none')}</p>`;
    return html`<ul class="codes">${codes.map(
      ([code, n]) => html`<li><span class="number">${text.number(n)}</span> ${groupName(text, code)}</li>`,
    )}</ul>`;
  }

  private results(view: ImportView): TemplateResult {
    const { text } = this;
    if (isProcessing(view)) return html`<p class="muted">${text.say('details.results.later')}</p>`;
    const left = view.results_until ? Date.parse(view.results_until) - Date.now() : 0;
    if (left <= 0 || view.status === 'expired') return html`<p class="muted">${text.say('details.results.expired')}</p>`;
    return html`<p class="results">
      <button class="button small" part="button" @click=${() => void this.download(view)}>${icons.download()}${text.say('details.results')}</button>
      <span class="muted">${text.say('details.results.left', { n: Math.max(1, Math.round(left / 86_400_000)) })}</span>
    </p>`;
  }

  private fieldName(key: Identifier | string): string {
    return this.workspace.fields.find((field) => field.key === key)?.name ?? key;
  }

  private async download(view: ImportView): Promise<void> {
    try {
      save(await this.history.results(view.id), `${view.file_name.replace(/\.\w+$/, '')} – results.csv`);
    } catch (error) {
      this.history.error = error;
      this.history.changed();
    }
  }

  private rowClick(event: Event, id: number): void {
    const selecting = !document.getSelection()?.isCollapsed;
    if (!(event.target as Element).closest('button') && !selecting) void this.history.toggle(id);
  }

  private readonly sample = () => save(sampleCsv(this.workspace), this.text.say('upload.sample.name'));
  private readonly begin = () => this.dispatchEvent(new CustomEvent('begin'));
}

define('muster-history', MusterHistory);
