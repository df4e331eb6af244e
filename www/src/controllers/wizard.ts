import { Api, ApiError, type ImportView } from '../api/client';
import type { MusterEvents, Step } from '../events';
import { ImportSession, InvalidImportError, RefusedError, TrapError } from '../session/session';
import type { ColumnFacts, FileChoice, FileFacts, Import, Progress, Refusal, Verdict, Workspace } from '../session/types';
import { isProcessing } from './history';
import { followIdentifiers, needs, propose, withFields } from './description';
import { Poller } from './poller';
import { Store } from './store';

export const STEPS: Step[] = ['upload', 'purpose', 'map', 'review', 'import'];

const AUTO: FileChoice = { encoding: 'auto', delimiter: 'auto', header_row: 'auto' };

export interface WizardOptions {
  endpoint: string;
  token: () => Promise<string>;
  workspace: Workspace;
  language: string;
  emit<K extends keyof MusterEvents>(name: K, detail: MusterEvents[K]): void;
}

/** Where the import itself is, once it was pressed. */
export type Phase = 'uploading' | 'cancelling' | 'cancelled' | 'not_started' | 'applying' | 'complete' | 'failed';

/** One import from the drop to the summary: what is chosen, what is known, what is under way. It decides nothing about rows. */
export class Wizard extends Store {
  step: Step = 'upload';
  file: File | undefined;
  /** How the file is to be read. */
  choice: FileChoice = AUTO;
  facts: FileFacts | undefined;
  refusal: Refusal | undefined;
  description: Import | undefined;
  /** Columns whose field the person chose. */
  readonly chosen = new Set<number>();
  columns: ColumnFacts[] | undefined;
  verdict: Verdict | undefined;
  /** The last progress of what is under way. */
  progress: Progress | undefined;
  /** What keeps the primary button busy. */
  busy: 'read' | 'check' | undefined;
  /** Whether the mapped cells are being validated in the background. */
  validating = false;
  /** The last thing that failed. */
  error: unknown;
  trapped = false;
  phase: Phase | undefined;
  view: ImportView | undefined;
  /** Whether the last request about the running import failed. */
  interrupted = false;

  session: ImportSession;
  readonly workspace: Workspace;
  readonly language: string;
  private readonly api: Api;
  private fresh = true;
  private validated: Import | undefined;
  private readonly poller = new Poller(() => this.poll(), 700);

  constructor(private readonly options: WizardOptions) {
    super();
    this.workspace = options.workspace;
    this.language = options.language;
    this.api = new Api(options.endpoint, options.token);
    this.session = this.open();
  }

  /** Whether leaving would throw work away. */
  get hasWork(): boolean {
    return this.step === 'import' ? this.phase === 'uploading' : this.facts !== undefined || this.busy === 'read';
  }

  get needs() {
    return this.description ? needs(this.description, this.workspace) : [];
  }

  go(step: Step): void {
    this.step = step;
    this.error = undefined;
    this.options.emit('muster-step', { step });
    this.changed();
    if (step === 'map') void this.validate();
  }

  /** Reads a file, or the same one in another way: then what is known of it stays until more is known. */
  async read(file: File, choice: FileChoice = AUTO): Promise<void> {
    this.reopen();
    const session = this.session;
    const facts = file === this.file ? this.facts : undefined;
    Object.assign(this, { file, choice, facts, refusal: undefined, description: undefined, columns: undefined, verdict: undefined });
    Object.assign(this, { error: undefined, trapped: false, progress: undefined, busy: 'read', validated: undefined });
    this.chosen.clear();
    this.fresh = false;
    this.changed();
    try {
      const facts = await session.read(file, choice);
      this.facts = facts;
      this.description = { ...propose(facts, this.workspace), file: choice };
    } catch (error) {
      if (session !== this.session) return;
      this.facts = undefined;
      if (error instanceof RefusedError) this.refusal = error.refusal;
      else this.fail(error);
    }
    if (session !== this.session) return;
    this.busy = undefined;
    this.changed();
  }

  /** Reads the file as a person chose. Where nothing comes of it, it is said, and the file stays as it was read. */
  async reread(change: Partial<FileChoice>): Promise<void> {
    const { file, choice } = this;
    if (!file) return;
    await this.read(file, { ...choice, ...change });
    const refusal = this.refusal;
    if (!refusal) return;
    await this.read(file, choice);
    this.refusal = refusal;
    this.changed();
  }

  /** Changes the description; what was known of the rows no longer holds. */
  describe(change: Partial<Import>): void {
    if (!this.description) return;
    const changed = { ...this.description, ...change };
    if (change.identifiers && this.facts) changed.columns = followIdentifiers(changed, this.facts);
    this.description = withFields(changed, this.workspace);
    this.verdict = undefined;
    this.error = undefined;
    this.changed();
    if (this.step === 'map') void this.validate();
  }

