import type { Page } from '@playwright/test';
import { accessible, drop, expect, openWizard, review, summaryCounts, tabCounts, test } from './support/test';

const CSV = [
  'First Name,Email,Country',
  'Ann,ann@review.example,Brasl',
  'Ben,ben@review.example,Brasl',
  'MÃ¼ller,m@review.example,MY',
  'Cat,nope,MY',
  'Dora,dora@review.example,Atlantis',
  'Ann,ann@review.example,BR',
  'Eve,eve@review.example,MY',
].join('\n');

const file = (name: string, text = CSV) => ({ name, buffer: Buffer.from(text) });
const grid = (page: Page) => page.getByRole('grid');
const cell = (page: Page, row: string, column: string) => grid(page).getByRole('row').filter({ hasText: row }).getByRole('gridcell', { name: column, exact: true });

test('mistakes are repaired where they are seen', async ({ page, wire, server }) => {
  await openWizard(page, wire.url);
  await review(page, file('repaired.csv'));
  expect(await tabCounts(page)).toEqual({ new: 3, updated: 0, unchanged: 0, skipped: 0, error: 4 });
  await page.getByRole('tab', { name: 'Errors' }).click();
  await accessible(page);

  // Many at once, wherever they stand.
  await expect(page.getByText('Repairs of many rows at once, counted in the whole file')).toBeVisible();
  await page.getByRole('button', { name: 'Replace: Replace “Brasl” by “Brazil” in 2 cells of Country' }).click();
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('2');
  expect(await tabCounts(page)).toEqual({ new: 4, updated: 0, unchanged: 0, skipped: 1, error: 2 });

  // One cell: the field begins with what stands there, Enter takes what is typed.
  await cell(page, 'Cat', 'nope').dblclick();
  const field = page.getByRole('textbox', { name: 'Email of row 5' });
  await expect(field).toHaveValue('nope');
  await expect(field).toBeFocused();
  await accessible(page);
  await field.fill('cat@review.example');
  await field.press('Enter');
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('1');
  await expect(grid(page)).toBeFocused();

  // By the keys alone, and taken back.
  await page.keyboard.press('Delete');
  await expect(page.getByRole('tab', { name: 'Skipped' })).toContainText('2');
  await expect(page.getByText('No row has an error.')).toBeVisible();
  await page.getByRole('tab', { name: 'Skipped' }).click();
  await expect(page.getByRole('list', { name: 'Why they are skipped' }).getByRole('listitem')).toHaveText([/1\s+Duplicate in the file/, /1\s+Left out by you/]);
  await page.getByRole('button', { name: '1 Left out by you' }).click();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '2');
  await accessible(page);
  await grid(page).focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('1');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('0');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('1');

  await page.getByRole('button', { name: 'Import 5 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  expect(await summaryCounts(page)).toEqual({ new: 5, updated: 0, unchanged: 0, skipped: 1, error: 1 });
  const { contacts } = await server.json<{ contacts: { fields: Record<string, string> }[] }>('/contacts?search=cat%40review.example');
  expect(contacts.map(({ fields }) => [fields['first_name'], fields['email']])).toEqual([['Cat', 'cat@review.example']]);
});

test('what can be repaired stands there with the rows, and moves them at no time', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const offers = page.evaluate(() => new Promise<number>((done) => {
    const deep = (...path: string[]) => path.reduce<ParentNode | null | undefined>((at, part) => ((at as Element | undefined)?.shadowRoot ?? at)?.querySelector(part), document) as Element | null | undefined;
    const step = ['muster-import', 'muster-wizard', 'muster-step-review'];
    const look = () => (deep(...step, '[role=tab]') ? done(deep(...step, 'muster-review-repairs')?.shadowRoot?.querySelectorAll('li').length ?? 0) : requestAnimationFrame(look));
    look();
  }));
  await review(page, file('still.csv', ['First Name,Email,Country,Still', ...Array.from({ length: 400 }, (_, at) => `Ann,still${at}@review.example,Brasl,`)].join('\n')));
  expect(await offers).toBe(2);
});

test('rows are found by their text, their mistake and its column', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await review(page, file('found.csv'));
  await page.getByRole('tab', { name: 'Errors' }).click();
  const rows = () => grid(page).locator('.rows [role=row]:not([aria-busy])');
  await page.getByRole('searchbox', { name: 'Search these rows' }).fill('BRAS');
  await expect(page.getByText('2 rows found')).toBeVisible();
  await expect(rows()).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search these rows' }).fill('');
  await page.getByRole('button', { name: '1 Not an e-mail address' }).click();
  await expect(rows()).toHaveCount(1);
  await expect(rows()).toContainText('Cat');
  await page.getByRole('button', { name: '1 Not an e-mail address' }).click();
  await page.getByRole('combobox', { name: 'Column with a problem' }).selectOption('Country');
  await expect(page.getByText('3 rows found')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search these rows' }).fill('nobody');
  await expect(page.getByText('No row fits this search.')).toBeVisible();
});

test('dropping the same file again brings the work back, and giving it up forgets it', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, file('kept.csv'));
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await page.getByRole('radio', { name: 'Add new contacts' }).check();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('combobox', { name: 'When a value of Country is invalid' }).selectOption('leave_out');
  await page.getByRole('button', { name: /^Check/ }).click();
  await page.getByRole('tab', { name: 'Errors' }).click();
  await cell(page, 'Cat', 'nope').dblclick();
  await page.getByRole('textbox', { name: 'Email of row 5' }).fill('cat@kept.example');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Errors' })).toContainText('0');
  const counts = await tabCounts(page);

  await openWizard(page, wire.url);
  await expect(page.getByText('You were working on kept.csv')).toBeVisible();
  await drop(page, file('kept.csv'));
  await expect(page.getByText(/^Your choices from .* are back, with 1 correction\.$/)).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Go on at Review' }).click();
  await expect(page.getByRole('heading', { name: 'Is this what you want to happen?' })).toBeVisible();
  expect(await tabCounts(page)).toEqual(counts);

  // Another file of these columns is another piece of work.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Leave import' }).last().click();
  await openWizard(page, wire.url);
  await expect(page.getByText('You were working on kept.csv')).toHaveCount(0);
  await drop(page, file('kept.csv'));
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await expect(page.getByRole('radio', { name: 'Add and update' })).toBeChecked();
});

test('a corrected file of the rows with errors needs no new decisions', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, file('first.csv', CSV.replaceAll('@review', '@first')));
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await page.getByRole('radio', { name: 'Add new contacts' }).check();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: /^Check/ }).click();
  await page.getByRole('button', { name: /^Import \d/ }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Import contacts' }).click();
  await drop(page, file('again.csv', CSV.replaceAll('@review', '@first')));
  await expect(page.getByText(/^This very file was imported .* It is set up the same way\.$/)).toBeVisible();
  await drop(page, file('corrected.csv', 'First Name,Email,Country,Error\nCat,cat2@review.example,MY,was wrong\n'));
  await expect(page.getByText('Files with these columns were imported before. This one is set up the same way.')).toBeVisible();
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await expect(page.getByRole('radio', { name: 'Add new contacts' })).toBeChecked();
});

test('rows that were copied in a spreadsheet are pasted', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'First Name\tEmail\nPasted\tpasted@review.example');
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, composed: true }));
  });
  await expect(page.getByText('pasted rows.tsv')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with 1 row' })).toBeEnabled();
});
