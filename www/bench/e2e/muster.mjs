/** Muster's page: from the file to the last row that is applied, and what is felt on the way. */

import { watch } from './watch.mjs';

/** The wizard, its worker waiting for a file. */
export async function open(page, url) {
  await page.addInitScript(watch);
  await page.goto(url);
  await page.getByRole('button', { name: 'Import contacts' }).first().click();
  await page.locator('muster-step-upload').waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500);
}

/** Presses what leads on as soon as it can be pressed, to the verdict or to the end. */
export function robot({ names }) {
  const deep = (...path) => path.reduce((at, part) => (at && (at.shadowRoot ?? at).querySelector(part)) || undefined, document);
  let pressed;
  window.bench.begin((now) => {
    const wizard = deep('muster-import', 'muster-wizard');
    const inside = (...path) => path.reduce((at, part) => (at && (at.shadowRoot ?? at).querySelector(part)) || undefined, wizard);
    if (inside('muster-step-upload', '.first')) now('first');
    if (inside('muster-step-upload', '.facts')) now('read');
    // Every row is checked by itself; what is left is to compare them with the contacts.
    if (document.querySelector('muster-import').wizard?.columns) now('validated');
    if (inside('muster-step-review', '[role=tab] .count')) now('verdict');
    if (inside('muster-step-import', 'dl.counts')) now('completed');
    if (names.at(-1) === 'verdict' && inside('muster-step-review')) return;
    const step = ['upload', 'purpose', 'map', 'review', 'import'].find((name) => inside(`muster-step-${name}`));
    const button = inside('footer .primary');
    // Once a step: what is pressed is still there in the next frame.
    if (!step || step === 'import' || step === pressed || !button || button.disabled) return;
    pressed = step;
    now(`${step} left`);
    // As a person does it, in a task of its own.
    setTimeout(() => button.click());
  }, names);
}

/** From the drop to the verdict and to the end, with nobody in between. */
export async function straight(page, url, csv, manifest) {
  await open(page, url);
  await page.evaluate(robot, { names: ['completed'] });
  await page.setInputFiles('input[type=file]', csv);
  const seen = await page.evaluate(() => window.bench.end());
  const counts = await page.locator('dl.counts dd').allInnerTexts();
  const found = counts.map((text) => Number(text.replace(/\D/g, ''))).join();
  const { counts: expected } = manifest;
  const truth = ['new', 'updated', 'unchanged', 'skipped', 'error'].map((outcome) => expected[outcome]).join();
  if (found !== truth) throw new Error(`the summary says ${found} instead of ${truth}`);
  return seen;
}

/** In Review: cells corrected, rows scrolled, and what moved when steps changed. */
export async function review(page, url, csv) {
  await open(page, url);
  await page.evaluate(() => (window.bench.shifts.length = 0));
  await page.evaluate(robot, { names: ['verdict'] });
  await page.setInputFiles('input[type=file]', csv);
  const seen = await page.evaluate(() => window.bench.end());
  await page.waitForTimeout(1_500);
  const shifts = await page.evaluate(() => window.bench.byStep(['upload', 'purpose', 'map'].map((step) => `${step} left`)));
  await page.evaluate(() => (window.bench.long.length = 0));
  const corrected = await correct(page, 'updated', '.field:nth-last-child(5)', 'no such place');
  const repaired = await correct(page, 'error', '.bad', '');
  const frames = { unchanged: await scroll(page, 'unchanged'), updated: await scroll(page, 'updated') };
  const longest = await page.evaluate(() => Math.max(0, ...window.bench.long.map(({ duration }) => duration)));
  return { first: seen.first, shifts, corrected, repaired, frames, longest: Math.max(longest, seen.longest) };
}

/**
 * Milliseconds from Enter in a cell to the counts of the new verdict on the screen. A row that was updated is known
 * whole; of a row with errors the server has to be asked, once it has none any more.
 */