  /** Validates the mapped cells, again when the description changed meanwhile. */
  async validate(): Promise<void> {
    if (this.validating) return;
    this.validating = true;
    const session = this.session;
    try {
      while (this.description && this.validated !== this.description && this.needs.length === 0 && session === this.session) {
        const description: Import = this.description;
        this.changed();
        this.columns = await session.configure(description);
        this.validated = description;
      }
    } catch (error) {
      this.validated = this.description;
      this.fail(error);
    }
    this.validating = false;
    this.changed();
  }

  /** Gives every row its outcome and shows them. */
  async check(): Promise<void> {
    if (!this.description || this.needs.length) return;
    const session = this.session;
    this.busy = 'check';
    this.error = undefined;
    this.progress = undefined;
    this.changed();
    try {
      if (this.validated !== this.description) {
        this.columns = await session.configure(this.description);
        this.validated = this.description;
      }
      this.verdict = await session.compare();
      this.busy = undefined;
      this.go('review');
    } catch (error) {
      this.busy = undefined;
      this.fail(error);
    }
    this.changed();
  }

  async import(): Promise<void> {
    if (!this.file || !this.verdict) return;
    this.phase = 'uploading';
    this.progress = undefined;
    this.view = undefined;
    this.go('import');
    this.options.emit('muster-import-start', { file_name: this.file.name, rows: this.facts?.rows ?? 0 });
    addEventListener('beforeunload', keepTab);
    try {
      this.view = await this.session.start(this.file.name, this.language);
      this.phase = 'applying';
      this.settle();
      if (this.phase === 'applying') this.poller.start();
    } catch (error) {
      this.phase = isAbort(error) ? 'cancelled' : 'not_started';
      if (this.phase === 'not_started') {
        this.fail(error);
        this.options.emit('muster-import-failed', { id: null, reason: codeOf(error) });
      }
    } finally {
      removeEventListener('beforeunload', keepTab);
    }
    this.changed();
  }

  async cancel(): Promise<void> {
    this.phase = 'cancelling';
    this.changed();
    // Too late is no failure: the import was committed, and `start` has answered.
    await this.session.cancel().catch(() => undefined);
  }

  /** After a trap: the same file in a new worker. The choices were made by the person and stay. */
  async again(): Promise<void> {
    const { file, choice, description, chosen } = this;
    if (!file) {
      this.reopen();
      this.trapped = false;
      return this.changed();
    }
    const kept = new Set(chosen);
    await this.read(file, choice);
    if (this.facts && description) {
      this.description = description;
      kept.forEach((index) => this.chosen.add(index));
    }
    this.phase = undefined;
    this.go('upload');
  }

  close(): void {
    this.poller.stop();
    removeEventListener('beforeunload', keepTab);
    this.session.close();
  }

  private open(): ImportSession {
    const { endpoint, token, workspace } = this.options;
    const session = new ImportSession({ endpoint, token, workspace });
    session.addEventListener('progress', (event) => {
      if (session !== this.session) return;
      this.progress = (event as CustomEvent<Progress>).detail;
      if (this.progress.step === 'upload') {
        this.options.emit('muster-import-progress', { phase: 'uploading', done: this.progress.bytes, of: this.progress.of });
      }
      this.changed();
    });
    session.addEventListener('trap', () => {
      if (session !== this.session) return;
      this.trapped = true;
      this.changed();
    });
    return session;
  }

  /** A session reads one file. */
  private reopen(): void {
    if (this.fresh && !this.trapped) return;
    this.session.close();
    this.session = this.open();
    this.validating = false;
  }

  private fail(error: unknown): void {
    if (isAbort(error)) return;
    if (error instanceof TrapError) this.trapped = true;
    else this.error = error;
    this.options.emit('muster-error', { code: codeOf(error), message: error instanceof Error ? error.message : '' });
  }

  private async poll(): Promise<boolean> {
    if (!this.view) return false;
    try {
      this.view = await this.api.import(this.view.id);
      this.interrupted = false;
      this.settle();
    } catch (error) {
      this.interrupted = true;
      this.changed();
      throw error;
    }
    this.changed();
    return this.phase === 'applying';
  }

  private settle(): void {
    const view = this.view;
    if (!view) return;
    if (isProcessing(view)) {
      const phase = view.phase === 'applying' ? 'applying' : 'queued';
      this.options.emit('muster-import-progress', { phase, done: view.applied, of: view.to_apply });
    } else if (view.status === 'failed') {
      this.phase = 'failed';
      this.options.emit('muster-import-failed', { id: view.id, reason: view.reason ?? '' });
    } else {
      this.phase = 'complete';
      this.options.emit('muster-import-complete', { id: view.id, counts: view.counts });
    }
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  if (error instanceof InvalidImportError) return 'invalid_import';
  return error instanceof TrapError ? 'trap' : 'unexpected';
}

/** The upload is lost with the tab: the browser asks. */
function keepTab(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
