/** The worker's entry: takes calls, answers them, and reports a trap, after which nobody may believe the module. */

import { pack, type Failure } from '../session/errors';
import init from '../wasm/muster_wasm';
import { Engine } from './engine';
import type { ToPage, ToWorker } from './protocol';

const post = (message: ToPage) => self.postMessage(message);

let waiting: { resolve(token: string): void; reject(cause: Error): void } | undefined;
const token = () =>
  new Promise<string>((resolve, reject) => {
    waiting = { resolve, reject };
    post({ wantToken: true });
  });

const engine = new Engine(token, (progress) => post({ progress }));
const ready = init();

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('token' in data) return waiting?.resolve(data.token);
  if ('noToken' in data) return waiting?.reject(new Error(data.noToken));
  try {
    await ready;
  } catch (cause) {
    return post({ trap: `the module could not be loaded: ${cause}` });
  }
  try {
    const call = engine[data.call] as (...args: unknown[]) => unknown;
    post({ id: data.id, value: await call.apply(engine, data.args) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) post({ trap: error.message });
    else post({ id: data.id, failure: failure(error) });
  }
};

/** The module throws failures as they travel. */
function failure(error: unknown): Failure {
  const isOwn = typeof error === 'object' && error !== null && 'kind' in error && !(error instanceof Error);
  return isOwn ? (error as Failure) : pack(error);
}
