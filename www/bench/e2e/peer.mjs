/** react-spreadsheet-import, from the file to the table in which it says what is wrong. */

import { build, preview } from 'vite';
import { watch } from './watch.mjs';

export async function openPeer(root, outDir) {
  const options = { configFile: false, root, base: './', logLevel: 'error' };
  await build({ ...options, build: { outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 10_000 } });
  const server = await preview({ ...options, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  return { run: (page, csv, header, columns) => run(page, server.resolvedUrls.local[0], csv, header, columns), close: () => server.close() };
}

async function run(page, url, csv, header, columns) {
  await page.addInitScript(watch);
  await page.goto(url);
  await page.evaluate(({ header, keys }) => window.show(header, keys), { header, keys: header.map((_, index) => columns.find((column) => column.index === index)?.field ?? `column_${index}`) });
  await page.locator('input[type=file]').waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  // Presses what leads on as soon as it can be pressed, as nobody could.
  await page.evaluate(() => {
    window.bench.begin((now) => {
      const buttons = [...document.querySelectorAll('button')].filter((button) => !button.disabled && button.offsetParent);
      if (buttons.some(({ innerText }) => innerText === 'Confirm') && document.querySelector('.rdg-row')) return now('verdict');
      const next = buttons.find(({ innerText }) => innerText === 'Next');
      // As a person does it, in a task of its own.
      if (next) setTimeout(() => next.click());
    }, ['verdict']);
  });
  await page.setInputFiles('input[type=file]', csv);
  return page.evaluate(() => window.bench.end());
}
