// Runs cases through the built module and says what it says, line by line, as native.rs does.
//   node module.mjs DIRECTORY-OF-THE-MODULE < runs.json > transcripts.json

import { readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const { initSync, Session } = await import(pathToFileURL(join(folder, 'muster_wasm.js')));
initSync({ module: readFileSync(join(folder, 'muster_wasm_bg.wasm')) });
const legacy = await import(pathToFileURL(join(folder, 'muster_legacy.js')));
legacy.initSync({ module: readFileSync(join(folder, 'muster_legacy_bg.wasm')) });

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const line = (what, value) => `${what} ${JSON.stringify(value)}`;

/** Keys in order, where the core side has no order of its own. */
function sorted(value) {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** Gives the file out in its pieces. */
function each(run, take) {
  const file = bytes(run.csv);
  let at = 0;
  for (const cut of run.cuts) take(file.subarray(at, (at += cut)));
  take(file.subarray(at));
}

/** The file, decoded by the second module, as the worker does it. */
function decoded(session, run) {
  let encoding = session.foreign();
  if (encoding === 'auto') {
    const detector = new legacy.Detector();
    each(run, (piece) => detector.push(piece));
    encoding = detector.finish();
  }
  if (!session.decode(encoding)) throw new Error(`the core knows no ${encoding}`);
  const decoder = new legacy.Decoder(encoding);
  each(run, (piece) => session.push(decoder.push(piece)));
  session.push(decoder.finish());
  decoder.free();
  return session.finish();
}

/** Asks for what is missing, and compares. */
function lookUp(session, answers, said) {
  const matches = [...answers.matches];
  for (let requests; (requests = session.lookups()).length > 0; ) {
    requests.forEach((request, number) => {
      said.push(line('lookup', hex(request)));
      session.matched(number, bytes(matches.shift()));
    });
  }
  session.wanted().forEach((request, number) => {
    said.push(line('wanted', hex(request)));
    session.valued(bytes(answers.values[number]));
  });
  said.push(line('summary', session.diff()));
}

function sayRows(session, said) {
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
}

/** Does what a person does, by the name of the call. */
function perform(session, call, values) {
  if (call === 'edit') return session.edit(values[0], values[1], values[2] ?? undefined);
  if (call === 'leave_out') return session.leave_out(Uint32Array.from(values[0]), values[1]);
  return session[call](...values);
}

function say(run) {
  const said = [];
  const session = new Session(run.workspace, run.import.file);
  try {
    each(run, (piece) => session.push(piece));
    said.push(line('contents', session.finish() ?? decoded(session, run)));
    said.push(line('columns', session.configure(run.import)));
    said.push(line('opening', session.opening()));
    lookUp(session, run.answers, said);
    sayRows(session, said);
    for (const [[call, ...values], answers] of run.acts) {
      try {
        perform(session, call, values);
      } catch (failure) {
        if (failure instanceof Error) throw failure;
        said.push(line('failure', sorted(failure)));
      }
      lookUp(session, answers, said);
      for (const what of ['repairs', 'alarms', 'effects', 'creations', 'columns', 'description']) said.push(line(what, session[what]()));
      sayRows(session, said);
    }
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
