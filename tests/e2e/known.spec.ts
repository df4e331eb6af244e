import { accessible, drop, expect, openWizard, review, test } from './support/test';

const rows = (mark: string, n: number) => Array.from({ length: n }, (_, at) => `${mark} ${at},${at % 50 === 2 ? 'nobody' : `${mark.toLowerCase()}${at}@known.example`},${at}`);
const file = (name: string, mark: string, header: string, n = 100) => ({ name, buffer: Buffer.from([header, ...rows(mark, n)].join('\n')) });

test('the first rows say at once what is wrong with them', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, file('glance.csv', 'Glance', 'First Name,Email,Points'));
  const said = page.getByText('A first look: 2 of the first 100 rows have mistakes. The next steps help to repair them.');
  await expect(said).toBeVisible();
  const wrong = page.getByRole('region', { name: 'First rows, as they were read' }).getByRole('cell', { name: 'nobody' });
  await expect(wrong).toContainText('“nobody” is not an e-mail address');
  await accessible(page);
});

test('the first rows are looked at again when the columns are described otherwise', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const text = ['First Name,Email,Country,Again points', ...[0, 1, 2, 3].map((at) => `Ann,again${at}@known.example,${at === 2 ? 'Atlantis' : 'MY'},1`)].join('\n');
  await drop(page, { name: 'again.csv', buffer: Buffer.from(text) });
  const wrong = page.getByText('A first look: 1 of the first 4 rows have mistakes. The next steps help to repair them.');
  await expect(wrong).toBeVisible();
  await page.getByRole('button', { name: 'Continue with 4 rows' }).click();
  await page.getByRole('radio', { name: 'Add new contacts' }).check();
  await page.getByRole('button', { name: 'Upload, done' }).click();
  await expect(wrong).toBeVisible();
  await page.getByRole('button', { name: 'Continue with 4 rows' }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('combobox', { name: 'When a value of Country is invalid' }).selectOption('leave_out');
  await page.getByRole('button', { name: 'Upload, done' }).click();
  await expect(page.getByText('A first look: the first 4 rows have no mistakes.')).toBeVisible();
});

test('it is said how far looking up has come', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  let answer = () => undefined as void;
  const held = new Promise<void>((done) => (answer = done));
  wire.rule = ({ url }) => (url.endsWith('/contacts/match') ? held : 'pass');
  await drop(page, file('looked.csv', 'Looked', 'First Name,Email,Looked points'));
  await page.getByRole('button', { name: 'Continue with 100 rows' }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Check 100 rows' }).click();
  await expect(page.getByText('0 of 98 fingerprints')).toBeVisible();
  answer();
  await expect(page.getByRole('heading', { name: 'Is this what you want to happen?' })).toBeVisible();
});

test('what others begin is seen without asking for it', async ({ page, wire, browser }) => {
  await page.goto(wire.url);
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  const context = await browser.newContext();
  const other = await context.newPage();
  await openWizard(other, wire.url);
  await review(other, file('begun.csv', 'Begun', 'First Name,Email,Begun points'));
  await other.getByRole('button', { name: /^Import \d+ contacts$/ }).click();
  await expect(other.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  await context.close();
  await expect(page.getByRole('row', { name: /begun\.csv/ })).toContainText('Completed', { timeout: 60_000 });
});

test('what is wrong far to the side does not widen a telephone', async ({ page, wire }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await openWizard(page, wire.url);
  await drop(page, { name: 'wide.csv', buffer: Buffer.from('First Name,Last Name,Phone Number,Country,Language,Email\nAnnabelle,Featherstonehaugh,+60123456789,MY,en,nobody\n') });
  await expect(page.getByText('A first look: the first row has mistakes.')).toBeVisible();
  expect(await page.evaluate(() => document.scrollingElement?.scrollWidth)).toBeLessThanOrEqual(360);
});

test('how one person mapped a file helps the next one, in another browser', async ({ page, wire, browser }) => {
  const header = 'First Name,Email,Shared points';
  await openWizard(page, wire.url);
  await drop(page, file('mine.csv', 'Mine', header));
  await page.getByRole('button', { name: 'Continue with 100 rows' }).click();
  await page.getByRole('radio', { name: 'Add new contacts' }).check();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Check 100 rows' }).click();
  await page.getByRole('button', { name: /^Import \d+ contacts$/ }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();

  const context = await browser.newContext();
  const other = await context.newPage();
  await openWizard(other, wire.url);
  await drop(other, file('theirs.csv', 'Theirs', header, 20));
  await expect(other.getByText('Files with these columns were imported before. This one is set up the same way.')).toBeVisible();
  await other.getByRole('button', { name: 'Continue with 20 rows' }).click();
  await expect(other.getByRole('radio', { name: 'Add new contacts' })).toBeChecked();
  await other.getByRole('button', { name: 'Upload, done' }).click();
  await drop(other, file('mine again.csv', 'Mine', header));
  await expect(other.getByText(/^This very file was imported .* It is set up the same way\.$/)).toBeVisible();
  await context.close();
});

test('news of an import are told as they happen, and asked for where they are held back', async ({ page, wire }) => {
  const asked = (what: RegExp) => wire.requests.filter(({ method, url }) => method === 'GET' && what.test(url)).length;
  for (const held of [false, true]) {
    wire.rule = ({ url }) => (held && url.endsWith('/events') ? new Promise(() => undefined) : 'pass');
    const before = asked(/\/imports\/\d+$/);
    await openWizard(page, wire.url);
    await review(page, file('news.csv', held ? 'Held' : 'News', 'First Name,Email,News points'));
    await page.getByRole('button', { name: /^Import \d+ contacts$/ }).click();
    await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
    expect(asked(/\/imports\/\d+\/events$/), 'events were asked for').toBeGreaterThan(0);
    if (held) expect(asked(/\/imports\/\d+$/)).toBeGreaterThan(before);
  }
});
