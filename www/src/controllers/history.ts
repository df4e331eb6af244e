import type { Api, ImportDetails, ImportView } from '../api/client';
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
  private readonly poller = new Poller(() => this.refresh(), 1500);

  constructor(private readonly api: Api) {
    super();
  }

  async load(): Promise<void> {
    this.error = undefined;
    this.changed();
    try {
      const page = await this.api.imports();
      this.imports = page.imports;
      this.next = page.next;
      this.watch();
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

  close(): void {
    this.poller.stop();
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

  private watch(): void {
    if (this.imports?.some(isProcessing)) this.poller.start();
  }

  /** Asks for what is processing only: the rest does not change. */
  private async refresh(): Promise<boolean> {
    const live = this.imports?.filter(isProcessing) ?? [];
    try {
      for (const { id } of live) {
        const news = await this.api.import(id);
        this.imports = this.imports?.map((view) => (view.id === id ? news : view));
        if (this.details.has(id)) this.details.set(id, news);
      }
      this.error = undefined;
    } catch (error) {
      this.error = error;
      throw error;
    } finally {
      this.changed();
    }
    return this.imports?.some(isProcessing) ?? false;
  }
}

export function isProcessing(view: ImportView): boolean {
  return view.status === 'processing';
}
