import type { Api, ImportDetails, ImportView } from '../api/client';
import { News } from './news';
import { Poller } from './poller';
import { Store } from './store';

/** The imports of a workspace, newest first: pages, details, and news while something is processing. */
export class History extends Store {
  imports: ImportView[] | undefined;
  next: number | null = null;
  /** Why the last request failed. */
  error: unknown;
  loadingMore = false;
  readonly open = new Set<number>();
  readonly details = new Map<number, ImportDetails>();
  private readonly poller = new Poller((signal) => this.refresh(signal), 1500);
  /** Imports that others have begun: nobody tells of them. */
  private readonly others = new Poller((signal) => this.lookForOthers(signal), 10_000);
  private readonly news: News;

  constructor(private readonly api: Api) {
    super();
    this.news = new News(api, (news) => {
      this.put(news);
      this.error = undefined;
      this.changed();
    });
  }

  async load(): Promise<void> {
    this.error = undefined;
    // That there is nothing may have changed just now: rows stay until there are others.
    if (!this.imports?.length) this.imports = undefined;
    this.changed();
    try {
      const page = await this.api.imports();
      this.imports = page.imports;
      this.next = page.next;
      this.watch();
      this.others.start();
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  async more(): Promise<void> {
    if (!this.next || this.loadingMore) return;
    this.loadingMore = true;
    this.changed();
    try {
      const page = await this.api.imports(this.next);
      const known = new Set(this.imports?.map(({ id }) => id));
      this.imports = [...(this.imports ?? []), ...page.imports.filter(({ id }) => !known.has(id))];
      this.next = page.next;
      this.error = undefined;
      this.watch();
    } catch (error) {
      this.error = error;
    }
    this.loadingMore = false;
    this.changed();
  }

  async toggle(id: number): Promise<void> {
    if (this.open.delete(id)) return this.changed();
    this.open.add(id);
    this.changed();
    await this.look(id);
  }

  results(id: number): Promise<Blob> {
    return this.api.results(id);
  }

  /** What an undo left alone. */
  kept(id: number): Promise<Blob> {
    return this.api.kept(id);
  }

  stop(id: number): Promise<void> {
    return this.act(() => this.api.stop(id));
  }

  goOn(id: number): Promise<void> {
    return this.act(() => this.api.goOn(id));
  }

  undo(id: number, fields: string[] | null): Promise<void> {
    return this.act(() => this.api.undo(id, fields));
  }

  /** The details, for whoever asks what an undo would do. */
  async find(id: number): Promise<ImportDetails | undefined> {
    if (!this.details.has(id)) await this.look(id);
    return this.details.get(id);
  }

  fail(error: unknown): void {
    this.error = error;
    this.changed();
  }

  close(): void {
    this.poller.stop();
    this.others.stop();
  }

  private async act(ask: () => Promise<ImportView>): Promise<void> {
    try {
      this.put(await ask());
      this.error = undefined;
      this.watch();
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  private put(news: ImportView): void {
    this.imports = this.imports?.map((view) => (view.id === news.id ? { ...view, ...news } : view));
    const details = this.details.get(news.id);
    if (details) this.details.set(news.id, { ...details, ...news });
  }

  private async look(id: number): Promise<void> {
    try {
      this.details.set(id, await this.api.import(id));
      this.error = undefined;
    } catch (error) {
      this.error = error;
      this.open.delete(id);
    }
    this.changed();
  }

  /** Where that fails nothing is lost, and nothing is said. */
  private async lookForOthers(signal: AbortSignal): Promise<boolean> {
    const { imports } = await this.api.imports(null, 20, signal);
    const known = new Set(this.imports?.map(({ id }) => id));
    const begun = imports.filter(({ id }) => !known.has(id));
    imports.forEach((view) => known.has(view.id) && this.put(view));
    if (begun.length) {
      this.imports = [...begun, ...(this.imports ?? [])].sort((a, b) => b.id - a.id);
      this.watch();
    }
    this.changed();
    return true;
  }

  private watch(): void {
    if (this.imports?.some(isLive)) this.poller.start();
  }

  /** News of what is processing only: the rest does not change. Told of one, asked of several: connections are few. */
  private async refresh(signal: AbortSignal): Promise<boolean> {
    const live = this.imports?.filter(isLive) ?? [];
    const [only] = live;
    try {
      if (only && live.length === 1) await this.news.follow(only.id, signal);
      else {
        for (const { id } of live) this.put(await this.api.import(id, signal));
        this.error = undefined;
      }
    } catch (error) {
      if (!signal.aborted) this.error = error;
      throw error;
    } finally {
      this.changed();
    }
    return this.imports?.some(isLive) ?? false;
  }
}

export function isProcessing(view: ImportView): boolean {
  return view.status === 'processing';
}

/** Whether there will be news of it. */
export function isLive(view: ImportView): boolean {
  return isProcessing(view) || view.undo?.status === 'queued' || view.undo?.status === 'undoing';
}

export interface Possible {
  results: boolean;
  undo: boolean;
  stop: boolean;
  goOn: boolean;
}

/** What can be done about an import now. */
export function possible(view: ImportView): Possible {
  const kept = view.status !== 'expired' && view.results_until !== null && Date.parse(view.results_until) > Date.now();
  const ended = !isLive(view) && kept;
  return {
    results: kept && !isProcessing(view),
    undo: ended && view.applied > 0,
    stop: isProcessing(view) && view.phase !== 'uploading',
    goOn: ended && view.status === 'failed',
  };
}

/** Days for which results can be downloaded and an import taken back. */
export function daysLeft(view: ImportView): number {
  return view.results_until ? Math.max(1, Math.round((Date.parse(view.results_until) - Date.now()) / 86_400_000)) : 0;
}
