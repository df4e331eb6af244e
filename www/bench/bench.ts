/** Reads one file by everybody in turn, and says how long each took and what each saw. */

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import Papa from 'papaparse';
import { inferSchema, initParser } from 'udsv';
import type { Done, Known, Order } from './messages';

interface Contestant {
  name: string;
  run(file: File): Promise<Seen>;
}

/** What was seen of the file; `digest` walks over all cells and is no part of what is measured. */
interface Seen {
  records: number;
  digest?(): number;
  done?: Done;
}

interface Result {
  name: string;
  milliseconds: number[];
  records: number;
  /** The page's JavaScript heap with the result in it, at most. */
  heapBytes: number;
  steps: NonNullable<Done['steps']>[];
  done: Done | null;
}

declare global {
  interface Window {
    gc?(): void;
    measure(rounds: number): Promise<Result[]>;
    /** Muster alone: `verdict` too, or splitting only. */
    grow(rounds: number, verdict: boolean): Promise<Result[]>;
    phones(rounds: number): Promise<Result[]>;
    digests(): Promise<{ name: string; records: number; digest: number }[]>;
  }
}

const papa: Contestant = {
  name: 'PapaParse header:true',
  run: (file) =>
    new Promise((resolve, reject) =>
      Papa.parse<Record<string, string>>(file, {
        header: true,
        skipEmptyLines: true,
        error: reject,
        complete: ({ data, meta }) =>
          resolve({
            records: data.length,
            digest: () => digest(data, (row) => (meta.fields ?? []).map((field) => row[field] ?? '')),
          }),
      }),
    ),
};

const udsv: Contestant = {
  name: 'udsv',
  async run(file) {
    const text = await file.text();
    const rows = initParser(inferSchema(text)).stringArrs(text);
    return { records: rows.length, digest: () => digest(rows, (row) => row) };
  },
};

type Ask = (order: Order) => Promise<Done>;

async function start(known: Known): Promise<Ask> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const ask: Ask = (order) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data as Done);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(order);
    });
  await ask({ known });
  return ask;
}

async function muster(name: string, known: Known, order: (file: File) => Order): Promise<Contestant> {
  const ask = await start(known);
  return {
    name,
    run: async (file) => {
      const done = await ask(order(file));
      return { records: done.rows, done };
    },
  };
}

const split = (known: Known) => muster('Muster split', known, (file) => ({ file, verdict: false }));
const verdict = (known: Known) => muster('Muster verdict', known, (file) => ({ file, verdict: true }));

/** The numbers stand in the first column, without quotes. The records are those that are valid. */
const libphonenumber: Contestant = {
  name: 'libphonenumber-js max',
  async run(file) {
    const numbers = (await file.text()).split('\n').slice(1, -1);
    let records = 0;
    for (const line of numbers) {
      const number = parsePhoneNumberFromString(line.slice(0, line.indexOf(',')));
      if (number?.isValid() && number.number.length > 0) records++;
    }
    return { records };
  },
};

/** FNV-1a over the UTF-16 of every cell. */
function digest<T>(rows: T[], cells: (row: T) => string[]): number {
  let hash = 0x811c9dc5;
  const add = (unit: number) => (hash = Math.imul(hash ^ unit, 0x01000193));
  for (const row of rows) {
    for (const cell of cells(row)) {
      for (let at = 0; at < cell.length; at++) add(cell.charCodeAt(at));
      add(0x1f);
    }
    add(0x1e);
  }
  return hash >>> 0;
}

const bytes = async (name: string) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const json = async (name: string) => (await fetch(name)).json();

async function known(): Promise<Known> {
  const { workspace, import: description, matches, values } = await json('known.json');
  return {
    workspace,
    import: description,
    matches: await Promise.all(matches.map(bytes)),
    values: await Promise.all(values.map(bytes)),
  };
}

function chosen(): File {
  const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
  if (!file) throw new Error('no file was chosen');
  return file;
}

window.digests = async () => {
  const file = chosen();
  const all = [];
  for (const { name, run } of [papa, udsv]) {
    const seen = await run(file);
    all.push({ name, records: seen.records, digest: seen.digest?.() ?? 0 });
  }
  return all;
};

/** Has everybody take the file in turn. */
async function inTurn(contestants: Contestant[], rounds: number): Promise<Result[]> {
  const file = chosen();
  const results = contestants.map(
    ({ name }): Result => ({ name, milliseconds: [], records: 0, heapBytes: 0, steps: [], done: null }),
  );
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [at, { run }] of contestants.entries()) {
      // Nobody pays for what another one left behind.
      window.gc?.();
      const start = performance.now();
      const seen = await run(file);
      const milliseconds = performance.now() - start;
      const result = results[at]!;
      result.records = seen.records;
      const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
      result.heapBytes = Math.max(result.heapBytes, memory?.usedJSHeapSize ?? 0);
      // Memory only grows: the first run shows what one session takes.
      result.done ??= seen.done ?? null;
      if (round > 0) {
        result.milliseconds.push(milliseconds);
        if (seen.done?.steps) result.steps.push(seen.done.steps);
      }
    }
  }
  return results;
}

window.measure = async (rounds) => {
  const answers = await known();
  return inTurn([papa, udsv, await split(answers), await verdict(answers)], rounds);
};

window.grow = async (rounds, withVerdict) => {
  const answers = await known();
  return inTurn([withVerdict ? await verdict(answers) : await split(answers)], rounds);
};

window.phones = async (rounds) => {
  const ours = await muster('Muster phones', await known(), (phones) => ({ phones }));
  return inTurn([libphonenumber, ours], rounds);
};
