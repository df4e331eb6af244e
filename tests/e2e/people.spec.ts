import type { Page } from '@playwright/test';
import { accessible, expect, openWizard, review, summaryCounts, test } from './support/test';

test('an agent sees a sentence and no table', async ({ page, wire }) => {
  await page.goto(wire.url);
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Signed in as' }).selectOption('agent');
  await expect(page.getByText('Only Owners and Managers of this workspace can import contacts.')).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Import contacts' })).toHaveCount(0);
  await accessible(page);
  await page.getByRole('combobox', { name: 'Signed in as' }).selectOption('manager');
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
});

test('an expired token is asked for again, and then said', async ({ page, wire, server, complaints }) => {
  const expired = await server.token({ exp: Math.floor(Date.now() / 1000) - 60 });
  let given = 0;
  await page.route('**/demo/token?*', (route) => (given++ === 0 ? route.fulfill({ body: expired }) : route.continue()));
  await page.goto(wire.url);
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  expect(given).toBeGreaterThan(1);

  await page.route('**/demo/token?*', (route) => route.fulfill({ body: expired }));
  await page.reload();
  await expect(page.getByText('Your sign-in has expired.')).toBeVisible();
  await accessible(page);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  expect(complaints.filter((complaint) => !complaint.includes('401'))).toEqual([]);
  complaints.length = 0;
});

test('a token is renewed before it expires', async ({ page, wire, server }) => {
  const token = await server.token({ exp: Math.floor(Date.now() / 1000) + 3_600 });
  let given = 0;
  await page.route('**/demo/token?*', (route) => route.fulfill({ body: (given++, token) }));
  await page.clock.install();
  await page.goto(wire.url);
  const start = page.getByRole('button', { name: 'Import contacts' }).first();
  await start.click();
  expect(given).toBe(1);
  // Leaving asks for the history again: just before the last minute, and in it.
  for (const [minutes, asked] of [['58:00', 1], ['01:45', 2]] as const) {
    await page.clock.fastForward(minutes);
    const history = page.waitForResponse(/\/imports\?/);
    await page.getByRole('button', { name: 'Leave import' }).click();
    await history;
    expect(given, minutes).toBe(asked);
    await start.click();
  }
});

test('a browser that lacks what is needed is told so', async ({ page, wire }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await page.goto(wire.url);
  await expect(page.getByText('This browser is too old')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import contacts' })).toHaveCount(0);
});

test('an import needs no mouse', async ({ page, wire }) => {
  await page.goto(wire.url);
  await tabTo(page, 'Import contacts');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Drop a CSV file here');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from('First Name,Phone Number\nKey,+60129876777\n') });
  await expect(page.getByText('keys.csv')).toBeVisible();
  for (const button of ['Continue with 1 row', 'Continue to columns', 'Check 1 row', 'Import 1 contact']) {
    await expect(page.getByRole('button', { name: button })).toBeEnabled();
    await tabTo(page, button);
    await page.keyboard.press('Enter');
  }
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  expect(await summaryCounts(page)).toEqual({ new: 1, updated: 0, unchanged: 0, skipped: 0, error: 0 });
  await tabTo(page, 'Done');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /keys\.csv/ })).toBeVisible();
});

test('the host hears what happens', async ({ page, wire }) => {
  // Listening from the very beginning: the history may be open before a script of the test gets its turn.
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    for (const name of ['open', 'close', 'step', 'import-start', 'import-complete', 'import-failed', 'error']) {
      document.addEventListener(`muster-${name}`, (event) => heard.push([name, (event as CustomEvent).detail]));
    }
  });
  await openWizard(page, wire.url);
  await review(page, { name: 'heard.csv', buffer: Buffer.from('First Name,Phone Number\nHeard,+60129876778\n') });
  await page.getByRole('button', { name: 'Import 1 contact' }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard);
  expect(heard).toEqual([
    ['open', { view: 'history' }],
    ['open', { view: 'wizard' }],
    ...['purpose', 'map', 'review', 'import'].map((step) => ['step', { step }]),
    ['import-start', { file_name: 'heard.csv', rows: 1 }],
    ['import-complete', { id: expect.any(Number), counts: { new: 1, updated: 0, unchanged: 0, skipped: 0, error: 0 } }],
  ]);
});

/** Presses Tab until the focus is on what begins with these words. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let press = 0; press < 80; press++) {
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
    if (focused.startsWith(words)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`“${words}” is not reached by the keyboard`);
}

test('several elements stand on one page, each with its own work, and free what they took', async ({ page, wire }) => {
  await page.goto(wire.url);
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  const mount = () =>
    page.evaluate(() => {
      const [first] = document.querySelectorAll<HTMLElement & { token: unknown }>('muster-import');
      const second = document.createElement('muster-import');
      Object.assign(second, { token: first?.token, view: 'wizard', id: 'second' });
      document.querySelector('#content')?.append(second);
    });
  await mount();
  const second = page.locator('#second');
  await second.locator('input[type=file]').setInputFiles({ name: 'second.csv', mimeType: 'text/csv', buffer: Buffer.from('First Name\nAnn\n') });
  await expect(second.getByText('second.csv')).toBeVisible();
  await page.locator('muster-import:not(#second)').getByRole('button', { name: 'Import contacts' }).first().click();
  await expect(page.getByRole('button', { name: 'Drop a CSV file here' })).toHaveCount(1);
  await expect(second.getByText('second.csv')).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(2);

  for (let turn = 0; turn < 10; turn++) {
    await page.evaluate(() => document.querySelector('#second')?.remove());
    await expect.poll(() => page.workers().length).toBe(1);
    await mount();
    await expect(second.locator('input[type=file]')).toBeAttached();
  }
  await page.evaluate(() => document.querySelector('#second')?.remove());
  await expect.poll(() => page.workers().length).toBe(1);
});

test('what a host puts into the slots stands where it belongs', async ({ page, wire }) => {
  await page.goto(wire.url);
  await expect(page.getByRole('button', { name: 'Import contacts' }).first()).toBeVisible();
  const give = (slot: string, text: string) =>
    page.evaluate(({ slot, text }) => {
      const link = Object.assign(document.createElement('a'), { slot, href: '#help', textContent: text });
      document.querySelector('muster-import')?.append(link);
    }, { slot, text });
  await give('actions', 'Our import guide');
  await give('help', 'Ask our team');
  await expect(page.getByRole('link', { name: 'Our import guide' })).toBeVisible();
  const [guide, button] = await Promise.all([page.getByRole('link', { name: 'Our import guide' }).boundingBox(), page.getByRole('button', { name: 'Import contacts' }).first().boundingBox()]);
  expect(Math.abs((guide?.y ?? 0) - (button?.y ?? 0))).toBeLessThan(40);
  await page.getByRole('button', { name: 'Import contacts' }).first().click();
  await expect(page.getByRole('link', { name: 'Ask our team' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Our import guide' })).toBeHidden();
  await page.getByRole('combobox', { name: 'Signed in as' }).selectOption('agent');
  await expect(page.getByText('Only Owners and Managers of this workspace can import contacts.')).toBeVisible();
  await give('forbidden', 'Ask Aisyah to import for you');
  await expect(page.getByText('Ask Aisyah to import for you')).toBeVisible();
  await expect(page.getByText('Only Owners and Managers of this workspace can import contacts.')).toBeHidden();
  await accessible(page);
});
