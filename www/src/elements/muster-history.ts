import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ImportDetails, ImportView } from '../api/client';
import { fieldName } from '../controllers/description';
import { daysLeft, isProcessing, possible, type History } from '../controllers/history';
import { sampleCsv, save } from '../controllers/sample';
import { Follow } from '../controllers/store';
import type { Workspace } from '../session/types';
import { base } from '../styles/base';
import { errorSentence, groupName } from '../text/sentences';
import { define, MusterElement } from './element';
import { details } from './history-details';
import * as icons from './icons';
import type { MenuItem } from './menu';
import './menu';
import './undo-dialog';
import { historyStyles } from './history.styles';

/** The landing view: every import of the workspace, and the way to the next one. On a narrow screen rows are cards: the roles say that it is still a table. */
export class MusterHistory extends MusterElement {
  static override styles = [base, historyStyles];
  @property({ attribute: false }) history!: History;
  @property({ attribute: false }) workspace!: Workspace;
  /** The import that the person is about to take back. */
  @state() private undoing: ImportDetails | undefined;

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
        <slot name="actions"></slot>
        <button class="button primary" part="button button-primary" @click=${this.begin}>${icons.upload()}${text.say('history.start')}</button>
      </header>
      ${this.body()}
      ${this.undoing
        ? html`<muster-undo-dialog .text=${text} .details=${this.undoing} .nameOf=${this.nameOf}
            @undo=${({ detail }: CustomEvent<string[] | null>) => this.undoing && void this.history.undo(this.undoing.id, detail)}
            @close=${() => (this.undoing = undefined)}></muster-undo-dialog>`
        : nothing}
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
    return html`<slot name="empty"><section class="empty">
      <span class="badge">${icons.people(28)}</span>
      <h3>${text.say('history.empty.title')}</h3>
      <p class="muted">${text.say('history.empty.lead')}</p>
      <ul>${points.map((point) => html`<li>${icons.check()}${text.say(point)}</li>`)}</ul>
      <p class="actions">
        <button class="button primary" part="button button-primary" @click=${this.begin}>${icons.upload()}${text.say('history.start')}</button>
        <button class="button" part="button" @click=${this.sample}>${icons.download()}${text.say('history.sample')}</button>
      </p>
    </section></slot>`;
  }

  private table(imports: ImportView[]): TemplateResult {
    const { text, history } = this;
    return html`
      <div class="frame" part="table">
        <table role="table">
          <caption class="hide">${text.say('history.caption')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">${text.say('history.column.date')}</th>
              <th role="columnheader" scope="col">${text.say('history.column.file')}</th>
              <th role="columnheader" scope="col">${text.say('history.column.user')}</th>
              <th role="columnheader" scope="col" class="end">${text.say('history.column.new')}</th>
              <th role="columnheader" scope="col" class="end">${text.say('history.column.updated')}</th>
              <th role="columnheader" scope="col" class="end">${text.say('history.column.errors')}</th>
              <th role="columnheader" scope="col">${text.say('history.column.tags')}</th>
              <th role="columnheader" scope="col">${text.say('history.column.status')}</th>
              <td role="cell" class="do"></td>
            </tr>
          </thead>
          <tbody role="rowgroup">${imports.map((view) => this.row(view))}</tbody>
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
      <tr class="row" role="row" data-id=${view.id} @click=${(event: Event) => this.rowClick(event, view.id)}>
        <td role="cell" class="date">
          <button class="opener" aria-expanded=${open} aria-controls="details-${view.id}" aria-label=${text.say('history.open', { file: view.file_name })}
            @click=${() => void history.toggle(view.id)}>${icons.chevron()}</button>
          <time datetime=${view.created_at} title=${text.exactly(view.created_at)}>${text.when(view.created_at)}</time>
        </td>
        <td role="cell" class="file" title=${view.file_name}>${view.file_name}</td>
        <td role="cell" class="by" data-label=${text.say('history.column.user')}>${view.uploaded_by}</td>
        <td role="cell" class="end number" data-label=${text.say('history.column.new')}>${text.number(view.counts.new)}</td>
        <td role="cell" class="end number" data-label=${text.say('history.column.updated')}>${text.number(view.counts.updated)}</td>
        <td role="cell" class="end number ${view.counts.error ? 'errors' : ''}" data-label=${text.say('history.column.errors')}>${text.number(view.counts.error)}</td>
        <td role="cell" class="tags" data-label=${text.say('history.column.tags')}>${view.tags.length ? view.tags.map((tag) => html`<span class="tag">${tag}</span> `) : none}</td>
        <td role="cell" class="state">${this.status(view)}</td>
        <td role="cell" class="do">${this.menu(view)}</td>
      </tr>
      ${open
        ? html`<tr class="details" role="row" id="details-${view.id}"><td role="cell" colspan="9">${details(this.shown, view, history.details.get(view.id))}</td></tr>`
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
    return html`<span class="status ${view.status}">${icon()}${text.say(`status.${view.status}`)}</span>${this.undone(view)}
      ${view.reason ? html`<small class="muted note">${groupName(text, view.reason)}</small>` : nothing}`;
  }

  private undone({ undo }: ImportView): TemplateResult | typeof nothing {
    const { text } = this;
    if (!undo) return nothing;
    const running = undo.status === 'queued' || undo.status === 'undoing';
    const say = running ? text.say('status.undoing') : text.say(`status.undo_${undo.status as 'done' | 'failed'}`, { when: text.day(undo.finished_at ?? undo.asked_at) });
    return html`<small class="muted note">${running ? html`<span class="spinner"></span>` : nothing}${say}</small>`;
  }

  /** What can be done about an import. */
  private menu(view: ImportView): TemplateResult {
    const { text, history } = this;
    const can = possible(view);
    const left = text.say('details.results.left', { n: daysLeft(view) });
    const items: MenuItem[] = [
      { label: text.say(history.open.has(view.id) ? 'menu.less' : 'menu.details'), run: () => history.toggle(view.id) },
      ...(can.results ? [{ label: text.say('details.results'), note: left, run: () => this.download(view) }] : []),
      ...(can.undo ? [{ label: text.say('menu.undo'), note: left, run: () => this.ask(view) }] : []),
      ...(can.stop ? [{ label: text.say('menu.stop'), run: () => history.stop(view.id) }] : []),
      ...(can.goOn ? [{ label: text.say('menu.continue'), run: () => history.goOn(view.id) }] : []),
    ];
    return html`<muster-menu exportparts="button" .text=${text} .items=${items} label=${text.say('menu.label', { file: view.file_name })}></muster-menu>`;
  }

  private async ask(view: ImportView): Promise<void> {
    this.undoing = await this.history.find(view.id);
  }

  private readonly nameOf = (key: string) => fieldName(this.text, this.workspace.fields, key);

  private get shown() {
    return {
      text: this.text, nameOf: this.nameOf,
      download: (view: ImportView) => void this.download(view),
      downloadKept: (view: ImportView) => void this.save(this.history.kept(view.id), this.text.say('undone.list.name', { name: bare(view) })),
    };
  }

  private download(view: ImportView): Promise<void> {
    return this.save(this.history.results(view.id), this.text.say('details.results.name', { name: bare(view) }));
  }

  private async save(file: Promise<Blob>, name: string): Promise<void> {
    try {
      save(await file, name);
    } catch (error) {
      this.history.fail(error);
    }
  }

  private rowClick(event: Event, id: number): void {
    const selecting = !document.getSelection()?.isCollapsed;
    if (!(event.target as Element).closest('button, muster-menu') && !selecting) void this.history.toggle(id);
  }

  private readonly sample = () => save(sampleCsv(this.workspace), this.text.say('upload.sample.name'));
  private readonly begin = () => this.dispatchEvent(new CustomEvent('begin'));
}

/** The file's name without what it ends in. */
function bare({ file_name }: ImportView): string {
  return file_name.replace(/\.\w+$/, '');
}

define('muster-history', MusterHistory);
