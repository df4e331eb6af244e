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

test('an import is stopped and continued from the history', async ({ page, wire }) => {
  // What the server does then is tested where it is; here an import stands still as long as it is looked at.
  const view = {
    id: 7, file_name: 'steered.csv', file_size: 1_000, uploaded_by: 'Aisyah Tan', rows: 900, created_at: new Date().toISOString(), finished_at: null as string | null, results_until: null as string | null,
    status: 'processing', phase: 'applying' as string | null, reason: null as string | null, applied: 300, to_apply: 900, bytes_received: 500, tags: [], undo: null,
    counts: { new: 300, updated: 0, unchanged: 0, skipped: 0, error: 0 },
  };
  const ended = { phase: null, finished_at: new Date().toISOString(), results_until: new Date(Date.now() + 7 * 86_400_000).toISOString() };
  const asked: string[] = [];
  await page.route('**/api/v1/imports*', (route) => route.fulfill({ json: { imports: [view], next: null } }));
  await page.route(/\/imports\/7(\/\w+)?$/, (route) => {
    const path = new URL(route.request().url()).pathname.split('/').pop() ?? '';
    if (path === 'events') return route.fulfill({ contentType: 'text/event-stream', body: `event: import\ndata: ${JSON.stringify({ ...view, errors_by_code: {}, file_tags: [] })}\n\n` });
    if (route.request().method() === 'POST') asked.push(path);
    if (path === 'continue') Object.assign(view, { status: 'processing', phase: 'queued', finished_at: null, reason: null });
    if (path === 'stop') Object.assign(view, { ...ended, status: 'failed', reason: 'internal' });
    return route.fulfill({ json: view });
  });
  await page.goto(wire.url);
  const row = page.getByRole('row', { name: /steered\.csv/ });
  const menu = async (item: string, others: string[]) => {
    await page.getByRole('button', { name: 'What to do about steered.csv' }).click();
    await expect(page.getByRole('menuitem')).toContainText([item, ...others].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    await page.getByRole('menuitem', { name: item }).click();
  };
  const ORDER = ['Details', 'Download results', 'Undo…', 'Stop', 'Continue'];
  await expect(row).toContainText('Processing');
  await expect(row).toContainText('33%');
  // News come without anything being done.
  view.applied = 600;
  await expect(row).toContainText('66%');
  await menu('Stop', ['Details']);
  await expect(row).toContainText('Failed');
  await menu('Continue', ['Details', 'Download results', 'Undo…']);
  await expect(row).toContainText('Waiting for its turn');
  expect(asked).toEqual(['stop', 'continue']);
});
