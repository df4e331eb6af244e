import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect, openWizard, review, test } from './support/test';

/** A value that is nowhere else, and what of it must not travel. */
interface Canary { column: string; value: string; traces: string[] }

const MARK = createHash('sha256').update('muster').digest('hex').slice(0, 10);

const CANARIES: Canary[] = [
  { column: 'First Name', value: `Firstcanary${MARK}`, traces: [`firstcanary${MARK}`] },
  { column: 'Last Name', value: `Lastcanary${MARK}`, traces: [`lastcanary${MARK}`] },
  { column: 'Phone Number', value: '+49 1512 3456789', traces: ['4915123456789', '15123456789', '1512 3456789'] },
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
  for (const trace of [`firstcanary${MARK}`, '4915123456789', `filecanary${MARK}`]) {
    expect(after.some((request) => found(request, trace)), trace).toBe(true);
  }
});

/** In the address, the headers or the body, in any of the ways in which text is written or packed. */
function found({ url, headers, body }: { url: string; headers: string; body: Buffer }, trace: string): boolean {
  const texts = [`${decodeURIComponent(url)}\n${headers}`, ...[body, ...inflated(body)].flatMap((bytes) => [bytes.toString('latin1'), bytes.toString('utf8')])];
  const all = texts.join('\n').toLowerCase();
  const encodings = [trace, Buffer.from(trace).toString('base64').replace(/=+$/, '').slice(0, -2).toLowerCase(), Buffer.from(trace).toString('hex')];
  return [...encodings, Buffer.from(trace, 'utf16le').toString('latin1')].some((text) => all.includes(text)) || foundAsNumber(body, trace);
}

/** What any part of these bytes is when it is unpacked. */
function inflated(body: Buffer): Buffer[] {
  return Array.from(body, (_, start) => {
    try {
      return inflateRawSync(body.subarray(start), { maxOutputLength: 1 << 20 });
    } catch {
      return Buffer.alloc(0); // most bytes are the beginning of nothing
    }
  }).filter(({ length }) => length > 0);
}

/** The digits after the first three as a number, at any bit. Numbers of fewer digits would be found by chance. */
function foundAsNumber(body: Buffer, trace: string): boolean {
  if (!/^\d{13,}$/.test(trace)) return false;
  const number = BigInt(trace.slice(3)).toString(2);
  const bits = [...body].map((byte) => byte.toString(2).padStart(8, '0'));
  return bits.join('').includes(number) || bits.reverse().join('').includes(number);
}
