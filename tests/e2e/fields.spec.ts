import { accessible, drop, expect, openWizard, test } from './support/test';

test('a column gets a field of its own, and a full name becomes two', async ({ page, wire, server }) => {
  await openWizard(page, wire.url);
  const rows = Array.from({ length: 40 }, (_, n) => `Nina Field ${n},nina${n}@fields.example,${['Gold', 'Silver'][n % 2]}`);
  await drop(page, { name: 'fields.csv', buffer: Buffer.from(['Who,Email,Loyalty level', ...rows].join('\n')) });
  await page.getByRole('button', { name: 'Continue with 40 rows' }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();

  const who = page.getByRole('combobox', { name: 'Field for Who' });
  await who.click();
  await page.getByRole('option', { name: 'Full Name (first and last)' }).click();
  await page.getByRole('combobox', { name: 'How Who is written' }).selectOption('last_space');
  const level = page.getByRole('combobox', { name: 'Field for Loyalty level' });
  await level.fill('no such');
  await expect(page.getByText('No field is called so.')).toBeVisible();
  await level.fill('create');
  await page.getByRole('option', { name: 'Create the field “Loyalty level”' }).click();
  await expect(page.getByRole('combobox', { name: 'Type of Loyalty level' })).toHaveValue('list');
  await page.getByRole('textbox', { name: 'Name of the new field' }).fill('Loyalty');
  await page.getByRole('textbox', { name: 'Name of the new field' }).press('Enter');
  await accessible(page);
  await expect(page.getByText('fills 0 · replaces 0 · clears 0').first()).toBeVisible();

  await page.getByRole('button', { name: 'Check 40 rows' }).click();
  await expect(page.getByText('1 field will be created: Loyalty')).toBeVisible();
  await page.getByRole('button', { name: 'Import 40 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  const { fields } = await server.json<{ fields: { name: string; type: string; options: string[]; key: string }[] }>('/workspace');
  const made = fields.find(({ name }) => name === 'Loyalty');
  expect([made?.type, made?.options.toSorted()]).toEqual(['list', ['Gold', 'Silver']]);
  const { contacts } = await server.json<{ contacts: { fields: Record<string, string> }[] }>('/contacts?search=nina7%40fields.example');
  expect(contacts.map((contact) => [contact.fields['first_name'], contact.fields['last_name'], contact.fields[made?.key ?? '']])).toEqual([['Nina Field', '7', 'Silver']]);

  // Later a level turns up that the list does not have yet.
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Import contacts' }).click();
  const more = Array.from({ length: 40 }, (_, n) => `Otto,otto${n}@fields.example,${['Gold', 'Bronze'][n % 2]}`);
  await drop(page, { name: 'levels.csv', buffer: Buffer.from(['First Name,Email,Loyalty', ...more].join('\n')) });
  await page.getByRole('button', { name: 'Continue with 40 rows' }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: 'Add 1 option to the list' }).click();
  await expect(page.getByRole('button', { name: 'Add 1 option to the list' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Check 40 rows' }).click();
  await expect(page.getByText('1 option will be created: Bronze')).toBeVisible();
  await page.getByRole('button', { name: 'Import 40 contacts' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  const later = await server.json<{ fields: { name: string; options: string[] }[] }>('/workspace');
  expect(later.fields.find(({ name }) => name === 'Loyalty')?.options.toSorted()).toEqual(['Bronze', 'Gold', 'Silver']);
});
