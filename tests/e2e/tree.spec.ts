/** What a screen reader is given. */

import type { Page } from '@playwright/test';
import { drop, expect, openWizard, test } from './support/test';

interface Node { role: string; name: string; description: string; properties: Record<string, unknown> }

/** The browser's own tree, which knows what styles make of roles. */
async function tree(page: Page): Promise<Node[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter(({ ignored }) => !ignored).map(({ role, name, description, properties = [] }) => ({
    role: String(role?.value ?? ''),
    name: String(name?.value ?? ''),
    description: String(description?.value ?? ''),
    properties: Object.fromEntries(properties.map(({ name, value }) => [name, value.value])),
  }));
}

// No other file has its columns in this order: where one was imported before, it would be set up the same way.
const CSV = ['First Name,Country,Email', 'Ann,MY,ann@tree.example', 'Ben,MY,nobody', 'Cat,Atlantis,cat@tree.example'].join('\n');

test('every step says what it is to whoever cannot see it', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  const wizard = page.locator('muster-wizard');
  await expect(wizard).toMatchAriaSnapshot(`
    - navigation "Steps of this import":
      - list:
        - listitem: Upload
        - listitem: Purpose
        - listitem: Map
        - listitem: Review
        - listitem: Import
    - button "Leave import"
    - heading "Which file do you want to import?" [level=2]
    - button /Drop a CSV file here, or choose one/
    - paragraph: /No value of your file leaves this browser/
    - paragraph:
      - button "Download a sample CSV"
    - button "Choose a file"
  `);
  await drop(page, { name: 'tree.csv', buffer: Buffer.from(CSV) });
  await expect(wizard).toMatchAriaSnapshot(`
    - heading "Which file do you want to import?" [level=2]
    - button "Choose another file"
    - term: Rows
    - definition: "3"
    - term: Columns
    - definition: "3"
    - text: Encoding
    - combobox "Encoding"
    - text: Separated by
    - combobox "Separated by"
    - text: Header row
    - combobox "Header row"
    - region "First rows, as they were read":
      - table:
        - rowgroup:
          - row "Row First Name Country Email":
            - columnheader "Row"
            - columnheader "First Name"
            - columnheader "Country"
            - columnheader "Email"
        - rowgroup:
          - row "2 Ann MY ann@tree.example"
    - status: /2 of the first 3 rows have mistakes/
    - button "Continue with 3 rows"
  `);
  await page.getByRole('button', { name: 'Continue with 3 rows' }).click();
  await expect(wizard).toMatchAriaSnapshot(`
    - navigation "Steps of this import":
      - list:
        - listitem:
          - button "Upload, done": Upload
        - listitem: Purpose
    - heading "What should this import do?" [level=2]
    - group "Purpose":
      - radio /Add new contacts/
      - radio /Update contacts/
      - radio /Add and update/ [checked]
      - radio /Add all, even duplicates/
    - region "How are contacts recognised?":
      - heading "How are contacts recognised?" [level=3]
      - list:
        - listitem:
          - text: /Email compared first · 3 of 3 rows have it/
          - button "Move Email up" [disabled]
          - button "Move Email down" [disabled]
          - button "Remove Email"
    - group "When two rows are about the same contact":
      - radio "Keep the first, skip the others" [checked]
    - combobox "Tags for this import"
    - combobox "Default country"
    - button "Back"
    - button "Continue to columns"
  `);
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await expect(wizard).toMatchAriaSnapshot(`
    - heading "Where does each column go?" [level=2]
    - status: 3 of 3 columns mapped
    - list:
      - listitem:
        - strong: Country
        - combobox "Field for Country": Country
        - text: Same name
        - combobox "What Country does to stored values"
        - combobox "When a value of Country is invalid"
        - text: /66\.6% valid 3 filled 1 · Unknown country/
      - listitem:
        - strong: Email
        - combobox "Field for Email": Email
        - combobox "What Email does to stored values"
      - listitem:
        - strong: First Name
        - combobox "Field for First Name": First Name
    - button "Back"
    - button "Check 3 rows"
  `);
  await page.getByRole('button', { name: 'Check 3 rows' }).click();
  await page.getByRole('tab', { name: 'Errors' }).click();
  await expect(wizard).toMatchAriaSnapshot(`
    - heading "Is this what you want to happen?" [level=2]
    - tablist:
      - tab "New 1"
      - tab "Updated 0"
      - tab "Unchanged 0"
      - tab "Skipped 0"
      - tab "Errors 2" [selected]
    - tabpanel "Errors 2":
      - searchbox "Search these rows"
      - button "Download rows with errors"
      - grid
    - button "Import 1 contact"
  `);
  await page.getByRole('button', { name: 'Import 1 contact' }).click();
  await expect(wizard).toMatchAriaSnapshot(`
    - heading "Import completed" [level=2]
    - status:
      - paragraph: tree.csv is imported.
    - term: New
    - definition: "1"
    - term: Updated
    - definition: "0"
    - term: Unchanged
    - definition: "0"
    - term: Skipped
    - definition: "0"
    - term: Errors
    - definition: "2"
    - button "Undo…"
    - button "Done"
  `);
});

