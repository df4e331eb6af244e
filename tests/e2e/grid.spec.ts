import type { Page } from '@playwright/test';
import { expect, openWizard, review, test } from './support/test';

const ROWS = 3_000;
const name = (row: number) => `Name${row}`;
const CSV = ['First Name,Email,Grid note', ...Array.from({ length: ROWS }, (_, at) => `${name(at + 2)},grid${at + 2}@grid.example,`)].join('\n');

interface Line { index: number; busy: boolean; number: string; name: string }

/** The rows in the document, in its order. */
const lines = (page: Page) => page.locator('muster-grid .rows').evaluate((rows) => Array.from(rows.children, (line): Line => ({
  index: Number(line.getAttribute('aria-rowindex')),
  busy: line.hasAttribute('aria-busy'),
  number: line.querySelector('[role=rowheader]')?.textContent?.replace(/\D/g, '') ?? '',
  name: line.querySelector('.field')?.textContent?.trim() ?? '',
})));

test('rows that are written over are in order, once each, and about themselves', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'grid.csv', buffer: Buffer.from(CSV) });
  const grid = page.locator('muster-grid .scroller');
  const row = (at: number) => page.locator(`muster-grid [role=row][aria-rowindex="${at}"]:not([aria-busy])`);
  await row(2).waitFor();
  // Down and up by a little, by much, and from end to end.
  for (const top of [1, 3, 40, 37, 36, 20, 0, 1_500, 1_502, 700, 699, ROWS, ROWS - 30, 12, ROWS, 0]) {
    await grid.evaluate((scroller, top) => (scroller.scrollTop = top * 36), top);
    const seen = Math.min(top, ROWS - 10) + 6;
    await expect(row(seen), `scrolled to ${top}`).toContainText(name(seen));
    await expect.poll(async () => (await lines(page)).some(({ busy }) => busy), { message: `scrolled to ${top}` }).toBe(false);
    const found = await lines(page);
    expect(found.map(({ index }) => index), `scrolled to ${top}`).toEqual(found.map((_, at) => (found[0]?.index ?? 0) + at));
    // The header is row 1, of the file as of the grid.
    expect(found.map(({ number, name }) => `${number} ${name}`), `scrolled to ${top}`).toEqual(found.map(({ index }) => `${index} ${name(index)}`));
  }

  // What is done about a row is done about the one that stands there.
  await grid.evaluate((scroller) => (scroller.scrollTop = 2_000 * 36));
  await row(2_010).getByRole('gridcell', { name: name(2_010), exact: true }).dblclick();
  const field = page.getByRole('textbox', { name: 'First Name of row 2,010' });
  await field.fill('Somebody else');
  await field.press('Enter');
  await expect(row(2_010)).toContainText('Somebody else');
  await row(2_012).hover();
  await row(2_012).getByRole('button', { name: 'Leave out row 2,012' }).click();
  await expect(page.locator('[role=tab][data-outcome=skipped] .count')).toHaveText('1');
  await expect(row(2_012)).toContainText(name(2_013));

  // A text that doesn't fit can be read by whoever points at it.
  const long = row(1_402).locator('.field').nth(1);
  await grid.evaluate((scroller, top) => (scroller.scrollTop = top), 1_396 * 36);
  await long.hover();
  await expect(long).toHaveAttribute('title', 'grid1402@grid.example');
});

