import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { Host } from './support/host';
import { Server } from './support/server';
import { Wire } from './support/wire';

const ROOT = resolve('../..');
const WWW = join(ROOT, 'www');
/** What the README asks of a page that takes the element from its own origin, and from another one. */
const OWN = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'";
const other = (server: string, ...scripts: string[]) =>
  `default-src 'none'; script-src 'self' ${server} 'wasm-unsafe-eval' ${scripts.join(' ')}; style-src 'self'; connect-src 'self' ${server}; worker-src blob: ${server}`;

/** A host's page and a server that lets it ask. */
const test = base.extend<{ host: Host; server: string; complaints: string[] }>({
  host: async ({}, use) => {
    const host = await Host.open();
    await use(host);
    await host.close();
  },
  server: async ({ host }, use) => {
    const server = await Server.start(undefined, ['--cors-origins', host.url]);
    const wire = await Wire.lay(server.url, host.url);
    await use(wire.url);
    await wire.close();
    await server.stop();
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

const file = { name: 'embedded.csv', mimeType: 'text/csv', buffer: Buffer.from('First Name,Email\nEmbedded,embedded@package.example\n') };

async function wholeWay(page: Page): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file);
  for (const button of ['Continue with 1 row', 'Continue to columns', 'Check 1 row', 'Import 1 contact']) await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('heading', { name: 'Import completed' })).toBeVisible();
}

const missing = () => Promise.resolve(undefined);

test('the lines of the README work on a page of another origin', async ({ page, host, server }) => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const lines = /```html\n([\s\S]*?)```/.exec(readme)?.[1]?.replaceAll('https://imports.example.com', server) ?? '';
  const inline = /<script type="module">([\s\S]*?)<\/script>/.exec(lines)?.[1] ?? '';
  const hash = `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
  const logged: string[] = [];
  page.on('console', (message) => logged.push(message.text()));
  host.show(server, { read: async (path) => (path === '/index.html' ? `<!doctype html><title>Host</title>${lines}` : undefined), policy: other(server, hash) });
  await page.goto(host.url);
  await page.getByRole('button', { name: 'Import contacts' }).first().click();
  await wholeWay(page);
  expect(logged).toEqual(['{new: 1, updated: 0, unchanged: 0, skipped: 0, error: 0}']);
});

test('the wizard alone opens from a button of the host, in its words', async ({ page, host, server }) => {
  const folder = join(WWW, 'examples/plain');
  const read = async (path: string) => (await readFile(join(folder, path), 'utf8').catch(() => undefined))?.replaceAll('https://imports.example.com', server);
  host.show(server, { read, policy: other(server) });
  await page.goto(host.url);
  await page.getByRole('button', { name: 'Import contacts from a file' }).click();
  await expect(page.getByRole('heading', { name: 'Which customers do you want to import?' })).toBeVisible();
  await wholeWay(page);
  await expect(page.getByText('1 new contacts')).toBeAttached();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the package that npm packs is typed, and bundled into a React page of one origin', async ({ page, host, server }) => {
  test.setTimeout(180_000);
  const folder = await mkdtemp(join(tmpdir(), 'muster-package-'));
  try {
    const run = (program: string, ...args: string[]) => execFileSync(join(WWW, 'node_modules/.bin', program), args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    const npm = (...args: string[]) => execFileSync('npm', args, { cwd: WWW, encoding: 'utf8', stdio: 'pipe' });
    npm('run', '--silent', 'types');
    npm('run', '--silent', 'manifest');
    const packed = npm('pack', '--silent', '--pack-destination', folder).trim();
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    execFileSync('tar', ['-xzf', packed, '-C', 'node_modules'], { cwd: folder });
    execFileSync('mv', ['node_modules/package', 'node_modules/muster'], { cwd: folder });
    // What the project would install beside it.
    for (const name of ['lit', '@lit', '@lit-labs', 'lit-html', 'lit-element', 'react', 'react-dom', 'scheduler', 'csstype', '@types/react', '@types/react-dom', '@types/trusted-types', 'vite']) {
      await symlink(join(WWW, 'node_modules', name), join(folder, 'node_modules', name)).catch(() => undefined);
    }
    await cp(join(WWW, 'examples/react'), folder, { recursive: true });
    run('tsc', '--noEmit');
    run('vite', 'build');

    const manifest = JSON.parse(await readFile(join(folder, 'node_modules/muster/custom-elements.json'), 'utf8')) as {
      modules: { declarations: { tagName?: string; events?: { name: string }[]; attributes?: { name: string }[]; cssParts?: unknown[]; cssProperties?: unknown[]; slots?: { name: string }[] }[] }[];
    };
    const element = manifest.modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === 'muster-import');
    expect(element?.events?.map(({ name }) => name)).toContain('muster-import-complete');
    expect(element?.attributes?.map(({ name }) => name)).toEqual(expect.arrayContaining(['endpoint', 'lang', 'view']));
    expect([element?.cssParts?.length, element?.cssProperties?.length]).toEqual([9, 15]);
    expect(element?.slots?.map(({ name }) => name)).toEqual(['actions', 'empty', 'forbidden', 'help']);

    host.show(server, { read: (path) => (path.startsWith('/api/') ? missing() : readFile(join(folder, 'dist', path)).catch(() => undefined)), policy: OWN });
    await page.goto(host.url);
    await page.getByRole('button', { name: 'Import contacts' }).first().click();
    await wholeWay(page);
    await expect(page.getByText('1 new contacts')).toBeVisible();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('without the element, a session reads, compares and imports', async ({ page, host, server }) => {
  host.show(server, { read: async (path) => (path === '/index.html' ? '<!doctype html><title>Host</title>' : undefined), policy: other(server) });
  await page.goto(host.url);
  const said = await page.evaluate(async (endpoint) => {
    type Muster = typeof import('../../www/src/session/session') & typeof import('../../www/src/api/client');
    const { Api, ImportSession } = (await import(`${endpoint}/muster.js`)) as Muster;
    const token = async () => (await fetch('/session/import-token')).text();
    const workspace = await new Api(endpoint, token).workspace();
    if (!('fields' in workspace)) return 'forbidden';
    const session = new ImportSession({ endpoint, token, workspace });
    const facts = await session.read(new File(['First Name,Email\nHeadless,headless@package.example\n'], 'headless.csv'));
    await session.configure({
      purpose: 'add', identifiers: ['email'], duplicates: 'keep_first', default_country: null, tags: [], fields: [], rules: {},
      columns: [0, 1].map((index) => ({ index, field: ['first_name', 'email'][index] ?? '', policy: 'overwrite', invalid: 'reject_row', format: 'auto' })),
    });
    const { counts } = await session.compare();
    const { file_name } = await session.start('headless.csv', 'en');
    session.close();
    return { rows: facts.rows, counts, file_name };
  }, server);
  expect(said).toEqual({ rows: 1, counts: { new: 1, updated: 0, unchanged: 0, skipped: 0, error: 0 }, file_name: 'headless.csv' });
});