test('the grid has headers, counts, and cells that say what is wrong with them', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, { name: 'grid tree.csv', buffer: Buffer.from(CSV.replaceAll('tree.example', 'grid-tree.example')) });
  for (const button of ['Continue with 3 rows', 'Continue to columns', 'Check 3 rows']) await page.getByRole('button', { name: button }).click();
  await page.getByRole('tab', { name: 'Errors' }).click();
  const grid = page.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
  await expect(grid).toHaveAttribute('aria-colcount', '5');
  await expect(grid).toHaveAccessibleDescription('Enter edits a cell. Delete leaves a row out or brings it back. Control Z takes the last correction back.');
  await grid.focus();
  const nodes = await tree(page);
  const named = (role: string) => nodes.filter((node) => node.role === role).map(({ name }) => name);
  expect(named('columnheader')).toEqual(['Row', 'What to know', 'First Name', 'Country', 'Email']);
  // The row at hand can be left out there.
  expect(named('rowheader')).toEqual(['Error 3 Leave out row 3', 'Error 4']);
  const wrong = nodes.filter(({ role, properties }) => role === 'gridcell' && properties['invalid'] === 'true');
  expect(wrong.map(({ name, description }) => [name, description])).toEqual([
    ['nobody', '“nobody” is not an e-mail address. Write it like name@example.com.'],
    ['Atlantis', expect.stringContaining('“Atlantis”')],
  ]);
});

test('on a telephone the history is still a table', async ({ page, wire }) => {
  await openWizard(page, wire.url);
  await drop(page, { name: 'cards.csv', buffer: Buffer.from('First Name,Email\nAnn,ann@cards.example\n') });
  for (const button of ['Continue with 1 row', 'Continue to columns', 'Check 1 row', 'Import 1 contact', 'Done']) await page.getByRole('button', { name: button }).click();
  for (const width of [1360, 360]) {
    await page.setViewportSize({ width, height: 780 });
    await expect(page.getByText('cards.csv')).toBeVisible();
    const nodes = await tree(page);
    const roles = (role: string) => nodes.filter((node) => node.role === role);
    expect(roles('table').length, `${width}`).toBe(1);
    expect(roles('columnheader').map(({ name }) => name), `${width}`).toEqual(
      ['Data Imported', 'File Name', 'Uploaded By', 'New Contact', 'Updated Contact', 'Error Count', 'Tag Added', 'Status']);
    const rows = roles('row').length - 1;
    expect(rows, `${width}`).toBeGreaterThan(0);
    expect(roles('cell').filter(({ name }) => name === 'cards.csv').length, `${width}`).toBe(1);
  }
});
