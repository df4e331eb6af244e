/** Repeats a request while there is something to wait for and somebody to see it. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private failures = 0;
  /** The request under way: one that lasts ends when nobody looks any more. */
  private asking: AbortController | undefined;
  private readonly shown = () => (document.hidden ? this.asking?.abort() : this.schedule(0));

  /** `again` makes one request and says whether to go on; what it throws is tried again, ever later. */
  constructor(private readonly again: (signal: AbortSignal) => Promise<boolean>, private readonly interval: number) {}

  /** Begins, or begins anew where what there is to wait for has changed. */
  start(): void {
    if (!this.running) document.addEventListener('visibilitychange', this.shown);
    this.running = true;
    this.asking?.abort();
    this.schedule(this.interval);
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.asking?.abort();
    document.removeEventListener('visibilitychange', this.shown);
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    if (this.running && !document.hidden) this.timer = setTimeout(() => void this.run(), delay);
  }

  private async run(): Promise<void> {
    const asking = (this.asking = new AbortController());
    try {
      const more = await this.again(asking.signal);
      if (asking.signal.aborted) return;
      if (!more) return this.stop();
      this.failures = 0;
    } catch {
      if (asking.signal.aborted) return;
      this.failures += 1;
    }
    this.asking = undefined;
    this.schedule(this.interval * Math.min(2 ** this.failures, 16));
  }
}
