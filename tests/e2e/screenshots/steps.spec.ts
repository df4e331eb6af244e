/** Pictures of every step in every look, to be looked at: `npm run screenshots`. */

import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { messy } from './messy';

const FOLDER = resolve(process.env['MUSTER_SCREENSHOTS'] ?? '../../target/screenshots');

const LOOKS = {
  light: { colorScheme: 'light', lang: 'en', width: 1280, height: 860 },
  dark: { colorScheme: 'dark', lang: 'en', width: 1280, height: 860 },
  narrow: { colorScheme: 'light', lang: 'en', width: 360, height: 780 },
  rtl: { colorScheme: 'light', lang: 'ar', width: 1280, height: 860 },
  contrast: { colorScheme: 'light', lang: 'en', width: 1280, height: 860, forced: true },
  large: { colorScheme: 'dark', lang: 'en', width: 3840, height: 2160 },
} as const;

const wanted = process.env['MUSTER_LOOKS']?.split(',');

for (const [look, { colorScheme, lang, width, height, ...more }] of Object.entries(LOOKS)) {
  test(`every step, ${look}`, async ({ page, wire }) => {
    test.skip(Boolean(wanted) && !wanted?.includes(look));
    test.setTimeout(400_000);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce', forcedColors: 'forced' in more ? 'active' : 'none' });
    const take = async (name: string) => {
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(FOLDER, `${look}-${name}.png`) });
    };
    await page.goto(`${wire.url}/?lang=${lang}`);
    const primary = page.locator('[part~=button-primary]').last();
    await primary.waitFor();
    await take('0-history-empty');
    await primary.click();
    await page.locator('muster-step-upload').waitFor();
    await take('1-upload');
    await page.locator('input[type=file]').setInputFiles({ name: 'contacts.csv', mimeType: 'text/csv', buffer: Buffer.from(messy(600, Object.keys(LOOKS).indexOf(look)), 'latin1') });
    await page.locator('muster-file-choices').waitFor();
    await take('1-upload-file');
    const header = page.locator('muster-file-choices select').last();
    await header.selectOption('2');
    await expect(header).toBeEnabled();
    await step(page, primary, 'purpose');
    await page.locator('#country option[value=MY]').waitFor({ state: 'attached' });
    await page.locator('#country').selectOption('MY');
    await take('2-purpose');
    await step(page, primary, 'map');
    await page.locator('.checked b').first().waitFor({ timeout: 15_000 }).catch(() => take('3-map-stuck'));
    await take('3-map');
    await step(page, primary, 'review');
    await page.locator('.rows [role=row]:not([aria-busy])').first().waitFor();
    await take('4-review-new');
    for (const outcome of ['skipped', 'error'] as const) {
      await page.locator(`[data-outcome=${outcome}]`).click();
      await page.locator('.rows [role=row]:not([aria-busy])').first().waitFor();
      await take(`4-review-${outcome}`);
    }
    await step(page, primary, 'import');
    await expect(page.locator('dl.counts')).toBeVisible({ timeout: 60_000 });
    await take('5-import');
    await primary.click();
    await page.locator('muster-history table').waitFor();
    await page.locator('.opener').first().click();
    await page.locator('.open').waitFor();
    await take('6-history');
  });
}

async function step(page: Page, primary: Locator, name: string): Promise<void> {
  await expect(primary).toBeEnabled({ timeout: 30_000 });
  await primary.click();
  await page.locator(`muster-step-${name}`).waitFor({ timeout: 60_000 });
}
