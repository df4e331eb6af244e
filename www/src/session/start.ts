import address from '../worker/worker.ts?worker&url';

/**
 * Starts a worker of this script's own. Browsers refuse one from another origin: where the script comes from elsewhere,
 * a module of this page's origin imports it (the page's policy has to allow `blob:` and that origin in `worker-src`).
 */
export function startWorker(): Worker {
  if (new URL(import.meta.url).origin === location.origin) {
    return new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' });
  }
  const module = new Blob([`import ${JSON.stringify(new URL(address, import.meta.url).href)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(module);
  const worker = new Worker(url, { type: 'module' });
  // Not before it is loaded: the first message says that it is.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
