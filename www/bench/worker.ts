import init, { Session } from '../src/wasm/muster_wasm';
import { pieces } from '../src/worker/pieces';
import type { Done, Known, Order } from './messages';

const module = init();
let known: Known | undefined;

// Whoever waits for an answer is to hear of it.
self.addEventListener('unhandledrejection', ({ reason }) => {
  throw reason;
});

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { memory } = await module;
  if ('known' in data) {
    known = data.known;
    self.postMessage('ready');
  } else if (known) {
    const answer = 'phones' in data ? await phones(known, data.phones) : await run(known, data.file, data.verdict);
    self.postMessage({ ...answer, wasmBytes: memory.buffer.byteLength } satisfies Done);
  }
};

type Answer = Omit<Done, 'wasmBytes'>;

async function run(known: Known, file: File, verdict: boolean): Promise<Answer> {
  const session = new Session(known.workspace);
  const start = performance.now();
  try {
    const { rows } = await read(session, file);
    const split = performance.now() - start;
    if (!verdict) return { rows, counts: null, steps: null };
    session.configure(known.import);
    const validate = performance.now() - start - split;
    const { counts, ask } = compare(session, known);
    return { rows, counts, steps: { split, validate, ask, diff: performance.now() - start - split - validate - ask } };
  } finally {
    session.free();
  }
}

/** Reads a column of numbers; the rows are those that are valid. */
async function phones(known: Known, file: File): Promise<Answer> {
  const session = new Session(known.workspace);
  try {
    await read(session, file);
    // Nothing is looked up, so that nothing but the numbers is prepared.
    const columns = session.configure({
      ...known.import,
      purpose: 'add_all',
      identifiers: [],
      columns: known.import.columns
        .filter(({ field }) => field === 'phone' || field === 'first_name')
        .map((column) => ({ ...column, index: column.field === 'phone' ? 0 : 1 })),
    });
    const facts = columns.find(({ field }) => field === 'phone');
    return { rows: facts ? facts.filled - facts.errors - facts.warnings : 0, counts: null, steps: null };
  } finally {
    session.free();
  }
}

async function read(session: Session, file: File) {
  session.expect(file.size);
  for await (const piece of pieces(file)) session.push(piece);
  const contents = session.finish();
  if (!contents) throw new Error('the data is UTF-8');
  return contents;
}

function compare(session: Session, known: Known) {
  let ask = 0;
  const timed = <T>(make: () => T): T => {
    const start = performance.now();
    const made = make();
    ask += performance.now() - start;
    return made;
  };
  let asked = 0;
  for (let lookups; (lookups = timed(() => session.lookups())).length > 0; asked += lookups.length) {
    const answers = known.matches.slice(asked, asked + lookups.length);
    answers.forEach((answer, number) => session.matched(number, answer));
    if (answers.length !== lookups.length) break;
  }
  if (asked !== known.matches.length) throw new Error('the fetched answers are for other lookups');
  if (timed(() => session.wanted()).length !== known.values.length) throw new Error('the fetched values are for other requests');
  known.values.forEach((answer) => session.valued(answer));
  return { counts: session.diff().counts, ask };
}
