// Runs cases through the built module and says what it says, line by line, as native.rs does.
//   node module.mjs DIRECTORY-OF-THE-MODULE < runs.json > transcripts.json

import { readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const { initSync, Session } = await import(pathToFileURL(join(folder, 'muster_wasm.js')));
initSync({ module: readFileSync(join(folder, 'muster_wasm_bg.wasm')) });

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const line = (what, value) => `${what} ${JSON.stringify(value)}`;

/** Keys in order, where the core side has no order of its own. */
function sorted(value) {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function say(run) {
  const said = [];
  const session = new Session(run.workspace);
  try {
    const file = bytes(run.csv);
    let at = 0;
    for (const cut of run.cuts) session.push(file.subarray(at, (at += cut)));
    session.push(file.subarray(at));
    said.push(line('contents', session.finish()));
    said.push(line('columns', session.configure(run.import)));
    said.push(line('opening', session.opening()));
    session.lookups().forEach((request, number) => {
      said.push(line('lookup', hex(request)));
      session.matched(number, bytes(run.matches[number]));
    });
    session.wanted().forEach((request, number) => {
      said.push(line('wanted', hex(request)));
      session.valued(bytes(run.values[number]));
    });
    said.push(line('summary', session.diff()));
    // In pages, as the grid asks for them.
    for (let row = 0, page; (page = session.page(null, row, 700)).rows.length > 0; row += page.rows.length) {
      for (const view of page.rows) said.push(line('row', view));
    }
    let bytesToSend = 0;
    for (let number = 0; number < session.batches(); number++) {
      const batch = session.batch(number);
      bytesToSend += batch.length;
      said.push(line('batch', hex(batch)));
    }
    if (session.bytes_to_send() !== bytesToSend) throw new Error('the batches have other bytes than were announced');
    said.push(line('digest', session.commit_digest()));
    said.push(line('errors', hex(session.error_rows((issue) => line('issue', issue)))));
  } catch (failure) {
    if (failure instanceof Error) throw failure;
    said.push(line('failure', sorted(failure)));
  } finally {
    session.free();
  }
  return said;
}

const runs = JSON.parse(readFileSync(0, 'utf8'));
const output = Buffer.from(JSON.stringify(runs.map(say)));
for (let at = 0; at < output.length; ) at += writeSync(1, output, at);
