// Measures the page as a person has it: built for release, on a real server, beside another importer; prints JSON.
//   node run.mjs OPTIONS
// Options are JSON: chromium, server (its program), data (a generated file with its contacts), seeded (a folder for a
// database with these), peer (a folder for the peer's page), rounds, and `only` race or page where not both are to be
// measured.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { begin, history, mounts, review, straight } from './muster.mjs';
import { openPeer } from './peer.mjs';
import { seed, serve } from './server.mjs';

const options = JSON.parse(process.argv[2]);
const { rounds, data } = options;
const csv = join(data, 'data.csv');
const manifest = JSON.parse(await readFile(join(data, 'manifest.json'), 'utf8'));
const { columns } = JSON.parse(await readFile(join(data, 'import.json'), 'utf8'));

const browser = await chromium.launch({ executablePath: options.chromium, args: ['--no-sandbox', '--js-flags=--expose-gc', '--enable-precise-memory-info'] });
const say = (line) => process.stderr.write(`${line}\n`);

/** A page that complains is no page to measure. */
async function inPage(work, viewport = { width: 1360, height: 860 }) {
  const context = await browser.newContext({ viewport, locale: 'en-GB' });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    const seen = await work(page, context);
    if (complaints.length) throw new Error(complaints.join('\n'));
    return seen;
  } finally {
    await context.close();
  }
}

/** A server of its own for each round: an import changes what the next one would find. */
async function onServer(work) {
  const server = await serve(options.server, options.seeded);
  try {
    return await inPage((page, context) => work(page, server, context));
  } finally {
    await server.stop();
  }
}

async function race() {
  const peer = await openPeer(fileURLToPath(new URL('../peer', import.meta.url)), options.peer);
  const ours = [];
  const theirs = [];
  try {
    for (let round = 0; round < rounds; round++) {
      ours.push(await onServer((page, server) => straight(page, server.url, csv, manifest)));
      say(`Muster: ${JSON.stringify(ours.at(-1))}`);
      theirs.push(await inPage((page) => peer.run(page, csv, manifest.file.header, columns)));
      say(`react-spreadsheet-import: ${JSON.stringify(theirs.at(-1))}`);
    }
  } finally {
    await peer.close();
  }
  return { ours, theirs };
}

async function whole() {
  const found = { review: [], history: [], mounts: [] };
  await onServer(async (page, server) => {
    for (let round = 0; round < rounds; round++) {
      found.review.push(await review(page, server.url, csv));
      say(`Review: ${JSON.stringify(found.review.at(-1))}`);
    }
    // One first import, that the history has something to show.
    await begin(page, server.url);
    await page.goto('about:blank');
    for (let round = 0; round < rounds; round++) found.history.push(await inPage((page, context) => history(page, context, server.url)));
    say(`history: ${JSON.stringify(found.history)}`);
    found.mounts = await inPage((page, context) => mounts(page, context, server.url));
    say(`mounts: ${JSON.stringify(found.mounts)}`);
  });
  return found;
}

/** What a browser loads, as brotli. */
function weights() {
  const folder = fileURLToPath(new URL('../../dist', import.meta.url));
  const files = ['muster.js', ...readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`)];
  return files.filter((name) => !/\/index-/.test(name)).map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name: name.replace(/-[\w-]{8}(?=\.\w+$)/, ''), bytes: bytes.length, brotli: brotliCompressSync(bytes).length };
  });
}

try {
  await seed(options.server, options.seeded, data);
  const answer = { browser: browser.version() };
  if (options.only !== 'page') answer.race = await race();
  if (options.only !== 'race') answer.page = await whole();
  answer.files = weights();
  console.log(JSON.stringify(answer));
} finally {
  await browser.close();
}
