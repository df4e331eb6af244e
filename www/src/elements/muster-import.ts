import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Api, type WorkspaceView } from '../api/client';
import { Tokens } from '../api/tokens';
import { History } from '../controllers/history';
import { ownerOf, Shelf } from '../controllers/shelf';
import { Wizard } from '../controllers/wizard';
import { emit } from '../events';
import type { Workspace } from '../session/types';
import { base } from '../styles/base';
import { ENGLISH, words } from '../text/languages';
import { errorSentence } from '../text/sentences';
import { Text, type Sentences, type Words } from '../text/text';
import { MusterElement } from './element';
import './muster-history';
import './muster-wizard';

export type TokenSource = () => Promise<string> | string;

/**
 * Imports contacts: the history of imports, and the wizard that makes one.
 *
 * @tagname muster-import
 * @fires {CustomEvent<MusterEvents['muster-open']>} muster-open - A view is shown.
 * @fires {CustomEvent<MusterEvents['muster-close']>} muster-close - The wizard was left where there is no history.
 * @fires {CustomEvent<MusterEvents['muster-step']>} muster-step - The wizard shows another step.
 * @fires {CustomEvent<MusterEvents['muster-import-start']>} muster-import-start - Import was pressed.
 * @fires {CustomEvent<MusterEvents['muster-import-progress']>} muster-import-progress - Bytes were sent, or rows applied.
 * @fires {CustomEvent<MusterEvents['muster-import-complete']>} muster-import-complete - The server has finished.
 * @fires {CustomEvent<MusterEvents['muster-import-failed']>} muster-import-failed - It was not started, or not finished.
 * @fires {CustomEvent<MusterEvents['muster-error']>} muster-error - Something went wrong; the page says so too.
 * @slot actions - Beside the button of the history: links and buttons of the host.
 * @slot empty - In place of what an empty history says.
 * @slot forbidden - In place of what people are told who may not import.
 * @slot help - Below every view: where the host helps.
 * @csspart header - The history's title and its button.
 * @csspart button - Every button.
 * @csspart button-primary - The button that leads on.
 * @csspart table - The table of the history.
 * @csspart steps - The steps of the wizard.
 * @csspart step - One of them.
 * @csspart tabs - The outcomes in Review.
 * @csspart grid - The rows in Review.
 * @csspart footer - The bar with the button that leads on.
 * @cssprop [--muster-font=system-ui] - The font.
 * @cssprop [--muster-font-mono=ui-monospace] - The font of codes.
 * @cssprop [--muster-radius=8px] - How round corners are.
 * @cssprop --muster-accent - The one accent.
 * @cssprop --muster-surface - The ground.
 * @cssprop --muster-surface-raised - The ground of what stands out.
 * @cssprop --muster-text - Text.
 * @cssprop --muster-text-muted - Text that explains.
 * @cssprop --muster-border - Lines.
 * @cssprop --muster-new - New contacts.
 * @cssprop --muster-updated - Updated contacts.
 * @cssprop --muster-unchanged - Unchanged contacts.
 * @cssprop --muster-skipped - Skipped rows.
 * @cssprop --muster-error - Errors.
 * @cssprop --muster-warning - Warnings.
 */
export class MusterImport extends MusterElement {
  /** The server's address; empty when it is the page's own. */
  @property() endpoint = '';
  /** The language: en, es, pt-BR, ar or zh-CN; of others the nearest. */
  @property() override lang = 'en';
  /** `wizard` opens the wizard at once, for a button elsewhere in the host; else the history comes first. */
  @property() view: 'history' | 'wizard' = 'history';
  /** Gives a token for the person at the page; called again when it is about to expire. */
  @property({ attribute: false }) token: TokenSource | undefined;
  /** Sentences in the host's own words, by key: "Customers" for "Contacts". */
  @property({ attribute: false }) texts: Partial<Sentences> = {};