test('old and new values that are written over belong to their rows', async ({ page, wire }) => {
  const COUNT = 240;
  // By turns: a name that is replaced, one that is filled in, and one that stays while the country changes.
  const people = (last: (at: number) => string, country: (at: number) => string) =>
    ['First Name,Last Name,Email,Country,Turn note', ...Array.from({ length: COUNT }, (_, at) => `Turn${at},${last(at)},turn${at}@turn.example,${country(at)},`)].join('\n');
  const before = people((at) => (at % 3 === 1 ? '' : `Old${at}`), () => 'MY');
  const after = people((at) => (at % 3 === 2 ? `Old${at}` : `New${at}`), (at) => (at % 3 === 2 ? 'SG' : 'MY'));
  await openWizard(page, wire.url);
  await review(page, { name: 'turn-before.csv', buffer: Buffer.from(before) });
  await page.getByRole('button', { name: `Import ${COUNT} contacts` }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await openWizard(page, wire.url);
  await review(page, { name: 'turn-after.csv', buffer: Buffer.from(after) });
  await expect(page.getByRole('tab', { name: 'Updated' })).toContainText(String(COUNT));

  const expected = (at: number) => [`Turn${at}`, ['was Old{} becomes New{}', 'becomes New{}', 'Old{}'][at % 3]?.replaceAll('{}', String(at)), `turn${at}@turn.example`, at % 3 === 2 ? 'was MY becomes SG' : 'MY'];
  const grid = page.locator('muster-grid .scroller');
  const shown = () => page.locator('muster-grid .rows').evaluate((rows) => Array.from(rows.children, (line) => ({
    at: Number(line.getAttribute('aria-rowindex')) - 2,
    busy: line.hasAttribute('aria-busy'),
    cells: Array.from(line.querySelectorAll('.field'), (cell) => Array.from(cell.querySelectorAll('del, ins')).map((part) => part.textContent).join(' ') || (cell.textContent?.trim() ?? '')).slice(0, 4),
  })));
  for (const top of [0, 1, 2, 30, 29, COUNT, COUNT - 40, 5, 0]) {
    await grid.evaluate((scroller, top) => (scroller.scrollTop = top * 36), top);
    const seen = Math.min(top, COUNT - 8);
    await expect.poll(async () => (await shown()).some(({ at, busy }) => at === seen && !busy), { message: `scrolled to ${top}` }).toBe(true);
    await expect.poll(async () => (await shown()).some(({ busy }) => busy), { message: `scrolled to ${top}` }).toBe(false);
    const lines = await shown();
    expect(lines.map(({ cells }) => cells), `scrolled to ${top}`).toEqual(lines.map(({ at }) => expected(at)));
    // Beyond the view there are rows on either side, once it stands still.
    await expect.poll(async () => (await shown()).length, { message: `scrolled to ${top}` }).toBeGreaterThan(Math.min(COUNT - seen, 11) + (seen >= 3 ? 2 : 0));
  }
  // A field takes the place of both values, and both come back.
  await grid.evaluate((scroller) => (scroller.scrollTop = 0));
  const cell = page.locator('muster-grid [role=row][aria-rowindex="2"] .field').nth(1);
  await cell.dblclick();
  await expect(page.getByRole('textbox', { name: 'Last Name of row 2' })).toHaveValue('New0');
  await page.keyboard.press('Escape');
  await expect(cell.locator('del')).toHaveText('was Old0');
  await expect(cell.locator('ins')).toHaveText('becomes New0');
});

test('rows that somebody looks for are answered before other work', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const order = await page.evaluate(async (csv) => {
    type Muster = typeof import('../../www/src/session/session') & typeof import('../../www/src/api/client');
    const { Api, ImportSession } = (await import(new URL('/muster.js', location.href).href)) as Muster;
    const token = async () => (await (await fetch('/demo/token?role=owner')).text()).trim();
    const workspace = await new Api('', token).workspace();
    if (!('fields' in workspace)) return [];
    const session = new ImportSession({ endpoint: '', token, workspace });
    await session.read(new File([csv], 'order.csv'));
    await session.configure({
      purpose: 'add', identifiers: ['email'], duplicates: 'keep_first', default_country: null, tags: [], fields: [], rules: {},
      columns: [0, 1].map((index) => ({ index, field: ['first_name', 'email'][index] ?? '', policy: 'overwrite', invalid: 'reject_row', format: 'auto' })),
    });
    await session.compare();
    const order: string[] = [];
    const all = Array.from({ length: 40 }, () => session.alarms().then(() => order.push('alarms')));
    await Promise.all([...all, session.rows('new', 0, 10).then(() => order.push('rows'))]);
    session.close();
    return order;
  }, CSV);
  expect(order).toContain('rows');
  // The last to ask, and not the last to be answered.
  expect(order.at(-1)).toBe('alarms');
});
