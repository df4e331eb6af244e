/** Reads one file by everybody in turn, and says how long each took and what each saw. */

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
  done: Done | null;
}

declare global {
  interface Window {
    gc?(): void;
    measure(rounds: number): Promise<Result[]>;
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

async function muster(name: string, verdict: boolean, known: Known): Promise<Contestant> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const ask = <T>(order: Order) =>
    new Promise<T>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data as T);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(order);
    });
  await ask({ known });
  return {
    name,
    run: async (file) => {
      const done = await ask<Done>({ file, verdict });
      return { records: done.rows, done };
    },
  };
}

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

window.measure = async (rounds) => {
  const file = chosen();
  const answers = await known();
  const contestants = [
    papa,
    udsv,
    await muster('Muster split', false, answers),
    await muster('Muster verdict', true, answers),
  ];
  const results: Result[] = contestants.map(({ name }) => ({ name, milliseconds: [], records: 0, done: null }));
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
      // Memory only grows: the first run shows what one session takes.
      result.done ??= seen.done ?? null;
      if (round > 0) result.milliseconds.push(milliseconds);
    }
  }
  return results;
};
