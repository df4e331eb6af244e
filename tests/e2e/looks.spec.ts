import type { Page } from '@playwright/test';
import { messy } from './screenshots/messy';
import { accessible, expect, test } from './support/test';

/** From the empty history to the import's row in it; `look` sees every step. The words may be any language's. */
async function everyStep(page: Page, mark: number, look: (name: string) => Promise<void>): Promise<void> {
  const primary = page.locator('[part~=button-primary]').last();
  await primary.waitFor();
  await look('history');
  await primary.click();
  await page.locator('muster-step-upload').waitFor();
  await look('upload');
  await page.locator('input[type=file]').setInputFiles({ name: 'contacts.csv', mimeType: 'text/csv', buffer: Buffer.from(messy(120, mark), 'latin1') });
  const header = page.locator('muster-file-choices select').last();
  await header.selectOption('2');
  await expect(header).toBeEnabled();
  await look('file');
  for (const step of ['purpose', 'map', 'review']) {
    await expect(primary).toBeEnabled();
    await primary.click();
    await page.locator(`muster-step-${step}`).waitFor();
    if (step === 'purpose') await page.locator('#country').selectOption('MY');
    if (step === 'map') await page.locator('.checked b').first().waitFor();
    if (step === 'review') await page.locator('.rows [role=row]:not([aria-busy])').first().waitFor();
    await look(step);
  }
  await page.locator('[data-outcome=error]').click();
  await page.locator('.rows .bad').first().waitFor();
  await look('errors');
  await primary.click();
  await expect(page.locator('dl.counts')).toBeVisible({ timeout: 30_000 });
  await look('import');
  await primary.click();
  await page.locator('.opener').first().click();
  await page.locator('.open').waitFor();
  await look('details');
}

test('every step is accessible from right to left', async ({ page, wire }) => {
  test.setTimeout(300_000);
  await page.goto(`${wire.url}/?lang=ar`);
  await everyStep(page, 5, async (name) => {
    await accessible(page);
    // What is written in another script stands in its own direction, and nothing is left in English but fields' names.
    expect(await page.locator('muster-import').evaluate((element) => element.shadowRoot?.querySelector('muster-history, muster-wizard')?.getAttribute('dir')), name).toBe('rtl');
  });
});

test('every step fits on a telephone', async ({ page, wire }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto(wire.url);
  await everyStep(page, 6, async (name) => {
    expect(await page.evaluate(() => document.scrollingElement?.scrollWidth), name).toBeLessThanOrEqual(360);
  });
});

for (const [lang, title, rows] of [
  ['es', 'Importación de datos', '120 filas'], ['pt-BR', 'Importação de dados', '120 linhas'], ['zh-CN', '数据导入', '120 行'], ['pt', 'Importação de dados', '120 linhas'], ['xx', 'Data Import', '120 rows'],
] as const) {
  test(`the page speaks ${lang}`, async ({ page, wire }) => {
    await page.goto(wire.url);
    await page.evaluate((lang) => {
      const element = document.querySelector('muster-import');
      if (element) Object.assign(element, { lang, texts: { 'upload.title': 'Our own question?' } });
    }, lang);
    await expect(page.getByRole('heading', { name: title, level: 2 })).toBeVisible();
    await page.locator('[part~=button-primary]').first().click();
    await expect(page.getByRole('heading', { name: 'Our own question?' })).toBeVisible();
    await page.locator('input[type=file]').setInputFiles({ name: 'lines.csv', mimeType: 'text/csv', buffer: Buffer.from(`First Name\n${'Ann\n'.repeat(120)}`) });
    await expect(page.locator('footer')).toContainText(rows);
  });
}
