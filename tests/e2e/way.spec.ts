import { readFile } from 'node:fs/promises';
import { accessible, expect, generated, NAMES, OUTCOMES, openWizard, drop, summaryCounts, tabCounts, test, written } from './support/test';

test.use({ stored: 'small' });

test('a small file goes the whole way, every step accessible', async ({ page, wire, server }) => {
  test.setTimeout(300_000);
  const { csv, manifest } = generated('small');
  await page.goto(wire.url);
  await expect(page.getByRole('heading', { name: 'Bring your contacts in' })).toBeVisible();
  await accessible(page);

  await openWizard(page, wire.url);
  await expect(page.getByRole('navigation', { name: 'Steps of this import' })).toMatchAriaSnapshot(`
    - navigation "Steps of this import":
      - list:
        - listitem: Upload
        - listitem: Purpose
        - listitem: Map
        - listitem: Review
        - listitem: Import
  `);
  await accessible(page);
  await drop(page, csv);
  await expect(page.getByText('data.csv')).toBeVisible();
  await expect(page.locator('dl.facts')).toContainText(written(manifest.file.rows));
  await accessible(page);

  await page.getByRole('button', { name: /^Continue with 2,000 rows/ }).click();
  await expect(page.getByRole('heading', { name: 'What should this import do?' })).toBeFocused();
  await page.getByRole('combobox', { name: 'Tags for this import' }).fill('Autumn');
  await accessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Tags for this import' }).fill('');
  await accessible(page);

  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await expect(page.getByRole('heading', { name: 'Where does each column go?' })).toBeFocused();
  await expect(page.getByText(/columns mapped/)).toBeVisible();
  await expect(page.locator('.checked b').first()).toBeVisible();
  await accessible(page);

  // What is missing is said in words, and the way on is barred.
  const firstName = page.getByRole('combobox', { name: 'Field for First Name' });
  await firstName.click();
  await accessible(page);
  await page.getByRole('option', { name: 'Don\'t import' }).click();
  await expect(page.getByText('Choose the column that holds the First Name')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Check/ })).toBeDisabled();
  await accessible(page);
  await firstName.click();
  await firstName.fill('first');
  await page.keyboard.press('Enter');
  await expect(firstName).toHaveValue('First Name');

  await page.getByRole('button', { name: /^Check/ }).click();
  await expect(page.getByRole('heading', { name: 'Is this what you want to happen?' })).toBeFocused();
  expect(await tabCounts(page)).toEqual(manifest.counts);
  for (const outcome of OUTCOMES) {
    await page.getByRole('tab', { name: NAMES[outcome] }).click();
    const total = manifest.counts[outcome];
    if (total) {
      await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(total + 1));
      await expect(page.locator('.rows [role=row]:not([aria-busy])').first()).toBeVisible();
    }
    await accessible(page);
  }
  await page.getByRole('button', { name: /more kinds$/ }).click();
  const kinds = await page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').locator('b').allInnerTexts();
  expect(kinds.map(Number).sort()).toEqual(Object.values(manifest.errors_by_code).sort());
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download rows with errors' }).click();
  const wrong = await readFile(await (await saved).path(), 'utf8');
  expect(wrong.split('\r\n', 1)[0]).toContain('Error');

  const [{ new: added, updated }] = [manifest.counts];
  await page.getByRole('button', { name: `Import ${written(added + updated)} contacts` }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  expect(await summaryCounts(page)).toEqual(manifest.counts);
  await accessible(page);

  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('columnheader')).toHaveText([
    'Data Imported', 'File Name', 'Uploaded By', 'New Contact', 'Updated Contact', 'Error Count', 'Tag Added', 'Status',
  ]);
  const row = page.getByRole('row', { name: /data\.csv/ });
  await expect(row).toContainText('Completed');
  await expect(row.getByRole('cell').nth(3)).toHaveText(written(added));
  await expect(row.getByRole('cell').nth(4)).toHaveText(written(updated));
  await expect(row.getByRole('cell').nth(5)).toHaveText(written(manifest.counts.error));
  await row.getByRole('button', { name: 'Details of data.csv' }).click();
  await expect(page.locator('.open').getByText('7 days left')).toBeVisible();
  await accessible(page);
  const results = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download results' }).click();
  const text = await readFile(await (await results).path(), 'utf8');
  expect(text).toContain('Row,Result,Contact ID,Identifier,Code,Field,Old,New,Message');
  // `text()` would take the byte-order mark away.
  expect(text).toBe(Buffer.from(await (await server.get('/imports/1/results.csv')).arrayBuffer()).toString('utf8'));
});

test('rows are reached with the keys of a grid', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const rows = Array.from({ length: 5_000 }, (_, n) => `+6012${String(3_000_000 + n)},Person ${n},person${n}@example.com`);
  await drop(page, { name: 'grid.csv', buffer: Buffer.from(['Phone Number,First Name,Email', ...rows].join('\n')) });
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: /^Check/ }).click();
  const grid = page.getByRole('grid');
  await grid.focus();
  const active = async () => {
    const id = await grid.getAttribute('aria-activedescendant');
    return page.locator(`#${id}`);
  };
  for (const [key, row, column] of [
    ['ArrowDown', 3, 1], ['End', 3, 4], ['ArrowLeft', 3, 3], ['Control+End', 5_001, 4], ['Home', 5_001, 1], ['ArrowUp', 5_000, 1], ['Control+Home', 2, 1],
  ] as const) {
    await page.keyboard.press(key);
    const cell = await active();
    await expect(cell, key).toBeInViewport();
    await expect(cell, key).toHaveAttribute('aria-colindex', String(column));
    await expect(page.locator('[role=row]').filter({ has: cell }), key).toHaveAttribute('aria-rowindex', String(row));
  }
  await page.keyboard.press('PageDown');
  expect(Number((await grid.getAttribute('aria-activedescendant'))?.split('-')[1])).toBeGreaterThan(3);
  // Only what is visible is in the document.
  expect(await page.locator('.rows [role=row]').count()).toBeLessThan(60);
});
