import init, { Session } from '../src/wasm/muster_wasm';
import type { Done, Known, Order } from './messages';

const module = init();
let known: Known | undefined;

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { memory } = await module;
  if ('known' in data) {
    known = data.known;
    self.postMessage('ready');
  } else if (known) {
    const answer = await run(known, data.file, data.verdict);
    self.postMessage({ ...answer, wasmBytes: memory.buffer.byteLength } satisfies Done);
  }
};

async function run(known: Known, file: File, verdict: boolean): Promise<Omit<Done, 'wasmBytes'>> {
  const session = new Session(known.workspace);
  try {
    session.expect(file.size);
    const reader = file.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) session.push(part.value);
    const contents = session.finish();
    if (!contents) throw new Error('the data is UTF-8');
    return { rows: contents.rows, counts: verdict ? compare(session, known) : null };
  } finally {
    session.free();
  }
}

function compare(session: Session, known: Known) {
  session.configure(known.import);
  const lookups = session.lookups();
  if (lookups.length !== known.matches.length) throw new Error('the fetched answers are for other lookups');
  known.matches.forEach((answer, number) => session.matched(number, answer));
  if (session.wanted().length !== known.values.length) throw new Error('the fetched values are for other requests');
  known.values.forEach((answer) => session.valued(answer));
  return session.diff().counts;
}
