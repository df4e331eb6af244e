// Builds the benchmark's page, serves it on this machine and has Chromium run it; prints what it saw as JSON.
//   node run.mjs CHROMIUM FILE.csv CLEAN.csv KNOWN-DIRECTORY OUTPUT-DIRECTORY ROUNDS

import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';

const [executablePath, file, clean, publicDir, outDir, rounds] = process.argv.slice(2);
const root = fileURLToPath(new URL('.', import.meta.url));
const options = { configFile: false, root, base: './', logLevel: 'error' };

await build({
  ...options,
  publicDir,
  worker: { format: 'es' },
  build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
const server = await preview({ ...options, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--js-flags=--expose-gc'] });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(String(error)));
  await page.goto(server.resolvedUrls.local[0]);
  await page.setInputFiles('#file', clean);
  const digests = await page.evaluate(() => window.digests());
  await page.setInputFiles('#file', file);
  const results = await page.evaluate((rounds) => window.measure(rounds), Number(rounds));
  console.log(JSON.stringify({ browser: browser.version(), digests, results }));
} finally {
  await browser.close();
  await server.close();
}
