import type { RowView } from '../session/types';

const SIZE = 50;
/** How many pages further on are fetched before they are in view. */
const AHEAD = 4;
const KEPT = 80;

/** Rows in pages: those in view first, then those that will be when it scrolls on like this. One request at a time. */
export class Pages {
  private readonly pages = new Map<number, RowView[]>();
  /** Pages that were there before a correction: shown until the new ones arrive, lest the table flickers. */
  private old: Map<number, RowView[]> | undefined;
  /** The pages in view, and those after them in the order in which they are wanted. */
  private inView: number[] = [];
  private ahead: number[] = [];
  private first = 0;
  private busy = false;
  private ended = false;

  constructor(
    private readonly fetch: (offset: number, count: number) => Promise<RowView[]>,
    private readonly arrived: () => void,
    before?: Pages,
  ) {
    this.old = before?.pages;
    this.first = before?.first ?? 0;
  }

  at(index: number): RowView | undefined {
    const page = Math.floor(index / SIZE);
    return (this.pages.get(page) ?? this.old?.get(page))?.[index % SIZE];
  }

  /** Whether any of these rows is there, or none is missing. */
  knows(first: number, end: number): boolean {
    for (let index = first; index < end; index++) if (this.at(index)) return true;
    return first >= end;
  }

  /** Says which rows of how many are in view. */
  want(first: number, end: number, total: number): void {
    const by = first - this.first;
    this.first = first;
    const last = Math.max(0, Math.ceil(total / SIZE) - 1);
    this.inView = span(first, end, last);
    if (by || !this.ahead.length) this.ahead = Math.abs(by) > SIZE ? [1, 2].flatMap((turns) => span(first + turns * by, end + turns * by, last)) : this.next(by < 0 ? -1 : 1, last);
    void this.ask();
  }

  close(): void {
    this.ended = true;
  }

  private next(direction: 1 | -1, last: number): number[] {
    const from = direction > 0 ? (this.inView.at(-1) ?? 0) : (this.inView[0] ?? 0);
    return Array.from({ length: AHEAD }, (_, at) => from + direction * (at + 1)).filter((page) => page >= 0 && page <= last);
  }

  private async ask(): Promise<void> {
    if (this.busy || this.ended) return;
    const missing = (page: number) => !this.pages.has(page);
    const page = this.inView.find(missing) ?? this.ahead.find(missing);
    if (!this.inView.some(missing)) this.old = undefined;
    if (page === undefined) return;
    this.busy = true;
    try {
      this.pages.set(page, await this.fetch(page * SIZE, SIZE));
      this.tidy(page);
    } catch {
      // Whoever owns the session says what happened to it.
      this.ended = true;
    }
    this.busy = false;
    if (this.ended) return;
    if (this.inView.includes(page)) this.arrived();
    void this.ask();
  }

  /** What is far away goes first. */
  private tidy(around: number): void {
    for (const page of this.pages.keys()) {
      if (this.pages.size <= KEPT) return;
      if (Math.abs(page - around) > AHEAD + 2) this.pages.delete(page);
    }
  }
}

/** The pages of these rows. */
function span(first: number, end: number, last: number): number[] {
  const [from, to] = [Math.max(0, Math.floor(first / SIZE)), Math.min(last, Math.floor(Math.max(first, end - 1) / SIZE))];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
