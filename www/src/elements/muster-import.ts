import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Api, type WorkspaceView } from '../api/client';
import { History } from '../controllers/history';
import { Wizard } from '../controllers/wizard';
import { emit } from '../events';
import type { Workspace } from '../session/types';
import { base } from '../styles/base';
import { errorSentence } from '../text/sentences';
import { Text } from '../text/text';
import { MusterElement } from './element';
import './muster-history';
import './muster-wizard';

export type TokenSource = () => Promise<string> | string;

/**
 * Imports contacts: the history of imports, and the wizard that makes one.
 *
 * @fires muster-open, muster-step, muster-import-start, muster-import-progress, muster-import-complete,
 *   muster-import-failed, muster-error — see `MusterEvents`
 * @csspart header, button-primary, table, steps, step, grid, tabs, footer
 */
export class MusterImport extends MusterElement {
  /** The server's address; empty when it is the page's own. */
  @property() endpoint = '';
  @property() override lang = 'en';
  /** Gives a token for the person at the page; called again when it is about to expire. */
  @property({ attribute: false }) token: TokenSource | undefined;

  @state() private view: WorkspaceView | undefined;
  @state() private error: unknown;
  @state() private wizard: Wizard | undefined;
  private history: History | undefined;
  private loads = 0;

  static override styles = [
    base,
    css`
      .center { display: grid; place-items: center; min-block-size: 240px; color: var(--muted); }
      .center > div { display: flex; align-items: center; gap: 10px; }
      .sentence { max-inline-size: 60ch; display: grid; gap: 8px; }
      .sentence .button { justify-self: start; margin-block-start: 12px; }
    `,
  ];

  constructor() {
    super();
    this.text = new Text(this.lang);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.clear();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && this.token) void this.load();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lang')) this.text = new Text(this.lang);
    if ((changed.has('token') || changed.has('endpoint')) && this.token) void this.load();
  }

  override render() {
    if (!SUPPORTED) return this.sentence(this.text.say('failed.title'), this.text.say('failed.browser'));
    if (this.error) {
      return this.sentence(
        this.text.say('failed.title'),
        errorSentence(this.text, this.error),
        html`<button class="button" part="button" @click=${() => void this.load()}>${this.text.say('action.retry')}</button>`,
      );
    }
    if (!this.view || !this.history) {
      return html`<div class="center" role="status"><div class="later"><span class="spinner"></span>${this.text.say('history.loading')}</div></div>`;
    }
    if (!isFull(this.view)) return this.sentence(this.text.say('forbidden.title'), this.text.say('forbidden.lead'));
    if (this.wizard) {
      return html`<muster-wizard
        exportparts="button, button-primary, steps, step, grid, tabs, footer" .text=${this.text} .wizard=${this.wizard}
        @leave=${() => this.showHistory()}></muster-wizard>`;
    }
    return html`<muster-history
      exportparts="header, button, button-primary, table" .text=${this.text} .history=${this.history} .workspace=${this.view}
      @begin=${() => this.showWizard()}></muster-history>`;
  }

  private sentence(title: string, lead: string, action: TemplateResult | typeof nothing = nothing) {
    return html`<div class="sentence" role="status"><h2>${title}</h2><p class="muted">${lead}</p>${action}</div>`;
  }

  private async load(): Promise<void> {
    this.clear();
    const load = ++this.loads;
    const api = new Api(this.endpoint, () => this.ask());
    this.history = new History(api);
    this.error = undefined;
    try {
      const view = await api.workspace();
      if (load !== this.loads) return;
      this.view = view;
      emit(this, 'muster-open', { view: isFull(view) ? 'history' : 'forbidden' });
      if (isFull(view)) void this.history.load();
    } catch (error) {
      if (load !== this.loads) return;
      this.error = error;
      emit(this, 'muster-error', { code: 'workspace', message: errorSentence(this.text, error) });
    }
  }

  private async ask(): Promise<string> {
    if (!this.token) throw new Error('no token');
    return this.token();
  }

  private showWizard(): void {
    if (!this.view || !isFull(this.view)) return;
    this.history?.close();
    this.wizard = new Wizard({
      endpoint: this.endpoint,
      token: () => this.ask(),
      workspace: this.view,
      language: this.text.language,
      emit: (name, detail) => emit(this, name, detail),
    });
    emit(this, 'muster-open', { view: 'wizard' });
  }

  private showHistory(): void {
    this.wizard?.close();
    this.wizard = undefined;
    void this.history?.load();
    emit(this, 'muster-open', { view: 'history' });
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('muster-history')?.focus());
  }

  /** Frees the worker and the pollers. */
  private clear(): void {
    this.loads += 1;
    this.wizard?.close();
    this.wizard = undefined;
    this.history?.close();
    this.history = undefined;
    this.view = undefined;
  }
}

const SUPPORTED = 'WebAssembly' in globalThis && 'stream' in Blob.prototype && 'Worker' in globalThis;

function isFull(view: WorkspaceView): view is Workspace {
  return 'fields' in view;
}
