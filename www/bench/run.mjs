// Builds the benchmark's page, serves it on this machine and has Chromium run it; prints what it saw as JSON.
//   node run.mjs CHROMIUM OUTPUT-DIRECTORY KNOWN-DIRECTORY TASK...
// A task is JSON: a call of the page's, what it is given, and the file that it finds chosen.
//   {"call": "measure", "with": [7], "file": "data.csv"}

import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';

const [executablePath, outDir, publicDir, ...tasks] = process.argv.slice(2);
const root = fileURLToPath(new URL('.', import.meta.url));
const options = { configFile: false, root, base: './', logLevel: 'error' };

await build({
  ...options,
  publicDir,
  worker: { format: 'es' },
  build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
const server = await preview({ ...options, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
const flags = ['--no-sandbox', '--js-flags=--expose-gc', '--enable-precise-memory-info'];
const browser = await chromium.launch({ executablePath, args: flags });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(String(error)));
  const answers = {};
  for (const task of tasks) {
    const { call, with: given, file } = JSON.parse(task);
    await page.goto(server.resolvedUrls.local[0]);
    await page.setInputFiles('#file', file);
    answers[call] = await page.evaluate(({ call, given }) => window[call](...given), { call, given });
  }
  console.log(JSON.stringify({ browser: browser.version(), ...answers }));
} finally {
  await browser.close();
  await server.close();
}
