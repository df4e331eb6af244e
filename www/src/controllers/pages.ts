import type { RowView } from '../session/types';

const SIZE = 100;
const KEPT = 40;

/** Rows in pages, fetched when they come into view: one request at a time, and of what is in view by then. */
export class Pages {
  private readonly pages = new Map<number, RowView[]>();
  /** Pages that were there before a correction: shown until the new ones arrive, lest the table flickers. */
  private old: Map<number, RowView[]> | undefined;
  private wanted: [number, number] = [0, 0];
  private busy = false;
  private ended = false;

  constructor(
    private readonly fetch: (offset: number, count: number) => Promise<RowView[]>,
    private readonly arrived: () => void,
    before?: Pages,
  ) {
    this.old = before?.pages;
  }

  at(index: number): RowView | undefined {
    const page = Math.floor(index / SIZE);
    return (this.pages.get(page) ?? this.old?.get(page))?.[index % SIZE];
  }

  /** Says which rows are in view. */
  want(first: number, end: number): void {
    this.wanted = [Math.floor(first / SIZE), Math.floor(Math.max(first, end - 1) / SIZE)];
    void this.next();
  }

  close(): void {
    this.ended = true;
  }

  private async next(): Promise<void> {
    const page = this.missing();
    if (page === undefined) this.old = undefined;
    if (this.busy || this.ended || page === undefined) return;
    this.busy = true;
    try {
      const rows = await this.fetch(page * SIZE, SIZE);
      this.pages.set(page, rows);
      for (const old of this.pages.keys()) {
        if (this.pages.size <= KEPT) break;
        if (Math.abs(old - page) > 2) this.pages.delete(old);
      }
    } catch {
      // Whoever owns the session says what happened to it.
      this.ended = true;
    }
    this.busy = false;
    if (this.ended) return;
    this.arrived();
    void this.next();
  }

  private missing(): number | undefined {
    for (let page = this.wanted[0]; page <= this.wanted[1]; page++) if (!this.pages.has(page)) return page;
    return undefined;
  }
}
