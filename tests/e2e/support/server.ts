/** The real server, on a folder of its own. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(process.env['MUSTER_SERVER_BIN'] ?? '../../target/debug/muster_server');
/** Where `cargo xtask test e2e` puts the generated files. */
export const DATA = resolve(process.env['MUSTER_DATA'] ?? '../../target/data');

export interface Counts { new: number; updated: number; unchanged: number; skipped: number; error: number }

export class Server {
  private owner: string | undefined;

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** Starts a demo: with the stored contacts of a generated file, or with a thousand invented ones. */
  static async start(stored: string | undefined, more: string[] = []): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-'));
    const env = { ...process.env, MUSTER_DEMO_CONTACTS: '1000' };
    delete (env as NodeJS.ProcessEnv)['MUSTER_DATA'];
    if (stored) {
      const { fields } = JSON.parse(await readFile(join(DATA, stored, 'import.json'), 'utf8')) as { fields: { key: string; name: string; type: string }[] };
      const custom = fields.flatMap(({ key, name, type }) => ['--field', `${key}:${name}:${type}`]);
      const contacts = join(DATA, stored, 'contacts.json');
      const seeded = spawnSync(PROGRAM, ['seed', '--data', folder, '--workspace', 'demo', '--contacts', contacts, ...custom], { env, encoding: 'utf8' });
      if (seeded.status !== 0) throw new Error(`seeding failed: ${seeded.stderr}`);
    }
    const port = await freePort();
    const said: string[] = [];
    const child = spawn(PROGRAM, ['--demo', '--port', String(port), '--data', folder, ...more], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)));
    const server = new Server(`http://127.0.0.1:${port}`, folder, child);
    for (let attempt = 0; attempt < 300; attempt++) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${said.join('')}`);
      const ready = await fetch(`${server.url}/health/ready`).catch(() => undefined);
      if (ready?.ok) return server;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the server did not get ready: ${said.join('')}`);
  }

  async stop(): Promise<void> {
    this.process.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** An answer of the API, as an owner. */
  async get(path: string): Promise<Response> {
    this.owner ??= (await (await fetch(`${this.url}/demo/token?role=owner`)).text()).trim();
    const ask = () => fetch(`${this.url}/api/v1${path}`, { headers: { authorization: `Bearer ${this.owner}` } });
    // A kept connection may be closed by the server at the very moment in which it is used again.
    const response = await ask().catch(ask);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async json<T>(path: string): Promise<T> {
    return (await this.get(path)).json() as Promise<T>;
  }

  /** All contacts, page by page. */
  async *contacts(): AsyncGenerator<{ id: number; version: number; fields: Record<string, string>; tags: string[] }> {
    let after = '';
    for (;;) {
      const page: { contacts: { id: number; version: number; fields: Record<string, string>; tags: string[] }[]; next: string | null } =
        await this.json(`/contacts?limit=1000${after && `&after=${encodeURIComponent(after)}`}`);
      yield* page.contacts;
      if (page.next === null) return;
      after = String(page.next);
    }
  }

  /** A token signed with the demo's own secret, but with other claims. */
  async token(claims: Record<string, unknown>): Promise<string> {
    const issued = await (await fetch(`${this.url}/demo/token?role=owner`)).text();
    const [head = '', body = ''] = issued.trim().split('.');
    const changed = encode({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims });
    const secret = await readFile(join(this.folder, 'demo.secret'), 'utf8');
    return `${head}.${changed}.${createHmac('sha256', secret).update(`${head}.${changed}`).digest('base64url')}`;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
