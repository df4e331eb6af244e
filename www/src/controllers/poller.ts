/** Repeats a request while there is something to wait for and somebody to see it. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private failures = 0;
  private readonly shown = () => this.schedule(0);

  /** `again` makes one request and says whether to go on; what it throws is tried again, ever later. */
  constructor(private readonly again: () => Promise<boolean>, private readonly interval: number) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener('visibilitychange', this.shown);
    this.schedule(this.interval);
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.shown);
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    if (this.running && !document.hidden) this.timer = setTimeout(() => void this.run(), delay);
  }

  private async run(): Promise<void> {
    try {
      if (!(await this.again())) return this.stop();
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
    this.schedule(this.interval * Math.min(2 ** this.failures, 16));
  }
}
