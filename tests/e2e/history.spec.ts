import { accessible, expect, openWizard, review, test } from './support/test';

const people = (mark: string, n: number, last = 'Before') =>
  Buffer.from(['First Name,Last Name,Email', ...Array.from({ length: n }, (_, i) => `${mark} ${i},${last},${mark.toLowerCase()}${i}@history.example`)].join('\n'));

test('an import is taken back as a whole, but for what was changed since', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'taken.csv', buffer: people('Taken', 20) });
  await page.getByRole('button', { name: 'Import 20 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();

  // Somebody changes one of them, in the host's own view.
  await page.getByRole('link', { name: 'Contacts' }).click();
  await page.getByRole('searchbox', { name: 'Search contacts' }).fill('taken7@history.example');
  await expect(page.getByRole('row', { name: /taken7@history\.example/ })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await accessible(page);
  await page.getByRole('button', { name: /^Edit contact/ }).click();
  await page.getByRole('textbox', { name: 'Last Name' }).fill('After');
  await accessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /taken7@history\.example/ })).toContainText('After');
  await page.getByRole('link', { name: 'Data Import' }).click();

  await page.getByRole('button', { name: 'Undo…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo the import of taken.csv?' });
  await expect(dialog).toContainText('20 contacts that were created are deleted. What was changed since is left alone and listed.');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('0 contacts restored, 19 contacts deleted, and 1 contact left alone')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();

  const row = page.getByRole('row', { name: /taken\.csv/ });
  await expect(row).toContainText(/undone \w/);
  await page.getByRole('button', { name: 'What to do about taken.csv' }).focus();
  await page.keyboard.press('ArrowDown');
  await accessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Last undo' })).toBeVisible();
  await accessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what was left alone' }).click();
  expect((await saved).suggestedFilename()).toBe('taken – left alone by undo.csv');
});

test('old and new value stand side by side, and each policy says what it would do', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'before.csv', buffer: people('Side', 8) });
  await page.getByRole('button', { name: 'Import 8 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await openWizard(page, wire.url);
  await page.locator('input[type=file]').setInputFiles({ name: 'after.csv', mimeType: 'text/csv', buffer: people('Side', 8, 'Married') });
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  const policy = page.getByRole('combobox', { name: 'What Last Name does to stored values' });
  const effect = policy.locator('xpath=following-sibling::small');
  await expect(effect).toHaveText('fills 0 · replaces 8 · clears 0');
  await policy.selectOption('do_not_overwrite');
  await expect(effect).toHaveText('fills 0 · replaces 0 · clears 0');
  await policy.selectOption('overwrite');
  await page.getByRole('button', { name: /^Check/ }).click();
  const first = page.getByRole('grid').locator('.rows [role=row]').first();
  await expect(first.locator('del')).toHaveText('was Before');
  await expect(first.locator('ins')).toHaveText('becomes Married');
  await expect(page.getByRole('tab', { name: 'Updated' })).toContainText('8');
});
