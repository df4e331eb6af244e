/** In the page: when things are first seen after a file was dropped, and how long the main thread was held up. */
export function watch() {
  const long = [];
  const shifts = [];
  const seen = {};
  let start = 0;
  let ended;
  const observe = (type, into) => new PerformanceObserver((list) => into.push(...list.getEntries())).observe({ type, buffered: true });
  observe('longtask', long);
  observe('layout-shift', shifts);
  // `input` leaves shadow roots, `change` does not.
  addEventListener('input', (event) => {
    if (event.composedPath()[0].type === 'file') start ||= performance.now();
  }, true);
  window.bench = {
    /** Looks at every frame; `look` says by its names what it saw, until it saw the last of them. */
    begin(look, names) {
      const last = names.at(-1);
      const end = new Promise((done) => (ended = done));
      const now = (name) => (seen[name] ??= performance.now() - start);
      const frame = () => {
        if (start) look(now);
        if (last in seen) ended();
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      this.ended = end;
    },
    async end() {
      await this.ended;
      // Entries come a little late.
      await new Promise((done) => setTimeout(done, 300));
      const during = long.filter(({ startTime }) => startTime >= start);
      return { ...seen, longest: Math.max(0, ...during.map(({ duration }) => duration)), blocked: during.reduce((sum, { duration }) => sum + duration, 0) };
    },
    /** How much moved by itself until each of these was seen, and after the last of them. */
    byStep(names) {
      const ends = names.map((name) => start + seen[name]);
      const sums = [...names, 'last'].map(() => 0);
      for (const { startTime, value } of shifts) sums[ends.filter((end) => startTime > end).length] += value;
      return sums;
    },
    long, shifts,
  };
}