async function correct(page, outcome, which, text) {
  const wanted = page.locator(`muster-grid .rows [role=row]:not([aria-busy]) [role=gridcell]${which}`).first();
  await page.locator(`[role=tab][data-outcome=${outcome}]`).click();
  await wanted.waitFor();
  const times = [];
  for (let turn = 0; turn < 5; turn++) {
    await page.waitForTimeout(700);
    await wanted.dblclick();
    const editor = page.locator('muster-grid input.editor');
    await editor.waitFor();
    await editor.fill(text);
    times.push(await page.evaluate(async () => {
      const deep = (...path) => path.reduce((at, part) => (at.shadowRoot ?? at).querySelector(part), document);
      const step = deep('muster-import', 'muster-wizard', 'muster-step-review');
      const counts = step.shadowRoot.querySelector('[role=tablist]');
      const field = deep('muster-import', 'muster-wizard', 'muster-step-review', 'muster-grid', 'input.editor');
      const changed = new Promise((done) => new MutationObserver(done).observe(counts, { subtree: true, characterData: true, childList: true }));
      const start = performance.now();
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      await changed;
      return performance.now() - start;
    }));
  }
  return times;
}

/** Milliseconds between frames while all rows of an outcome go by. */
async function scroll(page, outcome) {
  await page.locator(`[role=tab][data-outcome=${outcome}]`).click();
  await page.locator('muster-grid [role=row]:not([aria-busy])').nth(3).waitFor();
  await page.waitForTimeout(500);
  return page.evaluate(async () => {
    const deep = (...path) => path.reduce((at, part) => (at.shadowRoot ?? at).querySelector(part), document);
    const scroller = deep('muster-import', 'muster-wizard', 'muster-step-review', 'muster-grid', '.scroller');
    const frames = [];
    const turns = 300;
    let last = await new Promise(requestAnimationFrame);
    for (let turn = 1; turn <= turns; turn++) {
      scroller.scrollTop = ((scroller.scrollHeight - scroller.clientHeight) * turn) / turns;
      const at = await new Promise(requestAnimationFrame);
      frames.push(at - last);
      last = at;
    }
    frames.sort((a, b) => a - b);
    return { median: frames[turns / 2], longest: frames.at(-1), late: frames.filter((frame) => frame > 33.4).length };
  });
}

/** Something for the history to show. */
export async function begin(page, url) {
  await open(page, url);
  await page.evaluate(robot, { names: ['completed'] });
  await page.setInputFiles('input[type=file]', { name: 'small.csv', mimeType: 'text/csv', buffer: Buffer.from('First Name,Email\nAnn,ann@bench.example\n') });
  await page.evaluate(() => window.bench.end());
}

/** Milliseconds to the history's table on a processor a quarter as fast, nothing kept from before. */
export async function history(page, context, url) {
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    const look = () => {
      const table = document.querySelector('muster-import')?.shadowRoot?.querySelector('muster-history')?.shadowRoot?.querySelector('tbody tr');
      if (!table) return requestAnimationFrame(look);
      // What is there before a frame is painted in it.
      requestAnimationFrame(() => (window.painted = performance.now()));
    };
    requestAnimationFrame(look);
  });
  await page.goto(url);
  await page.waitForFunction(() => window.painted);
  return page.evaluate(() => ({ table: window.painted, first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime }));
}

/** The heap in bytes before, and after ten and twenty times the element was put in and taken out. */
export async function mounts(page, context, url) {
  const session = await context.newCDPSession(page);
  await page.goto(url);
  await page.getByRole('button', { name: 'Import contacts' }).first().waitFor();
  const heap = async () => {
    for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage');
    await page.waitForTimeout(300);
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  const sizes = [await heap()];
  for (let tens = 0; tens < 3; tens++) {
    for (let turn = 0; turn < 10; turn++) {
      await page.evaluate(async () => {
        const first = document.querySelector('muster-import');
        const second = document.createElement('muster-import');
        Object.assign(second, { token: first.token, view: 'wizard' });
        document.querySelector('#content').append(second);
        while (!second.shadowRoot?.querySelector('muster-wizard')?.shadowRoot?.querySelector('muster-step-upload')?.shadowRoot?.querySelector('input')) await new Promise(requestAnimationFrame);
        const input = second.shadowRoot.querySelector('muster-wizard').shadowRoot.querySelector('muster-step-upload').shadowRoot.querySelector('input');
        const files = new DataTransfer();
        files.items.add(new File(['First Name\nAnn\n'], 'mount.csv', { type: 'text/csv' }));
        input.files = files.files;
        input.dispatchEvent(new Event('change'));
        const upload = second.shadowRoot.querySelector('muster-wizard').shadowRoot.querySelector('muster-step-upload').shadowRoot;
        while (!upload.querySelector('.facts')) await new Promise(requestAnimationFrame);
        second.remove();
      });
    }
    sizes.push(await heap());
  }
  return sizes;
}
