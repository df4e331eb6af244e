import { createHash } from 'node:crypto';
import { expect, openWizard, review, test } from './support/test';

/** A value that is nowhere else, and what of it must not travel. */
interface Canary { column: string; value: string; traces: string[] }

const MARK = createHash('sha256').update('muster').digest('hex').slice(0, 10);

const CANARIES: Canary[] = [
  { column: 'First Name', value: `Firstcanary${MARK}`, traces: [`firstcanary${MARK}`] },
  { column: 'Last Name', value: `Lastcanary${MARK}`, traces: [`lastcanary${MARK}`] },
  { column: 'Phone Number', value: '+60 12-987 6501', traces: ['60129876501', '129876501', '12-987 6501'] },
  { column: 'Email', value: `Mail.canary.${MARK}@Example.com`, traces: [`mail.canary.${MARK}`] },
  { column: 'Country', value: 'Liechtenstein', traces: ['liechtenstein'] },
  { column: 'Language', value: 'Esperanto', traces: ['esperanto'] },
  { column: 'Tags', value: `tagcanary${MARK}`, traces: [`tagcanary${MARK}`] },
  { column: 'Secret notes', value: `notecanary${MARK}`, traces: [`notecanary${MARK}`, 'secret notes'] },
  { column: `Headercanary${MARK}`, value: 'x', traces: [`headercanary${MARK}`] },
];

test('no value of the file leaves the browser before Import is pressed', async ({ page, wire }) => {
  const file = [
    CANARIES.map(({ column }) => column),
    CANARIES.map(({ value }) => value),
    // The same person again, and one with a mistake in every way to tell of it.
    CANARIES.map(({ value }) => value),
    CANARIES.map(({ column, value }) => (column === 'Email' ? `${value}@@` : value)),
  ];
  const name = `filecanary${MARK}.csv`;
  await openWizard(page, wire.url);
  await review(page, { name, buffer: Buffer.from(file.map((cells) => cells.join(',')).join('\n')) });
  for (const tab of ['Updated', 'Unchanged', 'Skipped', 'Errors', 'New']) await page.getByRole('tab', { name: tab }).click();
  await page.getByRole('tab', { name: 'Errors' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download rows with errors' }).click();
  await saved;

  const traces = [...CANARIES.flatMap((canary) => canary.traces), `filecanary${MARK}`];
  const before = [...wire.requests];
  expect(before.some(({ url }) => url.includes('/contacts/match')), 'contacts were looked up').toBe(true);
  expect(before.flatMap((request) => traces.filter((trace) => found(request, trace)).map((trace) => `${request.url}: ${trace}`))).toEqual([]);

  // The search works: afterwards they are found.
  await page.getByRole('button', { name: /^Import \d/ }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  const after = wire.requests.slice(before.length);
  for (const trace of [`firstcanary${MARK}`, '60129876501', `filecanary${MARK}`]) {
    expect(after.some((request) => found(request, trace)), trace).toBe(true);
  }
});

/** In the address, the headers or the body, in any of the ways in which text is written. */
function found({ url, headers, body }: { url: string; headers: string; body: Buffer }, trace: string): boolean {
  const all = `${decodeURIComponent(url)}\n${headers}\n${body.toString('latin1')}\n${body.toString('utf8')}`.toLowerCase();
  const wide = body.toString('latin1').toLowerCase();
  const encodings = [trace, Buffer.from(trace).toString('base64').replace(/=+$/, '').slice(0, -2).toLowerCase(), Buffer.from(trace).toString('hex')];
  return encodings.some((text) => all.includes(text)) || wide.includes(Buffer.from(trace, 'utf16le').toString('latin1'));
}
