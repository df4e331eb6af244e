import { accessible, expect, openWizard, review, test } from './support/test';

function people(mark: string, n: number): Buffer {
  const rows = Array.from({ length: n }, (_, i) => `${mark} ${i},${mark}${i}@example.com`);
  return Buffer.from(['First Name,Email', ...rows].join('\n'));
}

/** What cutting the connection and expired tokens make the browser itself say. */
const EXPECTED = /ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 401/;

test('a connection that is cut while uploading is tried again', async ({ page, wire, server, complaints }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'cut.csv', buffer: people('Cut', 300) });
  let cuts = 0;
  wire.rule = ({ method, url }) => (cuts < 3 && (method === 'PUT' || url.endsWith('/commit')) && ++cuts ? 'cut' : 'pass');
  await page.getByRole('button', { name: 'Import 300 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible({ timeout: 60_000 });
  expect(cuts).toBe(3);
  const { imports } = await server.json<{ imports: { file_name: string; counts: { new: number } }[] }>('/imports');
  expect(imports.filter(({ file_name }) => file_name === 'cut.csv').map(({ counts }) => counts.new)).toEqual([300]);
  drain(complaints);
});

test('offline for a moment is no end', async ({ page, wire, complaints }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'offline.csv', buffer: people('Offline', 50) });
  let down = true;
  wire.rule = () => (down ? 'cut' : 'pass');
  await page.getByRole('button', { name: 'Import 50 contacts' }).click();
  await expect(page.getByText('Sending the changes')).toBeVisible();
  await page.waitForTimeout(1_500);
  down = false;
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible({ timeout: 60_000 });
  drain(complaints);
});

test('Cancel in the middle of the upload changes nothing', async ({ page, wire, server }) => {
  const before = await snapshot(server);
  await openWizard(page, wire.url);
  await review(page, { name: 'cancelled.csv', buffer: people('Cancelled', 200) });
  let held = () => {};
  const arrived = new Promise<void>((seen) => {
    wire.rule = ({ method }) => {
      if (method !== 'PUT') return 'pass';
      seen();
      return new Promise<void>((release) => (held = release));
    };
  });
  await page.getByRole('button', { name: 'Import 200 contacts' }).click();
  await arrived;
  await page.getByRole('button', { name: 'Cancel import' }).click();
  held();
  await expect(page.getByRole('heading', { name: 'Import cancelled' })).toBeVisible();
  expect(await snapshot(server)).toEqual(before);

  // The choices are still there, and the history knows nothing of it.
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByRole('button', { name: 'Import 200 contacts' })).toBeEnabled();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Leave this import?' })).toBeVisible();
  await page.getByRole('button', { name: 'Leave import' }).last().click();
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  await expect(page.getByText('cancelled.csv')).toHaveCount(0);
});

async function snapshot(server: { json<T>(path: string): Promise<T>; contacts(): AsyncGenerator<unknown> }) {
  const { imports } = await server.json<{ imports: { id: number }[] }>('/imports');
  const contacts: unknown[] = [];
  for await (const contact of server.contacts()) contacts.push(contact);
  return { imports: imports.map(({ id }) => id), contacts };
}

function drain(complaints: string[]): void {
  expect(complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
  complaints.length = 0;
}

test('a worker that breaks is said, and the same file starts again', async ({ page, wire, complaints }) => {
  wire.rule = ({ url }) => (/worker/.test(url) ? 'cut' : 'pass');
  await openWizard(page, wire.url).catch(() => undefined);
  await expect(page.getByRole('heading', { name: 'The check stopped unexpectedly' })).toBeVisible();
  await accessible(page);
  wire.rule = () => 'pass';
  await page.getByRole('button', { name: 'Try again' }).click();
  await review(page, { name: 'again.csv', buffer: people('Again', 5) });
  drain(complaints);
});

test('an element that is taken away takes its worker along', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await expect.poll(() => page.workers().length).toBe(1);
  await page.evaluate(() => document.querySelector('muster-import')?.remove());
  await expect.poll(() => page.workers().length).toBe(0);
});
