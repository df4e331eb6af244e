/** A messy file of 5,000 rows, as a new user would meet it: repaired on the page, imported, and one column taken back. */

import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { drop, expect, numberIn, openWizard, summaryCounts, tabCounts, test } from './support/test';

const FOLDER = resolve(process.env['MUSTER_SCREENSHOTS'] ?? '../../target/screenshots');
const ROWS = 5_000;
const FIRST = ['Aisyah', 'Björn', 'Chloé', 'Diego', 'Zoë', 'Mårten', 'Anna', 'José'];
const LAST = ['Tan', 'Ødegård', 'Dubois', 'Núñez', 'Müller', 'Åkesson', 'Kowalska', 'Peña'];

/** A title above the header, semicolons, Windows-1252, national numbers, day-first dates, 300 broken cells. */
function messy(last: (n: number) => string | undefined): Buffer {
  const lines = ['Customers, exported 23 November;;;;;', 'First Name;Last Name;Phone Number;Email;Country;Birthday'];
  for (let n = 0; n < ROWS; n++) {
    const phone = n % 50 === 7 ? '01234' : `012-${300 + Math.floor(n / 1e4)} ${String(n).padStart(4, '0')}`;
    const email = n % 50 === 17 ? `person${n}@@story.example` : `person${n}@story.example`;
    const home = n % 50 === 27 ? 'Malaysa' : 'Malaysia';
    lines.push([FIRST[n % 8], last(n), phone, email, home, `${String((n % 28) + 1).padStart(2, '0')}.${String((n % 12) + 1).padStart(2, '0')}.19${60 + (n % 40)}`].join(';'));
  }
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

test('a messy file is repaired and imported, and a wrong column is taken back', async ({ page, wire, server }) => {
  test.setTimeout(240_000);
  const take = (name: string) => page.screenshot({ path: join(FOLDER, `story-${name}.png`) });
  await openWizard(page, wire.url);
  await drop(page, { name: 'customers.csv', buffer: messy((n) => LAST[(n >> 3) % 8]) });
  await expect(page.locator('.facts')).toContainText('5,001');
  await page.getByRole('combobox', { name: 'Header row' }).selectOption('2');
  await expect(page.locator('.facts')).toContainText('5,000');
  await expect(page.getByRole('combobox', { name: 'Encoding' })).toHaveValue('windows-1252');
  await take('1-upload');
  await page.getByRole('button', { name: 'Continue with 5,000 rows' }).click();
  await page.getByRole('combobox', { name: 'Default country' }).selectOption('MY');
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await expect(page.getByText('Malaysia 4,', { exact: false }).first()).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'How Birthday is written' })).toContainText('Day first');
  await take('2-map');
  await page.getByRole('button', { name: 'Check 5,000 rows' }).click();
  await expect(page.getByRole('heading', { name: 'Is this what you want to happen?' })).toBeVisible();
  expect(await tabCounts(page)).toEqual({ new: 4_700, updated: 0, unchanged: 0, skipped: 0, error: 300 });
  await page.getByRole('tab', { name: 'Errors' }).click();
  await take('3-errors');

  // Two repairs of a hundred each, and what can't be repaired is left out.
  await page.getByRole('button', { name: /^Replace: Replace “Malaysa” by “Malaysia” in 100 cells/ }).click();
  await page.getByRole('button', { name: /^Repair: Take the suggestions for 100 values of Email/ }).click();
  await page.getByRole('button', { name: /^Leave out: Leave out 100 rows: Phone too short/ }).click();
  await expect.poll(() => tabCounts(page)).toEqual({ new: 4_900, updated: 0, unchanged: 0, skipped: 100, error: 0 });
  await take('4-repaired');
  await finish(page, 'Import 4,900 contacts');
  expect(await summaryCounts(page)).toEqual({ new: 4_900, updated: 0, unchanged: 0, skipped: 100, error: 0 });
  await page.getByRole('button', { name: 'Done' }).click();

  // The same people again, with a wrong last name: set up as before, seen only afterwards, taken back.
  await page.getByRole('button', { name: 'Import contacts' }).click();
  await drop(page, { name: 'moved.csv', buffer: messy(() => 'Customer') });
  await page.getByRole('combobox', { name: 'Header row' }).selectOption('2');
  await expect(page.getByText(/is set up the same way/)).toBeVisible();
  await page.getByRole('button', { name: 'Continue with 5,000 rows' }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Check 5,000 rows' }).click();
  await page.getByRole('tab', { name: 'Updated' }).click();
  await expect(page.locator('.rows del').first()).toContainText(LAST[0] ?? '');
  await take('5-updated');
  await page.getByRole('button', { name: /^Import [\d,]+ contacts$/ }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible({ timeout: 60_000 });
  const { updated } = await summaryCounts(page);
  await page.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('button', { name: 'What to do about moved.csv' }).click();
  await page.getByRole('menuitem', { name: 'Undo…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo the import of moved.csv?' });
  await dialog.getByRole('radio', { name: 'Only some fields of updated contacts' }).check();
  await dialog.getByRole('checkbox', { name: 'Last Name' }).check();
  await expect(dialog).toContainText(`Restore Last Name for ${updated.toLocaleString('en')} contacts, keep the rest.`);
  await take('6-undo');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  const row = page.getByRole('row', { name: /moved\.csv/ });
  await expect(row).toContainText('undone', { timeout: 60_000 });
  await row.getByRole('button', { name: 'Details of moved.csv' }).click();
  await expect(page.getByText(`${updated.toLocaleString('en')} contacts restored`)).toBeVisible();
  await take('7-history');
  const { contacts } = await server.json<{ contacts: { fields: Record<string, string> }[] }>('/contacts?search=person1%40story.example');
  expect(contacts.map(({ fields }) => fields['last_name'])).toEqual([LAST[0]]);
});

async function finish(page: Page, button: string): Promise<void> {
  await expect(page.getByRole('button', { name: button })).toBeEnabled();
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible({ timeout: 60_000 });
  expect(numberIn(await page.locator('p.sent').innerText())).toBeGreaterThan(0);
}
