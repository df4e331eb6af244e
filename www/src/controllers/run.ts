import type { Api, ImportDetails, ImportView } from '../api/client';
import type { MusterEvents } from '../events';
import { isAbort, codeOf } from '../session/errors';
import type { ImportSession } from '../session/session';
import { isLive, isProcessing } from './history';
import { News } from './news';
import { Poller } from './poller';

/** Where the import itself is, once it was pressed. */
export type Phase = 'uploading' | 'cancelling' | 'cancelled' | 'not_started' | 'applying' | 'complete' | 'failed';

export interface Runner {
  emit<K extends keyof MusterEvents>(name: K, detail: MusterEvents[K]): void;
  changed(): void;
}

/** The import under way: uploaded by this browser, applied by the server. */
export class Run {
  phase: Phase | undefined;
  view: ImportView | undefined;
  /** Why it was not started. */
  error: unknown;
  /** Whether the last request about it failed. */
  interrupted = false;
  /** When the server began to apply it, for the time that is left. */
  private begun: { at: number; applied: number } | undefined;
  private readonly poller = new Poller((signal) => this.poll(signal), 700);
  private readonly news: News;

  constructor(private readonly api: Api, private readonly runner: Runner) {
    this.news = new News(api, (news) => this.heard(news));
  }

  /** Milliseconds until every row is applied, by the pace so far. */
  get left(): number | undefined {
    const { begun, view } = this;
    if (!begun || !view || this.phase !== 'applying') return undefined;
    const passed = performance.now() - begun.at;
    const done = view.applied - begun.applied;
    return passed > 1_000 && done > 0 ? ((view.to_apply - view.applied) / done) * passed : undefined;
  }

  async start(session: ImportSession, fileName: string, language: string): Promise<void> {
    Object.assign(this, { phase: 'uploading', view: undefined, error: undefined, begun: undefined });
    this.runner.changed();
    addEventListener('beforeunload', keepTab);
    try {
      this.view = await session.start(fileName, language);
      this.phase = 'applying';
      this.settle();
      if (this.phase === 'applying') this.poller.start();
    } catch (error) {
      this.phase = isAbort(error) ? 'cancelled' : 'not_started';
      if (this.phase === 'not_started') {
        this.error = error;
        this.runner.emit('muster-import-failed', { id: null, reason: codeOf(error) });
      }
    } finally {
      removeEventListener('beforeunload', keepTab);
    }
    this.runner.changed();
  }

  async cancel(session: ImportSession): Promise<void> {
    this.phase = 'cancelling';
    this.runner.changed();
    // Too late is no failure: the import was committed, and `start` has answered.
    await session.cancel().catch(() => undefined);
  }

  /** Ends it after the batch at hand. */
  stop(): Promise<void> {
    return this.ask((view) => this.api.stop(view.id));
  }

  undo(fields: string[] | null): Promise<void> {
    return this.ask((view) => this.api.undo(view.id, fields));
  }

  async details(): Promise<ImportDetails | undefined> {
    return this.view && this.api.import(this.view.id).catch(() => undefined);
  }

  /** Nothing of it is to be seen any more. */
  reset(): void {
    Object.assign(this, { phase: undefined, view: undefined, error: undefined });
  }

  close(): void {
    this.poller.stop();
    removeEventListener('beforeunload', keepTab);
  }

  private async ask(send: (view: ImportView) => Promise<ImportView>): Promise<void> {
    if (!this.view) return;
    try {
      this.view = await send(this.view);
      this.error = undefined;
      this.poller.start();
    } catch (error) {
      this.error = error;
    }
    this.runner.changed();
  }

  private async poll(signal: AbortSignal): Promise<boolean> {
    if (!this.view) return false;
    try {
      await this.news.follow(this.view.id, signal);
    } catch (error) {
      this.interrupted = !signal.aborted;
      this.runner.changed();
      throw error;
    }
    return isLive(this.view);
  }

  private heard(news: ImportView): void {
    this.view = news;
    this.interrupted = false;
    this.settle();
    this.runner.changed();
  }

  private settle(): void {
    const view = this.view;
    if (!view || this.phase !== 'applying') return;
    if (isProcessing(view)) {
      const phase = view.phase === 'applying' ? 'applying' : 'queued';
      if (phase === 'applying') this.begun ??= { at: performance.now(), applied: view.applied };
      this.runner.emit('muster-import-progress', { phase, done: view.applied, of: view.to_apply });
    } else if (view.status === 'failed') {
      this.phase = 'failed';
      this.runner.emit('muster-import-failed', { id: view.id, reason: view.reason ?? '' });
    } else {
      this.phase = 'complete';
      this.runner.emit('muster-import-complete', { id: view.id, counts: view.counts });
    }
  }
}

/** The upload is lost with the tab: the browser asks. */
function keepTab(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
