/** The worker's entry: takes calls, answers them, and reports a trap, after which nobody may believe the module. */

import { pack, type Failure } from '../session/errors';
import init from '../wasm/muster_wasm';
import { Engine } from './engine';
import type { Name, ToPage, ToWorker } from './protocol';

type Call = Extract<ToWorker, { call: unknown }>;

const post = (message: ToPage) => self.postMessage(message);

let asking: { resolve(token: string): void; reject(cause: Error): void } | undefined;
const token = () =>
  new Promise<string>((resolve, reject) => {
    asking = { resolve, reject };
    post({ wantToken: true });
  });

const engine = new Engine(token, (progress) => post({ progress }));
const ready = init();
/** What is not looked at at once: rows, and whatever a person waits for, go before it. */
const PATIENT = new Set<Name>(['alarms', 'bytesToSend', 'creations', 'description', 'effects', 'phoneCountries', 'repairs']);
const waiting: Call[] = [];
const turn = new MessageChannel();

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('token' in data) return asking?.resolve(data.token);
  if ('noToken' in data) return asking?.reject(new Error(data.noToken));
  try {
    await ready;
  } catch (cause) {
    return post({ trap: `the module could not be loaded: ${cause}` });
  }
  if (!PATIENT.has(data.call)) return answer(data);
  if (waiting.push(data) === 1) turn.port2.postMessage(null);
};

/** One a turn: what arrived meanwhile goes first. */
turn.port1.onmessage = () => {
  const call = waiting.shift();
  if (waiting.length) turn.port2.postMessage(null);
  if (call) void answer(call);
};

async function answer({ id, call, args }: Call): Promise<void> {
  try {
    const called = engine[call] as (...args: unknown[]) => unknown;
    post({ id, value: await called.apply(engine, args) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) post({ trap: error.message });
    else post({ id, failure: failure(error) });
  }
}

/** The module throws failures as they travel. */
function failure(error: unknown): Failure {
  const isOwn = typeof error === 'object' && error !== null && 'kind' in error && !(error instanceof Error);
  return isOwn ? (error as Failure) : pack(error);
}
