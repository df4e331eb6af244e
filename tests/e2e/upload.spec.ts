import type { Page } from '@playwright/test';
import { accessible, drop, expect, openWizard, review, summaryCounts, test } from './support/test';

const people = (mark: string, n: number) =>
  Buffer.from(['First Name,Email', ...Array.from({ length: n }, (_, at) => `${mark} ${at},${mark.toLowerCase()}${at}@upload.example`)].join('\n'));
const files = async (server: { json<T>(path: string): Promise<T> }) => (await server.json<{ imports: { file_name: string }[] }>('/imports?limit=100')).imports.map(({ file_name }) => file_name);
const completed = (page: Page) => expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible({ timeout: 60_000 });

/** What cutting and refusing make the browser itself say. */
const EXPECTED = /ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED|ERR_FAILED|status of 4\d\d/;
function drain(complaints: string[]): void {
  expect(complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
  complaints.length = 0;
}

const OPEN = /^POST .*\/imports$/;
const BATCH = /^PUT .*\/batches\/0$/;
const COMMIT = /^POST .*\/commit$/;

/** Refusals that waiting does not help against, each where the server may give it. */
const REFUSALS: [where: RegExp, status: number, code: string, sentence: string][] = [
  [OPEN, 403, 'forbidden', 'You are not allowed to do this.'],
  [OPEN, 403, 'origin_forbidden', 'The server does not take imports from this page.'],
  [OPEN, 408, 'body_timeout', 'Sending took too long.'],
  [OPEN, 409, 'client_outdated', 'This page is older than the server.'],
  [OPEN, 413, 'storage_full', 'This workspace keeps as much import data as it may.'],
  [OPEN, 422, 'import_invalid', 'The server can\'t carry out these choices.'],
  [OPEN, 422, 'idempotency_key_reused', 'The server refused what this page sent.'],
  [BATCH, 404, 'not_found', 'This no longer exists.'],
  [BATCH, 409, 'import_ended', 'This import has ended already.'],
  [BATCH, 413, 'too_large', 'That was more than the server takes at once.'],
  [BATCH, 422, 'batch_invalid', 'The server refused what this page sent.'],
  [BATCH, 422, 'batch_differs', 'The server refused what this page sent.'],
  [COMMIT, 409, 'batches_missing', 'The server refused what this page sent.'],
  [COMMIT, 422, 'digest_mismatch', 'The server refused what this page sent.'],
  [COMMIT, 422, 'rows_mismatch', 'The server refused what this page sent.'],
  [COMMIT, 422, 'too_many_new_tags', 'The import would create more tags than an import may.'],
];

test('every refusal of an upload is said in a sentence, leaves nothing behind, and can be tried again', async ({ page, wire, server, complaints }) => {
  const before = await files(server);
  await openWizard(page, wire.url);
  await review(page, { name: 'refused.csv', buffer: people('Refused', 30) });
  let button = 'Import 30 contacts';
  for (const [where, status, code, sentence] of REFUSALS) {
    wire.rule = ({ method, url }) => (where.test(`${method} ${url}`) ? { status, code } : 'pass');
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText(`Nothing was changed. ${sentence}`), code).toBeVisible();
    await expect(page.getByRole('heading', { name: 'The import could not be started' })).toBeVisible();
    button = 'Try again';
  }
  await accessible(page);
  expect(await files(server)).toEqual(before);

  // Fields that changed meanwhile lead back to Map, with everything that was chosen.
  let once = true;
  wire.rule = ({ method, url }) => (once && COMMIT.test(`${method} ${url}`) ? ((once = false), { status: 409, code: 'fields_changed' }) : 'pass');
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('heading', { name: 'Where does each column go?' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('The fields of this workspace were changed in the meantime.');
  await page.getByRole('button', { name: 'Check 30 rows' }).click();
  await page.getByRole('button', { name: 'Import 30 contacts' }).click();
  await completed(page);
  expect(await summaryCounts(page)).toEqual({ new: 30, updated: 0, unchanged: 0, skipped: 0, error: 0 });
  expect(await files(server)).toEqual(['refused.csv', ...before]);
  drain(complaints);
});

test('half a minute offline in the middle of an upload is no end', async ({ page, wire, server, complaints }) => {
  test.setTimeout(180_000);
  await openWizard(page, wire.url);
  await review(page, { name: 'away.csv', buffer: people('Away', 40) });
  let away = 0;
  wire.rule = ({ method }) => {
    if (method === 'PUT') away ||= Date.now() + 30_000;
    return Date.now() < away ? 'cut' : 'pass';
  };
  await page.getByRole('button', { name: 'Import 40 contacts' }).click();
  await expect.poll(() => away).toBeGreaterThan(0);
  await expect(page.getByText('Sending the changes')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel import' })).toBeEnabled();
  await completed(page);
  expect(Date.now()).toBeGreaterThan(away);
  const { contacts } = await server.json<{ contacts: unknown[] }>('/contacts?search=away3%40upload.example');
  expect(contacts.length).toBe(1);
  drain(complaints);
});

test('a tab that is reloaded while it uploads asks first; nothing is changed, and the work is still there', async ({ page, wire, server, complaints }) => {
  await openWizard(page, wire.url);
  const file = { name: 'reloaded.csv', buffer: people('Reloaded', 20) };
  await review(page, file);
  const arrived = new Promise<void>((seen) => {
    wire.rule = ({ method }) => {
      if (method !== 'PUT') return 'pass';
      seen();
      return new Promise(() => undefined);
    };
  });
  await page.getByRole('button', { name: 'Import 20 contacts' }).click();
  await arrived;
  const asked = new Promise<string>((done) => page.once('dialog', (dialog) => void dialog.accept().then(() => done(dialog.type()))));
  await page.reload();
  expect(await asked).toBe('beforeunload');
  wire.rule = () => 'pass';
  const { contacts } = await server.json<{ contacts: unknown[] }>('/contacts?search=reloaded3%40upload.example');
  expect(contacts).toEqual([]);
  await expect(page.getByRole('row', { name: /reloaded\.csv/ })).toContainText('Receiving the file\'s changes');

  await page.getByRole('button', { name: 'Import contacts' }).click();
  await expect(page.getByText('You were working on reloaded.csv')).toBeVisible();
  await drop(page, file);
  await page.getByRole('button', { name: 'Go on at Review' }).click();
  await page.getByRole('button', { name: 'Import 20 contacts' }).click();
  await completed(page);
  drain(complaints);
});

test('two tabs of one person are two pieces of work', async ({ page, wire, context, server }) => {
  const other = await context.newPage();
  const tabs = [page, other];
  for (const [at, tab] of tabs.entries()) {
    await openWizard(tab, wire.url);
    await review(tab, { name: `tab${at}.csv`, buffer: people(`Tab${at}x`, 10 + at) });
  }
  // A third one, opened now, knows the work that was touched last.
  const third = await context.newPage();
  await openWizard(third, wire.url);
  await expect(third.getByText('You were working on tab1.csv')).toBeVisible();
  await Promise.all(tabs.map((tab, at) => tab.getByRole('button', { name: `Import ${10 + at} contacts` }).click()));
  for (const [at, tab] of tabs.entries()) {
    await completed(tab);
    expect((await summaryCounts(tab)).new).toBe(10 + at);
    await tab.getByRole('button', { name: 'Done' }).click();
  }
  expect((await files(server)).filter((name) => /^tab\d\.csv$/.test(name)).sort()).toEqual(['tab0.csv', 'tab1.csv']);
  await openWizard(third, wire.url);
  await expect(third.getByText(/You were working on tab/)).toHaveCount(0);
});

test('a module that traps in the middle of the work is thrown away, and the choices stay', async ({ page, wire, complaints }) => {
  // From the first correction on, the module of this page is broken.
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    const trap = `const start = WebAssembly.instantiateStreaming;
      WebAssembly.instantiateStreaming = async (...given) => {
        const { instance, module } = await start(...given);
        const exports = { ...instance.exports, session_edit() { throw new WebAssembly.RuntimeError('unreachable'); } };
        return { module, instance: { exports } };
      };`;
    await route.fulfill({ response, body: trap + (await response.text()) });
  });
  await openWizard(page, wire.url);
  const file = { name: 'trapped.csv', buffer: people('Trapped', 12) };
  await drop(page, file);
  await page.getByRole('button', { name: 'Continue with 12 rows' }).click();
  await page.getByRole('radio', { name: 'Add new contacts' }).check();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Check 12 rows' }).click();
  await page.getByRole('grid').getByRole('gridcell', { name: 'Trapped 3', exact: true }).dblclick();
  await page.keyboard.type('Somebody');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'The check stopped unexpectedly' })).toBeVisible();
  expect(page.workers().length).toBe(0);
  await accessible(page);

  await page.unrouteAll();
  await page.getByRole('button', { name: 'Start again with trapped.csv' }).click();
  await page.getByRole('button', { name: 'Continue with 12 rows' }).click();
  await expect(page.getByRole('radio', { name: 'Add new contacts' })).toBeChecked();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Check 12 rows' }).click();
  await page.getByRole('button', { name: 'Import 12 contacts' }).click();
  await completed(page);
  drain(complaints);
});