  @state() private workspace: WorkspaceView | undefined;
  @state() private error: unknown;
  @state() private wizard: Wizard | undefined;
  private history: History | undefined;
  private api: Api | undefined;
  private loads = 0;
  private tokens = new Tokens(() => this.ask());
  private readonly given = new MutationObserver(() => this.requestUpdate());

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
    this.text = new Text(ENGLISH);
  }

  /** Forgets what this browser keeps of the person's imports here: work in progress. */
  async forget(): Promise<void> {
    if (!this.workspace || !isFull(this.workspace)) return;
    const shelf = new Shelf(ownerOf(this.endpoint, this.workspace));
    await shelf.clear();
    shelf.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.given.disconnect();
    this.clear();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.given.observe(this, { childList: true });
    if (this.hasUpdated && this.token) void this.load();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lang') || changed.has('texts')) void this.speak();
    if ((changed.has('token') || changed.has('endpoint')) && this.token) void this.load();
  }

  override render() {
    return html`${this.shown()}<slot name="help"></slot>`;
  }

  private shown(): TemplateResult {
    const { text, workspace } = this;
    if (!SUPPORTED) return this.sentence(text.say('failed.title'), text.say('failed.browser'));
    if (this.error) {
      return this.sentence(
        text.say('failed.title'),
        errorSentence(text, this.error),
        html`<button class="button" part="button" @click=${() => void this.load()}>${text.say('action.retry')}</button>`,
      );
    }
    if (!workspace || !this.history) {
      return html`<div class="center" role="status" dir=${text.direction}><div class="later"><span class="spinner"></span>${text.say('history.loading')}</div></div>`;
    }
    if (!isFull(workspace)) return html`<slot name="forbidden">${this.sentence(text.say('forbidden.title'), text.say('forbidden.lead'))}</slot>`;
    if (this.wizard) {
      return html`<muster-wizard lang=${text.language} dir=${text.direction}
        exportparts="button, button-primary, steps, step, grid, tabs, footer" .text=${text} .wizard=${this.wizard}
        @leave=${() => this.leave()}></muster-wizard>`;
    }
    return html`<muster-history lang=${text.language} dir=${text.direction}
      exportparts="header, button, button-primary, table" .text=${text} .history=${this.history} .workspace=${workspace}
      @begin=${() => this.showWizard()}>${this.passed('actions')}${this.passed('empty')}</muster-history>`;
  }

  /** What the host gave for a slot further in. Passed on without it, it would take the place of what stands there else. */
  private passed(name: string) {
    return this.querySelector(`:scope > [slot='${name}']`) ? html`<slot name=${name} slot=${name}></slot>` : nothing;
  }

  private sentence(title: string, lead: string, action: TemplateResult | typeof nothing = nothing) {
    return html`<div class="sentence" role="status" dir=${this.text.direction}><h2>${title}</h2><p class="muted">${lead}</p>${action}</div>`;
  }

  /** A language that can't be loaded leaves the last one. */
  private async speak(): Promise<void> {
    const { lang, texts } = this;
    const found: Words | undefined = await words(lang, texts).catch(() => undefined);
    if (found && lang === this.lang && texts === this.texts) this.text = new Text(found);
  }

  private async load(): Promise<void> {
    this.clear();
    const load = ++this.loads;
    this.tokens = new Tokens(() => this.ask());
    const api = (this.api = new Api(this.endpoint, this.tokens.part()));
    this.history = new History(api);
    this.error = undefined;
    try {
      const workspace = await api.workspace();
      if (load !== this.loads) return;
      this.workspace = workspace;
      if (!isFull(workspace)) return emit(this, 'muster-open', { view: 'forbidden' });
      if (this.view === 'wizard') return this.showWizard();
      emit(this, 'muster-open', { view: 'history' });
      void this.history.load();
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
    if (!this.workspace || !isFull(this.workspace)) return;
    this.history?.close();
    this.wizard = new Wizard({
      endpoint: this.endpoint,
      tokens: this.tokens,
      workspace: this.workspace,
      language: this.text.language,
      emit: (name, detail) => emit(this, name, detail),
    });
    emit(this, 'muster-open', { view: 'wizard' });
  }

  private leave(): void {
    const workspace = this.wizard?.workspace;
    this.wizard?.close();
    this.wizard = undefined;
    if (workspace) this.workspace = workspace;
    void this.refresh();
    if (this.view === 'wizard') {
      emit(this, 'muster-close', {});
      return this.showWizard();
    }
    void this.history?.load();
    emit(this, 'muster-open', { view: 'history' });
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('muster-history')?.focus());
  }

  /** An import brings fields and tags along: the next one has to know of them. */
  private async refresh(): Promise<void> {
    const load = this.loads;
    const workspace = await this.api?.workspace().catch(() => undefined);
    if (workspace && load === this.loads && !this.wizard) this.workspace = workspace;
  }

  /** Frees the worker and the pollers. */
  private clear(): void {
    this.loads += 1;
    this.wizard?.close();
    this.wizard = undefined;
    this.history?.close();
    this.history = undefined;
    this.workspace = undefined;
  }
}

const SUPPORTED = 'WebAssembly' in globalThis && 'stream' in Blob.prototype && 'Worker' in globalThis && hasSimd();

/** The smallest module with a vector in it. */
function hasSimd(): boolean {
  return WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]));
}

function isFull(view: WorkspaceView): view is Workspace {
  return 'fields' in view;
}
