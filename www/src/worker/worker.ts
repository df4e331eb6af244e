/** The worker's entry: takes calls, answers them, and reports a trap, after which nobody may believe the module. */

import { pack, type Failure } from '../session/errors';
import init from '../wasm/muster_wasm';
import { Engine } from './engine';
import type { ToPage, ToWorker } from './protocol';

const post = (message: ToPage) => self.postMessage(message);

let asking: { resolve(token: string): void; reject(cause: Error): void } | undefined;
const token = () =>
  new Promise<string>((resolve, reject) => {
    asking = { resolve, reject };
    post({ wantToken: true });
  });

const engine = new Engine(token, (progress) => post({ progress }));
const ready = init();
const waiting: Extract<ToWorker, { call: unknown }>[] = [];
const turn = new MessageChannel();

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('token' in data) return asking?.resolve(data.token);
  if ('noToken' in data) return asking?.reject(new Error(data.noToken));
  try {
    await ready;
  } catch (cause) {
    return post({ trap: `the module could not be loaded: ${cause}` });
  }
  waiting.push(data);
  turn.port2.postMessage(null);
};

/** One call a turn, that those which arrived meanwhile get into line. Somebody looks at the place where rows are to be. */
turn.port1.onmessage = async () => {
  const next = waiting.findIndex(({ call }) => call === 'rows' || call === 'rowsAt');
  const [called] = waiting.splice(Math.max(0, next), 1);
  if (!called) return;
  try {
    const call = engine[called.call] as (...args: unknown[]) => unknown;
    post({ id: called.id, value: await call.apply(engine, called.args) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) post({ trap: error.message });
    else post({ id: called.id, failure: failure(error) });
  }
};

/** The module throws failures as they travel. */
function failure(error: unknown): Failure {
  const isOwn = typeof error === 'object' && error !== null && 'kind' in error && !(error instanceof Error);
  return isOwn ? (error as Failure) : pack(error);
}
