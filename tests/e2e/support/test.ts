/** What every test has: a server, the wire to it, and a page that may say nothing wrong. */

import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA, Server, type Counts } from './server';
import { Wire } from './wire';

interface Fixtures { wire: Wire; complaints: string[] }
interface WorkerFixtures { stored: string | undefined; server: Server }

export const test = base.extend<Fixtures, WorkerFixtures>({
  stored: [undefined, { scope: 'worker', option: true }],
  server: [
    async ({ stored }, use) => {
      const server = await Server.start(stored);
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  wire: async ({ server }, use) => {
    const wire = await Wire.lay(server.url);
    await use(wire);
    await wire.close();
  },
  /** Errors of the console and of the page, and what a policy refused: there are none, or the test says which it expects. */
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error(`policy: ${violatedDirective} ${blockedURI}`));
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export interface Manifest {
  file: { bytes: number; rows: number; header: string[] };
  counts: Counts;
  errors_by_code: Record<string, number>;
  contacts: number;
}

export function generated(name: string): { csv: string; manifest: Manifest } {
  const folder = join(DATA, name);
  return { csv: join(folder, 'data.csv'), manifest: JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest };
}

/** No violation in either scheme. The scheme is only about colours, so all other rules run once. */
export async function accessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('; ')}`)).toEqual([]);
  }
}

export const OUTCOMES = ['new', 'updated', 'unchanged', 'skipped', 'error'] as const;
export const NAMES = { new: 'New', updated: 'Updated', unchanged: 'Unchanged', skipped: 'Skipped', error: 'Errors' };

export function written(n: number): string {
  return n.toLocaleString('en');
}

/** Opens the wizard with the worker ready. */
export async function openWizard(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Import contacts' }).first().click();
  await expect(page.getByRole('heading', { name: 'Which file do you want to import?' })).toBeFocused();
}

export async function drop(page: Page, file: string | { name: string; buffer: Buffer }): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(typeof file === 'string' ? file : { ...file, mimeType: 'text/csv' });
}

/** From a dropped file to Review, with what is proposed. */
export async function review(page: Page, file: string | { name: string; buffer: Buffer }): Promise<void> {
  await drop(page, file);
  await page.getByRole('button', { name: /^Continue with/ }).click();
  await page.getByRole('button', { name: 'Continue to columns' }).click();
  await page.getByRole('button', { name: /^Check/ }).click();
  await expect(page.getByRole('heading', { name: 'Is this what you want to happen?' })).toBeVisible({ timeout: 120_000 });
}

/** The counts on the tabs of Review. */
export async function tabCounts(page: Page): Promise<Counts> {
  const counts: Partial<Counts> = {};
  for (const outcome of OUTCOMES) counts[outcome] = numberIn(await page.locator(`[role=tab][data-outcome=${outcome}] .count`).innerText());
  return counts as Counts;
}

/** The counts of the summary. */
export async function summaryCounts(page: Page): Promise<Counts> {
  const counts: Partial<Counts> = {};
  for (const outcome of OUTCOMES) counts[outcome] = numberIn(await page.locator(`dl.counts [data-outcome=${outcome}] dd`).innerText());
  return counts as Counts;
}

export function numberIn(text: string): number {
  return Number(text.replace(/\D/g, ''));
}
