import { accessible, drop, expect, openWizard, test } from './support/test';

const MEGABYTE = 1_048_576;

/** A ZIP archive with one stored, empty entry of this name. */
function zip(name: string): Buffer {
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.write('PK\x01\x02', 'latin1');
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length, 16);
  return Buffer.concat([local, Buffer.from(name), central, Buffer.from(name), end]);
}

const FILES: [name: string, buffer: () => Buffer, sentence: RegExp][] = [
  ['book.csv', () => zip('xl/workbook.xml'), /Excel workbook.*Save As.*CSV UTF-8/],
  ['archive.csv', () => zip('contacts.csv'), /ZIP archive.*Unpack it/],
  ['paper.csv', () => Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), /PDF document.*export them as CSV/],
  ['photo.csv', () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), /PNG image.*export them as CSV/],
  ['empty.csv', () => Buffer.alloc(0), /This file is empty.*Export it again/],
  ['header.csv', () => Buffer.from('First Name,Phone Number\r\n'), /no contacts below the header row/],
  ['long.csv', () => Buffer.from(`First Name\n${'Ann\n'.repeat(200_001)}`), /more than 200,000 rows.*Split it/],
  ['big.csv', () => Buffer.alloc(20 * MEGABYTE + 1, 'First Name,Phone\n'), /20 MB that one import takes.*Split it/],
];

test('a file that is no use is refused with a sentence, before any request', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await page.waitForLoadState('networkidle');
  for (const [name, buffer, sentence] of FILES) {
    const before = wire.requests.length;
    await drop(page, { name, buffer: buffer() });
    const alert = page.getByRole('alert');
    await expect(alert, name).toContainText(name);
    await expect(alert, name).toContainText(sentence);
    await expect(page.getByRole('button', { name: 'Drop a CSV file here, or choose one' }), name).toBeVisible();
    // A new worker may fetch its own script.
    const asked = wire.requests.slice(before).filter(({ method, url }) => method !== 'GET' || !url.startsWith('/assets/'));
    expect(asked.map(({ method, url }) => `${method} ${url}`), name).toEqual([]);
  }
  await accessible(page);
  // And then the right file.
  await drop(page, { name: 'right.csv', buffer: Buffer.from('First Name,Phone Number\nAnn,+60123456789\n') });
  await expect(page.getByRole('button', { name: 'Continue with 1 row' })).toBeEnabled();
});
