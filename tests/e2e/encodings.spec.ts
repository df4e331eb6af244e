import { accessible, drop, expect, openWizard, review, tabCounts, test } from './support/test';

/** The second module is asked for as often as a file needs it, and not before. */
const LEGACY = /\/assets\/muster_legacy.*\.wasm$/;

function utf16(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

/** Cyrillic letters lie in Windows-1251 as they do in Unicode, from 0xC0 on. */
function windows1251(text: string): Buffer {
  return Buffer.from([...text].map((letter) => letter.charCodeAt(0)).map((code) => (code < 0x80 ? code : code - 0x350)));
}

const FILES: [name: string, buffer: Buffer, encoding: string, cell: string, foreign: boolean][] = [
  ['unicode.csv', Buffer.from('First Name,Phone Number,Last Name\nZoë,+60123456789,Łódzka\n'), 'utf-8', 'Łódzka', false],
  ['excel.txt', utf16('First Name\tPhone Number\tLast Name\n太郎\t+60123456789\t山田\n'), 'utf-16le', '山田', false],
  ['western.csv', Buffer.from('First Name;Phone Number;Last Name\nJürgen;+60123456789;Müßig\nBjörn;+60123456780;Köhler\n', 'latin1'), 'windows-1252', 'Müßig', true],
  ['russia.csv', windows1251('Имя;Телефон;Фамилия\nАнна;+79161234567;Соколова\nИван;+79161234568;Морозов\n'), 'windows-1251', 'Соколова', true],
  ['japan.csv', Buffer.from('First Name,Phone Number,Last Name\n\x91\xbe\x98Y,+60123456789,\x8eR\x93c\n\x89\xd4\x8eq,+60123456780,\x97\xe9\x96\xd8\n', 'latin1'), 'shift_jis', '山田', true],
];

// Each in a browser of its own: what was fetched once is kept.
for (const [name, buffer, encoding, cell, foreign] of FILES) {
  test(`${name} goes through to Review ${foreign ? 'by' : 'without'} the second module`, async ({ page, wire }) => {
    await openWizard(page, wire.url);
    await page.waitForLoadState('networkidle');
    expect(wire.requests.some(({ url }) => LEGACY.test(url))).toBe(false);
    await drop(page, { name, buffer });
    await expect(page.getByLabel('Encoding')).toHaveValue(encoding);
    await expect(page.getByRole('region', { name: 'First rows, as they were read' }).getByText(cell)).toBeVisible();
    await review(page, { name, buffer });
    await expect(page.getByText(cell).first()).toBeVisible();
    expect((await tabCounts(page)).error).toBe(0);
    expect(wire.requests.some(({ url }) => LEGACY.test(url))).toBe(foreign);
  });
}

test('encoding, delimiter and header can be changed, and the first rows follow', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, { name: 'greek.csv', buffer: Buffer.from('J\xe1n;1\nP\xe9ter;2\n', 'latin1') });
  const rows = page.getByRole('region', { name: 'First rows, as they were read' });
  await page.getByLabel('Encoding').selectOption('windows-1253');
  await expect(rows.getByText('Jαn')).toBeVisible();
  await expect(page.getByLabel('Encoding')).toHaveValue('windows-1253');
  await page.getByLabel('Header row').selectOption('No header');
  await expect(rows.getByText('Column 2')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with 2 rows' })).toBeEnabled();
  await page.getByLabel('Separated by').selectOption('Commas');
  await expect(rows.getByText('Pιter;2')).toBeVisible();
  await accessible(page);
  // What leaves nothing is said, and undone.
  await page.getByLabel('Header row').selectOption('Row 2: Pιter;2');
  await expect(page.getByRole('alert')).toContainText('no contacts below the header row');
  await expect(page.getByLabel('Header row')).toHaveValue('0');
});

test('the page asks about a header that looks like a contact', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, { name: 'bare.csv', buffer: Buffer.from('Ann,+60123456789\nBob,+60123456780\n') });
  await expect(page.getByText('Row 1 looks like a contact')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'There is no header' }).click();
  await expect(page.getByRole('button', { name: 'Continue with 2 rows' })).toBeEnabled();
  await expect(page.getByText('Row 1 looks like a contact')).toBeHidden();
});

test('a title above the header is noticed, and the header below it is one click away', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const rows = ['People of autumn;;;;', 'First Name;Surname;E-Mail;Title points;Labels', 'Ann;Tan;ann@title.example;1;VIP', 'Bob;Ito;bob@title.example;2;VIP'];
  await drop(page, { name: 'title.csv', buffer: Buffer.from(rows.join('\n')) });
  await expect(page.getByText('Row 1 has fewer cells than most rows.')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Row 2 is the header' }).click();
  await expect(page.getByRole('button', { name: 'Continue with 2 rows' })).toBeEnabled();
  await expect(page.getByRole('columnheader', { name: 'Title points' })).toBeVisible();
  await expect(page.getByText('Row 1 has fewer cells than most rows.')).toBeHidden();

  // Whoever says that it is the header is not asked again.
  await page.getByRole('combobox', { name: 'Header row' }).selectOption('1');
  await expect(page.getByRole('button', { name: 'Continue with 3 rows' })).toBeEnabled();
  await expect(page.getByText('Row 1 has fewer cells than most rows.')).toBeHidden();
});
