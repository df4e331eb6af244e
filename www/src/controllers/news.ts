import { ApiError, type Api, type ImportDetails } from '../api/client';

/** The first event comes at once. Where it doesn't, something on the way keeps events back. */
const PATIENCE = 4_000;

/** How an import goes on: told by the server as it happens; where events don't get through, it is asked. */
export class News {
  private told = true;

  constructor(private readonly api: Api, private readonly take: (news: ImportDetails) => void) {}

  /** Follows an import to its end, or for as long as the server tells; or asks once. */
  async follow(id: number, signal: AbortSignal): Promise<void> {
    if (this.told) {
      const silence = new AbortController();
      const timer = setTimeout(() => silence.abort(), PATIENCE);
      let heard = false;
      try {
        return await this.api.events(id, AbortSignal.any([signal, silence.signal]), (news) => {
          heard = true;
          clearTimeout(timer);
          this.take(news);
        });
      } catch (error) {
        // A connection that was lost after it worked is made anew.
        if (signal.aborted || heard) throw error;
        this.told = error instanceof ApiError && error.code === 'network';
      } finally {
        clearTimeout(timer);
      }
    }
    this.take(await this.api.import(id, signal));
  }
}
