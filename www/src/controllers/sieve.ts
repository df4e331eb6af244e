import type { ImportSession } from '../session/session';
import type { Outcome, RowView, Sought } from '../session/types';

type Source = (offset: number, count: number) => Promise<RowView[]>;

/** The rows that Review shows: all with an outcome, or those among them that are looked for. */
export class Sieve {
  /** How many there are; unknown while they are looked for. */
  total: number | undefined;
  source: Source = async () => [];
  private turn = 0;

  constructor(private readonly changed: () => void) {}

  /** Shows other rows, or the same ones after a correction. What was shown stays until others are found. */
  async show(session: ImportSession, sought: Sought & { outcome: Outcome }, count: number): Promise<void> {
    const turn = ++this.turn;
    const { outcome } = sought;
    if (sought.code === null && sought.column === null && !sought.text) {
      this.total = count;
      this.source = async (offset, count) => (await session.rows(outcome, offset, count)).rows;
      return this.changed();
    }
    const found = await session.find(sought).catch(() => undefined);
    if (!found || turn !== this.turn) return;
    this.total = found.length;
    this.source = (offset, count) => session.rowsAt(outcome, found.slice(offset, offset + count));
    this.changed();
  }
}
